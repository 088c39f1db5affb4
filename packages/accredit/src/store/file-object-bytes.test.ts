import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FileObjectBytes, OBJECT_BYTES_FOLDER } from './file-object-bytes.ts';
import { chunksOf, readAll, testObjectBytesContract } from './object-bytes.contract.ts';
import { StoreUnavailable } from './store.ts';

const root = mkdtempSync(join(tmpdir(), 'accredit-object-bytes-'));
after(() => rmSync(root, { recursive: true, force: true }));
const directory = () => mkdtempSync(join(root, 'd-'));
const random = { bytes: randomBytes };

testObjectBytesContract('FileObjectBytes', () => FileObjectBytes.open(directory(), random));

test('bytes are for their owner alone, and outlive the process', async () => {
  const where = directory();
  const { id } = await (await FileObjectBytes.open(where, random)).write(chunksOf('kept'));
  const folder = join(where, OBJECT_BYTES_FOLDER);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, id)).mode & 0o777, 0o600);
  const again = await FileObjectBytes.open(where, random);
  assert.equal(await readAll(await again.read(id)), 'kept');
});

test('while it is written a file has a temporary name, and none once it failed', async () => {
  const where = directory();
  const folder = join(where, OBJECT_BYTES_FOLDER);
  const bytes = await FileObjectBytes.open(where, random);
  const seen: string[][] = [];
  async function* failing() {
    yield Buffer.from('half');
    seen.push(readdirSync(folder));
    throw new Error('the connection broke');
  }
  await assert.rejects(bytes.write(failing()));
  assert.equal(seen[0]?.length, 1);
  assert.match(seen[0]?.[0] ?? '', /^[0-9a-f]{32}\.tmp$/);
  assert.deepEqual(readdirSync(folder), []);
});

test('a sweep removes temporary files and bytes that nothing names, and nothing else', async () => {
  const where = directory();
  const folder = join(where, OBJECT_BYTES_FOLDER);
  const before = await FileObjectBytes.open(where, random);
  const [named, orphan] = await Promise.all([before.write(chunksOf('a')), before.write(chunksOf('b'))]);
  writeFileSync(join(folder, `${'0'.repeat(32)}.tmp`), 'half');
  writeFileSync(join(folder, `${named.id}.tmp`), 'half');
  writeFileSync(join(folder, 'README'), 'not ours');
  const opened = await FileObjectBytes.open(where, random);
  const asked: string[] = [];
  const removed = await opened.sweep(async (id) => {
    asked.push(id);
    return id === named.id;
  });
  assert.equal(removed, 3);
  assert.deepEqual(asked.sort(), [named.id, orphan.id].sort());
  assert.deepEqual(readdirSync(folder).sort(), [named.id, 'README'].sort());
});

test('an id that was not made here never becomes a path', async () => {
  const where = directory();
  writeFileSync(join(where, 'secret'), 'x');
  const bytes = await FileObjectBytes.open(where, random);
  for (const id of ['../secret', '', 'x', `${'0'.repeat(32)}.tmp`, `${'0'.repeat(31)}/`]) {
    await assert.rejects(bytes.read(id), RangeError);
    await assert.rejects(bytes.remove(id), RangeError);
  }
  assert.ok(existsSync(join(where, 'secret')));
});

test('a stream that is given up closes its file', async (t) => {
  const bytes = await FileObjectBytes.open(directory(), random);
  const { id } = await bytes.write(chunksOf('x'.repeat(300_000)));
  const stream = await bytes.read(id);
  const closed = new Promise((resolve) => stream?.once('close', resolve));
  stream?.destroy();
  await closed;
  t.assert.equal(stream?.destroyed, true);
});

test('a file in the place of the folder is refused with the reason', async () => {
  const where = directory();
  writeFileSync(join(where, OBJECT_BYTES_FOLDER), 'x');
  await assert.rejects(
    FileObjectBytes.open(where, random),
    (error) =>
      error instanceof StoreUnavailable &&
      error.problem === 'unusable' &&
      error.message === `The data directory '${where}' cannot be used: 'objects' in it is not a directory.`,
  );
});

test('a folder without rights is refused', async (t) => {
  if (process.getuid?.() === 0) return t.skip('root may write everywhere');
  const where = directory();
  mkdirSync(join(where, OBJECT_BYTES_FOLDER), { mode: 0o500 });
  await assert.rejects(FileObjectBytes.open(where, random), StoreUnavailable);
});

test('a data directory that is none is refused', async () => {
  const where = directory();
  writeFileSync(join(where, 'file'), 'x');
  await assert.rejects(FileObjectBytes.open(join(where, 'file'), random), StoreUnavailable);
});
