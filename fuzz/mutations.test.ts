import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GOOD_REQUEST } from './corpus.ts';
import { bytesOf, makeCase } from './mutations.ts';
import { Random } from './random.ts';

test('chance is the same for the same seed, and within its limit', () => {
  const draw = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 200 }, () => random.below(10));
  };
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
  assert.deepEqual(
    [...new Set(draw(1))].sort((one, other) => one - other),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.throws(() => new Random(1).pick([]), RangeError);
});

test('a case is the same whenever it is made, and whatever was made before', () => {
  const inOrder = Array.from({ length: 500 }, (_, index) => makeCase(7, index));
  for (const index of [499, 3, 77]) assert.deepEqual(makeCase(7, index), inOrder[index]);
  assert.notDeepEqual(bytesOf(makeCase(8, 3)), bytesOf(makeCase(7, 3)));
});

test('cases differ from each other, and end in every way', () => {
  const cases = Array.from({ length: 2_000 }, (_, index) => makeCase(7, index));
  const distinct = new Set(cases.map((fuzzCase) => bytesOf(fuzzCase).toString('latin1')));
  assert.ok(distinct.size > 1_900, `${distinct.size}`);
  assert.deepEqual([...new Set(cases.map(({ ending }) => ending))].sort(), [
    'abort',
    'good-request',
    'half-close',
  ]);
  assert.ok(cases.some(({ packets }) => packets.length > 1));
  assert.ok(cases.some(({ isSlow }) => isSlow));
});

test('cases spoil lines, lengths, chunks, names and pipelines', () => {
  const all = Array.from({ length: 3_000 }, (_, index) =>
    bytesOf(makeCase(7, index)).toString('latin1'),
  ).join('');
  const marks = [
    'BREW /',
    'HTTP/1.2\r\n',
    '\n\r',
    'X-Injected: yes',
    '0\r\n\r\n',
    'Content-Length: -1',
    '__proto__',
    '%0d%0a',
    '<script>',
    '\u0000',
  ];
  for (const mark of marks) assert.ok(all.includes(mark), JSON.stringify(mark));
});

test('a good request ends a case where it says so', () => {
  const cases = Array.from({ length: 50 }, (_, index) => makeCase(7, index));
  for (const fuzzCase of cases)
    assert.equal(
      bytesOf(fuzzCase).toString('latin1').endsWith(GOOD_REQUEST),
      fuzzCase.ending === 'good-request',
    );
});
