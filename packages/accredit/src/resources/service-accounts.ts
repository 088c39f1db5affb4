import { randomDigits } from '../kernel/identifiers.ts';
import type { Clock, Random } from '../kernel/ports.ts';
import type { Policy } from '../protocol/iam/policies/policy.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import { DeletedServiceAccounts } from './deleted-service-accounts.ts';
import type { ServiceAccount } from './service-account.ts';
import { ServiceAccountKeys } from './service-account-keys.ts';
import { WatchedCache } from './watched-cache.ts';

export type { ServiceAccount } from './service-account.ts';

/** Whether tokens of an account are good. */
export type AccountState = 'active' | 'disabled' | 'deleted';

/** Digits of an account's unique id. */
const UNIQUE_ID_DIGITS = 21;

/** The service accounts of a cloud and their keys, found by e-mail address or unique id. */
export class ServiceAccounts {
  readonly #accounts: Collection<ServiceAccount>;
  /** E-mail address or unique id to project, since addresses do not always name it. */
  readonly #projectOf: Collection<{ readonly projectId: string; readonly email: string }>;
  readonly keys: ServiceAccountKeys;
  readonly deleted: DeletedServiceAccounts;
  readonly #clock: Clock;
  readonly #random: Random;
  /** What a token check asks on every call. */
  readonly #byEmail: WatchedCache<ServiceAccount | undefined>;

  constructor(store: Store, clock: Clock, random: Random) {
    this.#accounts = new Collection(store, 'serviceAccounts');
    this.#projectOf = new Collection(store, 'serviceAccountIndex');
    this.keys = new ServiceAccountKeys(store);
    this.deleted = new DeletedServiceAccounts(store, clock, this.keys);
    this.#clock = clock;
    this.#random = random;
    this.#byEmail = new WatchedCache(
      store,
      `${this.#accounts.prefix}/`,
      (key) => key.slice(key.lastIndexOf('/') + 1),
      async (email) => (await this.find(email))?.value,
    );
  }

  get(projectId: string, email: string): Promise<Stored<ServiceAccount> | undefined> {
    return this.#accounts.get(projectId, email);
  }

  /** Finds an account by its e-mail address or unique id, whatever its project. */
  async find(emailOrUniqueId: string): Promise<Stored<ServiceAccount> | undefined> {
    const place = await this.#projectOf.get(emailOrUniqueId);
    return place === undefined ? undefined : this.get(place.value.projectId, place.value.email);
  }

  list(projectId: string, page: PageRequest): Promise<Page<Stored<ServiceAccount>>> {
    return this.#accounts.list([projectId], page);
  }

  /** Says whether tokens of this account are good: it must be there, be the same one, and not be disabled. */
  async stateOf(email: string, uniqueId: string): Promise<AccountState> {
    const account = await this.#byEmail.get(email);
    if (account === undefined || account.uniqueId !== uniqueId) return 'deleted';
    return account.disabled ? 'disabled' : 'active';
  }

  /** Returns the id of the project that an account is in; `undefined` where there is no such account. */
  async projectIdOf(email: string): Promise<string | undefined> {
    return (await this.#byEmail.get(email))?.projectId;
  }

  /** Returns a new account record with an identifier of its own. */
  draft(projectId: string, email: string, displayName = '', description = ''): ServiceAccount {
    return {
      projectId,
      email,
      uniqueId: randomDigits(this.#random, UNIQUE_ID_DIGITS),
      displayName,
      description,
      disabled: false,
      createdAtMs: this.#clock.now(),
    };
  }

  /** The changes that write an account. */
  put(account: ServiceAccount): readonly Change[] {
    const place = { projectId: account.projectId, email: account.email };
    return [
      this.#accounts.put(account, account.projectId, account.email),
      this.#projectOf.put(place, account.email),
      this.#projectOf.put(place, account.uniqueId),
    ];
  }

  /** Returns the unique ids of the accounts that changes write, by address. */
  bornIn(changes: readonly Change[]): ReadonlyMap<string, string> {
    const prefix = `${this.#accounts.prefix}/`;
    const accounts = changes.flatMap(({ key, value }) =>
      // Records under this prefix are written by `put` alone.
      key.startsWith(prefix) && value !== undefined ? [value as unknown as ServiceAccount] : [],
    );
    return new Map(accounts.map(({ email, uniqueId }) => [email, uniqueId]));
  }

  /** The changes that remove an account for good, and its keys with it. */
  async remove(account: ServiceAccount): Promise<readonly Change[]> {
    return [...this.#removal(account), ...(await this.keys.removeAll(account.uniqueId))];
  }

  /**
   * The changes that delete an account in such a way that it can be undeleted. Its keys stay, and are nobody's until
   * then.
   *
   * @param policy - its own allow policy as it is kept, which is the caller's to remove; `undefined` where it has none
   */
  async delete(account: ServiceAccount, policy: Policy | undefined): Promise<readonly Change[]> {
    return [...this.#removal(account), ...(await this.deleted.put(account, policy))];
  }

  #removal({ projectId, email, uniqueId }: ServiceAccount): readonly Change[] {
    return [
      this.#accounts.remove(projectId, email),
      this.#projectOf.remove(email),
      this.#projectOf.remove(uniqueId),
    ];
  }

  /** Holds where the account was last written at this revision; 0 where there must be none. */
  at(revision: number, projectId: string, email: string): Precondition {
    return this.#accounts.at(revision, projectId, email);
  }
}

/** Returns `ID@PROJECT.iam.gserviceaccount.com`. */
export function userManagedEmail(accountId: string, projectId: string): string {
  // A domain-scoped project `example.com:p` gives `ID@p.example.com.iam.gserviceaccount.com`.
  const [first = '', second] = projectId.split(':');
  const host = second === undefined ? first : `${second}.${first}`;
  return `${accountId}@${host}.iam.gserviceaccount.com`;
}

/** Returns the address of a project's default Compute Engine account. */
export function computeDefaultEmail(projectNumber: string): string {
  return `${projectNumber}-compute@developer.gserviceaccount.com`;
}
