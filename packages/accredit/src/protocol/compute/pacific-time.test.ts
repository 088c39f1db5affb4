import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUE_TIME, toPacificTime } from './pacific-time.ts';

const cases: readonly (readonly [string, string, string])[] = [
  ['winter', '2026-11-22T18:24:27.448Z', '2026-11-22T10:24:27.448-08:00'],
  ['summer', '2025-04-07T17:45:22.544Z', '2025-04-07T10:45:22.544-07:00'],
  ['three decimals always', '2026-01-01T08:00:00Z', '2026-01-01T00:00:00.000-08:00'],
  ['the last moment of winter', '2026-03-08T09:59:59.999Z', '2026-03-08T01:59:59.999-08:00'],
  ['the first moment of summer', '2026-03-08T10:00:00Z', '2026-03-08T03:00:00.000-07:00'],
  ['the last moment of summer', '2026-11-01T08:59:59.999Z', '2026-11-01T01:59:59.999-07:00'],
  ['the first moment of winter', '2026-11-01T09:00:00Z', '2026-11-01T01:00:00.000-08:00'],
];

for (const [name, given, expected] of cases) {
  test(`a time is local time of California with its offset: ${name} (compute notes 1.5)`, () => {
    assert.equal(toPacificTime(Date.parse(given)), expected);
  });
}

test('the catalogue was made at the epoch (compute notes 1.5)', () => {
  assert.equal(toPacificTime(0), CATALOGUE_TIME);
});
