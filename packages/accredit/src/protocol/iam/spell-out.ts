import {
  type Member,
  namedAccount,
  type Principal,
  toMember,
  withoutUniqueId,
} from '../../kernel/principals.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import { conditionEvaluator, type EvaluateCondition } from './condition-evaluator.ts';
import type { CompiledCondition, Condition } from './conditions/condition.ts';
import { type Decision, type Gate, type IamMode, identitiesAt, type PrincipalState } from './decide.ts';
import { isDeniable, toDenySpelling } from './deny/deniable-permissions.ts';
import { type CompiledDenyPolicy, ruleDenies } from './deny/deny-policy.ts';
import { accountOfDenyPrincipal, toAllowSpelling } from './deny/deny-principals.ts';
import type { CompiledPolicy } from './policies/policy.ts';
import { type DormantRoleFinding, findDormant } from './roles/dormant-roles.ts';
import { toRoleSpelling } from './roles/permission-spelling.ts';
import { type SpelledScopes, spellScopes } from './scope-gate.ts';

/** A condition that a decision looked at, and what came of it. */
export interface ConditionFinding extends Condition {
  readonly outcome: 'true' | 'false' | 'error';
  /** Why it could not be evaluated. */
  readonly error?: string;
  /** Whether its expression goes on: a record keeps so much of it. */
  readonly isCut?: true;
}

/** One binding that a decision looked at, and which part of it did not match. */
export interface BindingFinding {
  readonly role: string;
  /** What of the caller's identities the binding names with effect. */
  readonly memberMatch: readonly Member[];
  /** Where it names a former account of the caller's address: `deleted:serviceAccount:EMAIL?uid=UID`. */
  readonly formerMatch?: Member;
  /** How many members the binding has; a policy may have 1,500. */
  readonly memberCount: number;
  readonly rolePermission: 'included' | 'notIncluded' | DormantRoleFinding['rolePermission'];
  /** Of a custom role that is disabled or deleted: whether it would hold the permission, were it enabled or brought back. */
  readonly wouldHold?: true;
  readonly condition?: ConditionFinding;
  readonly grants: boolean;
}

/** One policy that a decision looked at. */
export interface PolicyFinding {
  readonly resource: ResourceName;
  readonly bindings: readonly BindingFinding[];
  /** How many bindings more it has, where a record keeps the nearest ones alone. */
  readonly leftOut?: number;
}

/** One rule of a deny policy, and which part of it did not match. */
export interface DenyRuleFinding {
  /** Its place in the policy, from 0, where a record has left out rules; otherwise its place in the list. */
  readonly place?: number;
  readonly permission: 'denied' | 'excepted' | 'notDenied';
  /** Which of the principals that it denies hold the caller, as the policy spells them. */
  readonly deniedMatch: readonly string[];
  /** Which of the principals that it spares hold the caller. */
  readonly exceptionMatch: readonly string[];
  readonly condition?: ConditionFinding;
  readonly denies: boolean;
}

/** One deny policy that a decision looked at. */
export interface DenyPolicyFinding {
  readonly attachedTo: ResourceName;
  readonly id: string;
  readonly rules: readonly DenyRuleFinding[];
  /** How many rules more it has, where a record keeps the nearest ones alone. */
  readonly leftOut?: number;
}

/** One rule of the boundary of a down-scoped credential. */
export interface BoundaryRuleFinding {
  readonly resource: ResourceName;
  readonly permissionAvailable: boolean;
  readonly condition?: ConditionFinding;
  readonly lets: boolean;
}

/** A decision in full, fit for JSON. */
export interface SpelledDecision {
  readonly verdict: 'allowed' | 'refused';
  readonly carriedOut: boolean;
  readonly mode: IamMode;
  readonly refusedBy?: Gate;
  readonly principal: Member;
  readonly principalState: PrincipalState;
  /** Of a service account that cannot act: it tells it from others that have its address at other times. */
  readonly uniqueId?: string;
  /** Everything else that the caller counts as. */
  readonly identities: readonly Member[];
  readonly permission: string;
  readonly resource: ResourceName;
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
  readonly scopes: SpelledScopes;
  readonly denyPolicies: readonly DenyPolicyFinding[];
  readonly policies: readonly PolicyFinding[];
  readonly boundary?: readonly BoundaryRuleFinding[];
  /** How much else a record has left out: policies, identities, scopes, rules of the boundary. */
  readonly leftOut?: number;
}

/**
 * Returns every step that led to the decision, from what the decision kept. Conditions that the decision had no need of are
 * evaluated here, as far as its budget goes (`EVALUATED_COST_LIMIT`); the others are said to be errors.
 */
export function spellOut(decision: Decision): SpelledDecision {
  const { question, facts } = decision;
  const { inPolicy, inBoundary } = conditionEvaluator(question, facts, decision.evaluations);
  const principal = toMember(question.principal);
  const identities = new Set(facts.identities.map(withoutUniqueId));
  identities.delete(principal);
  return {
    verdict: decision.verdict,
    carriedOut: decision.carriedOut,
    mode: question.mode,
    ...(decision.refusedBy === undefined ? {} : { refusedBy: decision.refusedBy }),
    principal,
    principalState: facts.principalState,
    ...(question.principal.kind === 'serviceAccount' && facts.principalState !== 'active'
      ? { uniqueId: question.principal.uniqueId }
      : {}),
    identities: [...identities],
    permission: question.permission,
    resource: question.resource,
    timeMs: question.timeMs,
    scopes: spellScopes(decision.scopes, question),
    denyPolicies: facts.denyPolicies.map((compiled) => spellDenyPolicy(compiled, decision, inPolicy)),
    policies: facts.policies.map((compiled, level) => spellPolicy(compiled, level, decision, inPolicy)),
    ...(question.boundary === undefined ? {} : { boundary: spellBoundary(decision, inBoundary) }),
  };
}

function spellPolicy(
  { resource, policy, bindingsOf, permissionsOf, dormantRoles, conditionOf }: CompiledPolicy,
  level: number,
  { question, facts }: Decision,
  evaluate: EvaluateCondition,
): PolicyFinding {
  const identities = identitiesAt(facts, level);
  const permission = toRoleSpelling(question.permission);
  return {
    resource,
    bindings: policy.bindings.map((binding, index) => {
      // What counts, and not what is written: members may be without effect, as everybody is under public access prevention.
      const matching = identities.filter((member) => bindingsOf.get(member)?.includes(index) === true);
      const memberMatch = [...new Set(matching.map(withoutUniqueId))];
      const formerMatch = findFormerAccount(binding.members, question.principal);
      const permissions = permissionsOf[index];
      const included = permissions?.has(permission) === true;
      const condition = spellCondition(binding.condition, conditionOf[index], evaluate);
      return {
        role: binding.role,
        memberMatch,
        ...(formerMatch === undefined ? {} : { formerMatch }),
        memberCount: binding.members.length,
        ...(permissions === undefined
          ? findDormant(dormantRoles.get(binding.role), permission, question.timeMs)
          : { rolePermission: included ? 'included' : 'notIncluded' }),
        ...(condition === undefined ? {} : { condition }),
        grants:
          included && memberMatch.length > 0 && (condition === undefined || condition.outcome === 'true'),
      };
    }),
  };
}

/** Finds a member that is another account of the same address: what it was given, its successor was not. */
function findFormerAccount(members: readonly Member[], principal: Principal): Member | undefined {
  if (principal.kind !== 'serviceAccount') return undefined;
  const { email, uniqueId } = principal;
  const former = members.find((member) => {
    const account = namedAccount(member);
    return account?.email === email && account.uniqueId !== undefined && account.uniqueId !== uniqueId;
  });
  return former === undefined || former.startsWith('deleted:') ? former : `deleted:${former}`;
}

function spellCondition(
  condition: Condition | undefined,
  compiled: CompiledCondition | undefined,
  evaluate: EvaluateCondition,
): ConditionFinding | undefined {
  if (condition === undefined || compiled === undefined) return undefined;
  const outcome = evaluate(compiled);
  return typeof outcome === 'boolean'
    ? { ...condition, outcome: outcome ? 'true' : 'false' }
    : { ...condition, outcome: 'error', error: outcome.error };
}

function spellDenyPolicy(
  { policy, conditionOf }: CompiledDenyPolicy,
  { question, facts }: Decision,
  evaluate: EvaluateCondition,
): DenyPolicyFinding {
  const identities = new Set(facts.identities);
  const permission = toDenySpelling(toRoleSpelling(question.permission));
  const matching = (principals: readonly string[]) =>
    principals.filter((principal) => identities.has(toAllowSpelling(principal)));
  return {
    attachedTo: policy.attachedTo,
    id: policy.id,
    rules: policy.rules.map((rule, index) => {
      const denied = isDeniable(question.permission) && ruleDenies(rule, permission);
      const named = ruleDenies({ ...rule, exceptionPermissions: [] }, permission);
      const deniedMatch = matching(rule.deniedPrincipals);
      const exceptionMatch = matching(rule.exceptionPrincipals);
      const condition = spellCondition(rule.denialCondition, conditionOf[index], evaluate);
      return {
        permission: denied ? 'denied' : named ? 'excepted' : 'notDenied',
        deniedMatch: deniedMatch.map(withoutUniqueIdOfPrincipal),
        exceptionMatch: exceptionMatch.map(withoutUniqueIdOfPrincipal),
        ...(condition === undefined ? {} : { condition }),
        denies:
          denied &&
          deniedMatch.length > 0 &&
          exceptionMatch.length === 0 &&
          (condition === undefined || condition.outcome !== 'false'),
      };
    }),
  };
}

function withoutUniqueIdOfPrincipal(principal: string): string {
  return accountOfDenyPrincipal(principal) === undefined ? principal : principal.replace(/\?uid=.*$/, '');
}

function spellBoundary(
  { question, withinRule }: Decision,
  evaluate: EvaluateCondition,
): readonly BoundaryRuleFinding[] {
  return (question.boundary?.rules ?? []).map(({ resource, permissions, condition }, index) => {
    const spelled = spellCondition(
      condition === undefined ? undefined : { expression: condition.expression },
      condition,
      evaluate,
    );
    return {
      resource,
      permissionAvailable: permissions.has(toRoleSpelling(question.permission)),
      ...(spelled === undefined ? {} : { condition: spelled }),
      lets: index === withinRule,
    };
  });
}
