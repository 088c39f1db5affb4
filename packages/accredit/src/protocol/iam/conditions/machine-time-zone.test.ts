/** What an expression gives does not depend on the time zone of the machine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTEXT } from './condition.fixture.ts';
import { loadConditions } from './load.ts';

// This file's process alone has this zone: its clocks skip 02:00 to 03:00 on 29 March 2026.
process.env['TZ'] = 'Europe/Berlin';

const { compileCondition } = await loadConditions();

const EXPRESSIONS = [
  "timestamp('2026-03-29T02:30:00Z').getHours() == 2",
  "timestamp('2026-03-29T02:30:00Z').getHours('+00:00') == 2",
  "timestamp('2026-03-29T07:30:00Z').getHours('America/New_York') == 3",
  "timestamp('2026-07-01T00:30:00Z').getDate() == 1",
  "date('2026-07-01') == timestamp('2026-07-01T00:00:00Z')",
  "timestamp('0099-12-31T23:00:00Z').getFullYear() == 99",
  "timestamp('0099-12-31T23:00:00Z').getFullYear('UTC') == 99",
  "timestamp('0001-01-01T00:00:00Z').getFullYear('America/New_York') == 0",
];

for (const expression of EXPRESSIONS) {
  test(`on a machine in Berlin: ${expression}`, () => {
    assert.equal(new Date(2026, 0, 1).getTimezoneOffset(), -60, 'the machine is in Berlin');
    assert.equal(compileCondition(expression).evaluate(CONTEXT), true);
  });
}
