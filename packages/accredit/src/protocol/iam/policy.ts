import type { Member } from '../../kernel/principals.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';

/** One role given to some members. */
export interface Binding {
  readonly role: string;
  readonly members: readonly Member[];
}

/** An allow policy as it is stored. An absent policy is the empty one. */
export interface Policy {
  readonly bindings: readonly Binding[];
}

export const EMPTY_POLICY: Policy = { bindings: [] };

/** The part of a role that a decision needs. */
export interface RolePermissions {
  readonly permissions: ReadonlySet<string>;
}

/** Finds a role by its full name; `undefined` for one that does not exist, or grants nothing. */
export type FindRole = (name: string) => RolePermissions | undefined;

/** A policy made ready for decisions: who is a member asks one map, not every binding. */
export interface CompiledPolicy {
  readonly resource: ResourceName;
  readonly policy: Policy;
  /** Indices into `policy.bindings`, by member. */
  readonly bindingsOf: ReadonlyMap<Member, readonly number[]>;
  /** The permissions of each binding's role; `undefined` for an unknown role. */
  readonly permissionsOf: readonly (ReadonlySet<string> | undefined)[];
}

/** Returns the policy ready for decisions. Costs one pass over its members. */
export function compilePolicy(resource: ResourceName, policy: Policy, findRole: FindRole): CompiledPolicy {
  const bindingsOf = new Map<Member, number[]>();
  for (const [index, binding] of policy.bindings.entries()) {
    for (const member of binding.members) {
      const indices = bindingsOf.get(member);
      if (indices === undefined) bindingsOf.set(member, [index]);
      else if (indices.at(-1) !== index) indices.push(index);
    }
  }
  return {
    resource,
    policy,
    bindingsOf,
    permissionsOf: policy.bindings.map((binding) => findRole(binding.role)?.permissions),
  };
}

/** Returns the policy with the members added to the role's binding; the same policy where nothing is new. */
export function withMembers(policy: Policy, role: string, members: readonly Member[]): Policy {
  const present = policy.bindings.find((binding) => binding.role === role);
  const added = members.filter((member) => present?.members.includes(member) !== true);
  if (added.length === 0) return policy;
  if (present === undefined) return { bindings: [...policy.bindings, { role, members: added }] };
  const grown = { role, members: [...present.members, ...added] };
  return { bindings: policy.bindings.map((binding) => (binding === present ? grown : binding)) };
}

/** Returns the policy without the members in the role's binding; a binding that has none left goes. */
export function withoutMembers(policy: Policy, role: string, members: readonly Member[]): Policy {
  const gone = new Set(members);
  return {
    bindings: policy.bindings
      .map((binding) =>
        binding.role === role
          ? { role, members: binding.members.filter((member) => !gone.has(member)) }
          : binding,
      )
      .filter((binding) => binding.members.length > 0),
  };
}

/**
 * Returns the policy in the form that IAM keeps: bindings of one role merged, members once, empty bindings gone
 * (IAM notes 1.1).
 */
export function normalizePolicy(policy: Policy): Policy {
  const byRole = new Map<string, Set<Member>>();
  for (const { role, members } of policy.bindings) {
    const known = byRole.get(role) ?? new Set<Member>();
    for (const member of members) known.add(member);
    byRole.set(role, known);
  }
  return {
    bindings: [...byRole]
      .filter(([, members]) => members.size > 0)
      .map(([role, members]) => ({ role, members: [...members] })),
  };
}
