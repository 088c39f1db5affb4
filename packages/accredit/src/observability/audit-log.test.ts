import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANONYMOUS } from '../kernel/principals.ts';
import { decide } from '../protocol/iam/decide.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { AuditLog, REFUSAL_LIMIT } from './audit-log.ts';
import type { AuditRecord } from './audit-record.ts';

const decision = decide(
  {
    principal: ANONYMOUS,
    permission: 'storage.buckets.list',
    resource: 'projects/p',
    heldScopes: undefined,
    acceptedScopes: undefined,
    mode: 'enforce',
    timeMs: 0,
  },
  { policies: [], denyPolicies: [], identities: ['allUsers'], principalState: 'active', tags: [] },
);

const record = (requestId: string, decisions = [decision]): AuditRecord => ({
  requestId,
  timeMs: 0,
  method: 'storage.buckets.list',
  service: 'storage.googleapis.com',
  caller: { principal: ANONYMOUS },
  request: { verb: 'GET', path: {} },
  status: 401,
  error: undefined,
  message: '',
  latencyMs: 1,
  decisions,
});

/** A store that counts its commits. */
class CountingStore extends MemoryStore {
  commits = 0;

  override async commit(...given: Parameters<MemoryStore['commit']>): Promise<number> {
    this.commits += 1;
    return super.commit(...given);
  }
}

test('refusals are kept, newest first, and outlive the log that wrote them', async () => {
  const store = new MemoryStore();
  const audit = await AuditLog.open(store);
  for (const id of ['a', 'b', 'c']) audit.record(record(id));
  audit.record(record('nothing refused', []));
  assert.deepEqual(
    (await audit.refusals(2)).map(({ requestId }) => requestId),
    ['c', 'b'],
  );
  const again = await AuditLog.open(store);
  again.record(record('d'));
  assert.deepEqual(
    (await again.refusals(10)).map(({ requestId }) => requestId),
    ['d', 'c', 'b', 'a'],
  );
});

test('the latest are kept and no more, and a flood costs few commits', async () => {
  const store = new CountingStore();
  const audit = await AuditLog.open(store);
  for (let index = 0; index < REFUSAL_LIMIT; index += 1) audit.record(record(`early ${index}`));
  await audit.flush();
  store.commits = 0;
  for (let index = 0; index < 5 * REFUSAL_LIMIT; index += 1) audit.record(record(`${index}`));
  await audit.flush();
  const kept = await audit.refusals(1000);
  assert.equal(kept.length, REFUSAL_LIMIT);
  assert.equal(kept[0]?.requestId, String(5 * REFUSAL_LIMIT - 1));
  assert.equal((await store.list({ prefix: 'refusals/', limit: 10_000 })).length, REFUSAL_LIMIT);
  assert.ok(store.commits <= 2, `${store.commits} commits`);
});
