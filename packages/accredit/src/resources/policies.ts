import type { ResourceName } from '../kernel/resource-names.ts';
import {
  type CompiledPolicy,
  compilePolicy,
  EMPTY_POLICY,
  type FindRole,
  type Policy,
} from '../protocol/iam/policy.ts';
import { concurrentPolicyChange, type PolicyWrite } from '../protocol/iam/policy-json.ts';
import { type Change, type Precondition, PreconditionFailed, type Store } from '../store/store.ts';
import { Collection, type Stored } from './collection.ts';
import { WatchedCache } from './watched-cache.ts';

/**
 * The allow policies of a cloud, one entry a resource, compiled once and kept until the watch says otherwise.
 *
 * Deviation: a change holds from the next call on, where Google takes seconds to minutes; pinned by 'a policy is read,
 * changed as gcloud does it, and holds from then on'.
 */
export class Policies {
  readonly #policies: Collection<Policy>;
  readonly #store: Store;
  readonly #compiled: WatchedCache<CompiledPolicy>;

  constructor(store: Store, findRole: FindRole) {
    this.#store = store;
    this.#policies = new Collection(store, 'iamPolicies');
    const prefix = `${this.#policies.prefix}/`;
    this.#compiled = new WatchedCache(
      store,
      prefix,
      (key) => key.slice(prefix.length),
      async (resource) => compilePolicy(resource, (await this.get(resource)).value, findRole),
    );
  }

  /** Returns the policy of a resource; an unset one is empty and has revision 0. */
  async get(resource: ResourceName): Promise<Stored<Policy>> {
    return (await this.#policies.get(resource)) ?? { value: EMPTY_POLICY, revision: 0 };
  }

  /** Returns the policy ready for decisions. */
  compiled(resource: ResourceName): Promise<CompiledPolicy> {
    return this.#compiled.get(resource);
  }

  /**
   * Writes a policy, on the condition that nobody did since the caller read it.
   *
   * @param expectedRevision - `undefined` writes whatever is there
   * @returns the revision of the new policy
   * @throws {ApiError} `ABORTED` when it has moved on
   */
  async write(resource: ResourceName, { policy, expectedRevision }: PolicyWrite): Promise<number> {
    const preconditions = expectedRevision === undefined ? [] : [this.at(expectedRevision, resource)];
    try {
      return await this.#store.commit([this.put(resource, policy)], preconditions);
    } catch (error) {
      throw error instanceof PreconditionFailed ? concurrentPolicyChange() : error;
    }
  }

  /** The change that writes a policy; every write moves its revision, also one that changes nothing. */
  put(resource: ResourceName, policy: Policy): Change {
    return this.#policies.put(policy, resource);
  }

  /** The change that removes the policy of a resource that goes. */
  remove(resource: ResourceName): Change {
    return this.#policies.remove(resource);
  }

  /** Holds where the policy was last written at this revision; 0 where it is unset. */
  at(revision: number, resource: ResourceName): Precondition {
    return this.#policies.at(revision, resource);
  }
}
