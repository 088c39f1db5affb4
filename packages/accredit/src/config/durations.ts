import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../kernel/timestamps.ts';

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
