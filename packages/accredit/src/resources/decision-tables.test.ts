/** The decision tables once more, from stored state to the verdict. */
import { describe, test } from 'node:test';
import { assertDecision } from '../protocol/iam/decision-tables/assert-row.fixture.ts';
import { toQuestion } from '../protocol/iam/decision-tables/facts.fixture.ts';
import { TABLES } from '../protocol/iam/decision-tables/tables.fixture.ts';
import { openWorld } from './decision-world.fixture.ts';

for (const { about, given, stored, rows } of TABLES) {
  if (stored === undefined) continue;
  describe(about, () => {
    for (const [name, change, reason] of rows) {
      test(name, async () => {
        const row = { ...given, ...change };
        const resources = await openWorld(row);
        const question = toQuestion(row);
        const facts = await resources.factsFor(question.resource, question.principal);
        assertDecision(question, facts, reason);
      });
    }
  });
}
