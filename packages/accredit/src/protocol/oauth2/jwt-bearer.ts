import { OAuthError } from '../../kernel/api-error.ts';
import { isInWindow, readWindow } from './jwt-window.ts';

/** The grant type of RFC 7523 §2.1. */
export const JWT_BEARER_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * The longest `scope` that is taken, so that the token which carries it stays below what is read of a token. Ours:
 * Google's limit is not known.
 */
export const SCOPE_LENGTH_LIMIT = 4096;

/** What an assertion asks for. */
export type AssertionRequest =
  | { readonly kind: 'accessToken'; readonly scopes: readonly string[] }
  | { readonly kind: 'idToken'; readonly audience: string };

/** Scopes that Google's token endpoint knows beside those under `https://www.googleapis.com/auth/`. */
const OTHER_SCOPES = new Set([
  'openid',
  'email',
  'profile',
  'https://mail.google.com/',
  'https://www.google.com/m8/feeds',
]);

/**
 * Checks the claims of a service account's assertion, after its signature, in the order that Google does:
 * issue and expiry present, window, scope, audience; and last, that it speaks for nobody else (IAM notes 4.5).
 *
 * @param claims - of the verified assertion
 * @param nowSeconds - real time, Unix seconds: the assertion is the client's, not the cloud's
 * @param audiences - URLs of this token endpoint
 * @throws {OAuthError} `invalid_grant`, `invalid_scope` or `unauthorized_client` with Google's text
 */
export function checkAssertion(
  claims: Readonly<Record<string, unknown>>,
  nowSeconds: number,
  audiences: ReadonlySet<string>,
): AssertionRequest {
  const window = readWindow(claims);
  if (window.issuedAt === undefined)
    throw new OAuthError('invalid_grant', 'Invalid JWT: iat (issued at) is not set.');
  if (window.expiresAt === undefined)
    throw new OAuthError('invalid_grant', 'Invalid JWT: exp (expiration time) is not set.');
  if (!isInWindow(window, nowSeconds)) throw unreasonableWindow();
  const request = toRequest(claims);
  if (typeof claims.aud !== 'string' || !audiences.has(claims.aud)) {
    throw new OAuthError('invalid_grant', 'Invalid JWT: Failed audience check.');
  }
  checkSubject(claims);
  return request;
}

/**
 * Refuses an assertion for somebody else: domain-wide delegation is granted by a Workspace domain, and there is none.
 *
 * Deviation: no account can be given it; pinned by 'an assertion for somebody else is refused with 401'.
 *
 * @see https://github.com/hlavki/g-suite-identity-sync/issues/7 (status 401)
 */
function checkSubject({ iss, sub, prn }: Readonly<Record<string, unknown>>): void {
  // `prn` is what drafts of RFC 7523 called the subject.
  const others = [sub, prn].filter((name) => name !== undefined && name !== '' && name !== iss);
  if (others.length === 0) return;
  throw new OAuthError(
    'unauthorized_client',
    'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the ' +
      'scopes requested.',
    401,
  );
}

function unreasonableWindow(): OAuthError {
  return new OAuthError(
    'invalid_grant',
    'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. ' +
      'Check your iat and exp values in the JWT claim.',
  );
}

function toRequest(claims: Readonly<Record<string, unknown>>): AssertionRequest {
  if (typeof claims.target_audience === 'string' && claims.target_audience !== '') {
    return { kind: 'idToken', audience: claims.target_audience };
  }
  const text = typeof claims.scope === 'string' ? claims.scope.trim() : '';
  if (text === '' || text.length > SCOPE_LENGTH_LIMIT)
    throw new OAuthError('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  const scopes = text.split(/\s+/);
  // A scope that Google does not know makes the whole text an audience, and the answer an ID token.
  return scopes.every(isKnownScope) ? { kind: 'accessToken', scopes } : { kind: 'idToken', audience: text };
}

function isKnownScope(scope: string): boolean {
  return scope.startsWith('https://www.googleapis.com/auth/') || OTHER_SCOPES.has(scope);
}
