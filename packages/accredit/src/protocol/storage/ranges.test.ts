import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerRange, type RangeAnswer } from './ranges.ts';

const whole: RangeAnswer = { kind: 'whole' };
const none: RangeAnswer = { kind: 'notSatisfiable' };
const part = (first: number, last: number): RangeAnswer => ({ kind: 'part', first, last });

const cases: readonly (readonly [string | undefined, number, RangeAnswer])[] = [
  [undefined, 11, whole],
  ['bytes=0-4', 11, part(0, 4)],
  ['bytes=6-', 11, part(6, 10)],
  ['bytes=-5', 11, part(6, 10)],
  ['bytes=-99', 11, part(0, 10)],
  ['bytes=0-99', 11, part(0, 10)],
  ['bytes=0-', 11, part(0, 10)],
  ['bytes=10-10', 11, part(10, 10)],
  ['Bytes=0-0', 11, part(0, 0)],
  ['bytes=0-99999999999999999999', 11, part(0, 10)],
  ['bytes=11-', 11, none],
  ['bytes=99999999999999999999-', 11, none],
  ['bytes=-0', 11, none],
  ['bytes=0-0', 0, none],
  ['bytes=0-', 0, none],
  ['bytes=-1', 0, none],
  ['bytes=0-1,3-4', 11, whole],
  ['bytes=5-4', 11, whole],
  ['bytes=-', 11, whole],
  ['bytes=a-b', 11, whole],
  ['bytes 0-4/11', 11, whole],
  ['lines=0-4', 11, whole],
  ['', 11, whole],
];

for (const [header, size, answer] of cases) {
  test(`Range ${header ?? '(absent)'} of ${size} bytes is ${JSON.stringify(answer)} (storage notes 6.3)`, () => {
    assert.deepEqual(answerRange(header, size), answer);
  });
}
