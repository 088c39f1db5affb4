import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerMemo, BoundedMemo, KEPT_LENGTH_LIMIT } from './answer-memo.ts';

test('an answer is kept for a second of both clocks', () => {
  const memo = new AnswerMemo<string>();
  assert.equal(memo.get('/a', 1, 1), undefined);
  memo.put('/a', 'one', 3);
  assert.equal(memo.get('/a', 1, 1), 'one');
  assert.equal(memo.get('/a', 2, 1), undefined);
  memo.put('/a', 'two', 3);
  assert.equal(memo.get('/a', 2, 1), 'two');
  assert.equal(memo.get('/a', 2, 2), undefined);
});

test('at most 100 things are kept, and 64 KiB of them', () => {
  const many = new BoundedMemo<number>();
  for (let number = 0; number < 200; number += 1) many.put(`/${number}`, number, 1);
  assert.deepEqual([many.get('/99'), many.get('/100')], [99, undefined]);
  const large = new BoundedMemo<string>();
  large.put('/a', 'half', KEPT_LENGTH_LIMIT / 2);
  large.put('/b', 'half', KEPT_LENGTH_LIMIT / 2);
  assert.deepEqual([large.get('/a'), large.get('/b')], ['half', undefined]);
  large.put('/a', 'again', 1);
  assert.equal(large.get('/a'), 'half', 'what is kept counts once');
  large.clear();
  large.put('/b', 'half', KEPT_LENGTH_LIMIT / 2);
  assert.equal(large.get('/b'), 'half');
  large.put('/c', 'whole', KEPT_LENGTH_LIMIT);
  assert.equal(large.get('/c'), undefined);
});
