import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../store/memory-store.ts';
import {
  LONG_RUNNING_RETENTION_MS,
  type LongRunningOperationDraft,
  LongRunningOperations,
  renderLongRunningOperation,
} from './long-running-operations.ts';

const DRAFT: LongRunningOperationDraft = {
  name: 'operations/cp.1',
  metadata: { '@type': 'type.googleapis.com/example.Metadata', ready: true },
  response: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
  durationMs: 1000,
};

function open() {
  const store = new MemoryStore();
  const clock = { nowMs: 5_000, now: () => clock.nowMs };
  return { store, clock, operations: new LongRunningOperations(store, clock) };
}

test('an operation is found by its whole name, slashes and all', async () => {
  const { store, operations } = open();
  const operation = operations.draft({ ...DRAFT, name: 'policies/a/denypolicies/b/operations/c' });
  await store.commit(await operations.put(operation));
  assert.deepEqual(await operations.find('policies/a/denypolicies/b/operations/c'), operation);
  assert.equal(await operations.find('operations/c'), undefined);
});

test('it is done when its time is over, and shows its response from then on (AIP-151)', () => {
  const operation = open().operations.draft(DRAFT);
  const { name, metadata, response } = DRAFT;
  assert.deepEqual(renderLongRunningOperation(operation, 5_999), { name, metadata });
  assert.deepEqual(renderLongRunningOperation(operation, 6_000), { name, metadata, done: true, response });
});

test('an operation is gone 14 days after it ended, and new ones clear away what is left of it', async () => {
  const { store, clock, operations } = open();
  const old = operations.draft(DRAFT);
  await store.commit(await operations.put(old));
  clock.nowMs = old.endsAtMs + LONG_RUNNING_RETENTION_MS - 1;
  assert.deepEqual(await operations.find(old.name), old);
  clock.nowMs += 1;
  assert.equal(await operations.find(old.name), undefined);
  await store.commit(await operations.put(operations.draft({ ...DRAFT, name: 'operations/cp.2' })));
  const keys = (await store.list({ prefix: 'longRunning' })).map(({ key }) => key);
  assert.equal(keys.length, 2, 'one operation, and its end');
  assert.ok(keys.every((key) => key.endsWith('operations/cp.2')));
});
