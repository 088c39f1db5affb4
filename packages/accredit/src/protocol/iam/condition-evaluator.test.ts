/** What a decision spends on conditions, and what they are told. Costs are counts, so that no clock is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Principal } from '../../kernel/principals.ts';
import { compileBoundary } from './boundaries/boundary.ts';
import { EVALUATED_COST_LIMIT } from './condition-evaluator.ts';
import { createConditionCompiler } from './conditions/compile.ts';
import type { CompileCondition, ConditionContext, ConditionOutcome } from './conditions/condition.ts';
import { conditionError } from './conditions/condition-error.ts';
import { ZONE_COST } from './conditions/limits.ts';
import { loadConditions } from './conditions/load.ts';
import { decide, decideEach, type Facts, type Question } from './decide.ts';
import { compileDenyPolicy, type DenyRule } from './deny/deny-policy.ts';
import { compilePolicy } from './policies/policy.ts';
import { findRole } from './roles/catalogue.ts';
import { spellOut } from './spell-out.ts';

const ADA: Principal = { kind: 'user', email: 'ada@example.com' };
const BUCKET = 'projects/_/buckets/b';
const PERMISSION = 'storage.objects.list';
const VIEWER = 'roles/storage.objectViewer';

const question: Question = {
  principal: ADA,
  permission: PERMISSION,
  resource: BUCKET,
  heldScopes: undefined,
  acceptedScopes: undefined,
  mode: 'enforce',
  timeMs: 0,
};

/** Compiles expressions to what is counted; each counts what it is asked. */
function countingCompiler(outcomeOf: (expression: string) => ConditionOutcome) {
  const counts = { evaluations: 0, characters: 0 };
  const compileCondition: CompileCondition = (expression) => ({
    expression,
    cost: expression.length,
    evaluate() {
      counts.evaluations += 1;
      counts.characters += expression.length;
      return outcomeOf(expression);
    },
  });
  return { counts, compileCondition };
}

/** So many different expressions of a length. */
function expressions(count: number, length: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${index}`.padEnd(length, ' '));
}

interface Given {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

function factsOf({ allow = [], deny = [] }: Given, compileCondition: CompileCondition): Facts {
  const member = 'user:ada@example.com';
  const bindings = allow.map((expression) => ({
    role: VIEWER,
    members: [member],
    condition: { expression },
  }));
  const rules = deny.map(
    (expression): DenyRule => ({
      deniedPrincipals: ['principal://goog/subject/ada@example.com'],
      exceptionPrincipals: [],
      deniedPermissions: ['storage.googleapis.com/objects.list'],
      exceptionPermissions: [],
      denialCondition: { expression },
    }),
  );
  return {
    policies: [compilePolicy(BUCKET, { bindings }, { findRole, compileCondition })],
    denyPolicies: [compileDenyPolicy({ attachedTo: 'projects/p', id: 'd', rules }, compileCondition)],
    identities: [member],
    principalState: 'active',
    tags: [],
  };
}

/** The longest policies: one expression for each of the principals that it may name. */
const PRINCIPALS = 1500;

test('a decision evaluates so many characters of conditions and no more, its words none beyond', () => {
  const { counts, compileCondition } = countingCompiler(() => false);
  const length = 16_384;
  const decision = decide(question, factsOf({ allow: expressions(PRINCIPALS, length) }, compileCondition));
  assert.equal(counts.evaluations, EVALUATED_COST_LIMIT / length);
  spellOut(decision);
  assert.equal(counts.evaluations, EVALUATED_COST_LIMIT / length);
});

test('a thousand conditions of the usual length are evaluated', () => {
  const { counts, compileCondition } = countingCompiler((expression) => expression.startsWith('999 '));
  const decision = decide(question, factsOf({ allow: expressions(1000, 131) }, compileCondition));
  assert.equal(decision.verdict, 'allowed');
  assert.equal(counts.evaluations, 1000);
});

test('over the budget every further condition is an error: it never grants and always denies, and the words say so', () => {
  const long = expressions(9, EVALUATED_COST_LIMIT / 8);
  const never = countingCompiler(() => false);
  const granting = countingCompiler((expression) => expression === 'true');
  const refused = decide(question, factsOf({ allow: [...long, 'true'] }, granting.compileCondition));
  assert.equal(refused.refusedBy, 'iam');
  const last = spellOut(refused).policies[0]?.bindings.at(-1)?.condition;
  assert.equal(last?.outcome, 'error');
  assert.match(last.error ?? '', /^Not evaluated: .* have 131,072 characters/);
  const denied = decide(
    question,
    factsOf({ deny: [...long, 'false'], allow: ['true'] }, never.compileCondition),
  );
  assert.deepEqual(denied.deniedBy, { policy: 0, rule: 8 });
  assert.equal(spellOut(denied).denyPolicies[0]?.rules[8]?.denies, true);
});

test('a condition is evaluated once, however many bindings have it, and the words repeat what it gave', () => {
  const { counts, compileCondition } = countingCompiler(() => false);
  const compiled = compileCondition('the same');
  const facts = factsOf({ allow: Array.from({ length: PRINCIPALS }, () => 'the same') }, () => compiled);
  const decision = decide(question, facts);
  assert.equal(spellOut(decision).policies[0]?.bindings.length, PRINCIPALS);
  assert.equal(counts.evaluations, 1);
});

test('a binding grants in words that granted in the decision, whatever the words evaluate before it', () => {
  const others = expressions(PRINCIPALS, 1000);
  const { compileCondition } = countingCompiler((expression) => expression === 'true');
  const facts = factsOf({ allow: [...others, 'true'] }, compileCondition);
  const [policy] = facts.policies;
  assert.ok(policy !== undefined);
  // Ada is in the last binding alone.
  const bindingsOf = new Map([['user:ada@example.com', [PRINCIPALS]]]);
  const decision = decide(question, { ...facts, policies: [{ ...policy, bindingsOf }] });
  assert.equal(decision.verdict, 'allowed');
  assert.equal(spellOut(decision).policies[0]?.bindings.at(-1)?.grants, true);
});

test('the prefix of a list is an attribute for boundaries alone (IAM notes 1.4)', async () => {
  const { compileCondition } = await loadConditions();
  const expression = "api.getAttribute('storage.googleapis.com/objectListPrefix', '').startsWith('a/')";
  const apiAttributes = { 'storage.googleapis.com/objectListPrefix': 'a/b' };
  const asked = { ...question, apiAttributes };
  const granted = decide(asked, factsOf({ allow: [expression] }, compileCondition));
  assert.equal(granted.refusedBy, 'iam');
  assert.equal(spellOut(granted).policies[0]?.bindings[0]?.condition?.outcome, 'false');
  const denied = decide(asked, factsOf({ deny: [expression], allow: ['true'] }, compileCondition));
  assert.equal(denied.verdict, 'allowed');
  const boundary = compileBoundary(
    [
      {
        availableResource: `//storage.googleapis.com/${BUCKET}`,
        availablePermissions: [`inRole:${VIEWER}`],
        availabilityCondition: { expression },
      },
    ],
    { findRole, compileCondition },
  );
  const within = decide({ ...asked, boundary }, factsOf({ allow: ['true'] }, compileCondition));
  assert.equal(within.verdict, 'allowed');
  assert.equal(spellOut(within).boundary?.[0]?.condition?.outcome, 'true');
});

test('what a call says of the roles that it changes is an attribute for policies too (IAM notes 1.4)', () => {
  const contexts: ConditionContext[] = [];
  const compileCondition: CompileCondition = (expression) => ({
    expression,
    cost: expression.length,
    evaluate(context) {
      contexts.push(context);
      return true;
    },
  });
  const apiAttributes = { 'iam.googleapis.com/modifiedGrantsByRole': ['roles/browser'] };
  decide({ ...question, apiAttributes }, factsOf({ allow: ['true'] }, compileCondition));
  assert.deepEqual(contexts[0]?.apiAttributes, apiAttributes);
});

/** The compiler of conditions, counting what it reads. */
function readingCompiler() {
  const counts = { reads: 0 };
  const { compileCondition } = createConditionCompiler((expression) => {
    counts.reads += 1;
    return conditionError(expression);
  });
  return { counts, compileCondition };
}

/** A list of so many one-letter strings: as many words as an expression may have. */
const crowded = (index: number) => `resource.name in ['${index}'${",'a'".repeat(4000)}]`;

test('a decision reads so much of conditions and no more: what is beyond its budget is not even parsed', () => {
  const { counts, compileCondition } = readingCompiler();
  const allow = Array.from({ length: PRINCIPALS }, (_, index) => crowded(index));
  const facts = factsOf({ allow }, compileCondition);
  assert.equal(counts.reads, 0, 'a policy that is made ready reads none');
  const decision = decide(question, facts);
  spellOut(decision);
  // Each has 8,004 words, so that two are all.
  assert.equal(counts.reads, 2);
});

test('a decision converts so many times to time zones and no more', () => {
  const { compileCondition } = readingCompiler();
  let conversions = 0;
  const counted: CompileCondition = (expression) => {
    const condition = compileCondition(expression);
    return {
      ...condition,
      cost: condition.cost,
      evaluate(context) {
        conversions += expression.split('getHours').length - 1;
        return condition.evaluate(context);
      },
    };
  };
  const allow = Array.from({ length: 200 }, (_, index) =>
    Array.from(
      { length: 13 },
      (_, other) => `(request.time-duration('${index * 13 + other}s')).getHours('CET')>23`,
    ).join('||'),
  );
  decide(question, factsOf({ allow }, counted));
  assert.equal(conversions, 117, 'nine times thirteen');
  assert.ok(conversions <= EVALUATED_COST_LIMIT / ZONE_COST);
});

test('what is evaluated never costs more than the budget, and everything is that comes before it is spent', () => {
  const costs = fc.array(fc.integer({ min: 2, max: EVALUATED_COST_LIMIT }), { maxLength: 40 });
  fc.assert(
    fc.property(costs, (given) => {
      let spent = 0;
      const compileCondition: CompileCondition = (expression) => {
        const cost = given[Number(expression)] ?? 0;
        return {
          expression,
          cost,
          evaluate() {
            spent += cost;
            return false;
          },
        };
      };
      decide(question, factsOf({ allow: given.map((_, index) => `${index}`) }, compileCondition));
      assert.ok(spent <= EVALUATED_COST_LIMIT);
      const fitting = given.findIndex(
        (_, index) => given.slice(0, index + 1).reduce((sum, cost) => sum + cost, 0) > EVALUATED_COST_LIMIT,
      );
      const expected = given.slice(0, fitting < 0 ? given.length : fitting);
      assert.equal(
        spent,
        expected.reduce((sum, cost) => sum + cost, 0),
      );
    }),
  );
});

test('permissions that are asked about together share what their conditions gave, and one budget', () => {
  const { counts, compileCondition } = countingCompiler(() => false);
  const facts = factsOf({ allow: expressions(PRINCIPALS, 1000) }, compileCondition);
  const permissions = [...(findRole(VIEWER)?.permissions ?? [])];
  assert.ok(permissions.length > 1);
  const { permission: _, ...asked } = question;
  const answers = [...decideEach(permissions, asked, facts)];
  assert.deepEqual(
    answers,
    permissions.map((permission) => [permission, false]),
  );
  assert.equal(counts.evaluations, Math.floor(EVALUATED_COST_LIMIT / 1000));
});
