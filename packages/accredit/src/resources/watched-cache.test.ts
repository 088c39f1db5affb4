import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../store/memory-store.ts';
import { KEPT_NAME_LIMIT, WatchedCache } from './watched-cache.ts';

function open() {
  const store = new MemoryStore();
  const loaded: string[] = [];
  const cache = new WatchedCache(
    store,
    'a/',
    (key) => key.slice(2),
    async (name) => {
      loaded.push(name);
      return (await store.get(`a/${name}`))?.value;
    },
  );
  return { store, cache, loaded };
}

test('what was read is kept until it changes', async () => {
  const { store, cache, loaded } = open();
  await store.commit([{ key: 'a/x', value: 1 }]);
  assert.deepEqual([await cache.get('x'), await cache.get('x')], [1, 1]);
  await store.commit([{ key: 'a/x', value: 2 }]);
  assert.equal(await cache.get('x'), 2);
  assert.deepEqual(loaded, ['x', 'x']);
});

test('a change while it is read is not missed', async () => {
  const { store, cache } = open();
  await store.commit([{ key: 'a/x', value: 1 }]);
  const reading = cache.get('x');
  await store.commit([{ key: 'a/x', value: 2 }]);
  await reading;
  assert.equal(await cache.get('x'), 2);
});

test('names that callers invent do not fill the memory', async () => {
  const { cache, loaded } = open();
  for (let index = 0; index <= KEPT_NAME_LIMIT; index += 1) void cache.get(`${index}`);
  await cache.get('0');
  assert.equal(loaded.length, KEPT_NAME_LIMIT + 2, 'the oldest was forgotten and is read again');
});

test('a failed read is tried again', async () => {
  let fails = true;
  const cache = new WatchedCache(
    new MemoryStore(),
    'a/',
    (key) => key,
    async () => {
      if (fails) throw new Error('disk');
      return 'fine';
    },
  );
  await assert.rejects(cache.get('x'), /disk/);
  fails = false;
  assert.equal(await cache.get('x'), 'fine');
});

test('of what is forgotten by name nothing else is read again', async () => {
  const { cache, loaded } = open();
  for (const name of ['x', 'y', 'x', 'y']) await cache.get(name);
  cache.forget(['x', 'nowhere']);
  for (const name of ['x', 'y']) await cache.get(name);
  assert.deepEqual(loaded, ['x', 'y', 'x']);
});

test('a cache that lags shows what was there at once, and each change after its own delay', async () => {
  const { store, cache } = open();
  const clock = { nowMs: 0, now: () => clock.nowMs };
  await store.commit([{ key: 'a/x', value: 1 }]);
  const names = async function* () {
    yield 'x';
  };
  await cache.lagBehind({ clock, delayMs: 100, absent: () => null }, names());
  const seenAt = async (nowMs: number) => {
    clock.nowMs = nowMs;
    return [await cache.get('x'), await cache.get('y')];
  };
  await store.commit([{ key: 'a/x', value: 2 }]);
  clock.nowMs = 40;
  await store.commit([
    { key: 'a/x', value: 3 },
    { key: 'a/y', value: 1 },
  ]);
  const comingFromMs = () => [cache.comingFromMs('x'), cache.comingFromMs('z')];
  assert.deepEqual(comingFromMs(), [140, undefined], 'the last change counts');
  assert.deepEqual(await seenAt(99), [1, null]);
  assert.deepEqual(await seenAt(100), [2, null]);
  cache.clear();
  assert.deepEqual(await seenAt(139), [2, null], 'what is to come is not read early');
  clock.nowMs = 140;
  assert.deepEqual(comingFromMs(), [undefined, undefined]);
  assert.deepEqual(await seenAt(140), [3, 1]);
});

test('where things come and go with their entries, a lagging cache shows that at once, and nothing of an earlier thing', async () => {
  const { store, cache } = open();
  const clock = { now: () => 0 };
  await store.commit([{ key: 'a/x', value: 'old' }]);
  const names = async function* () {
    yield 'x';
  };
  await cache.lagBehind({ clock, delayMs: 100, absent: () => null, removesAtOnce: true }, names());
  await store.commit([{ key: 'a/x', value: 'old, changed' }]);
  assert.deepEqual([await cache.get('x'), cache.comingFromMs('x')], ['old', 100]);
  await store.commit([{ key: 'a/x', value: undefined }]);
  assert.deepEqual([await cache.get('x'), cache.comingFromMs('x')], [undefined, undefined]);
  await store.commit([{ key: 'a/x', value: 'later' }]);
  assert.deepEqual([await cache.get('x'), cache.comingFromMs('x')], [null, 100], 'a change, not a birth');
  await store.commit([
    { key: 'a/x', value: undefined },
    { key: 'a/x', value: 'new' },
  ]);
  assert.deepEqual([await cache.get('x'), cache.comingFromMs('x')], ['new', undefined]);
});
