import { ALL_USERS } from '../../kernel/principals.ts';
import { GATES, type Gate } from '../../protocol/iam/decide.ts';
import { shortenScope } from '../instances/scopes.ts';
import type { Paint } from '../output.ts';
import {
  describeBoundaryRule,
  describeDenyPolicy,
  describePolicy,
  isAccessControlList,
} from './explain-policies.ts';
import type { ExplainedDecision, Explanation } from './refusals.ts';

/** How gates are shown. */
export interface GateView {
  readonly paint: Paint;
  /** Whether every binding and rule is shown, however far it is from a match. */
  readonly isFull: boolean;
}

/** The paragraph of each gate. */
const EXPLANATIONS: Readonly<Record<Gate, (decision: ExplainedDecision, view: GateView) => string>> = {
  principal: explainPrincipal,
  scopes: explainScopes,
  deny: explainDenyPolicies,
  iam: explainPolicies,
  boundary: explainBoundary,
};

/**
 * Says of every gate whether it is open, and what was looked at: one paragraph each, ended by a line feed. Of a boundary
 * only where the credential has one.
 */
export function explainGates(decision: ExplainedDecision, view: GateView): readonly string[] {
  const paragraphs = GATES.map((gate) => EXPLANATIONS[gate](decision, view));
  return [...paragraphs.filter((paragraph) => paragraph !== ''), ...explainLeftOut(decision)];
}

/** Says that no gate is asked before the service is enabled. */
export function explainService(
  { service, projectId }: NonNullable<Explanation['disabledService']>,
  view: GateView,
): string {
  return `${verdictOf('Service', false, view)} ${service} is disabled in project ${projectId}: each call is refused before its gates.\n`;
}

/** Says what else the record has not kept. */
function explainLeftOut({ leftOut = 0 }: ExplainedDecision): readonly string[] {
  if (leftOut === 0) return [];
  return [`Not kept: ${leftOut} further policies, identities, scopes and rules of the boundary.\n`];
}

function verdictOf(name: string, isOpen: boolean, { paint }: GateView): string {
  return `${name}: ${isOpen ? paint('green', 'open') : paint('red', 'closed')}.`;
}

function explainPrincipal({ principal, principalState }: ExplainedDecision, view: GateView): string {
  if (principalState !== 'active')
    return `${verdictOf('Principal', false, view)} The account is ${principalState}.\n`;
  return `${verdictOf('Principal', true, view)} ${whyActive(principal)}\n`;
}

function whyActive(principal: string): string {
  if (principal === ALL_USERS) return 'There is none to look at: no token was shown.';
  return principal.startsWith('serviceAccount:')
    ? 'The account is active.'
    : 'Only a service account can be disabled or deleted.';
}

/** Says of the scope gate whether it is open, and what was looked at. */
export function explainScopes({ scopes }: Pick<ExplainedDecision, 'scopes'>, view: GateView): string {
  if (scopes.outcome === 'notApplicable') {
    return `${verdictOf('Access scopes', true, view)} There are none to look at: no token was shown, the account signed for the API itself, or the method asks for none.\n`;
  }
  const held = `The token carries ${inWords(scopes.held) || 'no scopes'}.`;
  if (scopes.outcome === 'sufficient') return `${verdictOf('Access scopes', true, view)} ${held}\n`;
  return `${verdictOf('Access scopes', false, view)} ${held} The method accepts ${inWords(scopes.accepted, 'or')}.\n`;
}

function inWords(scopes: readonly string[], conjunction = 'and'): string {
  return new Intl.ListFormat('en', { type: conjunction === 'or' ? 'disjunction' : 'conjunction' }).format(
    scopes.map(shortenScope),
  );
}

function explainDenyPolicies({ denyPolicies, permission }: ExplainedDecision, view: GateView): string {
  if (denyPolicies.length === 0) return `${verdictOf('Deny policies', true, view)} There are none.\n`;
  const isDenied = denyPolicies.some(({ rules }) => rules.some(({ denies }) => denies));
  const heading = `${verdictOf('Deny policies', !isDenied, view)} ${isDenied ? 'One denies' : 'None denies'} ${permission} to the caller.`;
  const looked = denyPolicies.map((policy) => describeDenyPolicy(policy, view.isFull)).join('');
  return `${heading} Looked at:\n${looked}`;
}

function explainPolicies(decision: ExplainedDecision, view: GateView): string {
  const { policies, permission, principal } = decision;
  const [granting] = policies.flatMap(({ resource, bindings }) =>
    bindings.filter(({ grants }) => grants).map(({ role, memberMatch }) => ({ resource, role, memberMatch })),
  );
  const heading =
    granting === undefined
      ? `${verdictOf('IAM', false, view)} No policy grants ${permission} to ${principal}.`
      : `${verdictOf('IAM', true, view)} ${granting.role} for ${granting.memberMatch.join(', ')} on ${granting.resource} grants it.`;
  if (policies.length === 0) return `${heading} There was none to look at: the resource does not exist.\n`;
  const looked = fromResourceToRoot(policies).map((policy) => describePolicy(policy, view.isFull));
  return `${heading} Looked at:\n${looked.join('')}`;
}

/** A decision has the access control list of an object behind the policies, so that grants are proposed in these. */
function fromResourceToRoot(policies: ExplainedDecision['policies']): ExplainedDecision['policies'] {
  const isList = ({ resource }: { readonly resource: string }) => isAccessControlList(resource);
  return [...policies.filter(isList), ...policies.filter((policy) => !isList(policy))];
}

function explainBoundary({ boundary: rules }: ExplainedDecision, view: GateView): string {
  if (rules === undefined) return '';
  const isOpen = rules.some(({ lets }) => lets);
  const heading = `${verdictOf('Access boundary', isOpen, view)} ${isOpen ? 'A rule lets the call through.' : 'No rule lets the call through.'}`;
  if (rules.length === 0) return `${heading} It has none.\n`;
  return `${heading} Looked at:\n${rules.map((rule) => describeBoundaryRule(rule)).join('')}`;
}
