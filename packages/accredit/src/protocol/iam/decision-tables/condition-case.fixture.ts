/** What the tables of conditions share. */
import type { Case } from './row.fixture.ts';
import { ada, GOODS, VIEWER } from './world.fixture.ts';

/** A user reads the objects of a bucket on a condition. */
export const when = (expression: string, change: Case = {}): Case => ({
  on: { [GOODS]: [[VIEWER, ada, expression]] },
  ...change,
});
