import { invalidArgument } from '../kernel/api-error.ts';
import { int32, optional, string } from '../kernel/decode.ts';
import { parsePageToken, toPageToken } from '../kernel/page-tokens.ts';
import type { Page, PageRequest } from '../resources/collection.ts';
import type { Query } from './method.ts';

/** Things of a page where the caller does not say, and at most. */
export interface PageSizes {
  readonly default: number;
  readonly max: number;
}

/** Which page a request asks for, as its body or its query says it. */
export interface AskedPage {
  readonly pageSize?: number;
  readonly pageToken?: string;
}

/** Reads which page a query asks for. */
export function pageOfQuery(query: Query): AskedPage {
  const pageSize = optional(int32)(query.get('pageSize'), 'pageSize');
  const pageToken = optional(string)(query.get('pageToken'), 'pageToken');
  return {
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(pageToken === undefined ? {} : { pageToken }),
  };
}

/**
 * Returns the page that is asked for. A size beyond the maximum is the maximum (AIP-158). Guess: the text for a negative
 * one.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for a negative size, or a token that this server did not make
 */
export function readPage({ pageSize = 0, pageToken = '' }: AskedPage, sizes: PageSizes): PageRequest {
  if (pageSize < 0) throw invalidArgument(`Invalid value for field 'pageSize': '${pageSize}'.`);
  return {
    limit: pageSize === 0 ? sizes.default : Math.min(pageSize, sizes.max),
    after: pageToken === '' ? undefined : parsePageToken(pageToken),
  };
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

/** Returns a page under a field's name; proto3 JSON leaves out what is empty. */
export function encodePage(field: string, { items, next }: Page<unknown>): Readonly<Record<string, unknown>> {
  return {
    ...(items.length === 0 ? {} : { [field]: items }),
    ...(next === undefined ? {} : { nextPageToken: toPageToken(next) }),
  };
}
