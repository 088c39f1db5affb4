import { createHash } from 'node:crypto';

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
