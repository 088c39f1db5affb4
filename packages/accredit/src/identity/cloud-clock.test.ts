import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FixedClock, NOW_MS, TestAlarms } from '../apis/api.fixture.ts';
import { MINUTE_MS } from '../kernel/timestamps.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { CLOCK_AHEAD_LIMIT_MS, CloudClock } from './cloud-clock.ts';

async function open(store = new MemoryStore(), real = new FixedClock()) {
  return { store, real, clock: await CloudClock.open(store, real) };
}

test('a new cloud shows real time', async () => {
  const { clock, real } = await open();
  assert.deepEqual([clock.now(), clock.aheadMs], [NOW_MS, 0]);
  real.nowMs += 5;
  assert.deepEqual([clock.now(), clock.aheadMs], [NOW_MS + 5, 0]);
});

test('it is moved forward, again and again, and goes on from there', async () => {
  const { clock, real } = await open();
  await clock.advance(56 * MINUTE_MS);
  assert.equal(clock.now(), NOW_MS + 56 * MINUTE_MS);
  await clock.advance(1);
  real.nowMs += 1000;
  assert.equal(clock.now(), NOW_MS + 56 * MINUTE_MS + 1001);
  assert.equal(clock.aheadMs, 56 * MINUTE_MS + 1);
});

test('how far it is ahead does not depend on when real time ticks', async () => {
  const real = { nowMs: NOW_MS, now: () => real.nowMs++ };
  const clock = await CloudClock.open(new MemoryStore(), real);
  await clock.advance(10 * MINUTE_MS);
  assert.equal(clock.aheadMs, 10 * MINUTE_MS);
});

test('moves that come at once all count', async () => {
  const { clock } = await open();
  await Promise.all(Array.from({ length: 20 }, () => clock.advance(1000)));
  assert.equal(clock.aheadMs, 20_000);
});

for (const ms of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
  test(`it is not moved by ${ms} ms`, async () => {
    const { clock } = await open();
    await assert.rejects(clock.advance(ms), RangeError);
    assert.equal(clock.now(), NOW_MS);
  });
}

test('it is at most ten years ahead, in all', async () => {
  const { clock } = await open();
  await clock.advance(CLOCK_AHEAD_LIMIT_MS - 1);
  await assert.rejects(clock.advance(2), RangeError);
  await clock.advance(1);
  await assert.rejects(clock.advance(1), RangeError);
  assert.equal(clock.aheadMs, CLOCK_AHEAD_LIMIT_MS);
  assert.ok(clock.now() / 1000 < 2 ** 31, 'Unix seconds fit into 32 bits');
});

test('where real time jumps back, the cloud’s runs on from the latest that it has shown', async () => {
  const { clock, real } = await open();
  clock.now();
  real.nowMs -= 10_000;
  assert.equal(clock.now(), NOW_MS);
  real.nowMs += 1;
  assert.deepEqual([clock.now(), clock.aheadMs], [NOW_MS + 1, 10_000]);
});

test('it survives a restart, and does not go back where real time did', async () => {
  const { store, clock, real } = await open();
  await clock.advance(MINUTE_MS);
  real.nowMs += 500;
  const shownMs = clock.now();
  await clock.save();
  const later = await open(store, new FixedClock(real.nowMs + 100));
  assert.equal(later.clock.now(), shownMs + 100);
  const earlier = await open(store, new FixedClock(NOW_MS - 100_000));
  assert.equal(earlier.clock.now(), shownMs);
});

test('after a crash it is at least where it was moved to', async () => {
  const { store, clock } = await open();
  await clock.advance(MINUTE_MS);
  const again = await open(store, new FixedClock(NOW_MS - 100_000));
  assert.equal(again.clock.now(), NOW_MS + MINUTE_MS);
});

test('a move that cannot be stored does not count, and the next one can', async () => {
  const store = new MemoryStore();
  let isBroken = true;
  const fallible: Store = {
    get: (key) => store.get(key),
    list: (range) => store.list(range),
    keys: (range) => store.keys(range),
    commit: (changes) => (isBroken ? Promise.reject(new Error('disk full')) : store.commit(changes)),
    watch: (prefix, listener) => store.watch(prefix, listener),
    close: () => store.close(),
  };
  const clock = await CloudClock.open(fallible, new FixedClock());
  await assert.rejects(clock.advance(1000), /disk full/);
  assert.equal(clock.now(), NOW_MS);
  isBroken = false;
  await clock.advance(1000);
  assert.equal(clock.now(), NOW_MS + 1000);
});

test('whoever listens is told after each move, and the move waits for it', async () => {
  const { clock } = await open();
  const seen: number[] = [];
  const stop = clock.onAdvance(async () => {
    await Promise.resolve();
    seen.push(clock.aheadMs);
  });
  await clock.advance(1);
  await clock.advance(2);
  stop();
  await clock.advance(3);
  assert.deepEqual(seen, [1, 3]);
});

test('who sleeps by it is woken by real time, or by a move that is far enough', async () => {
  const { clock } = await open();
  const alarms = new TestAlarms();
  const woken: string[] = [];
  const sleep = async (name: string, delayMs: number) => {
    await clock.sleep(delayMs, alarms.set);
    woken.push(name);
  };
  const long = sleep('long', 3000);
  const short = sleep('short', 1000);
  await clock.advance(999);
  assert.deepEqual([alarms.delaysMs, woken], [[1000, 3000], []]);
  alarms.ring(1000);
  await short;
  await clock.advance(2001);
  await long;
  assert.deepEqual(woken, ['short', 'long']);
  assert.deepEqual(alarms.delaysMs, [], 'what woke nobody is called off');
});
