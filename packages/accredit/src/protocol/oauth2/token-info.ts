import type { AccessTokenClaims } from '../tokens/access-token.ts';

/** Scopes that show the address of whoever holds the token. */
const emailScopes: ReadonlySet<string> = new Set(['email', 'https://www.googleapis.com/auth/userinfo.email']);

/** Scopes that show who holds the token. */
const identityScopes: ReadonlySet<string> = new Set([
  ...emailScopes,
  'openid',
  'profile',
  'https://www.googleapis.com/auth/userinfo.profile',
]);

/** Scopes any one of which opens the userinfo endpoint. */
export const IDENTITY_SCOPES: readonly string[] = [...identityScopes];

/** Says whether a token tells the address of its principal. */
export function tellsEmail(scopes: readonly string[]): boolean {
  return scopes.some((scope) => emailScopes.has(scope));
}

/** Says whether a token tells the id of its principal. */
function tellsIdentity(scopes: readonly string[]): boolean {
  return scopes.some((scope) => identityScopes.has(scope));
}

/** The two forms of an answer: the old one of v1 and v2, and the present one, where every value is a text. */
export type TokenInfoForm = 'v1' | 'v3';

/** What tokeninfo says of a token. */
export type TokenInfo = Readonly<Record<string, string | number | boolean>>;

/**
 * Describes an access token that was found good.
 *
 * Guess: a service account's token is `online`, and its client is the account itself.
 *
 * @param nowSeconds - Unix seconds of the cloud's time
 * @see https://github.com/clouway/oauth2-server/issues/7 (v3)
 * @see https://github.com/googleapis/google-api-dotnet-client/issues/724 (v2)
 */
export function describeAccessToken(
  { principal, scopes, expiresAt }: AccessTokenClaims,
  form: TokenInfoForm,
  nowSeconds: number,
): TokenInfo {
  const client = principal.uniqueId;
  const scope = scopes.join(' ');
  const expiresIn = expiresAt - nowSeconds;
  const { email } = principal;
  if (form === 'v1') {
    return {
      issued_to: client,
      audience: client,
      ...(tellsIdentity(scopes) ? { user_id: principal.uniqueId } : {}),
      scope,
      expires_in: expiresIn,
      ...(tellsEmail(scopes) ? { email, verified_email: true } : {}),
      access_type: 'online',
    };
  }
  return {
    azp: client,
    aud: client,
    ...(tellsIdentity(scopes) ? { sub: principal.uniqueId } : {}),
    scope,
    exp: String(expiresAt),
    expires_in: String(expiresIn),
    ...(tellsEmail(scopes) ? { email, email_verified: 'true' } : {}),
    access_type: 'online',
  };
}

/** The claims that v1 shows of an ID token, with the names that they had then. */
const V1_NAMES = [
  ['issuer', 'iss'],
  ['issued_to', 'azp'],
  ['audience', 'aud'],
  ['user_id', 'sub'],
  ['issued_at', 'iat'],
  ['email', 'email'],
  ['email_verified', 'email_verified'],
] as const;

/**
 * Describes an ID token that was found good.
 *
 * Guess: claims that are objects (`google`) are left out, and v1 shows the seven claims above and `expires_in`.
 *
 * @see https://developers.google.com/identity/sign-in/web/backend-auth#calling-the-tokeninfo-endpoint (v3)
 */
export function describeIdToken(
  { header, claims }: { readonly header: JsonObject; readonly claims: JsonObject },
  form: TokenInfoForm,
  nowSeconds: number,
): TokenInfo {
  if (form === 'v1') {
    const shown = V1_NAMES.map(([name, claim]) => [name, claims[claim]] as const);
    return { ...scalars(shown), expires_in: Number(claims.exp) - nowSeconds };
  }
  const { alg, kid, typ } = header;
  const all = scalars([...Object.entries(claims), ...Object.entries({ alg, kid, typ })]);
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)]));
}

type JsonObject = Readonly<Record<string, unknown>>;

function scalars(entries: readonly (readonly [string, unknown])[]): TokenInfo {
  const shown: Record<string, string | number | boolean> = {};
  for (const [name, value] of entries) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      shown[name] = value;
  }
  return shown;
}
