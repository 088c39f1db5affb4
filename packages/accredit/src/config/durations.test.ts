import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDurationMs, parseSpanMs, renderSpan } from './durations.ts';

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

const spans: readonly (readonly [string, number | undefined])[] = [
  ['56m', 3360],
  ['1h30m', 5400],
  ['90s', 90],
  ['2d', 172_800],
  ['1d1h1m1s', 90_061],
  ['0s', 0],
  ['', undefined],
  ['56', undefined],
  ['30m1h', undefined],
  ['1h1h', undefined],
  ['1.5h', undefined],
  ['500ms', undefined],
  ['-1s', undefined],
  ['1 h', undefined],
  ['1234567890s', undefined],
];

for (const [text, seconds] of spans) {
  test(`the span '${text}' is ${seconds} s`, () => {
    assert.equal(parseSpanMs(text), seconds === undefined ? undefined : seconds * 1000);
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
    assert.equal(renderSpan(seconds), text);
    assert.equal(parseSpanMs(text), seconds * 1000);
  });
}
