import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FileObjectBytes, OBJECT_BYTES_FOLDER } from '../store/file-object-bytes.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { chunksOf } from '../store/object-bytes.contract.ts';
import type { WrittenBytes } from '../store/object-bytes.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { Objects, type StorageObject } from './objects.ts';

const root = mkdtempSync(join(tmpdir(), 'accredit-objects-'));
after(() => rmSync(root, { recursive: true, force: true }));

const NOW_MS = 1_795_410_000_000;
const clock = { now: () => NOW_MS };
const random = { bytes: randomBytes };

function objectOf(name: string, bytes: Pick<WrittenBytes, 'id'>, generation = '1'): StorageObject {
  return {
    bucket: 'b',
    name,
    generation,
    metageneration: 1,
    bytesId: bytes.id,
    sizeBytes: 0,
    md5Base64: '1B2M2Y8AsgTpgAmY7PhCfg==',
    crc32cBase64: 'AAAAAA==',
    storageClass: 'STANDARD',
    metadata: {},
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
  };
}

const listing = { prefix: '', delimiter: '', includeTrailingDelimiter: false, limit: 100 };

test('generations rise in one bucket, also past a restart and a clock that goes back (storage notes 1.2)', async () => {
  const store = new MemoryStore();
  const objects = new Objects(store, clock);
  const first = await objects.nextGeneration('b');
  const second = await objects.nextGeneration('b');
  assert.equal(first, '1795410000000000');
  assert.equal(second, '1795410000000001');
  await store.commit(objects.put(objectOf('a', { id: 'x' }, second)));
  const restarted = new Objects(store, { now: () => NOW_MS - 60_000 });
  assert.equal(await restarted.nextGeneration('b'), '1795410000000002');
});

test('a bucket whose name begins like another one is another one', async () => {
  const store = new MemoryStore();
  const objects = new Objects(store, clock);
  await store.commit([
    ...objects.put({ ...objectOf('x', { id: '1' }), bucket: 'b' }),
    ...objects.put({ ...objectOf('y', { id: '2' }), bucket: 'b-2' }),
    ...objects.put({ ...objectOf('z', { id: '3' }), bucket: 'bb' }),
  ]);
  const names = async (bucket: string) => (await objects.list(bucket, listing)).items.map(({ name }) => name);
  assert.deepEqual([await names('b'), await names('b-2'), await names('bb')], [['x'], ['y'], ['z']]);
  assert.equal(await objects.isEmpty('c'), true);
  assert.equal(await objects.isEmpty('b'), false);
});

test('what holds while nothing is uploaded ends with the next upload, not with a deletion', async () => {
  const store = new MemoryStore();
  const objects = new Objects(store, clock);
  const before = await objects.whileNothingIsUploaded('b');
  const object = objectOf('a', { id: 'x' });
  await store.commit(objects.put(object));
  await assert.rejects(store.commit([], [before]));
  const since = await objects.whileNothingIsUploaded('b');
  await store.commit(objects.remove(object));
  await store.commit([], [since]);
});

test('after a crash at any point a sweep leaves what is named, and nothing else (architecture: object bytes)', async () => {
  const directory = mkdtempSync(join(root, 'd-'));
  const store = SqliteStore.open(directory);
  const objects = new Objects(store, clock);
  const bytes = await FileObjectBytes.open(directory, random);
  const kept = await bytes.write(chunksOf('kept'));
  const replaced = await bytes.write(chunksOf('replaced'));
  const removed = await bytes.write(chunksOf('removed'));
  await bytes.write(chunksOf('written, and the process ended before the entry was'));
  await store.commit(objects.put(objectOf('a', replaced)));
  await store.commit(objects.put(objectOf('a', kept), objectOf('a', replaced)));
  await store.commit(objects.put(objectOf('b', removed)));
  await store.commit(objects.remove(objectOf('b', removed)));
  await store.close();

  const reopened = SqliteStore.open(directory);
  const left = new Objects(reopened, clock);
  const opened = await FileObjectBytes.open(directory, random);
  assert.equal(await opened.sweep((id) => left.namesBytes(id)), 3);
  assert.deepEqual(readdirSync(join(directory, OBJECT_BYTES_FOLDER)), [kept.id]);
  assert.equal((await left.get('b', 'a'))?.value.bytesId, kept.id);
  await reopened.close();
});

test('a listing reads from the first name on, included, under its prefix', async () => {
  const store = new MemoryStore();
  const objects = new Objects(store, clock);
  for (const name of ['a', 'b', 'b/1', 'c']) await store.commit(objects.put(objectOf(name, { id: name })));
  const names = async (given: Partial<typeof listing> & { startOffset?: string }) =>
    (await objects.list('b', { ...listing, ...given })).items.map(({ name }) => name);
  assert.deepEqual(await names({ startOffset: 'b' }), ['b', 'b/1', 'c']);
  assert.deepEqual(await names({ startOffset: 'b', prefix: 'b/' }), ['b/1']);
  assert.deepEqual(await names({ startOffset: 'bb' }), ['c']);
  assert.deepEqual(await names({ startOffset: 'b', limit: 1 }), ['b']);
});
