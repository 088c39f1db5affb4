/** Whom an ID token is about, for whom, and when. */
export interface IdTokenSubject {
  readonly email: string;
  readonly uniqueId: string;
  /** The cloud's: `https://accounts.google.com`. */
  readonly issuer: string;
  readonly audience: string;
  /** Unix seconds. */
  readonly issuedAtSeconds: number;
  readonly lifetimeSeconds: number;
}

/**
 * Returns the claims of the ID token that a service account gets for its assertion, in the order in which they are
 * written. Other than in the tokens of a metadata server, `azp` is the address.
 *
 * @see https://github.com/kriasoft/web-auth-library/pull/5 (a decoded one)
 */
export function idTokenClaims(subject: IdTokenSubject): Readonly<Record<string, unknown>> {
  const { audience, email, issuedAtSeconds, issuer, lifetimeSeconds, uniqueId } = subject;
  return {
    aud: audience,
    azp: email,
    email,
    email_verified: true,
    exp: issuedAtSeconds + lifetimeSeconds,
    iat: issuedAtSeconds,
    iss: issuer,
    sub: uniqueId,
  };
}
