import { instanceName, type ResourceName } from '../kernel/resource-names.ts';
import { type Policy, withMembers, withoutMembers } from '../protocol/iam/policies/policy.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import type { Buckets } from './buckets.ts';
import { Collection } from './collection.ts';
import type { Instance, Instances } from './instances.ts';
import type { Policies } from './policies.ts';
import { Turns } from './turns.ts';

/** A role that a workload has on a resource for as long as it runs. */
export interface TemporaryGrant {
  readonly resource: string;
  readonly role: string;
  readonly member: string;
}

/** What a workload was given and gives back when it ends; stored, so that a crash gives it back at the next start. */
export interface Lease {
  readonly id: string;
  readonly createdAtMs: number;
  /** The instance that was made for it. */
  readonly instance?: Pick<Instance, 'projectId' | 'zone' | 'name'>;
  readonly grants: readonly TemporaryGrant[];
}

/** What must be known to begin a lease. */
export interface LeaseRequest {
  readonly id: string;
  readonly createdAtMs: number;
  readonly instance?: Instance;
  /** Grants that stood before are left out of the lease, and so outlive it. */
  readonly grants: readonly TemporaryGrant[];
}

/** The running workloads of a cloud and what they hold. */
export class Leases {
  readonly #leases: Collection<Lease>;
  readonly #store: Store;
  readonly #instances: Instances;
  readonly #policies: Policies;
  readonly #buckets: Buckets;
  readonly #turns = new Turns();

  constructor(store: Store, instances: Instances, policies: Policies, buckets: Buckets) {
    this.#leases = new Collection(store, 'leases');
    this.#store = store;
    this.#instances = instances;
    this.#policies = policies;
    this.#buckets = buckets;
  }

  /** Gives a workload its instance and its grants, all or nothing. */
  async begin(request: LeaseRequest): Promise<Lease> {
    return this.#inTurn(async () => {
      const held = await this.#heldGrants();
      const added: TemporaryGrant[] = [];
      const changes: Change[] = [];
      const preconditions = [];
      for (const [resource, grants] of Map.groupBy(request.grants, (grant) => grant.resource)) {
        const stored = await this.#policies.get(resource);
        let policy = stored.value;
        for (const grant of grants) {
          const grown = withMembers(policy, grant.role, [grant.member]);
          // Another workload's grant is shared: it goes when the last of them ends.
          if (grown !== policy || held.has(keyOf(grant))) added.push(grant);
          policy = grown;
        }
        if (policy === stored.value) continue;
        const write = await this.#planPolicy(resource, stored.revision, policy);
        changes.push(...write.changes);
        preconditions.push(...write.preconditions);
      }
      const { id, createdAtMs, instance } = request;
      const place = instance && { projectId: instance.projectId, zone: instance.zone, name: instance.name };
      const lease: Lease = {
        id,
        createdAtMs,
        ...(place === undefined ? {} : { instance: place }),
        grants: added,
      };
      if (instance !== undefined) {
        changes.push(this.#instances.put(instance), this.#policies.remove(nameOf(instance)));
        preconditions.push(this.#instances.at(0, instance));
      }
      await this.#store.commit([...changes, this.#leases.put(lease, id)], preconditions);
      return lease;
    });
  }

  /** Takes back what a workload was given. Ending one twice does nothing. */
  async end(id: string): Promise<void> {
    await this.#inTurn(async () => {
      const lease = await this.#leases.get(id);
      if (lease === undefined) return;
      const others = await this.#heldGrants(id);
      const changes: Change[] = [this.#leases.remove(id)];
      const preconditions = [];
      const mine = lease.value.grants.filter((grant) => !others.has(keyOf(grant)));
      for (const [resource, grants] of Map.groupBy(mine, (grant) => grant.resource)) {
        const stored = await this.#policies.get(resource);
        // The resource went meanwhile, and its policy with it.
        if (stored.revision === 0) continue;
        const policy = grants.reduce(
          (left, { role, member }) => withoutMembers(left, role, [member]),
          stored.value,
        );
        const write = await this.#planPolicy(resource, stored.revision, policy);
        changes.push(...write.changes);
        preconditions.push(...write.preconditions);
      }
      const { instance } = lease.value;
      if (instance !== undefined) {
        changes.push(...this.#instances.remove(instance), this.#policies.remove(nameOf(instance)));
      }
      await this.#store.commit(changes, preconditions);
    });
  }

  /** Returns what writes a policy that was read at a revision; that of a bucket moves the bucket's etag. */
  async #planPolicy(
    resource: string,
    revision: number,
    policy: Policy,
  ): Promise<{ readonly changes: readonly Change[]; readonly preconditions: readonly Precondition[] }> {
    const read = this.#policies.at(revision, resource);
    const [, bucket] = /^projects\/_\/buckets\/([^/]+)$/.exec(resource) ?? [];
    const stored = bucket === undefined ? undefined : await this.#buckets.get(bucket);
    if (stored === undefined) {
      return { changes: [await this.#policies.put(resource, policy)], preconditions: [read] };
    }
    const { changes, preconditions } = await this.#buckets.planPolicy(stored, policy);
    return { changes, preconditions: [...preconditions, read] };
  }

  /** Takes back everything: at the start of a cloud no workload of an earlier one runs any more. */
  async endAll(): Promise<number> {
    let ended = 0;
    for await (const { value } of this.#leases.all()) {
      await this.end(value.id);
      ended += 1;
    }
    return ended;
  }

  async #heldGrants(except?: string): Promise<ReadonlySet<string>> {
    const held = new Set<string>();
    for await (const { value } of this.#leases.all()) {
      if (value.id !== except) for (const grant of value.grants) held.add(keyOf(grant));
    }
    return held;
  }

  /**
   * Runs one change of leases after the other, since whether a grant goes depends on all of them; a write that
   * somebody else's policy change overtook is tried again.
   */
  #inTurn<T>(attempt: () => Promise<T>): Promise<T> {
    return this.#turns.run(this.#leases.prefix, attempt);
  }
}

function nameOf({ projectId, zone, name }: Pick<Instance, 'projectId' | 'zone' | 'name'>): ResourceName {
  return instanceName(projectId, zone, name);
}

function keyOf({ resource, role, member }: TemporaryGrant): string {
  return JSON.stringify([resource, role, member]);
}
