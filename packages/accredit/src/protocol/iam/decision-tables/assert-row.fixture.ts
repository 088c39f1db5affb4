/** What every runner of the decision tables asserts: the verdict, its reason, and that the words say the same. */
import assert from 'node:assert/strict';
import { type Decision, decide, type Facts, maySucceed, type Question } from '../decide.ts';
import { type BindingFinding, type SpelledDecision, spellOut } from '../spell-out.ts';
import type { Reason } from './row.fixture.ts';

/** Decides, and asserts the reason, and that the words agree with the verdict. */
export function assertDecision(question: Question, facts: Facts, expected: Reason): void {
  const decision = decide(question, facts);
  const words = spellOut(decision);
  assertWordsAgree(decision, words);
  const reasons = reasonsOf(decision, words);
  assert.ok(reasons.includes(expected), `'${expected}' is expected, not '${reasons.join("', '")}'`);
  const allowed = expected.startsWith('granted');
  assert.equal(decision.verdict, allowed ? 'allowed' : 'refused');
  const passes = allowed || (question.mode === 'audit' && question.principal.kind !== 'anonymous');
  assert.equal(maySucceed(decision), passes);
}

/** Asserts that what a decision found and what its words say is the same. */
export function assertWordsAgree(decision: Decision, words: SpelledDecision): void {
  const { grantedBy, deniedBy, withinRule, question } = decision;
  const grants = words.policies.some(({ bindings }) => bindings.some((binding) => binding.grants));
  assert.equal(grants, grantedBy !== undefined, 'a binding grants in words where one does');
  if (grantedBy !== undefined) {
    const named = words.policies[grantedBy.policy]?.bindings[grantedBy.binding];
    assert.equal(named?.grants, true, 'the binding that grants is the one that was found');
  }
  const denies = words.denyPolicies.some(({ rules }) => rules.some((rule) => rule.denies));
  assert.equal(denies, deniedBy !== undefined, 'a rule denies in words where one does');
  if (deniedBy !== undefined) {
    assert.equal(words.denyPolicies[deniedBy.policy]?.rules[deniedBy.rule]?.denies, true);
  }
  assert.equal(words.boundary?.some(({ lets }) => lets) ?? false, withinRule !== undefined);
  assert.equal(words.boundary === undefined, question.boundary === undefined);
  assert.deepEqual(
    [words.verdict, words.refusedBy, words.carriedOut, words.scopes.outcome],
    [decision.verdict, decision.refusedBy, decision.carriedOut, decision.scopes],
  );
}

function reasonsOf(
  { refusedBy, grantedBy, deniedBy, facts }: Decision,
  words: SpelledDecision,
): readonly Reason[] {
  if (refusedBy === undefined) {
    return ['granted', `granted by ${words.policies[grantedBy?.policy ?? -1]?.resource}`];
  }
  if (refusedBy === 'deny') {
    return ['deny', `denied on ${facts.denyPolicies[deniedBy?.policy ?? -1]?.policy.attachedTo}`];
  }
  return [refusedBy === 'iam' ? nearest(words) : refusedBy];
}

/** How near a binding can come to a grant, from far to near. */
const NEARNESS = [
  'no binding',
  'not a member',
  'no such role',
  'not in the role',
  'condition false',
  'condition error',
] as const;

function nearest({ policies }: SpelledDecision): (typeof NEARNESS)[number] {
  const all = policies.flatMap(({ bindings }) =>
    bindings.map((binding) => NEARNESS.indexOf(missing(binding))),
  );
  return NEARNESS[Math.max(0, ...all)] ?? 'no binding';
}

function missing({ memberMatch, rolePermission, condition }: BindingFinding): (typeof NEARNESS)[number] {
  if (memberMatch.length === 0) return 'not a member';
  if (rolePermission === 'notIncluded') return 'not in the role';
  if (rolePermission !== 'included') return 'no such role';
  return condition?.outcome === 'error' ? 'condition error' : 'condition false';
}
