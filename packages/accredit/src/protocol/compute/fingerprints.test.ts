import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFingerprint, EMPTY_FINGERPRINT, fingerprintOf } from './fingerprints.ts';

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

const CURRENT = ['a'];

test('contents may be replaced by who knows their fingerprint, in either alphabet (compute notes 1.4, 1.7)', () => {
  checkFingerprint(undefined, [], 'stale');
  checkFingerprint('', {}, 'stale');
  checkFingerprint(EMPTY_FINGERPRINT, [], 'stale');
  for (let index = 0; index < 50; index += 1) {
    const urlSafe = fingerprintOf([index]);
    checkFingerprint(urlSafe, [index], 'stale');
    checkFingerprint(urlSafe.replaceAll('-', '+').replaceAll('_', '/'), [index], 'stale');
  }
});

/** The fingerprint that is given, and the contents. */
const stale: readonly (readonly [string | undefined, readonly string[]])[] = [
  [undefined, CURRENT],
  ['', CURRENT],
  [EMPTY_FINGERPRINT, CURRENT],
  [fingerprintOf(['b']), CURRENT],
  ['AA==', CURRENT],
  [fingerprintOf(CURRENT), []],
];

for (const [given, current] of stale) {
  test(`the fingerprint ${given} of ${JSON.stringify(current)} is stale: 412 (compute notes 1.7)`, () => {
    assert.throws(() => checkFingerprint(given, current, 'stale'), {
      code: 'FAILED_PRECONDITION',
      httpStatus: 412,
      message: 'stale',
      detail: { httpStatus: 412, reason: 'conditionNotMet' },
    });
  });
}

test('what is no base64 is no fingerprint: 400', () => {
  assert.throws(() => checkFingerprint('a b', CURRENT, 'stale'), {
    httpStatus: 400,
    message: "Invalid value for field 'resource.fingerprint': 'a b'. Must be base64.",
  });
});
