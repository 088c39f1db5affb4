import type { Member } from '../../kernel/principals.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import type { CompileCondition, CompiledCondition, Condition } from './conditions/condition.ts';
import { isDeniable, toDenySpelling } from './deniable-permissions.ts';
import { toAllowSpelling } from './deny-principals.ts';
import { compileBindingCondition } from './policy.ts';

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
  { deniedPermissions, exceptionPermissions }: DenyRule,
  permission: string,
): boolean {
  return (
    deniedPermissions.some((pattern) => matchesPermission(pattern, permission)) &&
    !exceptionPermissions.some((pattern) => matchesPermission(pattern, permission))
  );
}

/** Compares a permission with a name or a group of names: `*` stands for one part. */
function matchesPermission(pattern: string, permission: string): boolean {
  if (pattern === permission) return true;
  if (!pattern.includes('*')) return false;
  const [service, resource, verb] = splitPermission(permission);
  const [patternService, patternResource, patternVerb] = splitPermission(pattern);
  return (
    service === patternService &&
    (patternResource === '*' || patternResource === resource) &&
    (patternVerb === '*' || patternVerb === verb)
  );
}

function splitPermission(permission: string): readonly [string, string, string] {
  const slash = permission.indexOf('/');
  const dot = permission.lastIndexOf('.');
  return [permission.slice(0, slash), permission.slice(slash + 1, dot), permission.slice(dot + 1)];
}
