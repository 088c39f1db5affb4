import { bindingNearness, denialNearness } from '../protocol/iam/remedies/nearness.ts';
import type { SpelledScopeDecision, SpelledScopes } from '../protocol/iam/scope-gate.ts';
import type {
  BindingFinding,
  BoundaryRuleFinding,
  ConditionFinding,
  DenyRuleFinding,
  SpelledDecision,
} from '../protocol/iam/spell-out.ts';

/**
 * Bytes of JSON that the decision of a recorded refusal may have. A usual one has 2 KB; a policy may have 1,500 bindings
 * of 16 KB each, and whoever wrote it decides how often it refuses. With all that are kept this is 6 MB.
 */
export const REFUSAL_LIMIT_BYTES = 65_536;

/** Allow policies and deny policies that are kept without anything in them: more than a resource can have above it. */
const POLICY_LIMIT = 32;

/** Characters of a name: the longest one of an object, and what stands before it. */
const NAME_LIMIT = 2048;

/** How much of a decision is kept. */
interface Size {
  /** Bindings, rules and whatever else there may be many of. */
  readonly entries: number;
  /** Characters of an expression, an error and other texts. */
  readonly characters: number;
}

/** From large to small; the first one that fits is taken. The last one always fits. */
const SIZES: readonly Size[] = [
  { entries: 64, characters: 1000 },
  { entries: 32, characters: 1000 },
  { entries: 16, characters: 500 },
  { entries: 4, characters: 200 },
  // Texts of control characters, each of which takes six bytes.
  { entries: 4, characters: 50 },
];

/**
 * Returns what a record keeps of a decision: all of it where it is of the usual size, otherwise the bindings and rules that
 * came nearest to a match, and how many others there were.
 */
export function fitRefusal(decision: SpelledDecision): SpelledDecision {
  return firstThatFits(decision, (size) => fitInto(decision, size));
}

/** Returns what a record keeps of a refusal of the scope gate alone: so many scopes of each list, and how many others there were. */
export function fitScopeRefusal(decision: SpelledScopeDecision): SpelledScopeDecision {
  return firstThatFits(decision, (size) => {
    const { scopes, leftOut } = fitScopes(decision.scopes, size);
    const fitted = { ...decision, principal: cut(decision.principal, NAME_LIMIT), scopes };
    return leftOut === 0 ? fitted : { ...fitted, leftOut };
  });
}

function firstThatFits<T>(whole: T, fitTo: (size: Size) => T): T {
  let fitted = whole;
  for (const size of SIZES) {
    fitted = fitTo(size);
    if (Buffer.byteLength(JSON.stringify(fitted)) <= REFUSAL_LIMIT_BYTES) return fitted;
  }
  return fitted;
}

/** Returns what is kept of the message of an answer, which may repeat what was sent. */
export function fitMessage(message: string): string {
  return cut(message, NAME_LIMIT);
}

function fitInto(decision: SpelledDecision, size: Size): SpelledDecision {
  const { identities, boundary } = decision;
  const { scopes, leftOut: scopesLeftOut } = fitScopes(decision.scopes, size);
  const policies = fitPolicies(decision, size);
  const denyPolicies = fitDenyPolicies(decision, size);
  const fitted: SpelledDecision = {
    ...decision,
    principal: cut(decision.principal, NAME_LIMIT),
    permission: cut(decision.permission, NAME_LIMIT),
    resource: cut(decision.resource, NAME_LIMIT),
    identities: fitNames(identities, size),
    scopes,
    policies,
    denyPolicies,
    ...(boundary === undefined ? {} : { boundary: fitBoundary(boundary, size) }),
  };
  const leftOut =
    scopesLeftOut +
    countLeftOut([identities, boundary ?? []], size) +
    (decision.policies.length - policies.length) +
    (decision.denyPolicies.length - denyPolicies.length);
  return leftOut === 0 ? fitted : { ...fitted, leftOut };
}

/** Keeps so many scopes of each list, and says how many it left out. */
function fitScopes({ outcome, held, accepted }: SpelledScopes, size: Size) {
  const scopes: SpelledScopes = {
    outcome,
    ...(held === undefined ? {} : { held: fitNames(held, size) }),
    ...(accepted === undefined ? {} : { accepted: fitNames(accepted, size) }),
  };
  return { scopes, leftOut: countLeftOut([held ?? [], accepted ?? []], size) };
}

function fitNames(names: readonly string[], { entries, characters }: Size): readonly string[] {
  return names.slice(0, entries).map((name) => cut(name, characters));
}

function countLeftOut(lists: readonly (readonly unknown[])[], { entries }: Size): number {
  return lists.reduce((sum, { length }) => sum + Math.max(0, length - entries), 0);
}

function fitPolicies({ policies }: SpelledDecision, size: Size): SpelledDecision['policies'] {
  const owned = policies.map(({ resource, bindings }) => ({ owner: { resource }, entries: bindings }));
  return fitEntries(owned, bindingNearness, size).map(({ owner, kept, ...rest }) => ({
    ...owner,
    bindings: kept.map(({ entry }) => fitBinding(entry, size)),
    ...rest,
  }));
}

function fitDenyPolicies({ denyPolicies }: SpelledDecision, size: Size): SpelledDecision['denyPolicies'] {
  const owned = denyPolicies.map(({ rules, ...owner }) => ({ owner, entries: rules }));
  return fitEntries(owned, denialNearness, size).map(({ owner, kept, ...rest }) => ({
    ...owner,
    rules: kept.map(({ entry, place }) => ({
      ...fitRule(entry, size),
      ...(rest.leftOut === undefined ? {} : { place }),
    })),
    ...rest,
  }));
}

function fitBoundary(rules: readonly BoundaryRuleFinding[], size: Size): readonly BoundaryRuleFinding[] {
  return rules.slice(0, size.entries).map((rule) => ({
    ...rule,
    resource: cut(rule.resource, NAME_LIMIT),
    ...fitCondition(rule.condition, size),
  }));
}

/** A policy with what is in it. */
interface Owned<O, E> {
  readonly owner: O;
  readonly entries: readonly E[];
}

/** What is kept of a policy, in its order. */
interface Kept<O, E> {
  readonly owner: O;
  readonly kept: readonly { readonly entry: E; readonly place: number }[];
  readonly leftOut?: number;
}

/** Keeps of all policies the entries that came nearest, those of nearer resources first where they are as near. */
function fitEntries<O, E>(
  policies: readonly Owned<O, E>[],
  nearness: (entry: E) => number,
  { entries: limit }: Size,
): readonly Kept<O, E>[] {
  const nearest = new Set(
    policies
      .flatMap(({ entries }) => entries)
      .sort((a, b) => nearness(b) - nearness(a))
      .slice(0, limit),
  );
  return policies
    .map(({ owner, entries }) => {
      const kept = entries
        .map((entry, place) => ({ entry, place }))
        .filter(({ entry }) => nearest.has(entry));
      const leftOut = entries.length - kept.length;
      return { owner, kept, ...(leftOut === 0 ? {} : { leftOut }) };
    })
    .filter(({ kept }, index) => index < POLICY_LIMIT || kept.length > 0);
}

function fitBinding(binding: BindingFinding, size: Size): BindingFinding {
  return {
    ...binding,
    role: cut(binding.role, size.characters),
    memberMatch: fitMatches(binding.memberMatch, size),
    ...(binding.formerMatch === undefined ? {} : { formerMatch: cut(binding.formerMatch, size.characters) }),
    ...fitCondition(binding.condition, size),
  };
}

function fitRule(rule: DenyRuleFinding, size: Size): DenyRuleFinding {
  return {
    ...rule,
    deniedMatch: fitMatches(rule.deniedMatch, size),
    exceptionMatch: fitMatches(rule.exceptionMatch, size),
    ...fitCondition(rule.condition, size),
  };
}

/** Identities by which a binding or rule holds the caller, that are kept of each; one of them is enough. */
const MATCH_LIMIT = 4;

function fitMatches(matches: readonly string[], { characters }: Size): readonly string[] {
  return matches.slice(0, MATCH_LIMIT).map((match) => cut(match, characters));
}

function fitCondition(
  condition: ConditionFinding | undefined,
  { characters }: Size,
): { readonly condition?: ConditionFinding } {
  if (condition === undefined) return {};
  const { expression, outcome, title, description, location, error } = condition;
  return {
    condition: {
      ...(title === undefined ? {} : { title: cut(title, characters) }),
      ...(description === undefined ? {} : { description: cut(description, characters) }),
      expression: cut(expression, characters),
      ...(location === undefined ? {} : { location: cut(location, characters) }),
      ...(expression.length > characters ? { isCut: true } : {}),
      outcome,
      ...(error === undefined ? {} : { error: cut(error, characters) }),
    },
  };
}

/** Shortens a text, and shows that it goes on. */
function cut(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters)}…` : text;
}
