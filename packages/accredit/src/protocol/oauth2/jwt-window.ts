/** From when until when a JWT of a service account is good, by its own word. */

/** What a service account signs may live this long (IAM notes 4.5: "60 minutes"). */
const LIFETIME_LIMIT_SECONDS = 3600;

/** How far the clock of who signs may run ahead. Guess: Google says "in a reasonable timeframe". */
export const CLOCK_SKEW_SECONDS = 600;

/** The claims in Unix seconds; absent where they are not numbers. */
export interface JwtWindow {
  readonly issuedAt: number | undefined;
  readonly expiresAt: number | undefined;
}

export function readWindow({ iat, exp }: Readonly<Record<string, unknown>>): JwtWindow {
  return { issuedAt: toSeconds(iat), expiresAt: toSeconds(exp) };
}

/** Numbers, and numeric strings, as the real endpoint takes them. */
function toSeconds(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/**
 * Says whether a JWT is short-lived, has begun and has not ended.
 *
 * @param nowSeconds - real time, Unix seconds: the JWT is the client's, not the cloud's
 */
export function isInWindow({ issuedAt, expiresAt }: JwtWindow, nowSeconds: number): boolean {
  if (issuedAt === undefined || expiresAt === undefined) return false;
  const isShortLived = expiresAt > issuedAt && expiresAt - issuedAt <= LIFETIME_LIMIT_SECONDS;
  return isShortLived && nowSeconds < expiresAt && issuedAt <= nowSeconds + CLOCK_SKEW_SECONDS;
}
