import { createHash } from 'node:crypto';
import { invalidField, staleField } from './field-errors.ts';

/** Bytes of a fingerprint; 12 characters of base64. */
const FINGERPRINT_BYTES = 8;

/** The fingerprint of nothing: no tags, no labels, no metadata (recorded many times, compute notes 1.7). */
export const EMPTY_FINGERPRINT = '42WmSpB8rSM=';

/**
 * Returns the fingerprint of contents: a hash of them, URL-safe and padded.
 *
 * @param contents - a JSON value; an empty list or object is nothing
 */
export function fingerprintOf(contents: object): string {
  if (Object.keys(contents).length === 0) return EMPTY_FINGERPRINT;
  const digest = createHash('sha256').update(JSON.stringify(contents)).digest();
  // Node's base64url has no padding, which clients of the API insist on.
  return `${digest.subarray(0, FINGERPRINT_BYTES).toString('base64url')}=`;
}

/** Base64 in either alphabet, padded or not. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Checks that a caller knows the contents that it is about to replace. Without a fingerprint it may replace nothing but
 * nothing (compute notes 1.7).
 *
 * @param given - of the body; absent or empty for none
 * @param current - what is there now, as `fingerprintOf` takes it
 * @param staleText - what to say of contents that changed
 * @throws {ApiError} 412 `conditionNotMet`; 400 `invalid` for what is no fingerprint
 */
export function checkFingerprint(given: string | undefined, current: object, staleText: string): void {
  const present = fingerprintOf(current);
  if (given === undefined || given === '') {
    if (present !== EMPTY_FINGERPRINT) throw staleField(staleText);
    return;
  }
  // Guess: the text.
  if (!BASE64.test(given)) throw invalidField('resource.fingerprint', given, 'Must be base64.');
  if (!Buffer.from(given, 'base64').equals(Buffer.from(present, 'base64'))) throw staleField(staleText);
}
