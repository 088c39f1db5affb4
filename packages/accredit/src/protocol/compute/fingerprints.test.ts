import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_FINGERPRINT, fingerprintOf } from './fingerprints.ts';

test('nothing has one fingerprint, whatever it is nothing of (compute notes 1.7)', () => {
  assert.equal(EMPTY_FINGERPRINT, '42WmSpB8rSM=');
  assert.equal(fingerprintOf([]), EMPTY_FINGERPRINT);
  assert.equal(fingerprintOf({}), EMPTY_FINGERPRINT);
});

test('a fingerprint is 8 bytes of URL-safe base64 with padding, and follows the contents (compute notes 1.7)', () => {
  const seen = new Set<string>();
  for (let index = 0; index < 200; index += 1) {
    const fingerprint = fingerprintOf([`tag-${index}`]);
    assert.match(fingerprint, /^[A-Za-z0-9_-]{11}=$/);
    assert.equal(Buffer.from(fingerprint, 'base64url').length, 8);
    assert.equal(fingerprintOf([`tag-${index}`]), fingerprint);
    seen.add(fingerprint);
  }
  assert.equal(seen.size, 200);
});
