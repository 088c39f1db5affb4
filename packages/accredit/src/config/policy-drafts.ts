import { isDeepStrictEqual } from 'node:util';
import type { ResourceName } from '../kernel/resource-names.ts';
import type { Binding, Policy } from '../protocol/iam/policy.ts';
import type { Policies } from '../resources/policies.ts';
import type { NewAccounts } from '../resources/stored-members.ts';
import type { Change, Precondition } from '../store/store.ts';

/** One role for one member. */
export interface Grant {
  readonly role: string;
  readonly member: string;
}

interface PolicyDraft {
  /** Of the stored policy. */
  readonly revision: number;
  readonly stored: Policy;
  readonly policy: Policy;
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
    return {
      changes: await Promise.all(changed.map(([name, { policy }]) => this.#policies.put(name, policy, born))),
      preconditions: changed.map(([name, { revision }]) => this.#policies.at(revision, name)),
    };
  }

  async #draft(name: ResourceName): Promise<PolicyDraft> {
    const known = this.#drafts.get(name);
    if (known !== undefined) return known;
    const { value, revision } = await this.#policies.get(name);
    const draft = { revision, stored: value, policy: value };
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
  return bindings.flatMap(({ role, members }) => members.map((member) => ({ role, member })));
}

export function hasGrant(bindings: readonly Binding[], { role, member }: Grant): boolean {
  return bindings.some((binding) => binding.role === role && binding.members.includes(member));
}

/** Returns grants as bindings, one a role, in an order that does not depend on theirs. */
export function toSortedBindings(grants: readonly Grant[]): readonly Binding[] {
  return [...Map.groupBy(grants, ({ role }) => role)]
    .map(([role, group]) => ({ role, members: [...new Set(group.map(({ member }) => member))].sort() }))
    .toSorted((a, b) => (a.role < b.role ? -1 : 1));
}
