import { TOKEN_AUDIENCES } from './endpoints.ts';
import { SCOPE_LENGTH_LIMIT } from './jwt-bearer.ts';
import { CLOCK_SKEW_SECONDS, isInWindow, readWindow } from './jwt-window.ts';

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
 * some; `sub` may be left out. What asks for an OpenID token (`target_audience`) or for somebody else (`prn`) is for the
 * token endpoint, and `nbf` counts where it is there.
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
  const { iss, sub = iss, aud = '', scope, target_audience: target, prn } = claims;
  if (target !== undefined || prn !== undefined) return undefined;
  if (sub !== iss || !isInWindow(readWindow(claims), nowSeconds) || !hasBegun(claims, nowSeconds))
    return undefined;
  // Go's library sends an empty one with scopes.
  if (aud !== '' && !(typeof aud === 'string' && isOfApi(aud, origins))) return undefined;
  if (scope !== undefined) return readScopes(scope);
  return aud === '' ? undefined : { scopes: undefined };
}

/** `nbf` is seldom there, and counts where it is (RFC 7519 §4.1.5). */
function hasBegun({ nbf }: Readonly<Record<string, unknown>>, nowSeconds: number): boolean {
  return nbf === undefined || (typeof nbf === 'number' && nbf <= nowSeconds + CLOCK_SKEW_SECONDS);
}

function readScopes(scope: unknown): SelfSignedGrant | undefined {
  if (typeof scope !== 'string' || scope.length > SCOPE_LENGTH_LIMIT) return undefined;
  const scopes = scope.split(/\s+/).filter((name) => name !== '');
  return scopes.length === 0 ? undefined : { scopes };
}

/** The token endpoint is on the hosts of an API too; what was signed for it is no credential of the API. */
function isOfApi(aud: string, origins: ReadonlySet<string>): boolean {
  const [, origin = ''] = /^(https:\/\/[a-z0-9.-]+)(?:\/|$)/.exec(aud) ?? [];
  return origins.has(origin) && !TOKEN_AUDIENCES.has(aud);
}
