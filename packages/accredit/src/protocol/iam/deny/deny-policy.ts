import type { Member } from '../../../kernel/principals.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';
import type { CompileCondition, CompiledCondition, Condition } from '../conditions/condition.ts';
import { compileBindingCondition } from '../policies/policy.ts';
import { isDeniable, toDenySpelling } from './deniable-permissions.ts';
import { toAllowSpelling } from './deny-principals.ts';

/** What a deny policy refuses to whom. Principals and permissions are in the spelling of IAM v2. */
export interface DenyRule {
  /** What people say of the rule; it decides nothing. */
  readonly description?: string;
  readonly deniedPrincipals: readonly string[];
  readonly exceptionPrincipals: readonly string[];
  /** `storage.googleapis.com/objects.get`, or a group: `storage.googleapis.com/*.*`, `…/objects.*`, `…/*.get`. */
  readonly deniedPermissions: readonly string[];
  readonly exceptionPermissions: readonly string[];
  readonly denialCondition?: Condition;
}

/** The rules of a deny policy, and where it is attached. */
export interface AttachedDenyRules {
  /** `organizations/N`, `folders/N`, `projects/ID`. */
  readonly attachedTo: ResourceName;
  readonly id: string;
  readonly rules: readonly DenyRule[];
}

/** A deny policy made ready for decisions: which rules concern a caller asks one map. */
export interface CompiledDenyPolicy {
  readonly policy: AttachedDenyRules;
  /** Indices of the rules that deny this permission, by member in the spelling of allow policies. */
  rulesOf(permission: string): ReadonlyMap<Member, readonly number[]>;
  /** Whom each rule spares. */
  readonly exceptionsOf: readonly ReadonlySet<Member>[];
  readonly conditionOf: readonly (CompiledCondition | undefined)[];
}

const NO_RULES: ReadonlyMap<Member, readonly number[]> = new Map();

/**
 * Returns a deny policy ready for decisions.
 *
 * The rules on a permission are gathered when it is first asked for, and kept: there are as many as can be denied.
 */
export function compileDenyPolicy(
  policy: AttachedDenyRules,
  compileCondition?: CompileCondition,
): CompiledDenyPolicy {
  const { rules } = policy;
  const denied = rules.map(({ deniedPrincipals }) => deniedPrincipals.map(toAllowSpelling));
  const kept = new Map<string, ReadonlyMap<Member, readonly number[]>>();
  return {
    policy,
    rulesOf(permission) {
      const known = kept.get(permission);
      if (known !== undefined) return known;
      if (!isDeniable(permission)) return NO_RULES;
      const gathered = gatherRules(permission, rules, denied);
      kept.set(permission, gathered);
      return gathered;
    },
    exceptionsOf: rules.map(({ exceptionPrincipals }) => new Set(exceptionPrincipals.map(toAllowSpelling))),
    conditionOf: rules.map(({ denialCondition }) =>
      compileBindingCondition(denialCondition, compileCondition),
    ),
  };
}

function gatherRules(
  permission: string,
  rules: readonly DenyRule[],
  denied: readonly (readonly Member[])[],
): ReadonlyMap<Member, readonly number[]> {
  const spelled = toDenySpelling(permission);
  const byMember = new Map<Member, number[]>();
  for (const [index, rule] of rules.entries()) {
    if (!ruleDenies(rule, spelled)) continue;
    for (const member of denied[index] ?? []) {
      const indices = byMember.get(member);
      if (indices === undefined) byMember.set(member, [index]);
      else indices.push(index);
    }
  }
  return byMember;
}

/** Says whether a rule is about a permission in the spelling of IAM v2. */
export function ruleDenies(
  { deniedPermissions, exceptionPermissions }: Pick<DenyRule, 'deniedPermissions' | 'exceptionPermissions'>,
  permission: string,
): boolean {
  const patterns = patternsOf(permission);
  return namesAny(deniedPermissions, patterns) && !namesAny(exceptionPermissions, patterns);
}

/** The lists of rules as sets: a policy has hundreds of rules with hundreds of names, each asked for every permission. */
const setsOfNames = new WeakMap<readonly string[], ReadonlySet<string>>();

function namesAny(names: readonly string[], patterns: readonly string[]): boolean {
  if (names.length === 0) return false;
  const set = setsOfNames.get(names) ?? new Set(names);
  setsOfNames.set(names, set);
  for (const pattern of patterns) if (set.has(pattern)) return true;
  return false;
}

/** Returns a permission and the groups of names that it is in: `*` stands for one part. */
function patternsOf(permission: string): readonly string[] {
  const slash = permission.indexOf('/');
  const dot = permission.lastIndexOf('.');
  const [service, verb] = [permission.slice(0, slash), permission.slice(dot + 1)];
  return [permission, `${permission.slice(0, dot)}.*`, `${service}/*.${verb}`, `${service}/*.*`];
}
