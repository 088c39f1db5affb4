import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBeMinimum, platformAtLeast } from './cpu-platforms.ts';

/** Platform of the family, minimum, and what the machine runs on. */
const cases: readonly (readonly [byDefault: string, minimum: string | undefined, runsOn: string])[] = [
  ['Intel Haswell', undefined, 'Intel Haswell'],
  ['Intel Haswell', 'Intel Skylake', 'Intel Skylake'],
  ['Intel Haswell', 'Intel Haswell', 'Intel Haswell'],
  ['Intel Haswell', 'Intel Sandy Bridge', 'Intel Haswell'],
  ['Intel Cascade Lake', 'Intel Ice Lake', 'Intel Ice Lake'],
  ['Intel Cascade Lake', 'Intel Broadwell', 'Intel Cascade Lake'],
  ['AMD Rome', 'AMD Milan', 'AMD Milan'],
  ['AMD Rome', 'Intel Skylake', 'AMD Rome'],
  ['Ampere Altra', 'Intel Skylake', 'Ampere Altra'],
];

for (const [byDefault, minimum, runsOn] of cases) {
  test(`${byDefault} with at least ${minimum ?? 'anything'} is ${runsOn} (compute notes 5.2)`, () => {
    assert.equal(platformAtLeast(byDefault, minimum), runsOn);
  });
}

test('a minimum is a platform that is known, of the maker of the machine', () => {
  assert.ok(mayBeMinimum('Intel Skylake', 'Intel Haswell'));
  assert.ok(mayBeMinimum('Intel Sandy Bridge', 'Intel Haswell'));
  assert.ok(!mayBeMinimum('AMD Milan', 'Intel Haswell'));
  assert.ok(!mayBeMinimum('Pentium', 'Intel Haswell'));
  assert.ok(!mayBeMinimum('Ampere Altra', 'Ampere Altra'));
});
