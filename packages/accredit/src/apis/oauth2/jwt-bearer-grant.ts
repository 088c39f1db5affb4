import type { Services } from '../../http/services.ts';
import { findIssuer, findSigningKey } from '../../identity/account-signatures.ts';
import { DEFAULT_TOKEN_LIFETIME_SECONDS, ID_TOKEN_LIFETIME_SECONDS } from '../../identity/issuer.ts';
import { OAuthError } from '../../kernel/api-error.ts';
import { toUnixSeconds } from '../../kernel/timestamps.ts';
import { parseJwt, type UnverifiedJwt } from '../../protocol/jwt/jwt.ts';
import { tokenAudiences } from '../../protocol/oauth2/endpoints.ts';
import { idTokenClaims } from '../../protocol/oauth2/id-token-claims.ts';
import { checkAssertion } from '../../protocol/oauth2/jwt-bearer.ts';
import type { ServiceAccountKey } from '../../resources/service-account-keys.ts';
import type { ServiceAccount } from '../../resources/service-accounts.ts';
import type { TokenCall, TokenResponse } from './grant.ts';
import { badRequest } from './parameters.ts';

/**
 * Gives a service account a token for an assertion that one of its keys signed (RFC 7523 §2.1).
 *
 * Refuses in the order and words of the real endpoint (IAM notes 4.5). Deviation: the account is looked for before the
 * signature is checked, since keys are found through it; only who is wrong in both sees the difference. Pinned by 'who is
 * wrong in account and signature is told of the account'.
 *
 * @throws {OAuthError}
 */
export async function jwtBearerGrant({ body, origin, services }: TokenCall): Promise<TokenResponse> {
  const assertion = parseJwt(body.assertion ?? '');
  // Guess: an assertion with an empty signature is malformed, not badly signed.
  if (assertion === undefined) throw badRequest();
  const account = await requireIssuer(assertion, services);
  const key = await requireSigningKey(assertion, account, services);
  const nowSeconds = toUnixSeconds(services.realClock.now());
  const request = checkAssertion(assertion.claims, nowSeconds, tokenAudiences(origin));
  if (request.kind === 'idToken') {
    return { id_token: await signIdToken(account, request.audience, services) };
  }
  return mintAccessToken(account, key, request.scopes, services);
}

/**
 * Finds the account that an assertion is from. A disabled one is not found (guess: the real text is not known).
 */
async function requireIssuer(assertion: UnverifiedJwt, { resources }: Services): Promise<ServiceAccount> {
  const account = await findIssuer(assertion, resources.serviceAccounts);
  if (account === undefined || account.disabled) {
    throw new OAuthError('invalid_grant', 'Invalid grant: account not found');
  }
  return account;
}

async function requireSigningKey(
  assertion: UnverifiedJwt,
  account: ServiceAccount,
  { realClock, resources }: Services,
): Promise<ServiceAccountKey> {
  const key = await findSigningKey(assertion, account, resources.serviceAccounts, realClock.now());
  if (key === undefined) throw new OAuthError('invalid_grant', 'Invalid JWT Signature.');
  return key;
}

function mintAccessToken(
  { email, uniqueId }: ServiceAccount,
  { keyId }: ServiceAccountKey,
  scopes: readonly string[],
  { clock, issuer }: Services,
): TokenResponse {
  const { token, expiresAtMs } = issuer.mintAccessToken({
    grantId: `serviceAccountKeys/${keyId}`,
    principal: { kind: 'serviceAccount', email, uniqueId },
    scopes,
    lifetimeSeconds: DEFAULT_TOKEN_LIFETIME_SECONDS,
  });
  return {
    access_token: token,
    // The last whole second in which it is surely good: 3599 of 3600, as production says (IAM notes 4.5).
    expires_in: Math.ceil((expiresAtMs - clock.now()) / 1000) - 1,
    token_type: 'Bearer',
  };
}

function signIdToken(
  { email, uniqueId }: ServiceAccount,
  audience: string,
  { clock, issuer, openIdIssuer }: Services,
): Promise<string> {
  const issuedAtSeconds = toUnixSeconds(clock.now());
  const lifetimeSeconds = ID_TOKEN_LIFETIME_SECONDS;
  return issuer.signIdToken(
    idTokenClaims({ email, uniqueId, issuer: openIdIssuer, audience, issuedAtSeconds, lifetimeSeconds }),
  );
}
