import type { Member } from '../../../kernel/principals.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';
import type {
  ApiAttributes,
  CompileCondition,
  CompiledCondition,
  Condition,
} from '../conditions/condition.ts';
import type { DormantRole } from '../roles/dormant-roles.ts';

/** One role given to some members, perhaps on a condition. */
export interface Binding {
  readonly role: string;
  readonly members: readonly Member[];
  readonly condition?: Condition;
}

/** Which calls of a service are logged. Kept and shown; what is logged here does not depend on it. */
export interface AuditConfig {
  readonly service: string;
  readonly auditLogConfigs: readonly AuditLogConfig[];
}

/** One kind of log, and whose calls stay out of it. */
export interface AuditLogConfig {
  readonly logType: 'ADMIN_READ' | 'DATA_WRITE' | 'DATA_READ';
  readonly exemptedMembers?: readonly Member[];
}

/**
 * An allow policy. An absent policy is the empty one.
 *
 * In the store its service accounts carry their unique ids (`accountMember`); everywhere else they are as people write
 * them. `resources/policies.ts` turns the one into the other.
 */
export interface Policy {
  readonly bindings: readonly Binding[];
  readonly auditConfigs?: readonly AuditConfig[];
}

export const EMPTY_POLICY: Policy = { bindings: [] };

/** The part of a role that a decision needs. */
export interface RolePermissions {
  readonly permissions: ReadonlySet<string>;
}

/** Finds a role by its full name; `undefined` for one that does not exist, or grants nothing. */
export type FindRole = (name: string) => RolePermissions | undefined;

/** What a policy refers to and does not hold. */
export interface PolicyParts {
  readonly findRole: FindRole;
  /** The roles among them that are there and grant nothing, by full name. Default: none. */
  readonly dormantRoles?: ReadonlyMap<string, DormantRole>;
  /** Absent where no condition is to be expected: a condition is then one that cannot be evaluated. */
  readonly compileCondition?: CompileCondition;
}

/** A policy made ready for decisions: who is a member asks one map, not every binding. */
export interface CompiledPolicy {
  readonly resource: ResourceName;
  readonly policy: Policy;
  /** Indices into `policy.bindings`, by member. */
  readonly bindingsOf: ReadonlyMap<Member, readonly number[]>;
  /** The permissions of each binding's role; `undefined` for one that grants nothing. */
  readonly permissionsOf: readonly (ReadonlySet<string> | undefined)[];
  /** Of the roles that grant nothing those that are there, for the words of a decision alone. */
  readonly dormantRoles: ReadonlyMap<string, DormantRole>;
  /** The condition of each binding; `undefined` where it has none. */
  readonly conditionOf: readonly (CompiledCondition | undefined)[];
  /** Whether it names the holders of a basic role as a set, as buckets' policies do. */
  readonly hasConvenience: boolean;
}

const NO_DORMANT_ROLES: ReadonlyMap<string, DormantRole> = new Map();

/** The members that stand for whoever holds a basic role on a project. */
const CONVENIENCE_MEMBER = /^project(?:Owner|Editor|Viewer):/;

/** Returns the policy ready for decisions. Costs one pass over its members. */
export function compilePolicy(
  resource: ResourceName,
  policy: Policy,
  { findRole, compileCondition, dormantRoles = NO_DORMANT_ROLES }: PolicyParts,
): CompiledPolicy {
  const bindingsOf = new Map<Member, number[]>();
  let hasConvenience = false;
  for (const [index, binding] of policy.bindings.entries()) {
    for (const member of binding.members) {
      const indices = bindingsOf.get(member);
      if (indices === undefined) bindingsOf.set(member, [index]);
      else if (indices.at(-1) !== index) indices.push(index);
      hasConvenience ||= CONVENIENCE_MEMBER.test(member);
    }
  }
  return {
    resource,
    policy,
    bindingsOf,
    permissionsOf: policy.bindings.map(({ role }) => findRole(role)?.permissions),
    dormantRoles,
    conditionOf: policy.bindings.map(({ condition }) => compileBindingCondition(condition, compileCondition)),
    hasConvenience,
  };
}

/** A condition that nobody can evaluate is an error each time, so that it never grants and always denies. */
export function compileBindingCondition(
  condition: Condition | undefined,
  compileCondition: CompileCondition | undefined,
): CompiledCondition | undefined {
  if (condition === undefined) return undefined;
  if (compileCondition !== undefined) return compileCondition(condition.expression);
  return {
    expression: condition.expression,
    cost: condition.expression.length,
    evaluate: () => ({ error: 'Conditions cannot be evaluated here.' }),
  };
}

/** Says whether two conditions are the same one: bindings of one role with equal conditions are merged. */
export function isSameCondition(a: Condition | undefined, b: Condition | undefined): boolean {
  return conditionKey(a) === conditionKey(b);
}

/** Returns a text that is the same for equal conditions; empty for none. */
export function conditionKey(condition: Condition | undefined): string {
  if (condition === undefined) return '';
  const { title = '', description = '', expression, location = '' } = condition;
  return JSON.stringify([title, description, expression, location]);
}

/**
 * Returns the policy with the members added to the binding of the role with this condition; the same policy where
 * nothing is new.
 */
export function withMembers(
  policy: Policy,
  role: string,
  members: readonly Member[],
  condition?: Condition,
): Policy {
  const present = policy.bindings.find(
    (binding) => binding.role === role && isSameCondition(binding.condition, condition),
  );
  const added = members.filter((member) => present?.members.includes(member) !== true);
  if (added.length === 0) return policy;
  if (present === undefined) {
    const binding = { role, members: added, ...(condition === undefined ? {} : { condition }) };
    return { ...policy, bindings: [...policy.bindings, binding] };
  }
  const grown = { ...present, members: [...present.members, ...added] };
  return {
    ...policy,
    bindings: policy.bindings.map((binding) => (binding === present ? grown : binding)),
  };
}

/**
 * Returns the policy without the members in the binding of the role with this condition; a binding that has none left
 * goes.
 */
export function withoutMembers(
  policy: Policy,
  role: string,
  members: readonly Member[],
  condition?: Condition,
): Policy {
  const gone = new Set(members);
  const bindings = policy.bindings
    .map((binding) =>
      binding.role === role && isSameCondition(binding.condition, condition)
        ? { ...binding, members: binding.members.filter((member) => !gone.has(member)) }
        : binding,
    )
    .filter((binding) => binding.members.length > 0);
  return { ...policy, bindings };
}

/**
 * Returns the policy in the form that IAM keeps: bindings of one role with equal conditions merged, members once, empty
 * bindings gone (IAM notes 1.1).
 */
export function normalizePolicy(policy: Policy): Policy {
  const bindings = [...mergeBindings(policy.bindings).values()]
    .filter(({ members }) => members.size > 0)
    .map(({ binding, members }) => ({ ...binding, members: [...members] }));
  return { ...policy, bindings };
}

/** Bindings of one role with equal conditions: the first of them, and the members of all. */
interface MergedBinding {
  readonly binding: Binding;
  readonly members: ReadonlySet<Member>;
}

/**
 * Returns bindings by what they give, in their order. Each condition is written into a key once: it may be thousands of
 * times as long as the name of a member.
 */
export function mergeBindings(bindings: readonly Binding[]): ReadonlyMap<string, MergedBinding> {
  const merged = new Map<string, { readonly binding: Binding; readonly members: Set<Member> }>();
  for (const binding of bindings) {
    const key = grantKey(binding);
    const known = merged.get(key) ?? { binding, members: new Set<Member>() };
    for (const member of binding.members) known.members.add(member);
    merged.set(key, known);
  }
  return merged;
}

/** Returns a text that is the same for bindings of one role with equal conditions. */
export function grantKey({ role, condition }: Pick<Binding, 'role' | 'condition'>): string {
  return `${role} ${conditionKey(condition)}`;
}

/** Returns the policy with each member as the function says; what becomes the same member stays once. */
export function mapMembers(policy: Policy, map: (member: Member) => Member): Policy {
  const bindings = policy.bindings.map((binding) => ({
    ...binding,
    members: [...new Set(binding.members.map(map))],
  }));
  return { ...policy, bindings };
}

/** Returns the roles that two policies of one resource do not give alike, in the order of their names. */
function modifiedRoles(before: Policy, after: Policy): readonly string[] {
  const [old, young] = [mergeBindings(before.bindings), mergeBindings(after.bindings)];
  return [...new Set([...rolesNotIn(young, old), ...rolesNotIn(old, young)])].sort();
}

/** Returns the roles of which one policy gives to a member what the other does not. */
function rolesNotIn(
  other: ReadonlyMap<string, MergedBinding>,
  policy: ReadonlyMap<string, MergedBinding>,
): readonly string[] {
  return [...policy]
    .filter(([key, { members }]) => {
      const given = other.get(key)?.members;
      return [...members].some((member) => given?.has(member) !== true);
    })
    .map(([, { binding }]) => binding.role);
}

/** Returns what a change of a policy says to conditions: the roles that it gives or takes (IAM notes 1.4). */
export function modifiedGrants(before: Policy, after: Policy): ApiAttributes {
  return { 'iam.googleapis.com/modifiedGrantsByRole': modifiedRoles(before, after) };
}
