import { type AskedPage, encodePage, readPage } from '../../http/paging.ts';
import type { Page, PageRequest, Stored } from '../../resources/collection.ts';

/** Items of a page where the caller does not say, and at most. Guess: Google says only that it picks a default. */
const PAGE_SIZE = { default: 500, max: 500 } as const;

/** Records that one call looks at: where few of them are the caller's, a page is short and says how to go on. */
export const SCAN_LIMIT = 5000;

/** Records that are read at once. */
const CHUNK = 500;

/** Which records of a collection a call lists, and as what. */
export interface Listing<T> {
  /** The member of the answer: `projects`. */
  readonly field: string;
  readonly list: (page: PageRequest) => Promise<Page<Stored<T>>>;
  /** The key part of a record, after which a page may go on. */
  readonly keyOf: (value: T) => string;
  /** Says whether it is asked for; costs little. */
  readonly isWanted: (value: T) => boolean;
  /** Says whether the caller may see it; asked last. */
  readonly isVisible: (value: T) => Promise<boolean>;
  readonly encode: (stored: Stored<T>) => unknown;
}

/**
 * Answers a page of what the caller asked for and may see, in the order of the keys. An empty list is left out, as proto3
 * JSON does.
 *
 * @param name - of the list, with what it is in: `folders/7/projects`
 * @throws {ApiError} `INVALID_ARGUMENT` for a page that there cannot be
 */
export async function renderPage<T>(
  listing: Listing<T>,
  asked: AskedPage,
  name: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { limit, after } = readPage(asked, PAGE_SIZE, name);
  const { items, ...rest } = await gather(listing, limit, after);
  return encodePage(listing.field, { ...rest, items: items.map(listing.encode) }, name);
}

async function gather<T>(
  { list, keyOf, isWanted, isVisible }: Listing<T>,
  limit: number,
  start: string | undefined,
): Promise<Page<Stored<T>>> {
  const items: Stored<T>[] = [];
  let after = start;
  for (let scanned = 0; scanned < SCAN_LIMIT; scanned += CHUNK) {
    const page = await list({ limit: CHUNK, after });
    for (const stored of page.items) {
      if (!isWanted(stored.value) || !(await isVisible(stored.value))) continue;
      // One more than asked for tells that there is a next page.
      const last = items.at(-1);
      if (items.length === limit && last !== undefined) return { items, next: keyOf(last.value) };
      items.push(stored);
    }
    if (page.next === undefined) return { items };
    after = page.next;
  }
  return after === undefined ? { items } : { items, next: after };
}
