import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiError, invalidArgument, permissionDenied } from '../kernel/api-error.ts';
import { ANONYMOUS } from '../kernel/principals.ts';
import { decide, type IamMode } from '../protocol/iam/decide.ts';
import { compilePolicy } from '../protocol/iam/policies/policy.ts';
import { findRole } from '../protocol/iam/roles/catalogue.ts';
import { decideScopes } from '../protocol/iam/scope-gate.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { AuditLog, REFUSAL_LIMIT } from './audit-log.ts';
import type { AuditRecord } from './audit-record.ts';
import { REFUSAL_LIMIT_BYTES } from './refusal-size.ts';

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

/** A store that counts its commits, and the entries that were read. */
class CountingStore extends MemoryStore {
  commits = 0;
  read = 0;

  override async list(...given: Parameters<MemoryStore['list']>) {
    const entries = await super.list(...given);
    this.read += entries.length;
    return entries;
  }

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

test('opening the log reads no refusal', async () => {
  const store = new CountingStore();
  const audit = await AuditLog.open(store);
  audit.record(record('a'));
  await audit.flush();
  await AuditLog.open(store);
  assert.equal(store.read, 0);
});

test('a refusal is spelled out behind the request, and its conditions are not evaluated again', async () => {
  let evaluations = 0;
  const evaluate = () => {
    evaluations += 1;
    return false;
  };
  const binding = { role: 'roles/storage.admin', members: ['allUsers'], condition: { expression: 'false' } };
  const policy = compilePolicy(
    'projects/p',
    { bindings: [binding, { ...binding, members: ['user:ada@example.com'] }] },
    { findRole, compileCondition: (expression) => ({ expression, cost: expression.length, evaluate }) },
  );
  const refused = decide(decision.question, { ...decision.facts, policies: [policy] });
  assert.equal(evaluations, 1);
  const audit = await AuditLog.open(new MemoryStore());
  audit.record(record('a', [refused]));
  assert.equal(evaluations, 1);
  await audit.flush();
  // The other binding's condition, which the decision had no need of.
  assert.equal(evaluations, 2);
});

test('what is kept of a refusal is bounded, however large the policy and the message are', async () => {
  const store = new MemoryStore();
  const audit = await AuditLog.open(store);
  const bindings = Array.from({ length: 1500 }, (_, index) => ({
    role: 'roles/storage.admin',
    members: ['allUsers'],
    condition: { expression: `${index}`.padEnd(5000, 'x') },
  }));
  const policy = compilePolicy(
    'projects/p',
    { bindings },
    {
      findRole,
      compileCondition: (expression) => ({ expression, cost: expression.length, evaluate: () => false }),
    },
  );
  const refused = decide(decision.question, { ...decision.facts, policies: [policy] });
  audit.record({ ...record('a', [refused]), message: 'm'.repeat(100_000) });
  const [kept] = await audit.refusals(1);
  assert.ok(Buffer.byteLength(JSON.stringify(kept)) < 1.1 * REFUSAL_LIMIT_BYTES);
  assert.ok((kept?.decision.policies?.[0]?.leftOut ?? 0) > 1400);
});

test('a refusal by the scopes alone is one of a gate, and one that was not carried out is no reason for another', async () => {
  const audit = await AuditLog.open(new MemoryStore());
  const refuse = (requestId: string, mode: IamMode) => {
    const question = { ...decision.question, heldScopes: ['https://a'], acceptedScopes: ['https://b'], mode };
    const scopeDecision = decideScopes({
      ...question,
      principal: { kind: 'user', email: 'ada@example.com' },
    });
    audit.record({ ...record(requestId, []), status: 403, error: permissionDenied(''), scopeDecision });
  };
  refuse('audit', 'audit');
  assert.equal((await audit.otherRefusal())?.requestId, 'audit');
  refuse('enforce', 'enforce');
  assert.equal(await audit.otherRefusal(), undefined);
  assert.deepEqual(
    (await audit.refusals(10)).map(({ requestId, decision: { carriedOut, principal, scopes } }) => ({
      requestId,
      carriedOut,
      principal,
      scopes,
    })),
    ['enforce', 'audit'].map((requestId) => ({
      requestId,
      carriedOut: requestId === 'enforce',
      principal: 'user:ada@example.com',
      scopes: { outcome: 'insufficient', held: ['https://a'], accepted: ['https://b'] },
    })),
  );
});

test('a call that no gate refused is kept until a gate refuses one, without what it repeats of the request', async () => {
  const audit = await AuditLog.open(new MemoryStore());
  const refuse = (requestId: string, error: ApiError, message = 'Not in use.') =>
    audit.record({ ...record(requestId, []), status: 403, message, error });
  refuse('invalid', invalidArgument('wrong'));
  assert.equal(await audit.otherRefusal(), undefined);
  const metadata = { service: 'storage.googleapis.com', containerInfo: '42' };
  refuse('disabled', permissionDenied('', { info: { reason: 'SERVICE_DISABLED', domain: 'd', metadata } }));
  assert.deepEqual(await audit.otherRefusal(), {
    requestId: 'disabled',
    timeMs: 0,
    method: 'storage.buckets.list',
    status: 403,
    message: 'Not in use.',
    disabledService: { service: 'storage.googleapis.com', projectNumber: '42' },
  });
  refuse('echo', permissionDenied('', { echoes: true }), 'of the request');
  assert.deepEqual((await audit.otherRefusal())?.message, '');
  audit.record(record('gate'));
  assert.equal(await audit.otherRefusal(), undefined);
});
