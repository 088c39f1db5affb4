/** Milliseconds in a second. */
export const SECOND_MS = 1000;

/** Milliseconds in a minute. */
export const MINUTE_MS = 60 * SECOND_MS;

/** Milliseconds in an hour. */
export const HOUR_MS = 60 * MINUTE_MS;

/** Milliseconds in a day. */
export const DAY_MS = 24 * HOUR_MS;

/** Returns whole Unix seconds, rounded down. */
export function toUnixSeconds(timeMs: number): number {
  return Math.floor(timeMs / SECOND_MS);
}

/** Returns RFC 3339 in UTC with three fractional digits and `Z`, as Storage writes times. */
export function toRfc3339(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Returns RFC 3339 in UTC without a fraction, as IAM and the key files write times. */
export function toRfc3339Seconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
