import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../store/memory-store.ts';
import type { Json } from '../store/store.ts';
import { type KeyKind, KeyRing } from './key-ring.ts';

const PERIOD_MS = 1000;
const OVERLAP_MS = 300;

function numberedKeys(): KeyKind<string> {
  let made = 0;
  return {
    prefix: 'keys/test',
    periodMs: PERIOD_MS,
    overlapMs: OVERLAP_MS,
    async make() {
      made += 1;
      return { id: `k${made}`, key: `secret-${made}` };
    },
    write: (key): Json => key,
    read: (_, value) => String(value),
  };
}

async function openRing(store = new MemoryStore(), clock = { nowMs: 0, now: () => clock.nowMs }) {
  return { store, clock, ring: await KeyRing.open(store, clock, numberedKeys()) };
}

test('a new ring has a key that signs at once, and the next one is stored before it is needed', async () => {
  const { ring, store } = await openRing();
  assert.equal(ring.signing().id, 'k1');
  await ring.maintain();
  assert.deepEqual(
    ring.all().map(({ id, activeFromMs }) => [id, activeFromMs]),
    [
      ['k1', 0],
      ['k2', PERIOD_MS],
    ],
  );
  assert.equal((await store.list({ prefix: 'keys/test/' })).length, 2);
  assert.equal(ring.signing().id, 'k1');
});

test('keys rotate, and the former one verifies until nothing of it is alive', async () => {
  const { ring, clock } = await openRing();
  await ring.maintain();
  clock.nowMs = PERIOD_MS;
  assert.equal(ring.signing().id, 'k2');
  await ring.maintain();
  assert.equal(ring.find('k1')?.key, 'secret-1', 'in overlap');
  clock.nowMs = PERIOD_MS + OVERLAP_MS;
  await ring.maintain();
  assert.equal(ring.find('k1'), undefined, 'retired');
  assert.equal(ring.signing().id, 'k2');
  assert.deepEqual(
    ring.all().map(({ id }) => id),
    ['k2', 'k3'],
  );
});

test('a ring is the same after a restart, and catches up after a long stop', async () => {
  const { store, clock, ring } = await openRing();
  await ring.maintain();
  const again = await KeyRing.open(store, clock, numberedKeys());
  assert.deepEqual(again.all(), ring.all());
  clock.nowMs = 50 * PERIOD_MS;
  assert.equal(again.signing().id, 'k2');
  await again.maintain();
  assert.ok((again.all().at(-1)?.activeFromMs ?? 0) > clock.nowMs, 'there is a next key again');
});

test('many calls at once make one next key', async () => {
  const { ring } = await openRing();
  await Promise.all([ring.maintain(), ring.maintain(), ring.maintain()]);
  assert.equal(ring.all().length, 2);
});

test('a ring whose clock is moved while it makes a key follows to the end', async () => {
  const { ring, clock } = await openRing();
  const making = ring.maintain();
  clock.nowMs = 50 * PERIOD_MS;
  await Promise.all([making, ring.maintain()]);
  assert.equal(ring.find('k1'), undefined, 'retired');
  assert.equal(ring.signing().id, 'k2');
  assert.ok((ring.all().at(-1)?.activeFromMs ?? 0) > clock.nowMs, 'there is a next key');
});
