/** What expressions are said to cost: decisions and policy writes are bounded by it, and no clock is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EVALUATED_COST_LIMIT } from '../condition-evaluator.ts';
import { analyzeExpression } from './analyze.ts';
import { SOUND_EXPRESSIONS } from './condition.fixture.ts';
import { DEAREST_CONDITION } from './cost.ts';
import { EXPRESSION_LENGTH_LIMIT, POLICY_COST_LIMIT, WORD_COST, ZONE_COST, ZONE_LIMIT } from './limits.ts';

function costOf(expression: string): number {
  const analysis = analyzeExpression(expression);
  assert.ok(analysis.ok, analysis.ok ? '' : analysis.problem.message);
  return analysis.cost;
}

/** A disjunction of comparisons in as many time zones, or of as many other times. */
const inZones = (count: number) =>
  `1 in [${Array.from({ length: count }, (_, day) => `(request.time-duration('${day}s')).getDate('UCT')`).join()}]`;

const OFTEN_IN_BERLIN =
  "request.time.getHours('Europe/Berlin') >= 9 && request.time.getHours('Europe/Berlin') <= 17 && " +
  "request.time.getDayOfWeek('Europe/Berlin') >= 1 && request.time.getDayOfWeek('Europe/Berlin') <= 5";

const COSTS: readonly (readonly [name: string, expression: string, cost: number])[] = [
  ['one word', 'true', WORD_COST],
  ['long words', `resource.name == '${'x'.repeat(1000)}'`, 1019],
  ['short words', `1 in [${'1,'.repeat(1000)}]`, WORD_COST * 2004],
  ['the time of the request in UTC', 'request.time.getHours() >= 9', WORD_COST * 9],
  ['the time of the request in one zone, however often', OFTEN_IN_BERLIN, ZONE_COST],
  [
    'the time of the request in two zones',
    "request.time.getHours('UTC') == request.time.getHours('CET')",
    2 * ZONE_COST,
  ],
  ['other times in one zone', inZones(5), 5 * ZONE_COST],
  [
    'the time of the request in a zone that is computed',
    'request.time.getHours(resource.name) == request.time.getHours(resource.name)',
    2 * ZONE_COST,
  ],
];

for (const [name, expression, cost] of COSTS) {
  test(`what a condition costs: ${name}`, () => assert.equal(costOf(expression), cost));
}

test('an expression converts so many times to time zones, and no more', () => {
  assert.equal(costOf(inZones(ZONE_LIMIT)), ZONE_LIMIT * ZONE_COST);
  const beyond = analyzeExpression(inZones(ZONE_LIMIT + 1));
  assert.ok(!beyond.ok);
  assert.match(beyond.problem.message, /converts 129 times to time zones, at most 128 are allowed/);
});

test('whatever a policy may hold, a decision may evaluate: the dearest condition is within its budget', () => {
  assert.ok(ZONE_LIMIT * ZONE_COST <= DEAREST_CONDITION);
  assert.ok(DEAREST_CONDITION <= EVALUATED_COST_LIMIT);
  assert.ok(DEAREST_CONDITION <= POLICY_COST_LIMIT);
  const dearest = `2 in [${'1,'.repeat(EXPRESSION_LENGTH_LIMIT / 2 - 4)}]`;
  assert.ok(costOf(dearest) <= DEAREST_CONDITION);
});

test('a condition costs its length at the least, and joined ones no more than each by itself', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SOUND_EXPRESSIONS),
      fc.constantFrom(...SOUND_EXPRESSIONS),
      (one, other) => {
        const joined = `(${one}\n) == (${other}\n)`;
        const cost = costOf(joined);
        assert.ok(cost >= joined.length);
        // The operator, the brackets and the ends of the lines are six words.
        assert.ok(cost <= costOf(one) + costOf(other) + 6 * WORD_COST);
      },
    ),
  );
});
