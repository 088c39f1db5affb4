import type { Query } from '../../http/method.ts';
import { ApiError } from '../../kernel/api-error.ts';
import { parsePageToken, toPageToken } from '../../kernel/page-tokens.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import { invalidField } from '../../protocol/compute/field-errors.ts';
import { type Filter, type FilterFields, parseFilter } from '../../protocol/compute/filter.ts';

/** Items of a page at most, and where the caller does not say. */
const PAGE_LIMIT = 500;

/** What a list call asks for. */
export interface ListRequest {
  readonly limit: number;
  readonly filter: Filter | undefined;
  readonly newestFirst: boolean;
  /** Where the page before ended. */
  readonly after: string | undefined;
  /** Returns the token of the page that starts after a position. */
  readonly tokenAfter: (position: string) => string;
}

/** One item on its way into a page. */
export interface Listed {
  /** Its place among the others by name. */
  readonly key: string;
  readonly createdAtMs: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Gives the items by name, from after a key on, about so many at a time. */
export type Walk = (after: string | undefined, pageSize: number) => AsyncIterable<Listed>;

/**
 * Reads the parameters of a list (compute notes 3.1).
 *
 * @param list - resource name of the list; a token of another one is refused
 * @throws {ApiError} 400 `invalid`
 */
export function readListRequest(query: Query, list: ResourceName, fields: FilterFields): ListRequest {
  // No scope is ever out of reach here, so a partial answer is the whole one.
  readFlag(query, 'returnPartialSuccess');
  const filterText = query.get('filter') ?? '';
  const newestFirst = readOrder(query.get('orderBy'));
  const asked = JSON.stringify([list, filterText, newestFirst]);
  return {
    limit: readLimit(query.get('maxResults')),
    filter: filterText.trim() === '' ? undefined : parseFilter(filterText, fields),
    newestFirst,
    after: readAfter(query.get('pageToken'), asked),
    tokenAfter: (position) => toPageToken(asked, position),
  };
}

/** Reads a boolean of a query, in any case; an absent one is false. */
export function readFlag(query: Query, name: string): boolean {
  const value = query.get(name) ?? '';
  if (/^true$/i.test(value)) return true;
  if (/^(?:false)?$/i.test(value)) return false;
  // Guess: the text.
  throw invalidField(name, value, 'Must be true or false.');
}

function readLimit(value: string | undefined): number {
  if (value === undefined || value === '') return PAGE_LIMIT;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : -1;
  // Guess: the text (compute notes 12, row 12).
  if (number < 0 || number > PAGE_LIMIT) {
    throw invalidField('maxResults', value, `Values must be within the following range: [0, ${PAGE_LIMIT}]`);
  }
  return number === 0 ? PAGE_LIMIT : number;
}

function readOrder(value: string | undefined): boolean {
  if (value === undefined || value === '' || value === 'name') return false;
  if (value === 'creationTimestamp desc') return true;
  // Guess: the text.
  throw invalidField('orderBy', value, "Only 'name' and 'creationTimestamp desc' are supported.");
}

/** @param asked - what the list is, with its filter and order */
function readAfter(token: string | undefined, asked: string): string | undefined {
  if (token === undefined || token === '') return undefined;
  const position = positionOf(token, asked);
  if (position !== undefined) return position;
  // Guess: the text (compute notes 12, row 13).
  throw invalidField('pageToken', token, 'Invalid page token.');
}

function positionOf(token: string, asked: string): string | undefined {
  try {
    return parsePageToken(asked, token);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Returns one page, and the token of the next where there is one. */
export async function readPage(
  walk: Walk,
  request: ListRequest,
): Promise<{ readonly items: readonly Listed[]; readonly nextPageToken?: string }> {
  const found = request.newestFirst ? await newest(walk, request) : await byName(walk, request);
  const items = found.slice(0, request.limit);
  const last = items.at(-1);
  if (found.length <= request.limit || last === undefined) return { items };
  return { items, nextPageToken: request.tokenAfter(request.newestFirst ? ageKey(last) : last.key) };
}

/** Returns one more item than asked for, where there is one: it says that there is a next page. */
async function byName(walk: Walk, { limit, filter, after }: ListRequest): Promise<readonly Listed[]> {
  const found: Listed[] = [];
  for await (const item of walk(after, filter === undefined ? limit + 1 : PAGE_LIMIT)) {
    if (filter?.(item.json) === false) continue;
    found.push(item);
    if (found.length > limit) break;
  }
  return found;
}

/** Reads the whole list: nothing is kept in the order of age. */
async function newest(walk: Walk, { limit, filter, after }: ListRequest): Promise<readonly Listed[]> {
  const all: Listed[] = [];
  for await (const item of walk(undefined, PAGE_LIMIT)) if (filter?.(item.json) !== false) all.push(item);
  const sorted = all.sort((a, b) => (ageKey(a) < ageKey(b) ? -1 : 1));
  const start = after === undefined ? 0 : sorted.findIndex((item) => ageKey(item) > after);
  return start < 0 ? [] : sorted.slice(start, start + limit + 1);
}

/** The largest time that a date has; what is left of it makes newer things come first. */
const LATEST_MS = 8.64e15;

/** A text that sorts newest first, then by name. */
function ageKey({ createdAtMs, key }: Listed): string {
  return `${String(LATEST_MS - createdAtMs).padStart(16, '0')}/${key}`;
}
