import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONDITION_FUNCTIONS } from './cel-functions.ts';
import { FUNCTIONS } from './declarations.ts';

/** What conditions take from the library as it is. */
const OF_THE_LIBRARY = '_&&_ _||_ !_ _==_ _!=_ _<_ _<=_ _>_ _>=_ @in _+_ _-_ startsWith endsWith'.split(' ');

test('what is declared is what can be evaluated: the functions here, and those of the library', () => {
  // A qualified function is a method of its namespace: `hasTagKey` of `resource`.
  const declared = [...FUNCTIONS.keys()].map((name) => name.split('.').at(-1) ?? name);
  const evaluated = [...CONDITION_FUNCTIONS.map(({ name }) => name), ...OF_THE_LIBRARY];
  assert.deepEqual(declared.toSorted(), [...new Set(evaluated)].sort());
});
