import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../store/memory-store.ts';
import { UNDELETE_PERIOD_MS } from './deleted-service-accounts.ts';
import type { ServiceAccountKey } from './service-account-keys.ts';
import { type ServiceAccount, ServiceAccounts } from './service-accounts.ts';

function open() {
  const store = new MemoryStore();
  const clock = { nowMs: 1_795_410_000_000, now: () => clock.nowMs };
  const accounts = new ServiceAccounts(store, clock, { bytes: (length) => Buffer.alloc(length) });
  return { accounts, clock, store };
}

function account(number: number): ServiceAccount {
  const uniqueId = String(number).padStart(21, '1');
  const email = `robot-${number}@p.iam.gserviceaccount.com`;
  return {
    projectId: 'p',
    email,
    uniqueId,
    displayName: '',
    description: '',
    disabled: false,
    createdAtMs: 0,
  };
}

function keyOf({ email, uniqueId }: ServiceAccount): ServiceAccountKey {
  const keyId = 'ab'.repeat(20);
  const origin = 'GOOGLE_PROVIDED';
  return { keyId, email, uniqueId, publicKeyPem: '', validAfterMs: 0, origin, disabled: false };
}

test('a deleted account is found by its unique id alone, and its keys stay', async () => {
  const { accounts, store } = open();
  const robot = account(1);
  const policy = { bindings: [] };
  await store.commit([...accounts.put(robot), ...accounts.keys.add(keyOf(robot))]);
  await store.commit(await accounts.delete(robot, policy));
  assert.equal(await accounts.find(robot.email), undefined);
  assert.equal(await accounts.find(robot.uniqueId), undefined);
  assert.equal(await accounts.deleted.find(robot.email), undefined);
  const found = await accounts.deleted.find(robot.uniqueId);
  assert.deepEqual(found?.value, { account: robot, policy, deletedAtMs: 1_795_410_000_000 });
  assert.deepEqual(await accounts.keys.list(robot.uniqueId), [keyOf(robot)]);
});

test('of several deleted accounts that had an address the one that went last is found, while it can come back', async () => {
  const { accounts, clock, store } = open();
  const email = 'robot@p.iam.gserviceaccount.com';
  // The last one has the smallest unique id, so that it is not found by the order of ids.
  for (const number of [3, 2, 1]) {
    const robot = { ...account(number), email };
    await store.commit(accounts.put(robot));
    await store.commit(await accounts.delete(robot, undefined));
    clock.nowMs += 1;
  }
  const newest = async () => (await accounts.deleted.newestOf(email))?.account.uniqueId;
  assert.equal(await newest(), account(1).uniqueId);
  assert.equal(await accounts.deleted.newestOf(account(2).email), undefined);
  clock.nowMs += UNDELETE_PERIOD_MS;
  assert.equal(await newest(), undefined);
});

test('what is past its time goes with later deletions, two at once, and nothing of it stays', async () => {
  const { accounts, clock, store } = open();
  const old = [1, 2, 3].map(account);
  for (const robot of old) {
    await store.commit([...accounts.put(robot), ...accounts.keys.add(keyOf(robot))]);
    await store.commit(await accounts.delete(robot, undefined));
  }
  clock.nowMs += UNDELETE_PERIOD_MS - 1;
  const last = account(4);
  const later = account(5);
  await store.commit([...accounts.put(last), ...accounts.put(later)]);
  await store.commit(await accounts.delete(last, undefined));
  assert.equal((await accounts.keys.list(account(1).uniqueId)).length, 1, 'it could still be undeleted');
  clock.nowMs += 1;
  for (const robot of old) assert.equal(await accounts.deleted.find(robot.uniqueId), undefined);
  await store.commit(await accounts.delete(later, undefined));
  await store.commit([...accounts.put(account(6))]);
  await store.commit(await accounts.delete(account(6), undefined));
  const left = (await store.list({ prefix: '' })).map(({ key }) => key);
  const ids = left.flatMap((key) => /\d{21}/.exec(key) ?? []);
  assert.deepEqual([...new Set(ids)].sort(), [4, 5, 6].map((number) => account(number).uniqueId).sort());
});
