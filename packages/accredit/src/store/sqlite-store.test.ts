import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DATABASE_FILE, SqliteStore } from './sqlite-store.ts';
import { testStoreContract } from './store.contract.ts';
import { StoreUnavailable } from './store.ts';

const root = mkdtempSync(join(tmpdir(), 'accredit-store-'));
after(() => rmSync(root, { recursive: true, force: true }));
const directory = () => mkdtempSync(join(root, 'd-'));

/** Where a database says how long its pages are (https://www.sqlite.org/fileformat.html#page_size). */
const PAGE_SIZE_OFFSET = 16;

/** The first released step, and one that a later release might add. */
const FIRST = `CREATE TABLE entries (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT; INSERT INTO counter VALUES (1, 0);`;
const SECOND = `UPDATE entries SET value = json_set(value, '$.migrated', json('true'));`;

testStoreContract('SqliteStore', () => SqliteStore.open(directory()));

test('entries and the revision outlive the process', async () => {
  const where = directory();
  const first = SqliteStore.open(where);
  const revision = await first.commit([{ key: 'a', value: 'kept' }]);
  await first.close();
  const second = SqliteStore.open(where);
  assert.deepEqual(await second.get('a'), { key: 'a', value: 'kept', revision });
  assert.equal(await second.commit([{ key: 'b', value: 1 }]), revision + 1);
  await second.close();
});

test('the database is for its owner alone (0600)', async () => {
  const where = directory();
  await SqliteStore.open(where).close();
  assert.equal(statSync(join(where, DATABASE_FILE)).mode & 0o777, 0o600);
});

test('a data directory that is served already is refused, and free again afterwards', async () => {
  const where = directory();
  const first = SqliteStore.open(where);
  assert.throws(
    () => SqliteStore.open(where),
    (error) =>
      error instanceof StoreUnavailable &&
      error.problem === 'alreadyServed' &&
      error.message === `Another Accredit serves '${where}' already.`,
  );
  await first.close();
  await SqliteStore.open(where).close();
});

test('an older schema is migrated after a copy is kept', async () => {
  const where = directory();
  const old = SqliteStore.open(where, [FIRST]);
  await old.commit([{ key: 'a', value: { name: 'x' } }]);
  await old.close();
  const migrated = SqliteStore.open(where, [FIRST, SECOND]);
  assert.deepEqual((await migrated.get('a'))?.value, { name: 'x', migrated: true });
  await migrated.close();
  const copy = new DatabaseSync(join(where, `${DATABASE_FILE}.schema-1`));
  assert.equal(copy.prepare('SELECT value FROM entries').get()?.value, '{"name":"x"}');
  copy.close();
});

test('a migration that fails leaves the older schema as it was', async () => {
  const where = directory();
  const old = SqliteStore.open(where, [FIRST]);
  await old.commit([{ key: 'a', value: 1 }]);
  await old.close();
  const broken = 'DELETE FROM entries; SELECT no_such_function();';
  assert.throws(() => SqliteStore.open(where, [FIRST, broken]), StoreUnavailable);
  const again = SqliteStore.open(where, [FIRST]);
  assert.equal((await again.get('a'))?.value, 1);
  await again.close();
});

test('a newer schema is refused, and nothing is written', async () => {
  const where = directory();
  await SqliteStore.open(where, [FIRST, SECOND]).close();
  assert.throws(
    () => SqliteStore.open(where, [FIRST]),
    (error) =>
      error instanceof StoreUnavailable &&
      error.problem === 'newerSchema' &&
      /newer Accredit/.test(error.message),
  );
  assert.equal(existsSync(join(where, `${DATABASE_FILE}.schema-2`)), false);
});

test('a file that is no database is refused with the reason', () => {
  const where = directory();
  writeFileSync(join(where, DATABASE_FILE), 'not a database, but long enough to be looked at'.repeat(20));
  assert.throws(
    () => SqliteStore.open(where),
    (error) =>
      error instanceof StoreUnavailable && error.problem === 'unusable' && error.message.includes(where),
  );
});

test('damage that shows only when it is read is told with the place and what helps', async () => {
  const where = directory();
  const first = SqliteStore.open(where);
  const filler = 'x'.repeat(1000);
  await first.commit(Array.from({ length: 100 }, (_, index) => ({ key: `k/${index}`, value: filler })));
  await first.close();
  const file = join(where, DATABASE_FILE);
  const bytes = readFileSync(file);
  const pageBytes = bytes.readUInt16BE(PAGE_SIZE_OFFSET);
  // Page 1 has the schema and 2 the root of the entries; what is at the end are entries alone.
  writeFileSync(
    file,
    Buffer.concat([bytes.subarray(0, 3 * pageBytes), Buffer.alloc(bytes.length - 3 * pageBytes, 0xff)]),
  );
  const damaged = SqliteStore.open(where);
  const message =
    `The data directory '${where}' cannot be used: its 'accredit.sqlite' is damaged ` +
    '(database disk image is malformed). Put a copy in its place, or use another directory with --data.';
  const expected = (error: unknown) =>
    error instanceof StoreUnavailable && error.problem === 'unusable' && error.message === message;
  await assert.rejects(damaged.list({ prefix: 'k/' }), expected);
  await assert.rejects(damaged.get('k/50'), expected);
  await assert.rejects(damaged.commit([{ key: 'k/50', value: 1 }]), expected);
  await damaged.close();
});

test('a value that is no JSON any more is damage too', async () => {
  const where = directory();
  const first = SqliteStore.open(where);
  await first.commit([{ key: 'a', value: 1 }]);
  await first.close();
  const database = new DatabaseSync(join(where, DATABASE_FILE));
  database.exec(`UPDATE entries SET value = '{'`);
  database.close();
  const damaged = SqliteStore.open(where);
  await assert.rejects(
    damaged.get('a'),
    (error) => error instanceof StoreUnavailable && /'accredit\.sqlite' is damaged/.test(error.message),
  );
  await damaged.close();
});

test('a data directory without rights is refused', (t) => {
  if (process.getuid?.() === 0) return t.skip('root may write everywhere');
  const where = directory();
  chmodSync(where, 0o500);
  assert.throws(() => SqliteStore.open(where), StoreUnavailable);
});

/** Rounds of the SIGKILL test; each writes for a different length of time. */
const KILL_ROUNDS = 4;

test('a process killed in the middle of writes loses nothing acknowledged', async () => {
  for (let round = 0; round < KILL_ROUNDS; round += 1) {
    const where = directory();
    const acknowledged = await writeUntilKilled(where, 20 + round * 35);
    const store = SqliteStore.open(where);
    const kept = await store.list({ prefix: 'n/', limit: 1_000_000 });
    assert.ok(acknowledged > 0, 'the child wrote something');
    assert.ok(kept.length >= acknowledged, `${acknowledged} acknowledged, ${kept.length} kept`);
    for (const [index, entry] of kept.entries()) {
      assert.deepEqual(entry.value, { index, twin: index });
      assert.deepEqual((await store.get(entry.key.replace('n/', 'm/')))?.value, index, 'a commit is whole');
    }
    await store.close();
  }
});

/** Starts a child that commits and acknowledges each commit on stdout, and kills it after so many of them. */
function writeUntilKilled(where: string, afterCommits: number): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv.filter((flag) => !flag.startsWith('--test')),
      fileURLToPath(new URL('./sqlite-store.writer.ts', import.meta.url)),
      where,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split('\n').length > afterCommits) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', () => resolve(output.split('\n').length - 1));
  });
}
