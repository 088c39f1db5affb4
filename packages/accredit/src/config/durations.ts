import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../kernel/timestamps.ts';

/**
 * What a unit is worth, the largest first. The seconds are as in JSON of `google.protobuf.Duration`; the others are for
 * people.
 */
const UNITS = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['m', MINUTE_MS],
  ['s', SECOND_MS],
  ['ms', 1],
] as const;

/** How a duration is written, for messages. */
export const DURATION_FORM =
  "numbers with 'd', 'h', 'm', 's' or 'ms', the largest first, such as '1h30m', '90s', '1.5m' or '500ms'";

/** Whole numbers, each with another unit. The minutes are none of milliseconds. */
const WHOLE = /^(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;

/** One number with a part after the point. */
const DECIMAL = /^(\d{1,9}\.\d{1,9})(d|h|ms|m|s)$/;

/**
 * Returns the milliseconds of `1h30m`, `90s`, `1.5m`, `500ms` or `2d`, a whole number; `undefined` where the text is not
 * of that form. A part after the point is taken of one unit alone.
 */
export function parseDurationMs(text: string): number | undefined {
  const [, decimal, unit] = DECIMAL.exec(text) ?? [];
  if (decimal !== undefined) return Math.round(Number(decimal) * worthOf(unit));
  // A unit that is not there is undefined, whatever the library's types say.
  const counts: readonly (string | undefined)[] | undefined = WHOLE.exec(text)?.slice(1);
  return counts?.reduce<number>(
    (sumMs, count = '0', place) => sumMs + Number(count) * (UNITS[place]?.[1] ?? 0),
    0,
  );
}

function worthOf(unit: string | undefined): number {
  return UNITS.find(([name]) => name === unit)?.[1] ?? Number.NaN;
}

/** Returns whole seconds as a duration: `1h30m`, `0s`. */
export function renderDuration(wholeSeconds: number): string {
  const parts = [
    [Math.floor(wholeSeconds / 86_400), 'd'],
    [Math.floor(wholeSeconds / 3600) % 24, 'h'],
    [Math.floor(wholeSeconds / 60) % 60, 'm'],
    [wholeSeconds % 60, 's'],
  ] as const;
  const text = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
  return text === '' ? '0s' : text;
}
