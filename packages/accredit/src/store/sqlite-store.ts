import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { compareCodePoints } from '../kernel/compare-texts.ts';
import { prefixEnd } from './key-order.ts';
import {
  assertKey,
  type Change,
  type ChangeEvent,
  DEFAULT_LIST_LIMIT,
  type Entry,
  type Json,
  type Precondition,
  PreconditionFailed,
  type Range,
  type Store,
  StoreUnavailable,
} from './store.ts';
import { Watchers } from './watchers.ts';

/** Name of the database in the data directory. */
export const DATABASE_FILE = 'accredit.sqlite';

/**
 * How to get from each schema to the next one; `PRAGMA user_version` says how many steps a database has behind it.
 * A step is never changed once released. The revision counts in a row of its own: were it the highest revision in
 * `entries`, deleting the newest entry would let an etag come back.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE entries (
     key TEXT NOT NULL PRIMARY KEY,
     value TEXT NOT NULL,
     revision INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
   INSERT INTO counter VALUES (1, 0);`,
];

/** SQLite result code for a database that another connection holds. */
const SQLITE_BUSY = 5;

/** SQLite result codes for pages that are not what they must be (`SQLITE_CORRUPT`), and for no database at all. */
const SQLITE_DAMAGED: ReadonlySet<number | undefined> = new Set([11, 26]);

/** An extended result code has the primary one in its last byte (https://www.sqlite.org/rescode.html#extrc). */
const PRIMARY_CODE_MASK = 0xff;

/**
 * The keyspace in one SQLite file, in write-ahead mode, synced before a commit is acknowledged.
 *
 * A damaged page shows only when it is read, so any call may throw `StoreUnavailable` `unusable`: to look at all of
 * them at the start would cost every start the size of the database.
 */
export class SqliteStore implements Store {
  readonly #directory: string;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #watchers = new Watchers();
  #revision: number;
  #closed = false;

  private constructor(directory: string, database: DatabaseSync) {
    this.#directory = directory;
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.#revision = Number(database.prepare('SELECT revision FROM counter').get()?.revision ?? 0);
  }

  /**
   * Opens the keyspace of a data directory, and migrates an older one after a copy is kept beside it.
   *
   * @param directory - exists, and is writable
   * @param migrations - the steps to the current schema; tests pass a longer or a shorter row
   * @throws {StoreUnavailable} `alreadyServed` while another process has it open; `newerSchema` when a newer
   *   program wrote it; `unusable` otherwise
   */
  static open(directory: string, migrations: readonly string[] = MIGRATIONS): SqliteStore {
    const file = join(directory, DATABASE_FILE);
    const isNew = !existsSync(file);
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file);
      chmodSync(file, 0o600);
      // The exclusive lock falls with the process, however it ends: no lock file to clean up.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      database.exec('BEGIN EXCLUSIVE; COMMIT;');
      migrate(database, file, migrations);
      if (isNew) syncDirectory(directory);
      return new SqliteStore(directory, database);
    } catch (error) {
      database?.close();
      throw toStoreUnavailable(error, directory);
    }
  }

  async get(key: string): Promise<Entry | undefined> {
    return this.#guarded(() => toEntry(this.#statements.get.get(key)));
  }

  async list(range: Range): Promise<readonly Entry[]> {
    const { list, listToEnd } = this.#statements;
    return this.#guarded(() =>
      selectRange(range, list, listToEnd)
        .map(toEntry)
        .filter((entry) => entry !== undefined),
    );
  }

  async keys(range: Range): Promise<readonly string[]> {
    const { keys, keysToEnd } = this.#statements;
    return this.#guarded(() => selectRange(range, keys, keysToEnd).map(({ key }) => String(key)));
  }

  async commit(changes: readonly Change[], preconditions: readonly Precondition[] = []): Promise<number> {
    for (const { key } of changes) assertKey(key);
    const revision = this.#revision + 1;
    const events = this.#guarded(() => this.#write(changes, preconditions, revision));
    this.#revision = revision;
    this.#watchers.tell(events);
    return revision;
  }

  #write(
    changes: readonly Change[],
    preconditions: readonly Precondition[],
    revision: number,
  ): readonly ChangeEvent[] {
    const events: ChangeEvent[] = [];
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { key, revision: expected } of preconditions) {
        const present = Number(this.#statements.get.get(key)?.revision ?? 0);
        if (present !== expected) throw new PreconditionFailed(key);
      }
      for (const change of changes) events.push(this.#apply(change, revision));
      this.#statements.count.run(revision);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    return events;
  }

  /** Says of damage where it lies and what helps; every other error stays as it is. */
  #guarded<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw isDamage(error) ? toStoreUnavailable(error, this.#directory) : error;
    }
  }

  watch(prefix: string, listener: (events: readonly ChangeEvent[]) => void): () => void {
    return this.#watchers.add(prefix, listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#watchers.clear();
    this.#database.close();
  }

  #apply({ key, value }: Change, revision: number): ChangeEvent {
    if (value === undefined) {
      this.#statements.delete.run(key);
      return { key, entry: undefined };
    }
    const text = JSON.stringify(value);
    this.#statements.put.run(key, text, revision);
    return { key, entry: { key, value: JSON.parse(text) as Json, revision } };
  }
}

interface Statements {
  readonly get: StatementSync;
  readonly list: StatementSync;
  readonly listToEnd: StatementSync;
  readonly keys: StatementSync;
  readonly keysToEnd: StatementSync;
  readonly put: StatementSync;
  readonly delete: StatementSync;
  readonly count: StatementSync;
}

function prepareStatements(database: DatabaseSync): Statements {
  const select = 'SELECT key, value, revision FROM entries WHERE';
  return {
    get: database.prepare(`${select} key = ?`),
    list: database.prepare(`${select} key >= ? AND key < ? ORDER BY key LIMIT ?`),
    listToEnd: database.prepare(`${select} key >= ? ORDER BY key LIMIT ?`),
    keys: database.prepare('SELECT key FROM entries WHERE key >= ? AND key < ? ORDER BY key LIMIT ?'),
    keysToEnd: database.prepare('SELECT key FROM entries WHERE key >= ? ORDER BY key LIMIT ?'),
    put: database.prepare(
      'INSERT INTO entries (key, value, revision) VALUES (?, ?, ?) ' +
        'ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = excluded.revision',
    ),
    delete: database.prepare('DELETE FROM entries WHERE key = ?'),
    count: database.prepare('UPDATE counter SET revision = ?'),
  };
}

/** @param toEnd - reads the range where the prefix has no end */
function selectRange(
  { prefix, after, limit = DEFAULT_LIST_LIMIT }: Range,
  between: StatementSync,
  toEnd: StatementSync,
) {
  // The smallest string after `after` is itself and a NUL; one lower bound lets SQLite seek straight to it.
  const start = after !== undefined && compareCodePoints(after, prefix) >= 0 ? `${after}\0` : prefix;
  const end = prefixEnd(prefix);
  return end === undefined ? toEnd.all(start, limit) : between.all(start, end, limit);
}

function toEntry(row: Record<string, unknown> | undefined): Entry | undefined {
  if (row === undefined) return undefined;
  return {
    key: String(row.key),
    value: JSON.parse(String(row.value)) as Json,
    revision: Number(row.revision),
  };
}

/** Takes the steps that are still missing, one transaction each, and keeps a copy of what was there before. */
function migrate(database: DatabaseSync, file: string, migrations: readonly string[]): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > migrations.length) {
    throw new StoreUnavailable(
      'newerSchema',
      `The data directory was written by a newer Accredit (schema ${version}, this one knows ${migrations.length}). ` +
        'Use that version, or another directory with --data.',
    );
  }
  if (version > 0 && version < migrations.length) keepCopy(database, file, version);
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

/** Copies the database to `FILE.schema-N`, whole and synced, before it is changed. */
function keepCopy(database: DatabaseSync, file: string, version: number): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const copy = `${file}.schema-${version}`;
  rmSync(copy, { force: true });
  copyFileSync(file, copy);
  chmodSync(copy, 0o600);
  const descriptor = openSync(copy, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Syncs the directory, so that a new file's name is as durable as its content. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Returns the primary result code of an error of SQLite. */
function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return undefined;
  return error.errcode & PRIMARY_CODE_MASK;
}

/** What SQLite says of damage, and text of a value that is no JSON any more. */
function isDamage(error: unknown): boolean {
  return SQLITE_DAMAGED.has(sqliteCodeOf(error)) || error instanceof SyntaxError;
}

function toStoreUnavailable(error: unknown, directory: string): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  if (sqliteCodeOf(error) === SQLITE_BUSY) {
    return new StoreUnavailable('alreadyServed', `Another Accredit serves '${directory}' already.`, error);
  }
  const why = error instanceof Error ? error.message : String(error);
  const message = `The data directory '${directory}' cannot be used: `;
  if (!isDamage(error)) return new StoreUnavailable('unusable', `${message}${why}.`, error);
  const help = 'Put a copy in its place, or use another directory with --data.';
  return new StoreUnavailable(
    'unusable',
    `${message}its '${DATABASE_FILE}' is damaged (${why}). ${help}`,
    error,
  );
}
