import { invalidArgument } from '../kernel/api-error.ts';
import { int32, optional } from '../kernel/decode.ts';
import { parsePageToken, toPageToken } from '../kernel/page-tokens.ts';
import type { Page, PageRequest } from '../resources/collection.ts';
import type { Query } from './method.ts';

/** Things of a page where the caller does not say, and at most. */
export interface PageSizes {
  readonly default: number;
  readonly max: number;
  /** Whether a size that is not from 1 to the maximum is refused, as in the cloud's own API. Default: as AIP-158 has it. */
  readonly isStrict?: boolean;
}

/** Which page a request asks for, as its body or its query says it. */
export interface AskedPage {
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/**
 * Reads which page a query asks for.
 *
 * @param sizeField - what the API calls the size where it is no number
 * @throws {ApiError} `INVALID_ARGUMENT` for a size that is no number
 */
export function pageOfQuery(query: Query, sizeField = 'pageSize'): AskedPage {
  return {
    pageSize: optional(int32)(query.get('pageSize'), sizeField),
    pageToken: query.get('pageToken'),
  };
}

/**
 * Returns the page that is asked for. A size beyond the maximum is the maximum (AIP-158). Guess: the text for a negative
 * one.
 *
 * @param list - what is listed, with what it is in: `projects/p/serviceAccounts`; a token of another list is refused
 * @throws {ApiError} `INVALID_ARGUMENT` for a size that there cannot be, or a token that this server did not make for the
 *   list
 */
export function readPage(
  { pageSize, pageToken = '' }: AskedPage,
  sizes: PageSizes,
  list: string,
): PageRequest {
  return {
    limit: sizes.isStrict === true ? strictLimit(pageSize, sizes) : limitOf(pageSize, sizes),
    after: pageToken === '' ? undefined : parsePageToken(list, pageToken),
  };
}

function limitOf(pageSize = 0, sizes: PageSizes): number {
  if (pageSize < 0) throw invalidArgument(`Invalid value for field 'pageSize': '${pageSize}'.`);
  return pageSize === 0 ? sizes.default : Math.min(pageSize, sizes.max);
}

function strictLimit(pageSize: number | undefined, sizes: PageSizes): number {
  const limit = pageSize ?? sizes.default;
  if (limit >= 1 && limit <= sizes.max) return limit;
  throw invalidArgument(`'pageSize' is 1 to ${sizes.max}, not '${limit}'.`);
}

/** Returns the page of a list that is sorted by its names. */
export function pageOf<T>(
  sorted: readonly T[],
  nameOf: (item: T) => string,
  { limit, after }: PageRequest,
): Page<T> {
  const rest = after === undefined ? sorted : sorted.filter((item) => nameOf(item) > after);
  const last = rest[limit - 1];
  return rest.length > limit && last !== undefined
    ? { items: rest.slice(0, limit), next: nameOf(last) }
    : { items: rest };
}

/**
 * Returns a page under a field's name; proto3 JSON leaves out what is empty.
 *
 * @param list - as the page was asked for
 */
export function encodePage(
  field: string,
  { items, next }: Page<unknown>,
  list: string,
): Readonly<Record<string, unknown>> {
  return {
    ...(items.length === 0 ? {} : { [field]: items }),
    ...(next === undefined ? {} : { nextPageToken: toPageToken(list, next) }),
  };
}
