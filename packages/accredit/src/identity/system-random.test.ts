import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemRandom } from './system-random.ts';

test('every length is given, nothing twice, and what was given stays as it was', () => {
  const random = new SystemRandom();
  const seen = new Set<string>();
  const kept: (readonly [Buffer, string])[] = [];
  for (let count = 0; count < 2000; count += 1) {
    const bytes = random.bytes(16);
    seen.add(bytes.toString('hex'));
    kept.push([bytes, bytes.toString('hex')]);
  }
  assert.equal(seen.size, 2000);
  for (const [bytes, text] of kept) assert.equal(bytes.toString('hex'), text);
  for (const length of [0, 1, 4095, 4096, 4097, 10_000]) assert.equal(random.bytes(length).length, length);
  assert.notEqual(new Set(random.bytes(5000)).size, 1);
});
