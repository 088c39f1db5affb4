/** A JSON value, as entries hold it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** One stored thing. */
export interface Entry<T = Json> {
  /** Readable and ordered by its UTF-8 bytes: `projects/p/serviceAccounts/…`. */
  readonly key: string;
  readonly value: T;
  /** Revision of the commit that last wrote it. */
  readonly revision: number;
}

/** One write of a commit; `value: undefined` deletes. */
export interface Change {
  readonly key: string;
  readonly value: Json | undefined;
}

/**
 * What must hold for a commit to happen.
 *
 * `revision: 0` means that the key is absent; another number, that it was last written by that commit.
 */
export interface Precondition {
  readonly key: string;
  readonly revision: number;
}

/** What a commit did to one key. `entry` is absent where the key was deleted. */
export interface ChangeEvent {
  readonly key: string;
  readonly entry: Entry | undefined;
}

/** Which part of the keyspace to list. */
export interface Range {
  readonly prefix: string;
  /** Start after this key; default: at the first one. */
  readonly after?: string;
  /** At most this many entries; default 1000. */
  readonly limit?: number;
}

/** Entries that a list returns where the caller does not say. */
export const DEFAULT_LIST_LIMIT = 1000;

/** The longest key in bytes: a bucket, the longest object name (1024) and room for what stands between. */
const KEY_LIMIT_BYTES = 2048;

/**
 * The ordered, transactional, watchable keyspace.
 *
 * Every implementation passes `store.contract.ts`.
 */
export interface Store {
  /** Returns one entry, `undefined` where there is none. */
  get(key: string): Promise<Entry | undefined>;
  /** Returns entries under a prefix, in the byte order of their keys. */
  list(range: Range): Promise<readonly Entry[]>;
  /** Returns the keys of what `list` would return; no value is read. */
  keys(range: Range): Promise<readonly string[]>;
  /**
   * Writes all changes, or none.
   *
   * When the promise resolves the writes are durable and every watcher has been told.
   *
   * @returns the revision of the commit
   * @throws {PreconditionFailed} when a precondition does not hold; nothing is written
   */
  commit(changes: readonly Change[], preconditions?: readonly Precondition[]): Promise<number>;
  /**
   * Calls the listener with the events of each commit that touches the prefix, in the order of commits, before
   * `commit` resolves. A listener must not throw.
   *
   * @returns a function that ends the watch
   */
  watch(prefix: string, listener: (events: readonly ChangeEvent[]) => void): () => void;
  /** Ends it: nothing is read or written afterwards. */
  close(): Promise<void>;
}

/** A precondition did not hold; nothing was written. */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
  /** The key that was not as expected. */
  readonly key: string;

  constructor(key: string) {
    super('A precondition of the commit does not hold.');
    this.key = key;
  }
}

/** Why a data directory cannot be served. */
export type StoreProblem = 'alreadyServed' | 'newerSchema' | 'unusable';

/** The data directory cannot be opened; the message says what would help. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.problem = problem;
  }
}

/**
 * Refuses keys that no implementation could keep in order: empty, too long, or not well-formed Unicode.
 *
 * @throws {RangeError} always a bug of ours: names are checked where they come in
 */
export function assertKey(key: string): void {
  if (key === '' || Buffer.byteLength(key) > KEY_LIMIT_BYTES || !key.isWellFormed()) {
    throw new RangeError('A key must be well-formed Unicode of 1 to 2048 bytes.');
  }
}
