import { createHash } from 'node:crypto';
import { invalidArgument } from './api-error.ts';

/** First byte of a page token, so that the form can change. */
const VERSION = 2;

/** Bytes of the digest that ties a token to its list. */
const DIGEST_BYTES = 6;

const HEAD_BYTES = 1 + DIGEST_BYTES;

/**
 * Returns an opaque page token that carries the key after which the next page starts.
 *
 * A token holds no secret and no right: whoever presents it is authorized anew.
 *
 * @param list - what the list is, with what it is in: `projects/p/serviceAccounts`; no other list takes the token
 */
export function toPageToken(list: string, after: string): string {
  const digest = createHash('sha256').update(list).digest().subarray(0, DIGEST_BYTES);
  return Buffer.concat([Buffer.from([VERSION]), digest, Buffer.from(after)]).toString('base64url');
}

/**
 * Returns the key that a page token carries.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for a token that this server did not make for this list
 */
export function parsePageToken(list: string, token: string): string {
  const after = Buffer.from(token, 'base64url').subarray(HEAD_BYTES).toString('utf8');
  if (after === '' || toPageToken(list, after) !== token.replace(/=+$/, '')) {
    throw invalidArgument(`Invalid value for field 'pageToken': '${token.slice(0, 100)}'.`, {
      reason: 'invalid',
      location: { type: 'parameter', name: 'pageToken' },
    });
  }
  return after;
}
