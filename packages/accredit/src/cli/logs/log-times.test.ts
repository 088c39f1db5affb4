import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMoment } from './log-times.ts';

test('a moment is a time, or how long ago it was', () => {
  assert.deepEqual(parseMoment('5m'), { agoMs: 300_000 });
  assert.deepEqual(parseMoment('5m ago'), { agoMs: 300_000 });
  assert.deepEqual(parseMoment('2026-11-23T05:00:00Z'), { atMs: Date.UTC(2026, 10, 23, 5) });
});

for (const text of [
  '',
  'ago',
  ' ago',
  '5',
  'yesterday',
  '2026-11-23',
  '5m ago ago',
  '2026-13-23T05:00:00Z',
]) {
  test(`'${text}' is no moment`, () => {
    assert.throws(() => parseMoment(text), /It must be a time such as/);
  });
}
