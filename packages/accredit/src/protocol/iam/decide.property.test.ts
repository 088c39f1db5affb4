import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decision, decide } from './decide.ts';
import { assertWordsAgree } from './decision-tables/assert-row.fixture.ts';
import { toFacts, toQuestion } from './decision-tables/facts.fixture.ts';
import {
  boundary,
  denial,
  generatedCase,
  grant,
  LEVELS,
  level,
  node,
} from './decision-tables/generated-case.fixture.ts';
import type { Case } from './decision-tables/row.fixture.ts';
import { CSV, GOODS, REPORTS, SHOP } from './decision-tables/world.fixture.ts';
import { spellOut } from './spell-out.ts';

/** Cases that each property is tried on; on failure the seed is printed, and the smallest case that fails. */
const RUNS = { numRuns: 400 };

function decideCase(given: Case): Decision {
  return decide(toQuestion(given), toFacts(given));
}

function isAllowed(given: Case): boolean {
  return decideCase(given).verdict === 'allowed';
}

/** Says that the second case is allowed where the first one is. */
function assertNoLess(before: Case, after: Case): void {
  if (isAllowed(before)) assert.ok(isAllowed(after));
}

test('enough of the generated cases are allowed, and enough refused at each gate, for properties to mean something', () => {
  const seen = new Map<string, number>();
  for (const given of fc.sample(generatedCase, { numRuns: 2000, seed: 7 })) {
    const outcome = decideCase(given).refusedBy ?? 'allowed';
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
  }
  for (const outcome of ['allowed', 'scopes', 'deny', 'iam', 'boundary']) {
    assert.ok((seen.get(outcome) ?? 0) >= 20, `${outcome}: ${seen.get(outcome)}`);
  }
});

test('adding an allow binding never removes access (IAM notes 1.3)', () => {
  fc.assert(
    fc.property(generatedCase, level, grant, fc.boolean(), (given, place, added, first) => {
      const there = given.on?.[place] ?? [];
      const on = { ...given.on, [place]: first ? [added, ...there] : [...there, added] };
      assertNoLess(given, { ...given, on });
    }),
    RUNS,
  );
});

test('adding a member to a binding never removes access (IAM notes 1.3)', () => {
  fc.assert(
    fc.property(
      generatedCase,
      level,
      fc.constantFrom('allUsers', 'user:ada@example.com'),
      (given, place, added) => {
        const bindings = (given.on?.[place] ?? []).map(
          ([role, members, ...condition]) => [role, [members, added].flat(), ...condition] as const,
        );
        assertNoLess(given, { ...given, on: { ...given.on, [place]: bindings } });
      },
    ),
    RUNS,
  );
});

test('adding a rule of a deny policy never adds access (IAM notes 1.3)', () => {
  fc.assert(
    fc.property(generatedCase, node, denial, (given, place, added) => {
      const deny = { ...given.deny, [place]: [...(given.deny?.[place] ?? []), added] };
      assertNoLess({ ...given, deny }, given);
    }),
    RUNS,
  );
});

test('the order of bindings, members, rules and levels never matters (IAM notes 1.3)', () => {
  fc.assert(
    fc.property(generatedCase, (given) => {
      const turned: Case = {
        ...given,
        on: mapValues(given.on, (bindings) =>
          bindings
            .toReversed()
            .map(([role, members, ...rest]) => [role, [members].flat().toReversed(), ...rest] as const),
        ),
        deny: mapValues(given.deny, (rules) => rules.toReversed()),
        ...(given.boundary === undefined ? {} : { boundary: given.boundary.toReversed() }),
      };
      const facts = toFacts(turned);
      const { verdict, refusedBy } = decide(toQuestion(turned), {
        ...facts,
        policies: facts.policies.toReversed(),
        denyPolicies: facts.denyPolicies.toReversed(),
        identities: facts.identities.toReversed(),
      });
      const before = decideCase(given);
      assert.deepEqual([verdict, refusedBy], [before.verdict, before.refusedBy]);
    }),
    RUNS,
  );
});

test('an inherited allow is never lost: what a level gives holds below, whatever stands there (IAM notes 1.3)', () => {
  fc.assert(
    fc.property(generatedCase, level, (given, place) => {
      const { deny: _deny, boundary: _boundary, held: _held, ...rest } = given;
      const there = given.on?.[place] ?? [];
      const on = { ...given.on, [place]: [...there, ['roles/storage.admin', 'allUsers'] as const] };
      assert.ok(isAllowed({ ...rest, permission: 'storage.objects.get', resource: CSV, on }));
    }),
    RUNS,
  );
});

test('what is allowed on a resource is allowed on all in it, as far as no condition looks at it (IAM notes 1.3)', () => {
  fc.assert(
    fc.property(generatedCase, (given) => {
      const { deny: _deny, boundary: _boundary, ...rest } = given;
      const on = mapValues(given.on, (bindings) =>
        bindings.map(([role, members]) => [role, members] as const),
      );
      const chain = [CSV, REPORTS, GOODS, SHOP, ...LEVELS.slice(3)];
      const allowed = chain.map((resource) => isAllowed({ ...rest, on, resource }));
      const highest = allowed.lastIndexOf(true);
      assert.ok(allowed.slice(0, highest + 1).every(Boolean), JSON.stringify(allowed));
    }),
    RUNS,
  );
});

test('a boundary never adds access (IAM notes 1.3)', () => {
  fc.assert(
    fc.property(generatedCase, boundary, (given, rules) => {
      const { boundary: _boundary, ...free } = given;
      assertNoLess({ ...free, boundary: rules }, free);
    }),
    RUNS,
  );
});

test('a rule more in a boundary never removes access (IAM notes 4.6)', () => {
  fc.assert(
    fc.property(generatedCase, boundary, boundary, (given, rules, more) => {
      assertNoLess({ ...given, boundary: rules }, { ...given, boundary: [...rules, ...more] });
    }),
    RUNS,
  );
});

test('a scope never grants by itself: with it, nothing is allowed that is not without scopes to check (IAM notes 1.10)', () => {
  fc.assert(
    fc.property(generatedCase, (given) => {
      const { held: _held, ...unscoped } = given;
      assertNoLess(given, unscoped);
      assert.equal(isAllowed({ ...given, on: {} }), false);
    }),
    RUNS,
  );
});

test('whoever cannot act is refused, whatever there is (IAM notes 1.8)', () => {
  fc.assert(
    fc.property(generatedCase, fc.constantFrom('disabled' as const, 'deleted' as const), (given, state) => {
      assert.equal(decideCase({ ...given, state }).refusedBy, 'principal');
    }),
    RUNS,
  );
});

test('the same question and facts give the same decision, and its words agree with it', () => {
  fc.assert(
    fc.property(generatedCase, (given) => {
      const [question, facts] = [toQuestion(given), toFacts(given)];
      const decision = decide(question, facts);
      assert.deepEqual(decide(question, facts), decision);
      assertWordsAgree(decision, spellOut(decision));
    }),
    RUNS,
  );
});

/** What callers write where a name is asked for. */
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'roles/constructor',
    'iam.',
    '/',
    'projects/_/buckets/',
    'projects/',
    '',
  ),
);

const nonsense: fc.Arbitrary<Case> = fc.record({
  caller: fc.oneof(
    fc.record({ kind: fc.constant('user' as const), email: text }),
    fc.record({ kind: fc.constant('serviceAccount' as const), email: text, uniqueId: text }),
    fc.record({
      kind: fc.constant('federated' as const),
      pool: text,
      subject: text,
      groups: fc.array(text, { maxLength: 2 }),
      attributes: fc.dictionary(text, text, { maxKeys: 2 }),
    }),
  ),
  permission: text,
  resource: text,
  on: fc.dictionary(text, fc.array(fc.tuple(text, text, text), { maxLength: 2 }), { maxKeys: 2 }),
  deny: fc.dictionary(
    text,
    fc.array(
      fc.record({
        deniedPrincipals: fc.array(text, { maxLength: 2 }),
        deniedPermissions: fc.array(text, { maxLength: 2 }),
        if: text,
      }),
      { maxLength: 2 },
    ),
    { maxKeys: 2 },
  ),
  held: fc.array(text, { maxLength: 2 }),
  accepted: fc.array(text, { maxLength: 2 }),
  boundary: fc.array(
    fc.record({
      availableResource: text,
      availablePermissions: fc.array(text, { maxLength: 2 }),
      availabilityCondition: fc.record({ expression: text }),
    }),
    { maxLength: 2 },
  ),
  attributes: fc.dictionary(text, text, { maxKeys: 2 }),
});

test('neither a decision nor its words ever throw, whatever names they are given', () => {
  fc.assert(
    fc.property(nonsense, (given) => {
      const [question, facts] = [toQuestion(given), toFacts(given)];
      // The policies are put where they count, whatever the resource is called.
      const places = Object.keys(given.on ?? {}).flatMap(
        (resource) => toFacts({ ...given, resource }).policies,
      );
      const decision = decide(question, { ...facts, policies: [...facts.policies, ...places] });
      assertWordsAgree(decision, spellOut(decision));
    }),
    RUNS,
  );
});

function mapValues<T, U>(
  record: Readonly<Record<string, T>> | undefined,
  map: (value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, map(value)]));
}
