import type { ListingPosition } from './page-tokens.ts';

/** What to list of a bucket. The prefix is the reader's: it gives only names that begin with it. */
export interface ListingQuery {
  readonly prefix: string;
  /** Groups names by their beginning up to and including it; empty groups nothing. */
  readonly delimiter: string;
  /** An object whose name is a group's prefix is an item too. */
  readonly includeTrailingDelimiter: boolean;
  /** Names from here on, included. */
  readonly startOffset?: string | undefined;
  /** Names before this one. */
  readonly endOffset?: string | undefined;
  /** Items and prefixes of a page together. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: ListingPosition | undefined;
}

/** One page: each list in the order of UTF-8 bytes. */
export interface ListingPage<T> {
  readonly items: readonly T[];
  readonly prefixes: readonly string[];
  /** Absent on the last page. */
  readonly next?: ListingPosition;
}

/** Where to start reading names: at this one, after it, or at the first. */
type Start = { readonly from: string } | { readonly after: string } | undefined;

/** Reads at most `limit` names, in the order of UTF-8 bytes. */
export type ReadNames<T> = (
  start: Start,
  limit: number,
) => Promise<readonly { readonly name: string; readonly value: T }[]>;

/** Names that are read at once where each may turn out to stand for a whole group that is stepped over. */
const FIRST_BATCH = 16;

/** The most names that are read at once. */
const LARGEST_BATCH = 1000;

/**
 * What sorts after every name that begins with a prefix, when put behind it: the last character as often as the
 * longest name (1024 bytes) could hold it.
 */
const AFTER_ALL = '\u{10FFFF}'.repeat(256);

/**
 * Walks the names of a bucket and returns one page.
 *
 * Items and prefixes are one sequence, of which the page holds the first `limit`. A group is stepped over by a seek,
 * so that a page costs what it shows and not what its prefixes hide.
 */
export async function walkListing<T>(query: ListingQuery, read: ReadNames<T>): Promise<ListingPage<T>> {
  const page = new PageBuilder<T>(query);
  let start = firstStart(query);
  if (query.after?.prefixPending === true) page.addPrefix(query.after.name);
  for (let batch = FIRST_BATCH; !page.isDone; batch = Math.min(batch * 2, LARGEST_BATCH)) {
    const size = query.delimiter === '' ? page.room + 1 : batch;
    const names = await read(start, size);
    for (const { name, value } of names) page.addName(name, value);
    const last = names.at(-1)?.name;
    if (last === undefined || names.length < size) break;
    const group = page.group;
    if (group !== undefined && last.startsWith(group)) {
      start = { after: group + AFTER_ALL };
      batch = FIRST_BATCH / 2;
    } else start = { after: last };
  }
  return page.page();
}

/** Gathers a page, and sees when one more would not fit. */
class PageBuilder<T> {
  readonly #query: ListingQuery;
  readonly #items: T[] = [];
  readonly #prefixes: string[] = [];
  #last: ListingPosition | undefined;
  #hasMore = false;
  #ended = false;
  /** The group that was added last; the names in it are stepped over. */
  group: string | undefined;

  constructor(query: ListingQuery) {
    this.#query = query;
  }

  get room(): number {
    return this.#query.limit - this.#items.length - this.#prefixes.length;
  }

  get isDone(): boolean {
    return this.#hasMore || this.#ended;
  }

  addName(name: string, value: T): void {
    const { endOffset, includeTrailingDelimiter } = this.#query;
    if (this.isDone || (this.group !== undefined && name.startsWith(this.group))) return;
    if (endOffset !== undefined && compareBytes(name, endOffset) >= 0) {
      this.#ended = true;
      return;
    }
    const group = groupOf(name, this.#query);
    if (group === undefined) {
      if (this.#takes({ name })) this.#items.push(value);
      return;
    }
    if (includeTrailingDelimiter && group === name && this.#takes({ name, prefixPending: true })) {
      this.#items.push(value);
    }
    this.addPrefix(group);
  }

  addPrefix(prefix: string): void {
    if (!this.#takes({ name: prefix })) return;
    this.#prefixes.push(prefix);
    this.group = prefix;
  }

  page(): ListingPage<T> {
    const lists = { items: this.#items, prefixes: this.#prefixes };
    return this.#hasMore && this.#last !== undefined ? { ...lists, next: this.#last } : lists;
  }

  #takes(position: ListingPosition): boolean {
    if (this.isDone) return false;
    if (this.room <= 0) {
      this.#hasMore = true;
      return false;
    }
    this.#last = position;
    return true;
  }
}

/** Returns the prefix that stands for a name, up to and including the first delimiter after the asked prefix. */
function groupOf(name: string, { prefix, delimiter }: ListingQuery): string | undefined {
  if (delimiter === '') return undefined;
  const at = name.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : name.slice(0, at + delimiter.length);
}

function firstStart(query: ListingQuery): Start {
  const { after, startOffset } = query;
  if (after === undefined) return startOffset === undefined ? undefined : { from: startOffset };
  // A token of another prefix works: names are just compared.
  const wasPrefix = after.prefixPending === true || groupOf(after.name, query) === after.name;
  const next = wasPrefix ? after.name + AFTER_ALL : after.name;
  return startOffset !== undefined && compareBytes(startOffset, next) > 0
    ? { from: startOffset }
    : { after: next };
}

/** Compares as unsigned UTF-8 bytes; JavaScript compares UTF-16 units, which differs above U+FFFF. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
