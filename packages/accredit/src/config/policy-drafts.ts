import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../kernel/api-error.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import type { Condition } from '../protocol/iam/conditions/condition.ts';
import {
  type Binding,
  conditionKey,
  isSameCondition,
  type Policy,
  withMembers,
  withoutMembers,
} from '../protocol/iam/policies/policy.ts';
import { assertWithinLimits, PRINCIPAL_LIMIT } from '../protocol/iam/policies/policy-limits.ts';
import type { Policies } from '../resources/policies.ts';
import type { NewAccounts } from '../resources/stored-members.ts';
import type { Change, Precondition } from '../store/store.ts';

/** One role for one member, perhaps on a condition. The same role on another condition is another grant. */
export interface Grant {
  readonly role: string;
  readonly member: string;
  readonly condition?: Condition;
}

interface PolicyDraft {
  /** Of the stored policy. */
  readonly revision: number;
  readonly stored: Policy;
  readonly policy: Policy;
  /** Whether it is the first one of a new resource. */
  readonly isFirst: boolean;
}

/** The policies as they will be: the stored ones with the changes that are not written yet. */
export class PolicyDrafts {
  readonly #policies: Policies;
  readonly #drafts = new Map<ResourceName, PolicyDraft>();

  constructor(policies: Policies) {
    this.#policies = policies;
  }

  async get(name: ResourceName): Promise<Policy> {
    return (await this.#draft(name)).policy;
  }

  async change(name: ResourceName, policy: Policy): Promise<void> {
    this.#drafts.set(name, { ...(await this.#draft(name)), policy });
  }

  /** Takes the policy that a new resource is born with in the place of whatever an earlier one of its name left. */
  async begin(name: ResourceName, policy: Policy): Promise<void> {
    this.#drafts.set(name, { ...(await this.#draft(name)), policy, isFirst: true });
  }

  /** Gives up what was drafted of a policy, and returns what removes the stored one. */
  async remove(name: ResourceName): Promise<PolicyWrites> {
    const { revision } = await this.#draft(name);
    this.#drafts.delete(name);
    if (revision === 0) return { changes: [], preconditions: [] };
    return { changes: [this.#policies.remove(name)], preconditions: [this.#policies.at(revision, name)] };
  }

  /** The names of the resources whose policies will be other ones. */
  get changed(): readonly ResourceName[] {
    return [...this.#drafts].filter(([, draft]) => isChanged(draft)).map(([name]) => name);
  }

  /**
   * Returns what writes all changes.
   *
   * @param born - accounts that the same commit makes
   */
  async writes(born: NewAccounts): Promise<PolicyWrites> {
    const changed = [...this.#drafts].filter(([, draft]) => isChanged(draft));
    const writes = await Promise.all(changed.map(([name, draft]) => this.#write(name, draft, born)));
    return {
      changes: writes.flat(),
      preconditions: changed.map(([name, { revision }]) => this.#policies.at(revision, name)),
    };
  }

  async #write(
    name: ResourceName,
    { policy, isFirst }: PolicyDraft,
    born: NewAccounts,
  ): Promise<readonly Change[]> {
    if (isFirst) return this.#policies.putFirst(name, policy, born);
    return [await this.#policies.put(name, policy, born)];
  }

  async #draft(name: ResourceName): Promise<PolicyDraft> {
    const known = this.#drafts.get(name);
    if (known !== undefined) return known;
    const { value, revision } = await this.#policies.get(name);
    const draft = { revision, stored: value, policy: value, isFirst: false };
    this.#drafts.set(name, draft);
    return draft;
  }
}

interface PolicyWrites {
  readonly changes: readonly Change[];
  readonly preconditions: readonly Precondition[];
}

function isChanged({ stored, policy }: PolicyDraft): boolean {
  return policy !== stored && !isDeepStrictEqual(policy, stored);
}

/** Returns the grants of bindings one by one. */
export function grantsOf(bindings: readonly Binding[]): readonly Grant[] {
  return bindings.flatMap(({ role, members, condition }) =>
    members.map((member) => ({ role, member, ...(condition === undefined ? {} : { condition }) })),
  );
}

export function hasGrant(bindings: readonly Binding[], { role, member, condition }: Grant): boolean {
  return bindings.some(
    (binding) =>
      binding.role === role &&
      isSameCondition(binding.condition, condition) &&
      binding.members.includes(member),
  );
}

/** Returns the policy with the grants in it. */
export function withGrants(policy: Policy, grants: readonly Grant[]): Policy {
  return grants.reduce(
    (grown, { role, member, condition }) => withMembers(grown, role, [member], condition),
    policy,
  );
}

/** Returns the policy without the grants. */
export function withoutGrants(policy: Policy, grants: readonly Grant[]): Policy {
  return grants.reduce(
    (left, { role, member, condition }) => withoutMembers(left, role, [member], condition),
    policy,
  );
}

/** Returns grants as bindings, one for each role and condition, in an order that does not depend on theirs. */
export function toSortedBindings(grants: readonly Grant[]): readonly Binding[] {
  const groups = Map.groupBy(grants, ({ role, condition }) => `${role} ${conditionKey(condition)}`);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const { role, condition } = first;
      const members = [...new Set(group.map(({ member }) => member))].sort();
      return [{ role, members, ...(condition === undefined ? {} : { condition }) }];
    });
}

/** Says, for people, why a policy is too large; `undefined` for one that is not. */
export function limitProblem(policy: Policy): string | undefined {
  const count = grantsOf(policy.bindings).length;
  if (count > PRINCIPAL_LIMIT)
    return `expected at most ${PRINCIPAL_LIMIT} members in the whole policy, got ${count}.`;
  try {
    assertWithinLimits(policy);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return `expected a policy within IAM's limits. ${error.message}`;
    throw error;
  }
}
