import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SetAlarm } from '../kernel/ports.ts';
import { silentLog } from '../kernel/ports.ts';
import { ANONYMOUS, type Principal } from '../kernel/principals.ts';
import { decide, type IamMode } from '../protocol/iam/decide.ts';
import { compilePolicy } from '../protocol/iam/policies/policy.ts';
import { findRole } from '../protocol/iam/roles/catalogue.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { AuditRecord } from './audit-record.ts';
import { toLogEntry } from './to-log-entry.ts';
import { RECORD_DELAY_MS, USE_LIMIT, UseRecorder } from './use-recorder.ts';
import { usesOfEntry } from './uses-of-log.ts';
import { usesOfRecord } from './uses-of-record.ts';

const ADA: Principal = { kind: 'user', email: 'ada@example.com' };
const PROGRAM: Principal = { kind: 'serviceAccount', email: 'a@p.iam.gserviceaccount.com', uniqueId: '7' };
const FEDERATED: Principal = {
  kind: 'federated',
  pool: 'projects/1/locations/global/workloadIdentityPools/pool',
  subject: 'repo:x/subject/y',
  groups: ['g'],
  attributes: { team: 't' },
};

interface Asked {
  readonly permission?: string;
  readonly resource?: string;
  readonly principal?: Principal;
  readonly mode?: IamMode;
  readonly timeMs?: number;
  readonly service?: string;
}

/** A call that Ada may make, and nobody else. */
function recordOf(asked: Asked): AuditRecord {
  const { principal = ADA, mode = 'enforce', timeMs = 1000, service = 'storage.googleapis.com' } = asked;
  const { permission = 'storage.objects.get', resource = 'projects/_/buckets/b/objects/o' } = asked;
  const names = resource.startsWith('projects/_/') ? ['projects/_/buckets/b', 'projects/p'] : ['projects/p'];
  const bindings = [{ role: 'roles/storage.objectViewer', members: ['user:ada@example.com'] }];
  const decision = decide(
    {
      principal,
      permission,
      resource,
      heldScopes: ['s1', 's2'],
      acceptedScopes: ['s2', 's3'],
      mode,
      timeMs,
    },
    {
      policies: names.map((name) => compilePolicy(name, { bindings }, { findRole })),
      denyPolicies: [],
      identities: principal.kind === 'user' ? [`user:${principal.email}`] : [],
      principalState: 'active',
      tags: [],
    },
  );
  return {
    requestId: 'r',
    timeMs,
    method: 'storage.objects.get',
    service,
    caller: { principal },
    request: { verb: 'GET', path: {} },
    status: 200,
    error: undefined,
    message: '',
    latencyMs: 1,
    decisions: [decision, decision],
  };
}

/** Alarms that never ring. */
function openAlarms() {
  const delaysMs: number[] = [];
  const setAlarm: SetAlarm = (delayMs) => {
    delaysMs.push(delayMs);
    return () => {};
  };
  return { setAlarm, delaysMs };
}

async function openRecorder(store = new MemoryStore(), isOn = true) {
  const { setAlarm, delaysMs } = openAlarms();
  return { store, delaysMs, recorder: await UseRecorder.open(store, { isOn, setAlarm, log: silentLog }) };
}

test('uses that are alike are counted once each, with their first and last time, at the level of policies', async () => {
  const { recorder } = await openRecorder();
  recorder.add(recordOf({ timeMs: 1000 }));
  recorder.add(recordOf({ timeMs: 3000, resource: 'projects/_/buckets/b/objects/other' }));
  assert.deepEqual(recorder.recording, {
    uses: [
      {
        principal: ADA,
        permission: 'storage.objects.get',
        resource: 'projects/_/buckets/b',
        projectId: 'p',
        method: 'storage.objects.get',
        outcome: 'allowed',
        heldScopes: ['s1', 's2'],
        acceptedScopes: ['s2', 's3'],
        count: 4,
        calls: 2,
        firstMs: 1000,
        lastMs: 3000,
      },
    ],
    leftOut: 0,
  });
});

test('what is refused, and what audit mode lets pass, is told apart', async () => {
  const { recorder } = await openRecorder();
  for (const mode of ['enforce', 'audit'] as const) recorder.add(recordOf({ principal: PROGRAM, mode }));
  recorder.add(recordOf({ principal: ANONYMOUS, mode: 'audit' }));
  const outcomes = recorder.recording?.uses.map(({ principal, outcome }) => `${principal.kind} ${outcome}`);
  assert.deepEqual(outcomes, ['serviceAccount refused', 'serviceAccount passed', 'anonymous refused']);
});

test('a recording outlives its cloud, goes on in the next one, and can be read where nothing is recorded', async () => {
  const { store, recorder, delaysMs } = await openRecorder();
  recorder.add(recordOf({ timeMs: 1000 }));
  recorder.add(recordOf({ timeMs: 1000 }));
  assert.deepEqual([delaysMs, RECORD_DELAY_MS], [[RECORD_DELAY_MS], 1000], 'it is written behind the calls');
  await recorder.flush();
  const { recorder: second } = await openRecorder(store);
  second.add(recordOf({ timeMs: 2000 }));
  second.add(recordOf({ timeMs: 2000, principal: PROGRAM }));
  await second.flush();
  const { recorder: third } = await openRecorder(store, false);
  third.add(recordOf({ timeMs: 9000 }));
  assert.deepEqual(
    third.recording?.uses.map(({ count, lastMs }) => [count, lastMs]),
    [
      [6, 2000],
      [2, 2000],
    ],
  );
  await third.reset();
  assert.equal(third.recording, undefined, 'nothing is recorded, and nothing was');
  assert.equal((await openRecorder(store)).recorder.recording?.uses.length, 0);
});

test('a recording holds so many different uses, says when it is full, and goes on counting those', async () => {
  const store = new MemoryStore();
  const { setAlarm } = openAlarms();
  const lines: string[] = [];
  const log = { ...silentLog, error: (_: object, text: string) => void lines.push(text) };
  const recorder = await UseRecorder.open(store, { isOn: true, setAlarm, log });
  for (let index = 0; index <= USE_LIMIT + 5; index += 1) {
    recorder.add(recordOf({ principal: { kind: 'user', email: `u${index}@example.com` } }));
  }
  assert.equal(USE_LIMIT, 10_000);
  assert.equal(recorder.recording?.uses.length, USE_LIMIT);
  assert.equal(recorder.recording.leftOut, 12, 'two uses a call');
  assert.deepEqual(lines, [
    'the recording is full: further uses are left out, see accredit recommend --reset',
  ]);
  recorder.add(recordOf({ principal: { kind: 'user', email: 'u0@example.com' } }));
  assert.equal(recorder.recording.uses[0]?.count, 4);
  await recorder.flush();
  assert.equal((await store.list({ prefix: 'recordedUses/', limit: 2 * USE_LIMIT })).length, USE_LIMIT);
});

test('what the owner asks of the cloud itself is not recorded', async () => {
  const { recorder } = await openRecorder();
  recorder.add(recordOf({ service: 'control.accredit.local' }));
  assert.deepEqual(recorder.recording?.uses, []);
});

for (const principal of [ADA, PROGRAM, FEDERATED, ANONYMOUS]) {
  test(`the audit log says of a call by ${principal.kind} what the recording says`, () => {
    for (const resource of [
      'projects/_/buckets/b/objects/o',
      'projects/p/zones/z/instances/i',
      'projects/p',
    ]) {
      for (const mode of ['enforce', 'audit'] as const) {
        const record = recordOf({ principal, resource, mode });
        assert.deepEqual(usesOfEntry(toLogEntry(record, 'p')), usesOfRecord(record));
      }
    }
  });
}
