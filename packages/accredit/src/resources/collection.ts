import type { Change, Json, Precondition, Store } from '../store/store.ts';

/** A stored record with the revision that it was read at. */
export interface Stored<T> {
  readonly value: T;
  readonly revision: number;
}

/** One page of a collection; `next` is absent on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The key part after which the next page starts. */
  readonly next?: string;
}

/** How to walk a collection. */
export interface PageRequest {
  /** At most this many items. */
  readonly limit: number;
  /** Start after this key part; `undefined` starts at the first one. */
  readonly after?: string | undefined;
}

/**
 * The records of one kind, one entry each, under `{prefix}/{parents…}/{name}`.
 *
 * The collection's name comes first in a key, so that listing one never walks over another.
 */
export class Collection<T> {
  readonly #store: Store;
  readonly prefix: string;

  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.prefix = prefix;
  }

  /** Returns the key of a record: `serviceAccounts/p/a@b`. Only the last part may hold a slash. */
  key(...parts: readonly string[]): string {
    return `${this.prefix}/${parts.join('/')}`;
  }

  async get(...parts: readonly string[]): Promise<Stored<T> | undefined> {
    const entry = await this.#store.get(this.key(...parts));
    // Records are written by this class alone, from values of type T.
    return entry === undefined ? undefined : { value: entry.value as T, revision: entry.revision };
  }

  /**
   * Returns a page of the records under the given parents, in the byte order of their names.
   *
   * @param namePrefix - names that begin with it; default all
   */
  async list(
    parents: readonly string[],
    { limit, after }: PageRequest,
    namePrefix = '',
  ): Promise<Page<Stored<T>>> {
    const prefix = parents.length === 0 ? `${this.prefix}/` : `${this.key(...parents)}/`;
    // One more than asked for tells whether there is a next page.
    const entries = await this.#store.list({
      prefix: prefix + namePrefix,
      limit: limit + 1,
      ...(after === undefined ? {} : { after: prefix + after }),
    });
    const items = entries
      .slice(0, limit)
      .map((entry) => ({ value: entry.value as T, revision: entry.revision }));
    const last = entries[limit - 1];
    return entries.length > limit && last !== undefined
      ? { items, next: last.key.slice(prefix.length) }
      : { items };
  }

  /** Returns a page of the names under the given parents: what follows them in a key. */
  async listNames(parents: readonly string[], { limit, after }: PageRequest): Promise<Page<string>> {
    const prefix = parents.length === 0 ? `${this.prefix}/` : `${this.key(...parents)}/`;
    const entries = await this.#store.list({
      prefix,
      limit: limit + 1,
      ...(after === undefined ? {} : { after: prefix + after }),
    });
    const items = entries.slice(0, limit).map(({ key }) => key.slice(prefix.length));
    const last = items.at(-1);
    return entries.length > limit && last !== undefined ? { items, next: last } : { items };
  }

  /** Walks all records under the given parents, a page at a time. */
  async *all(...parents: readonly string[]): AsyncGenerator<Stored<T>> {
    let after: string | undefined;
    do {
      const page = await this.list(parents, { limit: 500, after });
      yield* page.items;
      after = page.next;
    } while (after !== undefined);
  }

  /** The change that writes a record. */
  put(value: T, ...parts: readonly string[]): Change {
    // T is a record of JSON values; `unknown` members are parts that are kept as they came.
    return { key: this.key(...parts), value: value as unknown as Json };
  }

  /** The change that removes a record. */
  remove(...parts: readonly string[]): Change {
    return { key: this.key(...parts), value: undefined };
  }

  /** Holds where the record was last written at this revision; 0 where there must be none. */
  at(revision: number, ...parts: readonly string[]): Precondition {
    return { key: this.key(...parts), revision };
  }
}
