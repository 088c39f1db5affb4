/** What the OAuth endpoints ask their callers for: an identity scope where they show who calls, and nothing elsewhere. */
import type { ExpectedMethod, ExpectedMethods } from '../permission-suite.fixture.ts';

/** Takes no access token: what stands in the request is the credential, or the answer is public. */
const withoutToken: ExpectedMethod = {};

/** @see https://developers.google.com/identity/protocols/oauth2/scopes#oauth2 */
const withIdentity: ExpectedMethod = {
  scopes: ['email', 'userinfo.email', 'openid', 'profile', 'userinfo.profile'],
};

export const OAUTH_PERMISSIONS: ExpectedMethods = {
  'oauth2.token': withoutToken,
  'oauth2.tokeninfo': withoutToken,
  'oauth2.tokeninfo.v1': withoutToken,
  'oauth2.certs': withoutToken,
  'oauth2.certs.v1': withoutToken,
  'oauth2.serviceAccounts.jwk': withoutToken,
  'oauth2.serviceAccounts.x509': withoutToken,
  'oauth2.openidConfiguration': withoutToken,
  'oauth2.userinfo': withIdentity,
  'oauth2.userinfo.v2': withIdentity,
};
