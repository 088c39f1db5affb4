import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDurationMs } from './durations.ts';

const cases: readonly (readonly [string, number | undefined])[] = [
  ['0s', 0],
  ['500ms', 500],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['0.0004s', 0],
  ['5', undefined],
  ['s', undefined],
  ['-1s', undefined],
  ['1 s', undefined],
  ['1d', undefined],
  ['1e3s', undefined],
  ['.5s', undefined],
  ['1234567890s', undefined],
  ['1toString', undefined],
];

for (const [text, expected] of cases) {
  test(`the duration '${text}' is ${expected} ms`, () => {
    assert.equal(parseDurationMs(text), expected);
  });
}
