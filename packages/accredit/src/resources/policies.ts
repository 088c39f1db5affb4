import type { Clock } from '../kernel/ports.ts';
import { projectName, type ResourceName } from '../kernel/resource-names.ts';
import {
  type CompiledPolicy,
  compilePolicy,
  EMPTY_POLICY,
  type Policy,
} from '../protocol/iam/policies/policy.ts';
import { concurrentPolicyChange, type PolicyWrite } from '../protocol/iam/policies/policy-json.ts';
import { parseCustomRoleName } from '../protocol/iam/roles/role-names.ts';
import { type Change, type Precondition, PreconditionFailed, type Store } from '../store/store.ts';
import { Collection, type Stored } from './collection.ts';
import type { FoundResource } from './found-resource.ts';
import type { PolicyConditions } from './policy-conditions.ts';
import type { Roles } from './roles.ts';
import type { NewAccounts, StoredMembers } from './stored-members.ts';
import { Turns } from './turns.ts';
import { WatchedCache } from './watched-cache.ts';

/** What policies need beside the store. */
export interface PolicyParts {
  readonly roles: Roles;
  readonly conditions: PolicyConditions;
  readonly storedMembers: StoredMembers;
}

/**
 * The allow policies of a cloud, one entry a resource, compiled once and kept until the watch says otherwise.
 *
 * Deviation: a change holds from the next call on, where Google takes seconds to minutes; pinned by 'a policy is read,
 * changed as gcloud does it, and holds from then on'. `--propagation-delay` imitates it.
 */
export class Policies {
  readonly #policies: Collection<Policy>;
  readonly #store: Store;
  readonly #parts: PolicyParts;
  readonly #compiled: WatchedCache<CompiledPolicy>;
  /** The custom roles that compiled policies give; those of policies that give none are left out. */
  readonly #customRoles = new Map<ResourceName, ReadonlySet<string>>();
  /** For those who read a policy and write what becomes of it. */
  readonly #turns = new Turns();
  /** The names of the managed folders with a policy, by bucket. */
  readonly #managedFolders: WatchedCache<readonly string[]>;

  constructor(store: Store, parts: PolicyParts) {
    this.#store = store;
    this.#parts = parts;
    this.#policies = new Collection(store, 'iamPolicies');
    const prefix = `${this.#policies.prefix}/`;
    this.#compiled = new WatchedCache(
      store,
      prefix,
      (key) => key.slice(prefix.length),
      (resource) => this.#compile(resource),
    );
    parts.roles.watch((roles) => this.#compiled.forget(this.#namersOf(new Set(roles))));
    const buckets = `${prefix}${projectName('_')}/buckets/`;
    this.#managedFolders = new WatchedCache(
      store,
      buckets,
      (key) => key.slice(buckets.length).split('/', 1)[0] ?? '',
      (bucket) => this.#listManagedFolders(`${projectName('_')}/buckets/${bucket}/managedFolders`),
    );
  }

  /** Returns the policy of a resource as people see it; an unset one is empty and has revision 0. */
  async get(resource: ResourceName): Promise<Stored<Policy>> {
    const stored = await this.getStored(resource);
    return { ...stored, value: await this.#parts.storedMembers.open(stored.value) };
  }

  /** Returns the policy of a resource as it is kept, with the unique ids of its members, for `putStored` alone. */
  async getStored(resource: ResourceName): Promise<Stored<Policy>> {
    return (await this.#policies.get(resource)) ?? { value: EMPTY_POLICY, revision: 0 };
  }

  /** Returns a policy that a decision looked at as people see it. */
  open(policy: Policy): Promise<Policy> {
    return this.#parts.storedMembers.open(policy);
  }

  /** Returns the policy ready for decisions. */
  compiled(resource: ResourceName): Promise<CompiledPolicy> {
    return this.#compiled.get(resource);
  }

  /** Returns the names of a bucket's managed folders that have a policy; each ends with a slash. */
  managedFoldersOf(bucket: string): Promise<readonly string[]> {
    return this.#managedFolders.get(bucket);
  }

  async #listManagedFolders(place: ResourceName): Promise<readonly string[]> {
    const names: string[] = [];
    let after: string | undefined;
    do {
      const { items, next } = await this.#policies.listNames([place], { limit: 500, after });
      names.push(...items);
      after = next;
    } while (after !== undefined);
    return names;
  }

  async #compile(resource: ResourceName): Promise<CompiledPolicy> {
    const { value: policy } = await this.getStored(resource);
    // Before the roles are read: one that changes meanwhile makes stale what was read.
    this.#noteCustomRoles(resource, policy);
    return this.#compilePolicy(resource, policy);
  }

  async #compilePolicy(resource: ResourceName, policy: Policy): Promise<CompiledPolicy> {
    const { roles, conditions } = this.#parts;
    const names = policy.bindings.map(({ role }) => role);
    const [found, compileCondition] = await Promise.all([
      roles.findAll(names),
      conditions.compilerFor(policy.bindings.map(({ condition }) => condition)),
    ]);
    return compilePolicy(resource, policy, {
      findRole: (name) => found.get(name),
      dormantRoles: await roles.findDormant(names.filter((name) => !found.has(name))),
      ...(compileCondition === undefined ? {} : { compileCondition }),
    });
  }

  #noteCustomRoles(resource: ResourceName, { bindings }: Policy): void {
    const roles = bindings.map(({ role }) => role).filter((role) => parseCustomRoleName(role) !== undefined);
    if (roles.length === 0) this.#customRoles.delete(resource);
    else this.#customRoles.set(resource, new Set(roles));
  }

  /** Finds the resources whose compiled policies give one of these roles. */
  #namersOf(roles: ReadonlySet<string>): readonly ResourceName[] {
    return [...this.#customRoles].filter(([, given]) => !given.isDisjointFrom(roles)).map(([name]) => name);
  }

  /**
   * Reads what is there, says what is to be there, and writes that, on the condition that nobody wrote in between, and that
   * the resource is still there.
   *
   * @param found - the resource; one that went has no policy, and a later one of its name is another's
   * @param plan - is asked again where somebody did, unless the caller named the revision that it read
   * @returns the policy as it is then
   * @throws {ApiError} `ABORTED` when it has moved on since the caller read it; what the resource answers once it is gone
   */
  async change(
    found: FoundResource,
    plan: (before: Policy) => Promise<PolicyWrite>,
  ): Promise<Stored<Policy>> {
    try {
      return await this.#turns.run(found.resource, () => this.#changeOnce(found, plan));
    } catch (error) {
      throw error instanceof PreconditionFailed ? concurrentPolicyChange() : error;
    }
  }

  async #changeOnce(
    { resource, stillThere }: FoundResource,
    plan: (before: Policy) => Promise<PolicyWrite>,
  ): Promise<Stored<Policy>> {
    const isThere = await stillThere();
    const before = await this.get(resource);
    const { policy, expectedRevision } = await plan(before.value);
    if (expectedRevision !== undefined && expectedRevision !== before.revision)
      throw concurrentPolicyChange();
    const change = await this.put(resource, policy);
    const revision = await this.#store.commit([change], [this.at(before.revision, resource), isThere]);
    return { value: policy, revision };
  }

  /**
   * The change that writes a policy; every write moves its revision, also one that changes nothing.
   *
   * @param born - accounts that the same commit makes
   */
  async put(resource: ResourceName, policy: Policy, born?: NewAccounts): Promise<Change> {
    return this.#policies.put(await this.#parts.storedMembers.seal(policy, born), resource);
  }

  /**
   * The changes that write the policy which a resource is born with: nothing of an earlier one's of its name holds on, and
   * this one is in force at once, also where changes are not (`--propagation-delay`).
   *
   * @param born - accounts that the same commit makes
   */
  async putFirst(resource: ResourceName, policy: Policy, born?: NewAccounts): Promise<readonly Change[]> {
    return [this.remove(resource), await this.put(resource, policy, born)];
  }

  /** The change that puts a policy back that was kept as it was: who has a member's address now has no part in it. */
  putStored(resource: ResourceName, policy: Policy): Change {
    return this.#policies.put(policy, resource);
  }

  /** The change that removes the policy of a resource that goes, or comes without one; it is in force at once. */
  remove(resource: ResourceName): Change {
    return this.#policies.remove(resource);
  }

  /** Holds where the policy was last written at this revision; 0 where it is unset. */
  at(revision: number, resource: ResourceName): Precondition {
    return this.#policies.at(revision, resource);
  }

  /** Says from when on the policy that is stored is in force (Unix milliseconds); `undefined` where it is. */
  inForceFromMs(resource: ResourceName): number | undefined {
    return this.#compiled.comingFromMs(resource);
  }

  /** Shows each change a while after it was made, from now on; resources come and go with their policies at once. */
  async lagBehind(clock: Clock, delayMs: number): Promise<void> {
    const absent = (resource: ResourceName) =>
      compilePolicy(resource, EMPTY_POLICY, { findRole: () => undefined });
    // A policy lags, a role does not: what it gives is in force with every policy at once.
    const remake = ({ resource, policy }: CompiledPolicy) => this.#compilePolicy(resource, policy);
    await this.#compiled.lagBehind({ clock, delayMs, absent, removesAtOnce: true, remake }, this.#names());
  }

  async *#names(): AsyncGenerator<ResourceName> {
    let after: string | undefined;
    do {
      const { items, next } = await this.#policies.listNames([], { limit: 500, after });
      yield* items;
      after = next;
    } while (after !== undefined);
  }
}
