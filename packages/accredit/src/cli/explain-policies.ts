import { bindingNearness, denialNearness } from '../protocol/iam/nearness.ts';
import type { ExplainedDecision } from './refusals.ts';

/** Bindings and rules that are shown of one policy: those that came nearest. `--full` shows all. */
const SHOWN_ENTRIES = 5;

type PolicyFinding = ExplainedDecision['policies'][number];
type BindingFinding = PolicyFinding['bindings'][number];
type DenyPolicyFinding = ExplainedDecision['denyPolicies'][number];
type DenyRuleFinding = DenyPolicyFinding['rules'][number];
type ConditionFinding = NonNullable<BindingFinding['condition']>;

/** An object has no policy; its access control list is shown as one. */
const OBJECT = /^projects\/_\/buckets\/[^/]+\/objects\//;

/** Says what was looked at in an allow policy, and which part of each binding did not match. */
export function describePolicy({ resource, bindings, leftOut = 0 }: PolicyFinding, isFull: boolean): string {
  const all = bindings.length + leftOut;
  if (all === 0) return `  ${resource}: its policy is empty\n`;
  const shown = pick(bindings, bindingNearness, isFull);
  const rest = bindings.length - shown.length;
  const left =
    shown.length === 0
      ? 'none names the caller, and none holds the permission'
      : `${rest} further: none names the caller or holds the permission`;
  const list = OBJECT.test(resource) ? 'its access control list, ' : '';
  return [
    `  ${resource}: ${list}${count(all, 'binding')}\n`,
    ...shown.map((binding) => `    ${describeBinding(binding)}\n`),
    ...(rest === 0 ? [] : [`    ${left}\n`]),
    ...(leftOut === 0 ? [] : [`    ${leftOut} further: not kept, as there are so many\n`]),
  ].join('');
}

function pick<T>(entries: readonly T[], rank: (entry: T) => number, isFull: boolean): readonly T[] {
  if (isFull) return entries;
  const near = entries.filter((entry) => rank(entry) > 0).sort((a, b) => rank(b) - rank(a));
  return near.slice(0, SHOWN_ENTRIES);
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

/** Why a role does not give the permission, as it follows "but". */
const LACKS: Readonly<Record<BindingFinding['rolePermission'], string>> = {
  included: 'holds the permission',
  notIncluded: 'does not hold the permission',
  unknownRole: 'there is no such role',
  disabledRole: 'the role is disabled',
  deletedRole: 'the role is deleted',
};

function describeBinding(binding: BindingFinding): string {
  const { role, memberMatch, memberCount, formerMatch, rolePermission, wouldHold, condition, grants } =
    binding;
  const holds = rolePermission === 'included';
  const holdsNeither = rolePermission === 'disabledRole' && wouldHold !== true;
  const lacks = `${LACKS[rolePermission]}${holdsNeither ? ', and does not hold the permission' : ''}`;
  if (grants) return `${role} is given to ${memberMatch.join(', ')}, and holds the permission`;
  if (memberMatch.length === 0) {
    const others = memberCount === 1 ? 'its one member is not' : `none of its ${memberCount} members is`;
    const former = formerMatch === undefined ? '' : ` (${formerMatch} was another account)`;
    return holds
      ? `${role} holds the permission, but ${others} the caller${former}`
      : `${role}: ${lacks}, and ${others} the caller${former}`;
  }
  const named = `${role} is given to ${memberMatch.join(', ')}`;
  if (!holds) return `${named}, but ${lacks}`;
  return `${named}, and holds the permission, but ${describeCondition(condition)}`;
}

function describeCondition(condition: ConditionFinding | undefined): string {
  if (condition === undefined) return 'has no effect here';
  const { title, expression, outcome, error } = condition;
  const named = title === undefined || title === '' ? '' : ` '${title}'`;
  const shown = oneLine(expression);
  return outcome === 'error'
    ? `its condition${named} cannot be evaluated: ${shown} (${oneLine(error ?? 'no reason is known')})`
    : `its condition${named} is ${outcome}: ${shown}`;
}

/** Without line feeds and what else steers a terminal: an expression is whatever somebody wrote. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** Says what was looked at in a deny policy, and which part of each rule did not match. */
export function describeDenyPolicy(
  { attachedTo, id, rules, leftOut = 0 }: DenyPolicyFinding,
  isFull: boolean,
): string {
  const all = rules.length + leftOut;
  if (all === 0) return `  ${attachedTo}: deny policy '${id}' has no rules\n`;
  const numbered = rules.map((rule, index) => ({ rule, index: rule.place ?? index }));
  const shown = pick(numbered, ({ rule }) => denialNearness(rule), isFull);
  const rest = rules.length - shown.length;
  const left =
    shown.length === 0
      ? 'none denies the permission, and none names the caller'
      : `${rest} further: none denies the permission or names the caller`;
  return [
    `  ${attachedTo}: deny policy '${id}', ${count(all, 'rule')}\n`,
    ...shown.map(({ rule, index }) => `    rules[${index}] ${describeDenyRule(rule)}\n`),
    ...(rest === 0 ? [] : [`    ${left}\n`]),
    ...(leftOut === 0 ? [] : [`    ${leftOut} further: not kept, as there are so many\n`]),
  ].join('');
}

function describeDenyRule({
  permission,
  deniedMatch,
  exceptionMatch,
  condition,
  denies,
}: DenyRuleFinding): string {
  const whom = deniedMatch.join(', ');
  if (permission === 'notDenied') {
    return deniedMatch.length === 0
      ? 'denies other permissions to others'
      : `names ${whom}, but does not deny the permission`;
  }
  if (permission === 'excepted') return 'denies the permission as one of a group, but excepts it';
  if (deniedMatch.length === 0) return 'denies the permission, but not to the caller';
  if (exceptionMatch.length > 0)
    return `denies the permission to ${whom}, but spares ${exceptionMatch.join(', ')}`;
  const named = `denies the permission to ${whom}`;
  if (condition === undefined) return named;
  return denies
    ? `${named}: ${describeCondition(condition)}`
    : `${named}, but ${describeCondition(condition)}`;
}

/** Says which part of a rule of a boundary did not match. */
export function describeBoundaryRule({
  resource,
  permissionAvailable,
  condition,
  lets,
}: NonNullable<ExplainedDecision['boundary']>[number]): string {
  if (lets) return `  ${resource}: makes the permission available\n`;
  if (!permissionAvailable) return `  ${resource}: does not make the permission available\n`;
  return condition === undefined || condition.outcome === 'true'
    ? `  ${resource}: makes the permission available, but not on this resource\n`
    : `  ${resource}: makes the permission available, but ${describeCondition(condition)}\n`;
}
