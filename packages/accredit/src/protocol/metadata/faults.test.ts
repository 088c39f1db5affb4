import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../kernel/api-error.ts';
import { parseFaultPath } from './fault-paths.ts';
import {
  chooseFaults,
  FAULT_LATENCY_LIMIT_MS,
  FAULT_TIMES_LIMIT,
  FAULT_TOKEN_LIFETIME_LIMIT_SECONDS,
  type Fault,
  type FaultEffect,
  type FaultRequest,
  joinFaults,
  meetsFault,
  readFaultRequest,
  toFault,
  viewFault,
} from './faults.ts';

const V1 = '/computeMetadata/v1';
const VM = 'projects/p/zones/us-central1-a/instances/vm-1';
const DEFAULT_TOKEN = `${V1}/instance/service-accounts/default/token`;

const requests: readonly (readonly [FaultRequest, FaultEffect])[] = [
  [{ status: 400 }, { kind: 'status', status: 400 }],
  [{ status: 599 }, { kind: 'status', status: 599 }],
  [{ latencyMs: 1 }, { kind: 'delay' }],
  [
    { latencyMs: FAULT_LATENCY_LIMIT_MS, status: 503 },
    { kind: 'status', status: 503 },
  ],
  [{ reset: true }, { kind: 'reset' }],
  [
    { reset: false, status: 500 },
    { kind: 'status', status: 500 },
  ],
  [{ token: 'expired' }, { kind: 'expired-token' }],
  [{ token: 'expired', path: 'instance/service-accounts/default/token' }, { kind: 'expired-token' }],
  [{ token: 'expired', path: 'instance/service-accounts/*' }, { kind: 'expired-token' }],
  [{ tokenLifetimeSeconds: 1 }, { kind: 'short-token', lifetimeSeconds: 1 }],
  [
    { tokenLifetimeSeconds: FAULT_TOKEN_LIFETIME_LIMIT_SECONDS, latencyMs: 5 },
    { kind: 'short-token', lifetimeSeconds: FAULT_TOKEN_LIFETIME_LIMIT_SECONDS },
  ],
  [{ reset: true, times: FAULT_TIMES_LIMIT, instance: VM, path: 'instance/id' }, { kind: 'reset' }],
  [{ reset: true, project: 'p', path: 'instance/*' }, { kind: 'reset' }],
];

for (const [request, effect] of requests) {
  test(`a fault of ${JSON.stringify(request)} is seen as it was asked for`, () => {
    const draft = toFault(request);
    assert.deepEqual(draft.effect, effect);
    const { id, path, ...rest } = viewFault({ id: 'f', order: 1, ...draft });
    const { path: asked = '*', reset, ...others } = request;
    assert.deepEqual([id, path], ['f', parseFaultPath(asked)]);
    assert.deepEqual(rest, { ...others, ...(reset === true ? { reset } : {}) });
  });
}

const refused: readonly FaultRequest[] = [
  {},
  { reset: false },
  { times: 2 },
  { status: 399 },
  { status: 600 },
  { status: 503.5 },
  { status: 200 },
  { latencyMs: 0 },
  { latencyMs: FAULT_LATENCY_LIMIT_MS + 1 },
  { reset: true, times: 0 },
  { reset: true, times: FAULT_TIMES_LIMIT + 1 },
  { tokenLifetimeSeconds: 0 },
  { tokenLifetimeSeconds: FAULT_TOKEN_LIFETIME_LIMIT_SECONDS + 1 },
  { status: 503, reset: true },
  { token: 'expired', tokenLifetimeSeconds: 30 },
  { status: 503, path: 'a*b' },
  { status: 503, path: 'foo' },
  { token: 'expired', path: 'instance/id' },
  { token: 'expired', path: 'project/*' },
  { tokenLifetimeSeconds: 30, path: 'instance/service-accounts/default/identity' },
  { status: 503, instance: VM, project: 'p' },
];

for (const request of refused) {
  test(`no fault is made of ${JSON.stringify(request)}`, () => {
    assert.throws(
      () => toFault(request),
      (error) => error instanceof ApiError && error.code === 'INVALID_ARGUMENT',
    );
  });
}

const unread: readonly unknown[] = [
  { status: 503, tmies: 2 },
  { reset: 'x' },
  { token: 'other' },
  { status: 503, path: 5 },
  'reset',
  null,
];

for (const request of unread) {
  test(`no request for a fault is read of ${JSON.stringify(request)}`, () => {
    assert.throws(
      () => readFaultRequest(request, ''),
      (error) => error instanceof ApiError && error.code === 'INVALID_ARGUMENT',
    );
  });
}

const RESET: FaultEffect = { kind: 'reset' };
const EXPIRED: FaultEffect = { kind: 'expired-token' };

const meetings: readonly (readonly [Partial<Fault>, string, string, boolean])[] = [
  [{}, VM, '/', true],
  [{}, VM, `${V1}/instance/id`, true],
  [{ instance: VM }, VM, '/', true],
  [{ instance: VM }, `${VM}0`, '/', false],
  [{ projectId: 'p' }, VM, '/', true],
  [{ projectId: 'pp' }, VM, '/', false],
  [{ projectId: 'p' }, 'projects/pp/zones/z/instances/i', '/', false],
  [{ path: `${V1}/instance/id` }, VM, `${V1}/instance/id`, true],
  [{ path: `${V1}/instance/id` }, VM, `${V1}/instance/id/`, false],
  [{ path: `${V1}/instance/id` }, VM, '//computeMetadata/v1/./instance/id', true],
  [{ path: `${V1}/instance/*` }, VM, `${V1}/instance/`, true],
  [{ path: `${V1}/instance/*` }, VM, `${V1}/instance/disks/0/type`, true],
  [{ path: `${V1}/instance/*` }, VM, `${V1}/instance`, false],
  [{ path: `${V1}/instance/*` }, VM, `${V1}/project/project-id`, false],
  [{ effect: EXPIRED }, VM, DEFAULT_TOKEN, true],
  [{ effect: EXPIRED }, VM, `${V1}/instance/service-accounts/a@b.c/token`, true],
  [{ effect: EXPIRED }, VM, `${V1}/instance/service-accounts/default/identity`, false],
  [{ effect: EXPIRED }, VM, `${V1}/instance/service-accounts/`, false],
  [{ effect: EXPIRED }, VM, `${V1}/instance/attributes/token`, false],
  [{ effect: { kind: 'short-token', lifetimeSeconds: 1 } }, VM, `${V1}/instance/id`, false],
  [{}, VM, '/%ff', true],
];

for (const [fault, instance, path, expected] of meetings) {
  test(`a fault of ${JSON.stringify(fault)} ${expected ? 'meets' : 'does not meet'} ${path} of ${instance}`, () => {
    assert.equal(meetsFault({ path: '*', effect: RESET, ...fault }, instance, path), expected);
  });
}

test('delays add up, and of the others the oldest happens', () => {
  const fault = (order: number, latencyMs: number, effect: FaultEffect): Fault => ({
    id: String(order),
    order,
    path: '*',
    latencyMs,
    effect,
  });
  const delay = fault(1, 10, { kind: 'delay' });
  const first = fault(2, 5, { kind: 'status', status: 503 });
  const second = fault(3, 100, RESET);
  const late = fault(4, 1, { kind: 'delay' });
  const chosen = chooseFaults([delay, first, second, late]);
  assert.deepEqual(chosen, [delay, first, late]);
  assert.deepEqual(joinFaults(chosen), { latencyMs: 16, effect: first.effect });
  assert.deepEqual(joinFaults(chooseFaults([delay])), { latencyMs: 10, effect: { kind: 'delay' } });
});
