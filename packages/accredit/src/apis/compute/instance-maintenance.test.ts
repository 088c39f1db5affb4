import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifeAt } from '../../protocol/metadata/life-events.ts';
import { PROJECT_ID } from '../api.fixture.ts';
import { type ComputeCloud, errorOf, openCompute, ZONE_URL } from './compute.fixture.ts';

const VM = `${ZONE_URL}/instances/vm1`;
const SIMULATE = `${VM}/simulateMaintenanceEvent`;
const SPOT = { scheduling: { provisioningModel: 'SPOT' } };

/** What the metadata of the instance shows now. */
async function shownOf({ cloud }: ComputeCloud) {
  const stored = await cloud.services.resources.instances.get(PROJECT_ID, 'us-central1-a', 'vm1');
  return lifeAt(stored?.value.lifeEvents ?? {}, cloud.clock.nowMs);
}

test('a simulated maintenance is an operation, and the instance is told of it', async () => {
  const compute = await openCompute();
  const { cloud, get, make, post } = compute;
  await make('vm1');
  const { status, json } = await post(SIMULATE);
  assert.deepEqual(
    [status, json.operationType, json.status, json.targetLink],
    [200, 'simulateMaintenanceEvent', 'DONE', VM.replace('compute.googleapis', 'www.googleapis')],
  );
  assert.deepEqual(await shownOf(compute), {
    maintenanceEvent: 'MIGRATE_ON_HOST_MAINTENANCE',
    preempted: false,
    driftToken: '0',
    changesAtMs: cloud.clock.nowMs + 60_000,
  });
  cloud.clock.nowMs += 120_000;
  const after = await shownOf(compute);
  assert.equal(after.maintenanceEvent, 'NONE');
  assert.match(after.driftToken, /^[1-9]\d{17}$/);
  assert.equal((await get(VM)).json.status, 'RUNNING');
});

const flags: readonly (readonly [string, string | undefined])[] = [
  ['', undefined],
  ['?withExtendedNotifications=false', undefined],
  ['?withExtendedNotifications=true', 'PENDING'],
];

for (const [query, status] of flags) {
  test(`upcoming-maintenance after simulateMaintenanceEvent${query}: ${status}`, async () => {
    const compute = await openCompute();
    await compute.make('vm1');
    await compute.post(SIMULATE + query);
    assert.equal((await shownOf(compute)).upcomingMaintenance?.status, status);
  });
}

test('a flag that is none is refused, and nothing happens', async () => {
  const compute = await openCompute();
  await compute.make('vm1');
  assert.equal((await compute.post(`${SIMULATE}?withExtendedNotifications=maybe`)).status, 400);
  assert.equal((await shownOf(compute)).maintenanceEvent, 'NONE');
});

test('a maintenance of a Spot VM preempts it, and it can be started again', async () => {
  const compute = await openCompute();
  const { cloud, get, make, post } = compute;
  await make('vm1', SPOT);
  await post(SIMULATE);
  assert.equal((await shownOf(compute)).preempted, true);
  assert.equal((await get(VM)).json.status, 'STOPPING');
  cloud.clock.nowMs += 30_000;
  assert.equal((await get(VM)).json.status, 'TERMINATED');
  await post(`${VM}/start`);
  assert.equal((await shownOf(compute)).preempted, false);
  assert.equal((await get(VM)).json.status, 'RUNNING');
});

test('where the host is maintained already, or nothing runs, the operation fails', async () => {
  const { cloud, make, post } = await openCompute();
  await make('vm1');
  const codeOf = async () => (await post(SIMULATE)).json.error?.errors[0].code;
  assert.equal(await codeOf(), undefined);
  // One that is yet to come is replaced.
  assert.equal(await codeOf(), undefined);
  cloud.clock.nowMs += 60_000;
  assert.equal(await codeOf(), 'RESOURCE_NOT_READY');
  cloud.clock.nowMs += 60_000;
  await post(`${VM}/stop`);
  assert.equal(await codeOf(), 'RESOURCE_NOT_READY');
});

test('the same request is one maintenance, and an instance that is not there has none', async () => {
  const compute = await openCompute();
  await compute.make('vm1');
  const requestId = 'requestId=8a1a4e8c-5a4d-4a0e-9f6e-0c5a1a3e4b5c';
  const first = (await compute.post(`${SIMULATE}?${requestId}`)).json;
  compute.cloud.clock.nowMs += 1000;
  assert.equal((await compute.post(`${SIMULATE}?${requestId}`)).json.name, first.name);
  assert.equal((await shownOf(compute)).changesAtMs, compute.cloud.clock.nowMs + 59_000);
  const missing = await compute.post(SIMULATE.replace('vm1', 'vm2'));
  const name = `projects/${PROJECT_ID}/zones/us-central1-a/instances/vm2`;
  assert.deepEqual(
    [missing.status, missing.json],
    [404, errorOf(404, `The resource '${name}' was not found`, 'notFound')],
  );
});
