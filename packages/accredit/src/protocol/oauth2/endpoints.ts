import { JWT_BEARER_GRANT } from './jwt-bearer.ts';

/** The issuer of OpenID tokens where a cloud has no other: that of production (metadata notes 9.4.5). */
export const OPENID_ISSUER = 'https://accounts.google.com';

/** The addresses of the token endpoint, as key files and libraries of all ages name them. */
const TOKEN_ADDRESSES = [
  'https://oauth2.googleapis.com/token',
  'https://www.googleapis.com/oauth2/v4/token',
  'https://www.googleapis.com/oauth2/v3/token',
  'https://accounts.google.com/o/oauth2/token',
] as const;

/** What a JWT for the token endpoint names as its audience. */
export const TOKEN_AUDIENCES: ReadonlySet<string> = new Set(TOKEN_ADDRESSES);

/** Origins that nobody but this machine answers for, spelled as numbers or as the one name that resolves to them. */
const LOOPBACK_ORIGIN = /^http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/;

/**
 * Returns the audiences that an assertion may name.
 *
 * Google's addresses always; on loopback also the ones that were called, for libraries that name the address in their
 * key file. Any other `Host` counts for nothing: an assertion that was made for somebody else is not good here (RFC 7523
 * §3, rule 3).
 *
 * @param origin - that the caller used, without a path: `http://127.0.0.1:8080`
 */
export function tokenAudiences(origin: string): ReadonlySet<string> {
  const local = LOOPBACK_ORIGIN.test(origin)
    ? TOKEN_ADDRESSES.map((address) => origin + new URL(address).pathname)
    : [];
  return new Set([...TOKEN_AUDIENCES, ...local]);
}

/**
 * Returns the OpenID provider configuration: Google's document without the endpoints that are not served here. On
 * loopback it leads to the same endpoints at the address that was called, since Google's names lead elsewhere there.
 *
 * Deviation: there is no authorization endpoint yet and therefore neither it nor response types, which OpenID Connect
 * Discovery §3 demands. Pinned by 'the OpenID configuration names what is served'.
 *
 * @param origin - that the caller used, without a path
 * @param issuer - of the cloud's OpenID tokens
 * @see https://accounts.google.com/.well-known/openid-configuration
 */
export function openIdConfiguration(origin: string, issuer: string): Readonly<Record<string, unknown>> {
  const at = (address: string) =>
    LOOPBACK_ORIGIN.test(origin) ? origin + new URL(address).pathname : address;
  return {
    issuer,
    token_endpoint: at(TOKEN_ADDRESSES[0]),
    userinfo_endpoint: at('https://openidconnect.googleapis.com/v1/userinfo'),
    jwks_uri: at('https://www.googleapis.com/oauth2/v3/certs'),
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    claims_supported: ['aud', 'azp', 'email', 'email_verified', 'exp', 'iat', 'iss', 'sub'],
    grant_types_supported: [JWT_BEARER_GRANT],
  };
}
