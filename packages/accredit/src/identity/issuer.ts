import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';
import { randomHex } from '../kernel/identifiers.ts';
import type { Clock, Random } from '../kernel/ports.ts';
import { DAY_MS, HOUR_MS, toUnixSeconds } from '../kernel/timestamps.ts';
import { signJwt } from '../protocol/jwt/jwt.ts';
import {
  type AccessTokenClaims,
  type AccessTokenKey,
  KEY_ID_LENGTH,
  openAccessToken,
  sealAccessToken,
} from '../protocol/tokens/access-token.ts';
import type { Json, Store } from '../store/store.ts';
import { type KeyKind, KeyRing } from './key-ring.ts';

/** Lifetime of an access token where nobody says otherwise. */
export const DEFAULT_TOKEN_LIFETIME_SECONDS = 3600;

/** The longest lifetime that an access token may have (IAM quotas: 12 hours, by organization policy). */
export const TOKEN_LIFETIME_LIMIT_SECONDS = 43_200;

/** Lifetime of an OpenID token (metadata notes 9.4.5). */
export const ID_TOKEN_LIFETIME_SECONDS = 3600;

/** How long a key seals access tokens. */
const ACCESS_TOKEN_KEY_PERIOD_MS = 7 * DAY_MS;

/** How long a key signs OpenID tokens: system-managed keys sign for at most two weeks (IAM notes 1.8). */
const SIGNING_KEY_PERIOD_MS = 14 * DAY_MS;

/** Bytes of an HMAC-SHA256 key: as many as the digest has (RFC 2104 §3). */
const HMAC_KEY_BYTES = 32;

/** Who a fresh token speaks for and what it carries. */
export type TokenRequest = Pick<
  AccessTokenClaims,
  'grantId' | 'principal' | 'scopes' | 'instance' | 'boundary'
> & {
  /** Default 3600, at most 43200. */
  readonly lifetimeSeconds?: number;
  /** How long ago its life began; default 0, at most 43200. A token that is as old as its lifetime has expired. */
  readonly issuedSecondsAgo?: number;
  readonly delegationChain?: readonly string[];
};

/** A fresh access token. */
export interface IssuedToken {
  readonly token: string;
  /** Unix milliseconds of the cloud's clock. */
  readonly expiresAtMs: number;
}

/** What a token turned out to be. */
export type VerifiedToken =
  | { readonly outcome: 'good'; readonly claims: AccessTokenClaims }
  | { readonly outcome: 'expired'; readonly claims: AccessTokenClaims }
  | { readonly outcome: 'foreign' };

/** An RSA key pair that signs OpenID tokens. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A public key that verifies OpenID tokens. */
export interface PublishedKey {
  readonly id: string;
  readonly publicKey: KeyObject;
  /** From when it signs; Unix milliseconds of the cloud's clock. */
  readonly activeFromMs: number;
}

/** The authority that gives out tokens and says what a token is. */
export class Issuer {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #accessTokenKeys: KeyRing<AccessTokenKey>;
  readonly #openSigningKeys: () => Promise<KeyRing<SigningKey>>;
  #signingKeys: Promise<KeyRing<SigningKey>> | undefined;

  private constructor(clock: Clock, random: Random, keys: KeyRing<AccessTokenKey>, store: Store) {
    this.#clock = clock;
    this.#random = random;
    this.#accessTokenKeys = keys;
    this.#openSigningKeys = () => KeyRing.open(store, clock, signingKeyKind(random));
  }

  /** Opens the authority of a store, with the keys that it holds. */
  static async open(store: Store, clock: Clock, random: Random): Promise<Issuer> {
    const keys = await KeyRing.open(store, clock, accessTokenKeyKind(random));
    return new Issuer(clock, random, keys, store);
  }

  /**
   * Returns a fresh access token. Never waits: the key is in memory and in the store.
   *
   * @throws {RangeError} for a lifetime outside 1 to 43200 seconds, or an age outside 0 to 43200; callers check theirs first
   */
  mintAccessToken(request: TokenRequest): IssuedToken {
    const lifetimeSeconds = request.lifetimeSeconds ?? DEFAULT_TOKEN_LIFETIME_SECONDS;
    if (!(lifetimeSeconds >= 1 && lifetimeSeconds <= TOKEN_LIFETIME_LIMIT_SECONDS)) {
      throw new RangeError('A token lives 1 to 43200 seconds.');
    }
    const { issuedSecondsAgo = 0 } = request;
    if (!(issuedSecondsAgo >= 0 && issuedSecondsAgo <= TOKEN_LIFETIME_LIMIT_SECONDS)) {
      throw new RangeError('A token was issued 0 to 43200 seconds ago.');
    }
    const issuedAt = toUnixSeconds(this.#clock.now()) - issuedSecondsAgo;
    const expiresAt = issuedAt + lifetimeSeconds;
    const claims: AccessTokenClaims = {
      tokenId: randomHex(this.#random, 8),
      grantId: request.grantId,
      principal: request.principal,
      scopes: request.scopes,
      issuedAt,
      expiresAt,
      delegationChain: request.delegationChain ?? [],
      ...(request.instance === undefined ? {} : { instance: request.instance }),
      ...(request.boundary === undefined ? {} : { boundary: request.boundary }),
    };
    return {
      token: sealAccessToken(claims, this.#accessTokenKeys.signing().key),
      expiresAtMs: expiresAt * 1000,
    };
  }

  /** Says what an access token is. No look-up: whether its account is still good is the caller's next question. */
  verifyAccessToken(token: string): VerifiedToken {
    const claims = openAccessToken(token, (keyId) => this.#accessTokenKeys.find(keyId)?.key);
    if (claims === undefined) return { outcome: 'foreign' };
    return { outcome: claims.expiresAt <= toUnixSeconds(this.#clock.now()) ? 'expired' : 'good', claims };
  }

  /** Returns an OpenID token over the claims, signed with the key that signs now. */
  async signIdToken(claims: Readonly<Record<string, unknown>>): Promise<string> {
    const { id, key } = (await this.#signing()).signing();
    return signJwt(claims, { id, privateKey: key.privateKey });
  }

  /** Returns the public keys that verify OpenID tokens, oldest first; the last may not have begun to sign. */
  async publicKeys(): Promise<readonly PublishedKey[]> {
    const keys = (await this.#signing()).all();
    return keys.map(({ id, key, activeFromMs }) => ({ id, publicKey: key.publicKey, activeFromMs }));
  }

  /**
   * Returns the RS256 signature of one of these keys over bytes: for certificates, which publish the keys anew.
   *
   * @throws {RangeError} for a key that is not one of `publicKeys()`
   */
  async signBytes(keyId: string, bytes: Uint8Array): Promise<Buffer> {
    const found = (await this.#signing()).find(keyId);
    if (found === undefined) throw new RangeError('No such signing key.');
    return sign('RSA-SHA256', bytes, found.key.privateKey);
  }

  /**
   * Makes the keys that are due: the first pair for OpenID tokens, so that nobody waits for it, and after the cloud's
   * time was moved, those that are next.
   */
  async prepare(): Promise<void> {
    await (await this.#signing()).maintain();
    await this.#accessTokenKeys.maintain();
  }

  #signing(): Promise<KeyRing<SigningKey>> {
    this.#signingKeys ??= this.#openSigningKeys();
    return this.#signingKeys;
  }
}

function accessTokenKeyKind(random: Random): KeyKind<AccessTokenKey> {
  return {
    prefix: 'keys/accessTokens',
    periodMs: ACCESS_TOKEN_KEY_PERIOD_MS,
    overlapMs: TOKEN_LIFETIME_LIMIT_SECONDS * 1000,
    async make() {
      const id = random.bytes(KEY_ID_LENGTH).toString('base64url').slice(0, KEY_ID_LENGTH);
      return { id, key: { id, secret: createSecretKey(random.bytes(HMAC_KEY_BYTES)) } };
    },
    write: ({ secret }) => Buffer.from(secret.export()).toString('base64'),
    read: (id, value) => ({ id, secret: createSecretKey(Buffer.from(readText(value), 'base64')) }),
  };
}

/** Keys are stored as text; anything else was not written by us. */
function readText(value: Json): string {
  if (typeof value !== 'string') throw new TypeError('A stored key is not text.');
  return value;
}

const generateRsaKeyPair = promisify(generateKeyPair);

function signingKeyKind(random: Random): KeyKind<SigningKey> {
  return {
    prefix: 'keys/openId',
    periodMs: SIGNING_KEY_PERIOD_MS,
    overlapMs: 6 * HOUR_MS + ID_TOKEN_LIFETIME_SECONDS * 1000,
    async make() {
      const { privateKey, publicKey } = await generateRsaKeyPair('rsa', { modulusLength: 2048 });
      return { id: randomHex(random, 20), key: { privateKey, publicKey } };
    },
    write: ({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'pem' }),
    read: (_, value) => {
      const privateKey = createPrivateKey(readText(value));
      return { privateKey, publicKey: createPublicKey(privateKey) };
    },
  };
}
