import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Stored } from './collection.ts';

/** What a key is, where IAM has a name for it (IAM notes 1.8). */
export type KeyAlgorithm = 'KEY_ALG_RSA_1024' | 'KEY_ALG_RSA_2048';

/** Why a key was disabled. */
export const KEY_DISABLE_REASONS = [
  'SERVICE_ACCOUNT_KEY_DISABLE_REASON_USER_INITIATED',
  'SERVICE_ACCOUNT_KEY_DISABLE_REASON_EXPOSED',
  'SERVICE_ACCOUNT_KEY_DISABLE_REASON_COMPROMISE_DETECTED',
] as const;

/** A key that users hold for a service account: its public half. The private half leaves once and is not kept. */
export interface ServiceAccountKey {
  /** 40 hexadecimal digits; the `kid` of what it signs. */
  readonly keyId: string;
  readonly email: string;
  /** Of the account: a later one of the same address does not have this key. */
  readonly uniqueId: string;
  /** Absent for an uploaded key of a size that IAM has no name for. */
  readonly algorithm?: KeyAlgorithm;
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKeyPem: string;
  /** The certificate that an uploaded key came in, PEM. */
  readonly certificatePem?: string;
  readonly validAfterMs: number;
  /** When an uploaded key ends; absent for one that does not end by itself. */
  readonly validBeforeMs?: number;
  readonly origin: 'GOOGLE_PROVIDED' | 'USER_PROVIDED';
  readonly disabled: boolean;
  /** Why it was disabled last; absent where it never was. */
  readonly disableReason?: (typeof KEY_DISABLE_REASONS)[number];
}

/** Keys that users may hold for one account (IAM quotas). */
export const USER_KEY_LIMIT = 10;

/**
 * The keys that users hold for the service accounts of a cloud, by the unique id of the account, so that those of a
 * deleted account are nobody else's.
 */
export class ServiceAccountKeys {
  readonly #keys: Collection<ServiceAccountKey>;
  /** The newest key of an account, so that of two that are made at once for the last place one is too many. */
  readonly #newest: Collection<{ readonly keyId: string }>;

  constructor(store: Store) {
    this.#keys = new Collection(store, 'serviceAccountKeys');
    this.#newest = new Collection(store, 'newestServiceAccountKeys');
  }

  get(uniqueId: string, keyId: string): Promise<Stored<ServiceAccountKey> | undefined> {
    return this.#keys.get(uniqueId, keyId);
  }

  /** Returns the keys of an account, at most `USER_KEY_LIMIT`. */
  async list(uniqueId: string): Promise<readonly ServiceAccountKey[]> {
    const page = await this.#keys.list([uniqueId], { limit: USER_KEY_LIMIT });
    return page.items.map(({ value }) => value);
  }

  /** The change that writes a key. */
  put(key: ServiceAccountKey): Change {
    return this.#keys.put(key, key.uniqueId, key.keyId);
  }

  /** The change that removes a key. */
  remove({ uniqueId, keyId }: ServiceAccountKey): Change {
    return this.#keys.remove(uniqueId, keyId);
  }

  /** Holds where the key was last written at this revision. */
  at(revision: number, { uniqueId, keyId }: ServiceAccountKey): Precondition {
    return this.#keys.at(revision, uniqueId, keyId);
  }

  /** The changes that write a new key, which is to be written only where nobody made another one meanwhile. */
  add(key: ServiceAccountKey): readonly Change[] {
    return [this.put(key), this.#newest.put({ keyId: key.keyId }, key.uniqueId)];
  }

  /** Holds as long as nobody adds a key to an account. Ask for it before looking at the keys. */
  async whileNoneIsAdded(uniqueId: string): Promise<Precondition> {
    return this.#newest.at((await this.#newest.get(uniqueId))?.revision ?? 0, uniqueId);
  }

  /** The changes that remove all keys of an account. */
  async removeAll(uniqueId: string): Promise<readonly Change[]> {
    const keys = await this.list(uniqueId);
    return [...keys.map((key) => this.remove(key)), this.#newest.remove(uniqueId)];
  }
}

/**
 * Says whether what a key signs is good.
 *
 * @param realMs - real time, as the certificate of an uploaded key means it; Unix milliseconds
 */
export function isKeyGood(key: ServiceAccountKey, realMs: number): boolean {
  if (key.disabled) return false;
  return key.validBeforeMs === undefined || (key.validAfterMs <= realMs && realMs < key.validBeforeMs);
}
