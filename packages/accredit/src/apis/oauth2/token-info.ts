import { type Call, method } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { OAuthError } from '../../kernel/api-error.ts';
import { toUnixSeconds } from '../../kernel/timestamps.ts';
import { isSignedBy, parseJwt, type UnverifiedJwt } from '../../protocol/jwt/jwt.ts';
import {
  describeAccessToken,
  describeIdToken,
  type TokenInfo,
  type TokenInfoForm,
} from '../../protocol/oauth2/token-info.ts';
import type { AccessTokenClaims } from '../../protocol/tokens/access-token.ts';
import { type OAuthParameters, oauthParameters } from './parameters.ts';

type TokenInfoCall = Call<unknown, OAuthParameters>;

const body = { kind: 'form', decode: oauthParameters } as const;
const open = 'the token that is asked about is the credential';

export const tokenInfo = method({
  id: 'oauth2.tokeninfo',
  http: ['GET /tokeninfo', 'POST /tokeninfo', 'GET /oauth2/v3/tokeninfo', 'POST /oauth2/v3/tokeninfo'],
  open,
  body,
  handle: async (call) => ({ json: await describe(call, 'v3') }),
});

export const tokenInfoV1 = method({
  id: 'oauth2.tokeninfo.v1',
  http: [
    'GET /oauth2/v1/tokeninfo',
    'POST /oauth2/v1/tokeninfo',
    'GET /oauth2/v2/tokeninfo',
    'POST /oauth2/v2/tokeninfo',
  ],
  open,
  body,
  handle: async (call) => ({ json: await describe(call, 'v1') }),
});

async function describe(call: TokenInfoCall, form: TokenInfoForm): Promise<TokenInfo> {
  const { services } = call;
  const nowSeconds = toUnixSeconds(services.clock.now());
  const idToken = parameterOf(call, 'id_token');
  const accessToken =
    parameterOf(call, 'access_token') ?? (idToken === undefined ? bearerOf(call) : undefined);
  if (accessToken !== undefined) {
    return describeAccessToken(await openAccessToken(accessToken, services), form, nowSeconds);
  }
  if (idToken !== undefined) {
    return describeIdToken(await openIdToken(idToken, nowSeconds, services), form, nowSeconds);
  }
  // Guess: the text, as old versions are remembered to say it.
  throw new OAuthError('invalid_request', 'either access_token, id_token, or token_handle required');
}

/** Returns a parameter of the query or of the body. */
function parameterOf({ query, body: form }: TokenInfoCall, name: string): string | undefined {
  return query.get(name) ?? form[name];
}

/** Node's library sends the token that it asks about in the header. */
function bearerOf({ headers }: TokenInfoCall): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

async function openAccessToken(token: string, { issuer, resources }: Services): Promise<AccessTokenClaims> {
  const verified = issuer.verifyAccessToken(token);
  if (verified.outcome !== 'good') throw invalidToken();
  const { kind, email, uniqueId } = verified.claims.principal;
  const isActive = kind === 'user' || (await resources.serviceAccounts.stateOf(email, uniqueId)) === 'active';
  if (!isActive) throw invalidToken();
  return verified.claims;
}

/** Takes ID tokens of this cloud alone, whatever a token says of its issuer. */
async function openIdToken(
  text: string,
  nowSeconds: number,
  { issuer, openIdIssuer }: Services,
): Promise<UnverifiedJwt> {
  const jwt = parseJwt(text);
  const key = (await issuer.publicKeys()).find(({ id }) => id === jwt?.header.kid);
  if (jwt === undefined || key === undefined || !isSignedBy(jwt, key.publicKey)) throw invalidToken();
  const { exp, iss } = jwt.claims;
  if (iss !== openIdIssuer || typeof exp !== 'number' || exp <= nowSeconds) throw invalidToken();
  return jwt;
}

/** The error of a token that is not good, for whatever reason (IAM notes 4.5). */
function invalidToken(): OAuthError {
  return new OAuthError('invalid_token', 'Invalid Value');
}
