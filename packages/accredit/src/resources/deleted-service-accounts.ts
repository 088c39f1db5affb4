import type { Clock } from '../kernel/ports.ts';
import { DAY_MS } from '../kernel/timestamps.ts';
import type { Policy } from '../protocol/iam/policies/policy.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Stored } from './collection.ts';
import type { ServiceAccount } from './service-account.ts';
import type { ServiceAccountKeys } from './service-account-keys.ts';

/** A service account that was deleted and can come back. */
export interface DeletedServiceAccount {
  readonly account: ServiceAccount;
  /** Its own allow policy, as it was kept; absent where it had none. */
  readonly policy?: Policy;
  readonly deletedAtMs: number;
}

/** How long a deleted account can be undeleted (IAM notes 1.8). */
export const UNDELETE_PERIOD_MS = 30 * DAY_MS;

/** Accounts past their time that each deletion takes away: more than one, so that they do not pile up. */
const EXPIRED_AT_ONCE = 2;

/** Digits of a time in a key, so that the order of bytes is that of times until the year 33658. */
const TIME_DIGITS = 15;

/** The deleted service accounts of a cloud, by unique id. Their keys stay where they are. */
export class DeletedServiceAccounts {
  readonly #deleted: Collection<DeletedServiceAccount>;
  /** Unique ids, in the order of deletion. */
  readonly #byTime: Collection<string>;
  readonly #clock: Clock;
  readonly #keys: ServiceAccountKeys;

  constructor(store: Store, clock: Clock, keys: ServiceAccountKeys) {
    this.#deleted = new Collection(store, 'deletedServiceAccounts');
    this.#byTime = new Collection(store, 'serviceAccountDeletions');
    this.#clock = clock;
    this.#keys = keys;
  }

  /** Finds a deleted account by its unique id; one past its time is gone. */
  async find(uniqueId: string): Promise<Stored<DeletedServiceAccount> | undefined> {
    const found = await this.#deleted.get(uniqueId);
    return found === undefined || this.#isExpired(found.value) ? undefined : found;
  }

  /** Finds of the deleted accounts that had an address the one that went last; for questions alone, as it reads all. */
  async newestOf(email: string): Promise<DeletedServiceAccount | undefined> {
    let newest: DeletedServiceAccount | undefined;
    for await (const { value } of this.#deleted.all()) {
      if (value.account.email !== email || this.#isExpired(value)) continue;
      if (newest === undefined || value.deletedAtMs >= newest.deletedAtMs) newest = value;
    }
    return newest;
  }

  /** The changes that keep an account which is deleted now. Some of those that are past their time go for good. */
  async put(account: ServiceAccount, policy: Policy | undefined): Promise<readonly Change[]> {
    const deletedAtMs = this.#clock.now();
    const deleted = { account, deletedAtMs, ...(policy === undefined ? {} : { policy }) };
    return [
      ...(await this.#removalOfExpired()),
      this.#deleted.put(deleted, account.uniqueId),
      this.#byTime.put(account.uniqueId, placeOf(deleted)),
    ];
  }

  /** The changes that forget a deleted account. */
  remove(deleted: DeletedServiceAccount): readonly Change[] {
    return [this.#deleted.remove(deleted.account.uniqueId), this.#byTime.remove(placeOf(deleted))];
  }

  /** Holds where the deleted account was last written at this revision. */
  at(revision: number, { account }: DeletedServiceAccount): Precondition {
    return this.#deleted.at(revision, account.uniqueId);
  }

  async #removalOfExpired(): Promise<readonly Change[]> {
    const oldest = await this.#byTime.list([], { limit: EXPIRED_AT_ONCE });
    const changes = await Promise.all(oldest.items.map(({ value }) => this.#removalOf(value)));
    return changes.flat();
  }

  async #removalOf(uniqueId: string): Promise<readonly Change[]> {
    const found = await this.#deleted.get(uniqueId);
    if (found === undefined || !this.#isExpired(found.value)) return [];
    return [...this.remove(found.value), ...(await this.#keys.removeAll(uniqueId))];
  }

  #isExpired({ deletedAtMs }: DeletedServiceAccount): boolean {
    return this.#clock.now() >= deletedAtMs + UNDELETE_PERIOD_MS;
  }
}

function placeOf({ account, deletedAtMs }: DeletedServiceAccount): string {
  return `${String(deletedAtMs).padStart(TIME_DIGITS, '0')}-${account.uniqueId}`;
}
