import { missingCredentials } from '../../http/authenticate.ts';
import { type Caller, method } from '../../http/method.ts';
import { digitsOf } from '../../kernel/identifiers.ts';
import { IDENTITY_SCOPES, tellsEmail } from '../../protocol/oauth2/token-info.ts';

const open = 'it shows the caller itself and nobody else';

export const userInfo = method({
  id: 'oauth2.userinfo',
  http: ['GET /v1/userinfo', 'POST /v1/userinfo', 'GET /oauth2/v3/userinfo', 'POST /oauth2/v3/userinfo'],
  scopes: IDENTITY_SCOPES,
  open,
  handle({ caller }) {
    const { id, email } = identify(caller);
    return { json: { sub: id, ...(email === undefined ? {} : { email, email_verified: true }) } };
  },
});

/** What v1 and v2 said before OpenID Connect gave the fields their names. */
export const userInfoV2 = method({
  id: 'oauth2.userinfo.v2',
  http: ['GET /oauth2/v2/userinfo', 'GET /oauth2/v1/userinfo', 'GET /userinfo/v2/me'],
  scopes: IDENTITY_SCOPES,
  open,
  handle({ caller }) {
    const { id, email } = identify(caller);
    return { json: { id, ...(email === undefined ? {} : { email, verified_email: true }) } };
  },
});

/** Guess: people live elsewhere and have no id here; theirs follows from the address and is always the same. */
const USER_ID_DIGITS = 21;

/** @throws {ApiError} `UNAUTHENTICATED` for nobody; the scopes are looked at before and refuse it already */
function identify({ principal, scopes }: Caller): { readonly id: string; readonly email?: string } {
  if (principal.kind === 'anonymous') {
    throw missingCredentials({ service: 'oauth2.googleapis.com', method: 'oauth2.userinfo' });
  }
  // Guess: a federated identity has no profile at Google, and is told by its subject.
  if (principal.kind === 'federated') return { id: principal.subject };
  const { email } = principal;
  const id = principal.kind === 'serviceAccount' ? principal.uniqueId : digitsOf(email, USER_ID_DIGITS);
  return scopes === undefined || tellsEmail(scopes) ? { id, email } : { id };
}
