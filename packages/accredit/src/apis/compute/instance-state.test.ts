import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PREEMPTION_NOTICE_MS } from '../../protocol/metadata/life-events.ts';
import type { Instance } from '../../resources/instances.ts';
import { NOW_MS, PROJECT_ID } from '../api.fixture.ts';
import { type ComputeCloud, errorOf, NOW_TEXT, openCompute, ZONE_URL } from './compute.fixture.ts';

const VM = `${ZONE_URL}/instances/vm1`;
const NAME = `projects/${PROJECT_ID}/zones/us-central1-a/instances/vm1`;
const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/** Records that are in a status at the time of the fixture. */
const IN_STATUS: Readonly<Record<string, Partial<Instance>>> = {
  RUNNING: { status: 'RUNNING' },
  TERMINATED: { status: 'TERMINATED' },
  STOPPING: { status: 'TERMINATED', stoppedAtMs: NOW_MS + 1 },
  PROVISIONING: { status: 'RUNNING', startedAtMs: NOW_MS + 1 },
};

async function openIn(status: string): Promise<ComputeCloud> {
  const compute = await openCompute();
  const { resources } = compute.cloud.services;
  const place = { projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm1' };
  await resources.commit([
    resources.instances.put(resources.instances.draft({ ...place, ...IN_STATUS[status] })),
  ]);
  assert.equal((await compute.get(VM)).json.status, status);
  return compute;
}

/** The verb, the status before, and the status after; `NOT_READY` where the operation fails. */
const verbs: readonly (readonly [string, string, string])[] = [
  ['start', 'RUNNING', 'RUNNING'],
  ['start', 'TERMINATED', 'RUNNING'],
  ['start', 'STOPPING', 'NOT_READY'],
  ['start', 'PROVISIONING', 'PROVISIONING'],
  ['stop', 'RUNNING', 'TERMINATED'],
  ['stop', 'TERMINATED', 'TERMINATED'],
  ['stop', 'STOPPING', 'STOPPING'],
  ['stop', 'PROVISIONING', 'TERMINATED'],
];

for (const [verb, before, after] of verbs) {
  test(`${verb} where it is ${before}: ${after} (compute notes 5.6)`, async () => {
    const { cloud, get, post } = await openIn(before);
    const stored = () => cloud.services.resources.instances.get(PROJECT_ID, 'us-central1-a', 'vm1');
    const { revision } = (await stored()) ?? {};
    const { status, json } = await post(`${VM}/${verb}`);
    assert.deepEqual([status, json.operationType, json.status], [200, verb, 'DONE']);
    if (after === 'NOT_READY') {
      const message = `The resource '${NAME}' is not ready`;
      assert.deepEqual(json.error, { errors: [{ code: 'RESOURCE_NOT_READY', message }] });
      assert.deepEqual([json.httpErrorStatusCode, json.httpErrorMessage], [400, 'BAD REQUEST']);
    } else {
      assert.ok(!('error' in json));
    }
    assert.equal((await get(VM)).json.status, after === 'NOT_READY' ? before : after);
    const isUnchanged = after === before || after === 'NOT_READY';
    assert.equal((await stored())?.revision === revision, isUnchanged);
  });
}

test('a stopped instance keeps its internal address and loses its external one, until it starts (compute notes 5.4, checks 104 and 105)', async () => {
  const { cloud, get, make, post } = await openCompute();
  await make('vm1', { networkInterfaces: [{ accessConfigs: [{}] }] });
  const [before] = (await get(VM)).json.networkInterfaces;
  assert.equal(before.accessConfigs[0].natIP, '203.0.113.1');
  cloud.clock.nowMs += 1000;
  await post(`${VM}/stop`);
  const stopped = (await get(VM)).json;
  assert.deepEqual(stopped.networkInterfaces[0].accessConfigs, [
    { kind: 'compute#accessConfig', type: 'ONE_TO_ONE_NAT', name: 'External NAT', networkTier: 'PREMIUM' },
  ]);
  assert.equal(stopped.networkInterfaces[0].networkIP, before.networkIP);
  assert.deepEqual(
    [stopped.status, stopped.lastStartTimestamp, stopped.lastStopTimestamp],
    ['TERMINATED', NOW_TEXT, '2026-11-22T21:00:01.000-08:00'],
  );
  await make('vm2', { networkInterfaces: [{ accessConfigs: [{}] }] });
  cloud.clock.nowMs += 1000;
  await post(`${VM}/start`);
  const started = (await get(VM)).json;
  assert.equal(started.networkInterfaces[0].accessConfigs[0].natIP, '203.0.113.2', 'the other has the first');
  assert.equal(started.networkInterfaces[0].networkIP, before.networkIP);
  assert.deepEqual(
    [started.status, started.lastStartTimestamp, started.lastStopTimestamp],
    ['RUNNING', '2026-11-22T21:00:02.000-08:00', '2026-11-22T21:00:01.000-08:00'],
  );
});

test('a preempted instance can be started when it has gone down, and is not preempted any more', async () => {
  const { cloud, get, post } = await openIn('RUNNING');
  const { instances } = cloud.services.resources;
  const stored = async () => (await instances.get(PROJECT_ID, 'us-central1-a', 'vm1'))?.value;
  const vm = await stored();
  assert.ok(vm);
  const preemption = { startsAtMs: NOW_MS, targetState: 'STOPPED' } as const;
  await cloud.services.resources.commit([
    instances.put({ ...vm, lifeEvents: { preemption, driftToken: '7' } }),
  ]);
  assert.equal((await post(`${VM}/start`)).json.error.errors[0].code, 'RESOURCE_NOT_READY');
  cloud.clock.nowMs += PREEMPTION_NOTICE_MS;
  assert.equal((await get(VM)).json.status, 'TERMINATED');
  await post(`${VM}/start`);
  assert.equal((await get(VM)).json.status, 'RUNNING');
  assert.deepEqual((await stored())?.lifeEvents, { driftToken: '7' });
});

test('where operations take time, an instance is STOPPING and PROVISIONING meanwhile (compute notes 5.6)', async () => {
  const { cloud, get, make, post } = await openCompute(['roles/owner'], { operationDelayMs: 5000 });
  const statusOf = async () => (await get(VM)).json.status;
  await make('vm1');
  cloud.clock.nowMs += 5000;
  assert.equal((await post(`${VM}/stop`)).json.status, 'RUNNING');
  assert.equal(await statusOf(), 'STOPPING');
  assert.ok(!('lastStopTimestamp' in (await get(VM)).json));
  cloud.clock.nowMs += 5000;
  assert.equal(await statusOf(), 'TERMINATED');
  assert.equal((await get(VM)).json.lastStopTimestamp, '2026-11-22T21:00:10.000-08:00');
  await post(`${VM}/start`);
  assert.equal(await statusOf(), 'PROVISIONING');
  cloud.clock.nowMs += 5000;
  assert.equal(await statusOf(), 'RUNNING');
  assert.equal((await get(VM)).json.lastStartTimestamp, '2026-11-22T21:00:15.000-08:00');
});

test('many instances that start at once get addresses of their own', async () => {
  const { get, make, post } = await openCompute();
  const names = Array.from({ length: 20 }, (_, index) => `vm-${index}`);
  for (const name of names) {
    await make(name, { networkInterfaces: [{ accessConfigs: [{}] }] });
    await post(`${ZONE_URL}/instances/${name}/stop`);
  }
  await Promise.all(names.map((name) => post(`${ZONE_URL}/instances/${name}/start`)));
  const { json } = await get(`${ZONE_URL}/instances?fields=items/networkInterfaces/accessConfigs/natIP`);
  assert.equal(new Set(json.items.map((item: unknown) => JSON.stringify(item))).size, 20);
  assert.match(JSON.stringify(json.items[0]), /203\.0\.113\./);
});

test('an instance with a local SSD is stopped when its loss is asked for alone (compute notes 5.6)', async () => {
  const { get, make, post } = await openCompute();
  const boot = {
    boot: true,
    initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
  };
  const scratch = {
    type: 'SCRATCH',
    initializeParams: { diskType: 'zones/us-central1-a/diskTypes/local-ssd' },
  };
  const made = await make('vm1', {
    machineType: 'zones/us-central1-a/machineTypes/n1-standard-1',
    disks: [boot, scratch],
  });
  assert.equal(made.json.status, 'DONE', made.text);
  for (const given of ['', 'false']) {
    const message =
      `Invalid value for field 'discardLocalSsd': '${given}'. ` +
      'An instance with local SSDs is stopped with discardLocalSsd=true only.';
    assert.deepEqual(
      (await post(`${VM}/stop?discardLocalSsd=${given}`)).json,
      errorOf(400, message, 'invalid'),
    );
  }
  assert.equal((await get(VM)).json.status, 'RUNNING');
  await post(`${VM}/stop?discardLocalSsd=True`);
  assert.equal((await get(VM)).json.status, 'TERMINATED');
});

for (const status of ['RUNNING', 'STOPPING', 'PROVISIONING']) {
  test(`setServiceAccount where it is ${status} is 400 (compute notes, check 109)`, async () => {
    const { email, get, post } = await openIn(status);
    const message = 'The instance must be stopped before the service account can be changed.';
    assert.deepEqual(
      (await post(`${VM}/setServiceAccount`, { email })).json,
      errorOf(400, message, 'badRequest'),
    );
    assert.ok(!('serviceAccounts' in (await get(VM)).json));
  });
}

test('a stopped instance gets another account, other scopes, and none (compute notes 5.8)', async () => {
  const { cloud, get, post } = await openIn('TERMINATED');
  const robot = await cloud.account('robot');
  const attached = async () => (await get(VM)).json.serviceAccounts;
  for (const scopes of [[CLOUD_PLATFORM], []]) {
    const { json } = await post(`${VM}/setServiceAccount`, { email: robot, scopes });
    assert.deepEqual([json.operationType, json.status, json.error], ['setServiceAccount', 'DONE', undefined]);
    assert.deepEqual(await attached(), [{ email: robot, scopes }]);
  }
  await post(`${VM}/setServiceAccount`, { scopes: [] });
  assert.equal(await attached(), undefined);
});

test('a scope that is none is 400 (compute notes 2)', async () => {
  const { email, post } = await openIn('TERMINATED');
  const message =
    "Invalid value for field 'resource.scopes[0]': 'compute'. Scope must be a fully qualified URL.";
  assert.deepEqual(
    (await post(`${VM}/setServiceAccount`, { email, scopes: ['compute'] })).json,
    errorOf(400, message, 'invalid'),
  );
});
