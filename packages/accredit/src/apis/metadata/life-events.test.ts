/** What a program in an instance sees of maintenance, migration and preemption, and when it is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveMigrate, preempt, simulateMaintenance } from '../../resources/life-events.ts';
import { NOW_MS } from '../api.fixture.ts';
import { openServer, V1 } from './metadata.fixture.ts';

const EVENT = `${V1}/instance/maintenance-event`;
const DRIFT = `${V1}/instance/virtual-clock/drift-token`;
const WAIT = '?wait_for_change=true';
const HOST = { nowMs: NOW_MS, driftToken: '4711' };
const MIGRATE = 'MIGRATE_ON_HOST_MAINTENANCE';

type Scene = Awaited<ReturnType<typeof openServer>>;

/** Lets the cloud's time pass, and rings what is due. */
function pass({ clock, alarms }: Scene, ms: number): void {
  clock.nowMs += ms;
  alarms.ring(ms);
}

async function body({ response }: ReturnType<Scene['begin']>): Promise<string> {
  return String((await response).body);
}

test('who waits for maintenance-event is told of its notice and of its end, and of nothing between', async () => {
  const scene = await openServer();
  const { begin, change, instance, alarms, server, untilWaiting } = scene;
  const before = begin(EVENT + WAIT);
  await untilWaiting(1);
  await change(simulateMaintenance(instance, { ...HOST, startsInMs: 600_000, lastsMs: 5000 }));
  while (alarms.delaysMs.length === 0) await new Promise(setImmediate);
  assert.equal(server.waiterCount, 1);
  assert.deepEqual(alarms.delaysMs, [540_000]);
  pass(scene, 540_000);
  assert.equal(await body(before), MIGRATE);
  const during = begin(EVENT + WAIT);
  await untilWaiting(1);
  assert.deepEqual(alarms.delaysMs, [60_000]);
  pass(scene, 60_000);
  while (alarms.delaysMs.length === 0) await new Promise(setImmediate);
  assert.equal(server.waiterCount, 1);
  pass(scene, 5000);
  assert.equal(await body(during), 'NONE');
  assert.deepEqual(alarms.delaysMs, []);
});

test('who waits for drift-token, or for all of instance/, is told once the VM stands on another host', async () => {
  const scene = await openServer();
  const { begin, change, instance, alarms, untilWaiting } = scene;
  const token = begin(DRIFT + WAIT);
  await untilWaiting(1);
  await change(liveMigrate(instance, { ...HOST, lastsMs: 5000 }));
  const whole = begin(`${V1}/instance/?recursive=true&wait_for_change=true`);
  await untilWaiting(2);
  while (alarms.delaysMs.length === 0) await new Promise(setImmediate);
  pass(scene, 5000);
  assert.equal(await body(token), '4711');
  const { maintenanceEvent, virtualClock } = JSON.parse(await body(whole));
  assert.deepEqual([maintenanceEvent, virtualClock], ['NONE', { driftToken: '4711' }]);
});

test('who waits for preempted, or for all of instance/, is told at once; stop-state is there then', async () => {
  const scheduling = { onHostMaintenance: 'TERMINATE', automaticRestart: false, preemptible: true } as const;
  const { ask, begin, change, instance, untilWaiting } = await openServer({ scheduling });
  const preempted = begin(`${V1}/instance/preempted${WAIT}`);
  const whole = begin(`${V1}/instance/?recursive=true&wait_for_change=true`);
  await untilWaiting(2);
  assert.equal((await ask(`${V1}/instance/shutdown-details/stop-state`)).status, 404);
  await change(preempt(instance, NOW_MS));
  assert.equal(await body(preempted), 'TRUE');
  assert.equal(JSON.parse(await body(whole)).preempted, 'TRUE');
  assert.equal((await ask(`${V1}/instance/shutdown-details/stop-state`)).body, 'PENDING_STOP');
});

test('who asks anew sees what the time has made of a maintenance, also where no alarm has rung', async () => {
  const { ask, change, clock, instance } = await openServer();
  await change(liveMigrate(instance, { ...HOST, lastsMs: 5000 }));
  assert.equal((await ask(EVENT)).body, MIGRATE);
  clock.nowMs += 5000;
  assert.equal((await ask(EVENT)).body, 'NONE');
  assert.equal((await ask(DRIFT)).body, '4711');
});

test('who waits when the time has come, but the alarm has not rung, is told at once', async () => {
  const { begin, ask, change, clock, instance } = await openServer();
  await change(liveMigrate(instance, { ...HOST, lastsMs: 5000 }));
  const etag = (await ask(EVENT)).headers.ETag;
  clock.nowMs += 5000;
  assert.equal(await body(begin(`${EVENT}${WAIT}&last_etag=${etag}`)), 'NONE');
});
