import type { Member } from '../../kernel/principals.ts';
import type { Condition } from './conditions/condition.ts';
import { toFullResourceName } from './places/resource-spellings.ts';
import type { Policy } from './policies/policy.ts';
import type { BindingFinding, PolicyFinding, SpelledDecision } from './spell-out.ts';

/** Whether something gives the permission (google.cloud.policytroubleshooter.v1.AccessState). */
export type AccessState = 'GRANTED' | 'NOT_GRANTED' | 'UNKNOWN_CONDITIONAL' | 'UNKNOWN_INFO_DENIED';

type Relevance = 'NORMAL' | 'HIGH';

/** Whether a member of a binding includes the principal. */
interface AnnotatedMembership {
  readonly membership: 'MEMBERSHIP_INCLUDED' | 'MEMBERSHIP_NOT_INCLUDED';
  readonly relevance: Relevance;
}

/** How one binding counts. */
interface BindingExplanation {
  readonly access: AccessState;
  readonly role: string;
  readonly rolePermission:
    | 'ROLE_PERMISSION_INCLUDED'
    | 'ROLE_PERMISSION_NOT_INCLUDED'
    | 'ROLE_PERMISSION_UNKNOWN_INFO_DENIED';
  readonly rolePermissionRelevance: Relevance;
  readonly memberships: Readonly<Record<Member, AnnotatedMembership>>;
  readonly relevance: Relevance;
  readonly condition?: Condition;
}

/** How one policy counts; of one that may not be seen nothing is said but that. */
interface ExplainedPolicy {
  readonly access: AccessState;
  readonly fullResourceName?: string;
  readonly policy?: unknown;
  readonly bindingExplanations?: readonly BindingExplanation[];
  readonly relevance?: Relevance;
}

/** What was asked. */
export interface AccessTuple {
  /** An e-mail address, or the whole name of a principal that has none. */
  readonly principal: string;
  readonly fullResourceName: string;
  readonly permission: string;
}

/** An answer of Policy Troubleshooter v1, which looks at allow policies alone, and the question with it. */
export interface Troubleshooting {
  readonly accessTuple: AccessTuple;
  readonly access: AccessState;
  readonly explainedPolicies: readonly ExplainedPolicy[];
}

/** A policy that was looked at, as people see it and as the API renders it. */
export interface SeenPolicy {
  readonly policy: Policy;
  readonly rendered: unknown;
}

/** What whoever asks may know of the policies that were looked at. */
export interface Insight {
  /**
   * The policies in the order of the decision; `undefined` for one that may not be seen. Absent where they were not
   * kept: then of the members of a binding only those are known that match.
   */
  readonly policies?: readonly (SeenPolicy | undefined)[];
  /** Says whether what a role holds may be known. Default: of every role. */
  readonly maySeeRole?: (role: string) => boolean;
}

/**
 * Returns a decision in the form of Policy Troubleshooter v1.
 *
 * Deviation: conditions are evaluated for the time of the call and the resource that it names; Google's v1 knows no time
 * and answers `UNKNOWN_CONDITIONAL` for those that ask for it; pinned by 'a condition is evaluated, and one that cannot
 * be leaves the access unknown (deviation)'.
 *
 * @see https://cloud.google.com/policy-intelligence/docs/reference/policytroubleshooter/rest/v1/iam/troubleshoot
 */
export function renderTroubleshooting(decision: SpelledDecision, insight: Insight = {}): Troubleshooting {
  const { policies, maySeeRole = () => true } = insight;
  const isGranted = decision.policies.some(({ bindings }) => bindings.some(({ grants }) => grants));
  const explainedPolicies = decision.policies.map((finding, level) => {
    const seen = policies?.[level];
    if (policies !== undefined && seen === undefined) return { access: 'UNKNOWN_INFO_DENIED' as const };
    return explainPolicy(finding, { seen, isGranted, maySeeRole });
  });
  return {
    accessTuple: {
      principal: decision.principal.replace(/^(?:user|serviceAccount):/, ''),
      fullResourceName: toFullResourceName(decision.resource),
      permission: decision.permission,
    },
    access: strongest(explainedPolicies.map(({ access }) => access)),
    explainedPolicies,
  };
}

/** What decides among several, the first that is there. */
const BY_STRENGTH = ['GRANTED', 'UNKNOWN_CONDITIONAL', 'UNKNOWN_INFO_DENIED'] as const;

function strongest(states: readonly AccessState[]): AccessState {
  return BY_STRENGTH.find((state) => states.includes(state)) ?? 'NOT_GRANTED';
}

interface View {
  readonly seen: SeenPolicy | undefined;
  /** Whether any policy grants. */
  readonly isGranted: boolean;
  readonly maySeeRole: (role: string) => boolean;
}

function explainPolicy({ resource, bindings }: PolicyFinding, view: View): ExplainedPolicy {
  const { seen } = view;
  const bindingExplanations = bindings.map((binding, index) =>
    explainBinding(binding, seen?.policy.bindings[index]?.members ?? binding.memberMatch, view),
  );
  return {
    access: strongest(bindingExplanations.map(({ access }) => access)),
    fullResourceName: toFullResourceName(resource),
    ...(seen === undefined ? {} : { policy: seen.rendered }),
    bindingExplanations,
    relevance: bindingExplanations.some(({ relevance }) => relevance === 'HIGH') ? 'HIGH' : 'NORMAL',
  };
}

function explainBinding(
  finding: BindingFinding,
  members: readonly Member[],
  { isGranted, maySeeRole }: View,
): BindingExplanation {
  const { role, memberMatch, rolePermission, condition } = finding;
  const included = new Set(memberMatch);
  const isNear = isRelevant(finding, isGranted);
  const isRoleSeen = maySeeRole(role);
  const high = (isHigh: boolean): Relevance => (isHigh ? 'HIGH' : 'NORMAL');
  return {
    access: accessOf(finding, isRoleSeen),
    role,
    rolePermission: !isRoleSeen
      ? 'ROLE_PERMISSION_UNKNOWN_INFO_DENIED'
      : rolePermission === 'included'
        ? 'ROLE_PERMISSION_INCLUDED'
        : 'ROLE_PERMISSION_NOT_INCLUDED',
    rolePermissionRelevance: high(isNear),
    memberships: Object.fromEntries(
      members.map((member) => [
        member,
        {
          membership: included.has(member) ? 'MEMBERSHIP_INCLUDED' : 'MEMBERSHIP_NOT_INCLUDED',
          relevance: high(isNear && (included.has(member) || memberMatch.length === 0)),
        },
      ]),
    ),
    relevance: high(isNear),
    ...(condition === undefined ? {} : { condition: withoutOutcome(condition) }),
  };
}

function accessOf(
  { grants, memberMatch, rolePermission, condition }: BindingFinding,
  isRoleSeen: boolean,
): AccessState {
  if (memberMatch.length === 0) return 'NOT_GRANTED';
  if (!isRoleSeen) return 'UNKNOWN_INFO_DENIED';
  if (grants) return 'GRANTED';
  return rolePermission === 'included' && condition?.outcome === 'error'
    ? 'UNKNOWN_CONDITIONAL'
    : 'NOT_GRANTED';
}

/** Guess: what Google's heuristic is. Here what grants is relevant; where nothing does, what lacks one part alone. */
function isRelevant(
  { grants, memberMatch, rolePermission, condition }: BindingFinding,
  isGranted: boolean,
): boolean {
  if (isGranted) return grants;
  const parts = [
    memberMatch.length > 0,
    rolePermission === 'included',
    condition === undefined || condition.outcome === 'true',
  ];
  return parts.filter((matches) => !matches).length === 1;
}

function withoutOutcome({ title, description, expression, location }: Condition): Condition {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    expression,
    ...(location === undefined ? {} : { location }),
  };
}
