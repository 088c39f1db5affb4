import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../kernel/timestamps.ts';

/** What a unit is worth. The seconds are as in JSON of `google.protobuf.Duration`; the others are for people. */
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS };

/** How a duration is written, for messages. */
export const DURATION_FORM = "a number with 'ms', 's', 'm' or 'h', such as '500ms' or '2s'";

/** Returns the milliseconds of `500ms`, `1.5s`, `2m` or `1h`; `undefined` where the text is not of that form. */
export function parseDurationMs(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  return number === undefined || unitMs === undefined ? undefined : Math.round(Number(number) * unitMs);
}

/** How a span of time is written, for messages. */
export const SPAN_FORM =
  "whole numbers with 'd', 'h', 'm' or 's', the largest first, such as '56m' or '1h30m'";

const SPAN = /^(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/;

/** Returns the milliseconds of `56m`, `1h30m`, `90s` or `2d`; `undefined` where the text is not of that form. */
export function parseSpanMs(text: string): number | undefined {
  const match = SPAN.exec(text);
  if (match === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return (
    Number(days) * DAY_MS +
    Number(hours) * HOUR_MS +
    Number(minutes) * MINUTE_MS +
    Number(seconds) * SECOND_MS
  );
}

/** Returns whole seconds as a span: `1h30m`, `0s`. */
export function renderSpan(wholeSeconds: number): string {
  const parts = [
    [Math.floor(wholeSeconds / 86_400), 'd'],
    [Math.floor(wholeSeconds / 3600) % 24, 'h'],
    [Math.floor(wholeSeconds / 60) % 60, 'm'],
    [wholeSeconds % 60, 's'],
  ] as const;
  const text = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
  return text === '' ? '0s' : text;
}
