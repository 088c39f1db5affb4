import { invalidArgument } from './api-error.ts';

/** First byte of a page token, so that the form can change. */
const VERSION = 1;

/**
 * Returns an opaque page token that carries the key after which the next page starts.
 *
 * A token holds no secret and no right: whoever presents it is authorized anew.
 */
export function toPageToken(after: string): string {
  return Buffer.concat([Buffer.from([VERSION]), Buffer.from(after)]).toString('base64url');
}

/**
 * Returns the key that a page token carries.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for a token that this server did not make
 */
export function parsePageToken(token: string): string {
  const decoded = Buffer.from(token, 'base64url');
  const after = decoded.subarray(1).toString('utf8');
  if (decoded[0] !== VERSION || after === '' || toPageToken(after) !== token.replace(/=+$/, '')) {
    throw invalidArgument(`Invalid value for field 'pageToken': '${token.slice(0, 100)}'.`, {
      reason: 'invalid',
      location: { type: 'parameter', name: 'pageToken' },
    });
  }
  return after;
}
