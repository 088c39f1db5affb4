import type { IncomingHttpHeaders } from 'node:http';
import { findIssuer, findSigningKey } from '../identity/account-signatures.ts';
import { ApiError, type ErrorInfo } from '../kernel/api-error.ts';
import { ANONYMOUS } from '../kernel/principals.ts';
import { toUnixSeconds } from '../kernel/timestamps.ts';
import { parseJwt, type UnverifiedJwt } from '../protocol/jwt/jwt.ts';
import { readSelfSigned } from '../protocol/oauth2/self-signed-jwt.ts';
import type { Listener } from './message.ts';
import type { Caller, Query } from './method.ts';
import type { Services } from './services.ts';

/** Who owns the data directory owns the cloud. */
export const OWNER_EMAIL = 'owner@accredit.local';

/** The owner has no credential that could be stolen: the private socket is the credential. */
const OWNER: Caller = { principal: { kind: 'user', email: OWNER_EMAIL }, scopes: undefined };

const NOBODY: Caller = { principal: ANONYMOUS, scopes: undefined };

const CHALLENGE = 'Bearer realm="https://accounts.google.com/"';

const EXPECTED =
  'Expected OAuth 2 access token, login cookie or other valid authentication credential. ' +
  'See https://developers.google.com/identity/sign-in/web/devconsole-project.';

/** What an authentication error names: the service and the method that were called. */
export interface CalledMethod {
  readonly service: string;
  readonly method: string;
}

/** What a request says of who sent it. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  readonly listener: Listener;
  readonly query: Query;
  /** The names of the API that is called; the first is its service. */
  readonly hosts: readonly string[];
}

/**
 * Says who a request is. It waits for nothing where the credential is an access token.
 *
 * @returns the anonymous caller where there is no credential at all
 * @throws {ApiError} `UNAUTHENTICATED` for a credential that is not good, whatever else holds; also as a rejection
 */
export function authenticate(
  request: Credentials,
  services: Services,
  called: CalledMethod,
): Caller | Promise<Caller> {
  const token = findToken(request.headers, request.query);
  if (token === undefined) return callerWithoutToken(request.listener);
  const verified = services.issuer.verifyAccessToken(token);
  if (verified.outcome === 'foreign') return authenticateSelfSigned(token, request, services);
  if (verified.outcome === 'expired') throw invalidCredentials(reasonInfo('ACCESS_TOKEN_EXPIRED', called));
  const { claims } = verified;
  const { principal } = claims;
  return {
    principal:
      principal.kind === 'serviceAccount'
        ? { kind: 'serviceAccount', email: principal.email, uniqueId: principal.uniqueId }
        : { kind: 'user', email: principal.email },
    scopes: claims.scopes,
    tokenId: claims.tokenId,
    grantId: claims.grantId,
    delegationChain: claims.delegationChain,
    ...(claims.instance === undefined ? {} : { instance: claims.instance }),
    ...(claims.boundary === undefined ? {} : { boundary: claims.boundary }),
  };
}

/** Says who sent a JWT that a service account signed for this API itself (AIP-4111). */
async function authenticateSelfSigned(
  token: string,
  request: Credentials,
  services: Services,
): Promise<Caller> {
  const jwt = parseJwt(token);
  const caller = jwt === undefined ? undefined : await findSigner(jwt, request, services);
  // Guess: one that has expired is refused like one that is not good in another way.
  if (caller === undefined) throw invalidCredentials();
  return caller;
}

async function findSigner(
  jwt: UnverifiedJwt,
  { hosts }: Credentials,
  { realClock, resources: { serviceAccounts } }: Services,
): Promise<Caller | undefined> {
  // Every library names its key (AIP-4111): without the name each key of the account would be tried.
  if (jwt.header.kid === undefined) return undefined;
  const nowMs = realClock.now();
  // What costs little comes first: to check a signature costs more than all else of a call.
  const grant = readSelfSigned(jwt.claims, toUnixSeconds(nowMs), originsOf(hosts));
  const account = grant && (await findIssuer(jwt, serviceAccounts));
  const key = account && (await findSigningKey(jwt, account, serviceAccounts, nowMs));
  if (grant === undefined || account === undefined || key === undefined) return undefined;
  const { email, uniqueId } = account;
  return {
    principal: { kind: 'serviceAccount', email, uniqueId },
    scopes: grant.scopes,
    grantId: `serviceAccountKeys/${key.keyId}`,
  };
}

/**
 * Google's names of the API. An address on loopback is none: whoever calls says which one he called, and what was signed
 * for another server of this machine would be good here.
 */
function originsOf(hosts: readonly string[]): ReadonlySet<string> {
  return new Set(hosts.map((host) => `https://${host}`));
}

/**
 * Checks that the account of a caller can act; who it is is known by then, also to the record of a call that is refused.
 *
 * @throws {ApiError} `UNAUTHENTICATED` for a service account that is disabled or deleted
 */
export async function assertInUse(
  { principal }: Caller,
  { resources }: Services,
  called: CalledMethod,
): Promise<void> {
  if (principal.kind !== 'serviceAccount' || (await isInUse(principal, resources))) return;
  throw invalidCredentials(reasonInfo('ACCOUNT_STATE_INVALID', called, { email: principal.email }));
}

/**
 * Says whether an account may be used: it is there, is not disabled, and its project is not gone.
 *
 * Guess: the account of a project whose deletion was asked for is good elsewhere until the project is gone.
 */
async function isInUse(
  { email, uniqueId }: { readonly email: string; readonly uniqueId: string },
  { serviceAccounts, projects }: Services['resources'],
): Promise<boolean> {
  if ((await serviceAccounts.stateOf(email, uniqueId)) !== 'active') return false;
  const projectId = await serviceAccounts.projectIdOf(email);
  if (projectId === undefined) return false;
  const isDeleted = (await projects.deletedNumberOf(projectId)) !== undefined;
  return !isDeleted || !(await projects.isSpent(projectId));
}

/** Says who a request without an access token is: the owner on the owner's socket, anybody elsewhere. */
export function callerWithoutToken(listener: Listener): Caller {
  return listener.kind === 'owner' ? OWNER : NOBODY;
}

/** The error of a call that needs a credential and has none (IAM notes 4.2). */
export function missingCredentials(called: CalledMethod): ApiError {
  return new ApiError(
    'UNAUTHENTICATED',
    `Request is missing required authentication credential. ${EXPECTED}`,
    {
      reason: 'required',
      legacyMessage: 'Login Required.',
      location: { type: 'header', name: 'Authorization' },
      info: reasonInfo('CREDENTIALS_MISSING', called),
      headers: { 'WWW-Authenticate': CHALLENGE },
    },
  );
}

/** The error of a credential that is not good; garbage has no details (IAM notes 4.2). */
function invalidCredentials(info?: ErrorInfo): ApiError {
  return new ApiError('UNAUTHENTICATED', `Request had invalid authentication credentials. ${EXPECTED}`, {
    reason: 'authError',
    legacyMessage: 'Invalid Credentials',
    location: { type: 'header', name: 'Authorization' },
    headers: { 'WWW-Authenticate': `${CHALLENGE}, error="invalid_token"` },
    ...(info === undefined ? {} : { info }),
  });
}

/** Guess: `method` is the Discovery id here; the name of the gRPC method is seen at Google for some (IAM notes 4.2). */
function reasonInfo(
  reason: string,
  called: CalledMethod,
  more: Readonly<Record<string, string>> = {},
): ErrorInfo {
  return {
    reason,
    domain: 'googleapis.com',
    metadata: { service: called.service, method: called.method, ...more },
  };
}

/**
 * Returns the access token of a request: `Authorization: Bearer`, else the query (RFC 6750 §2).
 *
 * The header wins over the query. The scheme's case does not matter (RFC 9110 §11.1). An `Authorization` header of
 * another scheme, or an empty one, is a credential that is not good, not a missing one.
 */
function findToken(headers: IncomingHttpHeaders, query: Query): string | undefined {
  const header = headers.authorization;
  if (header === undefined) return query.get('access_token') ?? query.get('oauth_token');
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
}
