import { SCOPE_LENGTH_LIMIT } from './jwt-bearer.ts';
import { isInWindow, readWindow } from './jwt-window.ts';

/** What a JWT that an account signed for an API lets its bearer do. */
export interface SelfSignedGrant {
  /** `undefined` where the JWT names the API instead: then there are no scopes to check. */
  readonly scopes: readonly string[] | undefined;
}

/**
 * Reads the claims of a JWT that a service account signed for an API itself, instead of asking for an access token
 * (AIP-4111); its signature is checked by then.
 *
 * Guess: where a JWT has both `scope` and `aud`, both count, so that what was signed for the token endpoint is good there
 * alone; gcloud and the libraries send one of the two. Any path may follow the host in `aud`, as libraries of all ages write
 * some; `sub` may be left out.
 *
 * @param nowSeconds - real time, Unix seconds
 * @param origins - of the API, `https://storage.googleapis.com`: `aud` begins with one
 * @returns `undefined` for what is not good for this API now
 * @see https://google.aip.dev/auth/4111
 */
export function readSelfSigned(
  claims: Readonly<Record<string, unknown>>,
  nowSeconds: number,
  origins: ReadonlySet<string>,
): SelfSignedGrant | undefined {
  const { iss, sub = iss, aud = '', scope } = claims;
  if (sub !== iss || !isInWindow(readWindow(claims), nowSeconds)) return undefined;
  // Go's library sends an empty one with scopes.
  if (aud !== '' && !(typeof aud === 'string' && origins.has(originOf(aud)))) return undefined;
  if (scope !== undefined) return readScopes(scope);
  return aud === '' ? undefined : { scopes: undefined };
}

function readScopes(scope: unknown): SelfSignedGrant | undefined {
  if (typeof scope !== 'string' || scope.length > SCOPE_LENGTH_LIMIT) return undefined;
  const scopes = scope.split(/\s+/).filter((name) => name !== '');
  return scopes.length === 0 ? undefined : { scopes };
}

/** @returns scheme, host and port, in small letters; text that is no URL has none */
function originOf(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : '';
}
