import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { AccessBoundaryRule } from '../iam/boundaries/boundary.ts';

/** What every access token of Google's begins with; log scanners and clients know it. */
const ACCESS_TOKEN_PREFIX = 'ya29.c.';

/** Characters of a key id inside a token; fixed, so that reading a token needs no search. */
export const KEY_ID_LENGTH = 8;

/** Tokens longer than this are refused unread. Ordinary ones stay under 1,024 characters. */
export const TOKEN_LENGTH_LIMIT = 8192;

/** First member of the payload; another number is another form. */
const VERSION = 1;

/** Scopes are written without this, which nearly all of them begin with. */
const SCOPE_PREFIX = 'https://www.googleapis.com/auth/';

/** Who a token speaks for. */
export interface TokenPrincipal {
  readonly kind: 'user' | 'serviceAccount';
  readonly email: string;
  /** Never reused, so that a token dies with its account and does not revive with a namesake. */
  readonly uniqueId: string;
}

/** All that an access token says. It is authenticated, not encrypted: nothing in it is secret. */
export interface AccessTokenClaims {
  /** Names this token, for revocation. */
  readonly tokenId: string;
  /** Names the grant that it came from (a key, a refresh token, an instance's account), for revocation. */
  readonly grantId: string;
  readonly principal: TokenPrincipal;
  readonly scopes: readonly string[];
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds; the token is dead from this second on. */
  readonly expiresAt: number;
  /** Service accounts that stood between the first caller and the principal, outermost first. */
  readonly delegationChain: readonly string[];
  /** Resource name of the instance whose metadata server gave it out. */
  readonly instance?: string;
  /** What it is confined to: the rules of a Credential Access Boundary. */
  readonly boundary?: readonly AccessBoundaryRule[];
}

/** A key that authenticates access tokens: HMAC-SHA256 (RFC 2104). */
export interface AccessTokenKey {
  /** `KEY_ID_LENGTH` characters of the base64url alphabet. */
  readonly id: string;
  readonly secret: KeyObject;
}

/** Returns the token: prefix, key id, payload, a dot, and the MAC over all before the dot. */
export function sealAccessToken(claims: AccessTokenClaims, key: AccessTokenKey): string {
  const { principal } = claims;
  const payload = [
    VERSION,
    claims.tokenId,
    claims.grantId,
    principal.kind === 'user' ? 0 : 1,
    principal.email,
    principal.uniqueId,
    claims.scopes.map(shortenScope),
    claims.issuedAt,
    claims.expiresAt,
    claims.delegationChain,
    claims.instance ?? null,
    ...(claims.boundary === undefined ? [] : [claims.boundary]),
  ];
  const signed = ACCESS_TOKEN_PREFIX + key.id + Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${signed}.${authenticate(signed, key.secret)}`;
}

/**
 * Returns what a token says, if one of the keys authenticated it.
 *
 * Expiry is not checked here: this rule knows no clock.
 *
 * @param findKey - gives the key of an id, `undefined` for an unknown one
 * @returns `undefined` for anything that we did not seal, to the last character
 */
export function openAccessToken(
  token: string,
  findKey: (keyId: string) => AccessTokenKey | undefined,
): AccessTokenClaims | undefined {
  if (token.length > TOKEN_LENGTH_LIMIT || !token.startsWith(ACCESS_TOKEN_PREFIX)) return undefined;
  const dot = token.lastIndexOf('.');
  const payloadStart = ACCESS_TOKEN_PREFIX.length + KEY_ID_LENGTH;
  if (dot <= payloadStart) return undefined;
  const key = findKey(token.slice(ACCESS_TOKEN_PREFIX.length, payloadStart));
  if (key === undefined) return undefined;
  const expected = authenticate(token.slice(0, dot), key.secret);
  if (!equalTexts(expected, token.slice(dot + 1))) return undefined;
  return readPayload(token.slice(payloadStart, dot));
}

function authenticate(signed: string, secret: KeyObject): string {
  return createHmac('sha256', secret).update(signed).digest('base64url');
}

/** Compares in a time that does not depend on where the texts differ. As text: base64 has several spellings. */
function equalTexts(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

type Payload = [
  number,
  string,
  string,
  0 | 1,
  string,
  string,
  readonly string[],
  number,
  number,
  readonly string[],
  string | null,
  (readonly AccessBoundaryRule[])?,
];

function readPayload(encoded: string): AccessTokenClaims | undefined {
  // Authenticated just now: it is JSON of ours. An older or newer form has another version.
  const payload = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as Payload;
  if (payload[0] !== VERSION) return undefined;
  const [, tokenId, grantId, kind, email, uniqueId, scopes, issuedAt, expiresAt, ...rest] = payload;
  const [delegationChain, instance, boundary] = rest;
  return {
    tokenId,
    grantId,
    principal: { kind: kind === 0 ? 'user' : 'serviceAccount', email, uniqueId },
    scopes: scopes.map(restoreScope),
    issuedAt,
    expiresAt,
    delegationChain,
    ...(instance === null ? {} : { instance }),
    ...(boundary === undefined ? {} : { boundary }),
  };
}

/** `cloud-platform` for the full URL; anything else behind a `!`, so that the two never meet. */
function shortenScope(scope: string): string {
  return scope.startsWith(SCOPE_PREFIX) ? scope.slice(SCOPE_PREFIX.length) : `!${scope}`;
}

function restoreScope(short: string): string {
  return short.startsWith('!') ? short.slice(1) : SCOPE_PREFIX + short;
}
