import type { Member, Principal } from '../../kernel/principals.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import { type CompiledBoundary, isWithin } from './boundaries/boundary.ts';
import {
  type ConditionEvaluator,
  conditionEvaluator,
  type EvaluateCondition,
  type Evaluations,
} from './condition-evaluator.ts';
import type { ApiAttributes, ResourceTag } from './conditions/condition.ts';
import type { CompiledDenyPolicy } from './deny/deny-policy.ts';
import type { CompiledPolicy } from './policies/policy.ts';
import { toRoleSpelling } from './roles/permission-spelling.ts';
import { decideScopes, type ScopeDecision } from './scope-gate.ts';

/** Whether refusals are carried out, or only recorded (`--iam audit`). */
export type IamMode = 'enforce' | 'audit';

/** What is asked: may this principal use this permission on this resource, with what its credential carries? */
export interface Question {
  readonly principal: Principal;
  /** In either spelling, see `toRoleSpelling`. */
  readonly permission: string;
  readonly resource: ResourceName;
  /**
   * The scopes of the credential; `undefined` for credentials that have none to check: no credential at all, and
   * the owner's socket.
   */
  readonly heldScopes: readonly string[] | undefined;
  /** The scopes that the method accepts, any one of them; `undefined` where the method asks for none. */
  readonly acceptedScopes: readonly string[] | undefined;
  /** What the credential is confined to, if it was down-scoped. */
  readonly boundary?: CompiledBoundary;
  /** What the call says to conditions: `iam.googleapis.com/modifiedGrantsByRole`, … */
  readonly apiAttributes?: ApiAttributes;
  readonly mode: IamMode;
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
}

/** Whether a principal can act at all; whoever is no service account always can. */
export type PrincipalState = 'active' | 'disabled' | 'deleted';

/** What is known of the resource and the principal. */
export interface Facts {
  /** The allow policies, from the resource to the root; behind them what stands for the access control list of an object. */
  readonly policies: readonly CompiledPolicy[];
  /** The deny policies that are attached above the resource, the nearest first. */
  readonly denyPolicies: readonly CompiledDenyPolicy[];
  /** All that the principal counts as (`identitiesOf`). */
  readonly identities: readonly Member[];
  readonly principalState: PrincipalState;
  /** Tags of the resource, inherited ones too. */
  readonly tags: readonly ResourceTag[];
}

/** Where a grant stands: indices into `Facts.policies` and into the bindings of that policy. */
export interface BindingPosition {
  readonly policy: number;
  readonly binding: number;
}

/** Where a denial stands: indices into `Facts.denyPolicies` and into the rules of that policy. */
export interface RulePosition {
  readonly policy: number;
  readonly rule: number;
}

/** The gates of a call in the order in which they are named; any one that is closed refuses it. */
export const GATES = ['principal', 'scopes', 'deny', 'iam', 'boundary'] as const;

/** One of the gates. What is said or done of each is a table by this type, so that none is forgotten. */
export type Gate = (typeof GATES)[number];

/**
 * The verdict on one permission with all that led to it.
 *
 * It keeps the question and the facts that were looked at, both immutable, and where in them the answer was found;
 * `spell-out.ts` turns that into words and nobody asks the state again.
 */
export interface Decision {
  readonly verdict: 'allowed' | 'refused';
  /** Whether a refusal was carried out; in audit mode an authenticated call passes all the same. */
  readonly carriedOut: boolean;
  /** The first gate that is closed; all of them are always looked at. */
  readonly refusedBy: Gate | undefined;
  readonly scopes: ScopeDecision['outcome'];
  /** The rule that denies; `undefined` where none does. */
  readonly deniedBy: RulePosition | undefined;
  /** The binding that grants; `undefined` where none does. */
  readonly grantedBy: BindingPosition | undefined;
  /** The rule of the boundary that lets it through; `undefined` where none does, or there is no boundary. */
  readonly withinRule: number | undefined;
  /** What its conditions gave; none is evaluated again. */
  readonly evaluations: Evaluations;
  readonly question: Question;
  readonly facts: Facts;
}

/** The basic roles whose holders a bucket's policy may name as a set (IAM notes, fact 1). */
const CONVENIENCE_MEMBERS = [
  ['roles/owner', 'projectOwner'],
  ['roles/editor', 'projectEditor'],
  ['roles/viewer', 'projectViewer'],
] as const;

/** Where those sets mean something: on a bucket and in it. */
const IN_BUCKET = /^projects\/_\/buckets\//;

const PROJECT = /^projects\/(?!_\/)[^/]+$/;

/**
 * Decides one permission: the principal's state, the scopes of the credential, deny policies, allow policies and the
 * boundary of the credential must all let it through (IAM notes 1.3).
 *
 * Pure: the same question and facts give the same decision; it never throws. Cost does not depend on how many members a
 * policy has, and not on how many conditions apply beyond `EVALUATED_COST_LIMIT`.
 */
export function decide(question: Question, facts: Facts): Decision {
  return decideWith(conditionEvaluator(question, facts), question, facts);
}

/**
 * Says which of several permissions are had, as `decide` says it of each; their conditions are evaluated once, and all of
 * them within the budget of one decision. What that leaves out grants nothing, and denies.
 *
 * @param question - what all have in common
 * @returns each with whether it is had, in the order asked; it is decided when it is asked for
 */
export function* decideEach(
  permissions: readonly string[],
  question: Omit<Question, 'permission'>,
  facts: Facts,
): Generator<readonly [permission: string, isHeld: boolean]> {
  // No condition is told which permission is asked for.
  const evaluator = conditionEvaluator(question, facts);
  for (const permission of permissions) {
    const { verdict } = decideWith(evaluator, { ...question, permission }, facts);
    yield [permission, verdict === 'allowed'];
  }
}

function decideWith(evaluator: ConditionEvaluator, question: Question, facts: Facts): Decision {
  const { outcome: scopes, carriedOut } = decideScopes(question);
  const permission = toRoleSpelling(question.permission);
  const deniedBy = findDenial(permission, facts, evaluator.inPolicy);
  const grantedBy = findGrant(permission, facts, evaluator.inPolicy);
  const withinRule = findBoundaryRule(permission, question.boundary, facts, evaluator.inBoundary);
  const evaluations = evaluator.evaluations();
  const found = { scopes, deniedBy, grantedBy, withinRule, evaluations, question, facts };
  const refusedBy = GATES.find((gate) => IS_CLOSED[gate](found));
  const verdict = refusedBy === undefined ? 'allowed' : 'refused';
  return { verdict, carriedOut, refusedBy, ...found };
}

/** What a decision found at the gates. */
type Found = Omit<Decision, 'verdict' | 'carriedOut' | 'refusedBy'>;

/** When each gate is closed. */
const IS_CLOSED: Readonly<Record<Gate, (found: Found) => boolean>> = {
  principal: ({ facts }) => facts.principalState !== 'active',
  scopes: ({ scopes }) => scopes === 'insufficient',
  deny: ({ deniedBy }) => deniedBy !== undefined,
  iam: ({ grantedBy }) => grantedBy === undefined,
  boundary: ({ question, withinRule }) => question.boundary !== undefined && withinRule === undefined,
};

/** Says whether the call may go on. */
export function maySucceed(decision: Decision): boolean {
  return decision.verdict === 'allowed' || !decision.carriedOut;
}

/**
 * Returns what the caller counts as at one policy: a bucket's policy also counts the sets of those who hold a basic role
 * on the bucket's project.
 */
export function identitiesAt({ policies, identities }: Facts, level: number): readonly Member[] {
  const compiled = policies[level];
  if (compiled?.hasConvenience !== true || !IN_BUCKET.test(compiled.resource)) return identities;
  const project = policies.find(({ resource }) => PROJECT.test(resource));
  if (project === undefined) return identities;
  const projectId = project.resource.slice('projects/'.length);
  const sets = CONVENIENCE_MEMBERS.filter(([role]) => holdsRole(identities, project, role)).map(
    ([, set]) => `${set}:${projectId}`,
  );
  return [...identities, ...sets];
}

function holdsRole(
  identities: readonly Member[],
  { policy, bindingsOf }: CompiledPolicy,
  role: string,
): boolean {
  return identities.some((identity) =>
    bindingsOf.get(identity)?.some((index) => policy.bindings[index]?.role === role),
  );
}

/** Returns the first binding that gives the permission to the caller, from the resource upwards. */
function findGrant(
  permission: string,
  facts: Facts,
  evaluate: EvaluateCondition,
): BindingPosition | undefined {
  const { policies } = facts;
  for (let level = 0; level < policies.length; level += 1) {
    const compiled = policies[level];
    if (compiled === undefined || compiled.bindingsOf.size === 0) continue;
    for (const member of identitiesAt(facts, level)) {
      const bindings = compiled.bindingsOf.get(member);
      if (bindings === undefined) continue;
      for (const binding of bindings) {
        if (grants(compiled, binding, permission, evaluate)) return { policy: level, binding };
      }
    }
  }
  return undefined;
}

function grants(
  { permissionsOf, conditionOf }: CompiledPolicy,
  binding: number,
  permission: string,
  evaluate: EvaluateCondition,
): boolean {
  if (permissionsOf[binding]?.has(permission) !== true) return false;
  const condition = conditionOf[binding];
  return condition === undefined || evaluate(condition) === true;
}

/** Returns the first rule that denies the permission to the caller, from the resource upwards. */
function findDenial(permission: string, facts: Facts, evaluate: EvaluateCondition): RulePosition | undefined {
  const { denyPolicies, identities } = facts;
  for (let policy = 0; policy < denyPolicies.length; policy += 1) {
    const compiled = denyPolicies[policy];
    const rulesOf = compiled?.rulesOf(permission);
    if (compiled === undefined || rulesOf === undefined || rulesOf.size === 0) continue;
    for (const member of identities) {
      for (const rule of rulesOf.get(member) ?? []) {
        if (denies(compiled, rule, identities, evaluate)) return { policy, rule };
      }
    }
  }
  return undefined;
}

/** A condition that cannot be evaluated denies, the opposite of a grant (IAM notes 1.3). */
function denies(
  { exceptionsOf, conditionOf }: CompiledDenyPolicy,
  rule: number,
  identities: readonly Member[],
  evaluate: EvaluateCondition,
): boolean {
  const exceptions = exceptionsOf[rule];
  if (exceptions !== undefined && exceptions.size > 0 && isSpared(identities, exceptions)) return false;
  const condition = conditionOf[rule];
  return condition === undefined || evaluate(condition) !== false;
}

/** Says whether the exceptions of a rule hold the caller. */
function isSpared(identities: readonly Member[], exceptions: ReadonlySet<Member>): boolean {
  for (const member of identities) if (exceptions.has(member)) return true;
  return false;
}

function findBoundaryRule(
  permission: string,
  boundary: CompiledBoundary | undefined,
  { policies }: Facts,
  evaluate: EvaluateCondition,
): number | undefined {
  if (boundary === undefined) return undefined;
  const index = boundary.rules.findIndex(
    ({ resource, permissions, condition }) =>
      permissions.has(permission) &&
      policies.some((level) => isWithin(level.resource, resource)) &&
      (condition === undefined || evaluate(condition) === true),
  );
  return index < 0 ? undefined : index;
}
