import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Random } from '../kernel/ports.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { PreconditionFailed } from '../store/store.ts';
import { OPERATION_RETENTION_MS, type OperationDraft, Operations, operationStatusAt } from './operations.ts';

/** 2022-11-21T11:59:36.964Z: the time of a recorded name. */
const RECORDED_MS = 1_669_031_976_964;

const DRAFT: OperationDraft = {
  projectId: 'p',
  zone: 'z',
  operationType: 'insert',
  target: 'projects/p/zones/z/instances/vm1',
  targetId: '1',
  user: 'ada@example.com',
  durationMs: 0,
};

function open() {
  const store = new MemoryStore();
  const clock = { nowMs: RECORDED_MS, now: () => clock.nowMs };
  let counter = 0;
  const random: Random = { bytes: (length) => Buffer.alloc(length, (counter += 1)) };
  return { store, clock, operations: new Operations(store, clock, random) };
}

test('a name holds the time twice, the second time in microseconds (compute notes 4.1)', () => {
  const { name } = open().operations.draft(DRAFT);
  const [, ms = '', us = ''] = /^operation-(\d{13})-([0-9a-f]{13})-[0-9a-f]{8}-[0-9a-f]{8}$/.exec(name) ?? [];
  assert.equal(Number(ms), RECORDED_MS);
  assert.equal(Math.floor(Number.parseInt(us, 16) / 1000), RECORDED_MS);
});

test('an operation is found by name and by id, in its own zone alone (compute notes 4.4)', async () => {
  const { store, operations } = open();
  const operation = operations.draft(DRAFT);
  await store.commit(await operations.put(operation));
  assert.deepEqual(await operations.find('p', 'z', operation.name), operation);
  assert.deepEqual(await operations.find('p', 'z', operation.id), operation);
  assert.equal(await operations.find('p', 'z2', operation.name), undefined);
  assert.equal(await operations.find('p', 'z', '123'), undefined);
});

test('a global operation is among those of its project, not of a zone (compute notes 4.4)', async () => {
  const { store, operations } = open();
  const requestId = '0b6cf2a4-2f0c-4c4e-9d1b-0a1b2c3d4e5f';
  const { zone: _zone, ...given } = DRAFT;
  const operation = operations.draft({ ...given, requestId });
  await store.commit(await operations.put(operation), operations.isFirst(operation));
  for (const name of [operation.name, operation.id]) {
    assert.deepEqual(await operations.find('p', undefined, name), operation);
    assert.equal(await operations.find('p', 'z', name), undefined);
    assert.equal(await operations.find('q', undefined, name), undefined);
  }
  const request = { projectId: 'p', operationType: 'insert', requestId } as const;
  assert.deepEqual(await operations.findRequest(request), operation);
  assert.equal(await operations.findRequest({ ...request, zone: 'z' }), undefined);
});

test('its status follows from the clock (compute notes 4.2)', () => {
  const operation = open().operations.draft({ ...DRAFT, durationMs: 1000 });
  assert.equal(operationStatusAt(operation, RECORDED_MS), 'RUNNING');
  assert.equal(operationStatusAt(operation, RECORDED_MS + 999), 'RUNNING');
  assert.equal(operationStatusAt(operation, RECORDED_MS + 1000), 'DONE');
});

test('a request id names one operation of its method and zone, in any case (compute notes 1.8)', async () => {
  const { store, operations } = open();
  const requestId = '0b6cf2a4-2f0c-4c4e-9d1b-0a1b2c3d4e5f';
  const operation = operations.draft({ ...DRAFT, requestId });
  await store.commit(await operations.put(operation), operations.isFirst(operation));
  const request = { projectId: 'p', zone: 'z', operationType: 'insert', requestId } as const;
  assert.deepEqual(await operations.findRequest(request), operation);
  assert.deepEqual(
    await operations.findRequest({ ...request, requestId: requestId.toUpperCase() }),
    operation,
  );
  assert.equal(await operations.findRequest({ ...request, operationType: 'delete' }), undefined);
  assert.equal(await operations.findRequest({ ...request, zone: 'z2' }), undefined);
  const second = operations.draft({ ...DRAFT, requestId });
  await assert.rejects(
    store.commit(await operations.put(second), operations.isFirst(second)),
    PreconditionFailed,
  );
});

test('an operation is gone 14 days after it ended, and new ones clear away what is left of it', async () => {
  const { store, clock, operations } = open();
  const requestId = '0b6cf2a4-2f0c-4c4e-9d1b-0a1b2c3d4e5f';
  const old = operations.draft({ ...DRAFT, requestId });
  await store.commit(await operations.put(old));
  clock.nowMs += OPERATION_RETENTION_MS - 1;
  assert.deepEqual(await operations.find('p', 'z', old.name), old);
  clock.nowMs += 1;
  assert.equal(await operations.find('p', 'z', old.name), undefined);
  const fresh = operations.draft(DRAFT);
  await store.commit(await operations.put(fresh));
  const keys = (await store.list({ prefix: 'operation' })).map(({ key }) => key);
  assert.deepEqual(keys, [`operations/p/z/${fresh.name}`]);
});
