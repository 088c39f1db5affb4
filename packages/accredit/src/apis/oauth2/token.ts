import { method } from '../../http/method.ts';
import { OAuthError } from '../../kernel/api-error.ts';
import { JWT_BEARER_GRANT } from '../../protocol/oauth2/jwt-bearer.ts';
import type { Grant } from './grant.ts';
import { jwtBearerGrant } from './jwt-bearer-grant.ts';
import { oauthParameters } from './parameters.ts';

/**
 * The grants by their type; a new one is a file and a line here.
 *
 * Deviation: refresh tokens and authorization codes are not served yet; pinned by 'a request with … is …', row 'a grant
 * that is not served'.
 */
const GRANTS: Readonly<Record<string, Grant>> = Object.assign(Object.create(null), {
  [JWT_BEARER_GRANT]: jwtBearerGrant,
});

export const token = method({
  id: 'oauth2.token',
  http: ['POST /token', 'POST /oauth2/v4/token', 'POST /oauth2/v3/token', 'POST /o/oauth2/token'],
  open: 'the grant in the body is the credential',
  body: { kind: 'form', decode: oauthParameters },
  async handle(call) {
    const type = call.body.grant_type ?? '';
    const grant = GRANTS[type];
    if (grant === undefined) throw unsupportedGrantType(type);
    return { headers: { 'Content-Type': 'application/json; charset=utf-8' }, json: await grant(call) };
  },
});

/**
 * The error of a grant type that is not served (IAM notes 4.5). Only what looks like a grant type is repeated: a
 * credential that slipped into the wrong field is not.
 */
function unsupportedGrantType(type: string): OAuthError {
  const shown = /^[a-z0-9:_.-]{1,80}$/.test(type) ? type : '';
  return new OAuthError('unsupported_grant_type', `Invalid grant_type: ${shown}`);
}
