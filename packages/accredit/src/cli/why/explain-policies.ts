import { bindingNearness, denialNearness } from '../../protocol/iam/remedies/nearness.ts';
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
  const list = isAccessControlList(resource) ? 'its access control list, ' : '';
  return [
    `  ${resource}: ${list}${count(all, 'binding')}\n`,
    ...describeEntries(bindings, leftOut, { ...BINDING_WORDS, isFull }),
  ].join('');
}

/** Says whether what stands for a resource is no policy. */
export function isAccessControlList(resource: string): boolean {
  return OBJECT.test(resource);
}

/** How the entries of a policy are shown. */
interface EntryWords<T> {
  readonly nearness: (entry: T) => number;
  readonly describe: (entry: T) => string;
  /** What those did that came near, as it follows one of them and several: "names …", "name …". */
  readonly near: readonly [one: string, several: string];
  /** What none of the others did, as it follows "none": "names the caller", "holds the permission". */
  readonly far: readonly [string, string];
  readonly isFull: boolean;
}

const BINDING_WORDS = {
  nearness: bindingNearness,
  describe: describeBinding,
  near: ['names the caller or holds the permission', 'name the caller or hold the permission'],
  far: ['names the caller', 'holds the permission'],
} as const;

/** Says what came near, one line each, and how many others there are: those that came near too, and those that did not. */
function describeEntries<T>(entries: readonly T[], leftOut: number, words: EntryWords<T>): readonly string[] {
  const { nearness, describe, near, far, isFull } = words;
  const ranked = entries.filter((entry) => nearness(entry) > 0).sort((a, b) => nearness(b) - nearness(a));
  const shown = isFull ? entries : ranked.slice(0, SHOWN_ENTRIES);
  const nearCount = isFull ? 0 : ranked.length - shown.length;
  const farCount = isFull ? 0 : entries.length - ranked.length;
  const none = shown.length === 0 ? `none ${far[0]}, and none ${far[1]}` : `none ${far[0]} or ${far[1]}`;
  const others = shown.length === 0 ? none : `${farCount} further: ${none}`;
  return [
    ...shown.map(describe),
    ...(nearCount === 0 ? [] : [`${nearCount} further ${near[nearCount === 1 ? 0 : 1]}: --full shows them`]),
    ...(farCount === 0 ? [] : [others]),
    ...(leftOut === 0 ? [] : [`${leftOut} further: not kept, as there are so many`]),
  ].map((line) => `    ${line}\n`);
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
  if (memberMatch.length === 0) {
    const others = memberCount === 1 ? 'its one member is not' : `none of its ${memberCount} members is`;
    const former = formerMatch === undefined ? '' : ` (${formerMatch} was another account)`;
    return holds
      ? `${role} holds the permission, but ${others} the caller${former}`
      : `${role}: ${lacks}, and ${others} the caller${former}`;
  }
  const named = `${role} is given to ${memberMatch.join(', ')}`;
  if (!holds) return `${named}, but ${lacks}`;
  const held = `${named}, and holds the permission`;
  if (grants) return condition === undefined ? held : `${held}; ${describeCondition(condition)}`;
  return `${held}, but ${describeCondition(condition)}`;
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
  return [
    `  ${attachedTo}: deny policy '${id}', ${count(all, 'rule')}\n`,
    ...describeEntries(numbered, leftOut, { ...RULE_WORDS, isFull }),
  ].join('');
}

/** A rule with its place in the policy, from 0. */
interface NumberedRule {
  readonly rule: DenyRuleFinding;
  readonly index: number;
}

const RULE_WORDS = {
  nearness: ({ rule }: NumberedRule) => denialNearness(rule),
  describe: ({ rule, index }: NumberedRule) => `rules[${index}] ${describeDenyRule(rule)}`,
  near: ['denies the permission or names the caller', 'deny the permission or name the caller'],
  far: ['denies the permission', 'names the caller'],
} as const;

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
