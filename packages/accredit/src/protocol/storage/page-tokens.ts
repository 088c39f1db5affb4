import { isUtf8 } from 'node:buffer';
import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { parseFields, textField, varintField } from './protobuf.ts';

/** Where a page of a listing ended. */
export interface ListingPosition {
  /** The last name or prefix that was returned. */
  readonly name: string;
  /** The name was returned as an item, and is still to be returned as a prefix (`includeTrailingDelimiter`). */
  readonly prefixPending?: boolean;
}

const NAME = 1;

/** Ours: Google's way to say that a name still stands out as a prefix is not known. */
const PREFIX_PENDING = 2;

/** Returns the page token of a position: base64 of a message whose field 1 is the name (storage notes 7.3). */
export function toPageToken({ name, prefixPending }: ListingPosition): string {
  const fields = [
    textField(NAME, name),
    ...(prefixPending === true ? [varintField(PREFIX_PENDING, 1n)] : []),
  ];
  return Buffer.concat(fields).toString('base64');
}

/**
 * Returns the position of a page token.
 *
 * A token carries a name and no right: whoever presents it is authorized anew.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` `Invalid argument.`
 */
export function parsePageToken(token: string): ListingPosition {
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(token);
  const fields = (isBase64 ? parseFields(Buffer.from(token, 'base64')) : undefined) ?? [];
  const value = fields.find(({ field }) => field === NAME)?.value;
  const name = Buffer.isBuffer(value) && isUtf8(value) ? value.toString('utf8') : '';
  if (name === '') throw invalidToken();
  const prefixPending = fields.some(({ field }) => field === PREFIX_PENDING);
  return prefixPending ? { name, prefixPending } : { name };
}

function invalidToken(): ApiError {
  return invalidArgument('Invalid argument.', {
    reason: 'invalid',
    location: { type: 'parameter', name: 'pageToken' },
  });
}
