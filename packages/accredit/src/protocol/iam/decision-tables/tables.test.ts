import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertDecision } from './assert-row.fixture.ts';
import { toFacts, toQuestion } from './facts.fixture.ts';
import { TABLES } from './tables.fixture.ts';

/** Rows that the tables have together, at least. */
const ROW_COUNT = 400;

for (const { about, given, stored, rows } of TABLES) {
  if (stored === 'only') continue;
  describe(about, () => {
    for (const [name, change, reason] of rows) {
      const row = { ...given, ...change };
      if (row.events !== undefined) continue;
      test(name, () => assertDecision(toQuestion(row), toFacts(row), reason));
    }
  });
}

test('there are enough rows, each with a name of its own', () => {
  const names = TABLES.flatMap(({ about, rows }) => rows.map(([name]) => `${about}: ${name}`));
  assert.ok(names.length >= ROW_COUNT, `there are ${names.length}`);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});
