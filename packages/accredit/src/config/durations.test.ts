import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDurationMs, renderDuration } from './durations.ts';

const cases: readonly (readonly [string, number | undefined])[] = [
  ['0s', 0],
  ['500ms', 500],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['56m', 3_360_000],
  ['1h30m', 5_400_000],
  ['1m30s', 90_000],
  ['90s', 90_000],
  ['1d', 86_400_000],
  ['2d', 172_800_000],
  ['1d1h1m1s', 90_061_000],
  ['1d1h1m1s1ms', 90_061_001],
  ['1m5ms', 60_005],
  ['1s500ms', 1500],
  ['1.5m', 90_000],
  ['1.5h', 5_400_000],
  ['0.5d', 43_200_000],
  ['0.0004s', 0],
  ['1.6ms', 2],
  ['', undefined],
  ['5', undefined],
  ['1.5', undefined],
  ['s', undefined],
  ['ms', undefined],
  ['-1s', undefined],
  ['1 s', undefined],
  ['1e3s', undefined],
  ['.5s', undefined],
  ['1.s', undefined],
  ['1h1.5m', undefined],
  ['1.5h30m', undefined],
  ['30m1h', undefined],
  ['1h1h', undefined],
  ['1ms1s', undefined],
  ['1234567890s', undefined],
  ['1toString', undefined],
  ['1s\n', undefined],
];

for (const [text, expected] of cases) {
  test(`the duration ${JSON.stringify(text)} is ${expected} ms`, () => {
    assert.equal(parseDurationMs(text), expected);
  });
}

for (const [seconds, text] of [
  [0, '0s'],
  [90, '1m30s'],
  [5400, '1h30m'],
  [90_061, '1d1h1m1s'],
  [172_800, '2d'],
] as const) {
  test(`${seconds} s are written ${text}`, () => {
    assert.equal(renderDuration(seconds), text);
    assert.equal(parseDurationMs(text), seconds * 1000);
  });
}
