import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID } from '../api.fixture.ts';
import { bodyOf, DEBIAN, doneOperation, errorOf, openCompute, ZONE_URL } from './compute.fixture.ts';

const NAME = `projects/${PROJECT_ID}/zones/us-central1-a/instances`;
const REQUEST_ID = '0b6cf2a4-2f0c-4c4e-9d1b-0a1b2c3d4e5f';

test('an insert answers 200 with an operation that is done (compute notes 4.1)', async () => {
  const { cloud, email, make } = await openCompute();
  const { status, json } = await make('vm1');
  assert.equal(status, 200);
  const made = await cloud.services.resources.instances.get(PROJECT_ID, 'us-central1-a', 'vm1');
  assert.match(json.name, /^operation-\d{13}-[0-9a-f]{13}-[0-9a-f]{8}-[0-9a-f]{8}$/);
  const expected = doneOperation({
    answered: json,
    operationType: 'insert',
    targetId: made?.value.id,
    user: email,
  });
  assert.equal(JSON.stringify(json), JSON.stringify(expected));
});

test('a name that is taken is 409, before anything is done (compute notes 1.10)', async () => {
  const { make } = await openCompute();
  await make('vm1');
  const again = await make('vm1');
  assert.equal(again.status, 409);
  assert.deepEqual(again.json, errorOf(409, `The resource '${NAME}/vm1' already exists`, 'alreadyExists'));
  assert.equal((await make('vm1', {}, 'us-central1-b')).status, 200, 'names are of a zone');
});

test('two inserts at once make one instance, and one is told so (compute notes 12, row 8)', async () => {
  const { make } = await openCompute();
  const [first, second] = await Promise.all([make('vm1'), make('vm1')]);
  assert.equal(first.status, 200);
  const message = `The resource '${NAME}/vm1' already exists`;
  assert.deepEqual(second.json, errorOf(409, message, 'alreadyExists'));
});

test('many inserts at once get addresses of their own', async () => {
  const { make, get } = await openCompute();
  await Promise.all(Array.from({ length: 20 }, (_, index) => make(`vm-${index}`)));
  const { json } = await get(`${ZONE_URL}/instances?fields=items/networkInterfaces/networkIP`);
  const addresses = json.items.map(
    (item: { readonly networkInterfaces: readonly [{ readonly networkIP: string }] }) =>
      item.networkInterfaces[0].networkIP,
  );
  assert.equal(new Set(addresses).size, 20);
  assert.ok(addresses.includes('10.128.0.2') && addresses.includes('10.128.0.21'));
});

test('the name of a disk is taken too (compute notes 2)', async () => {
  const { make } = await openCompute();
  await make('vm1');
  const { status, json } = await make('vm2', {
    disks: [{ boot: true, initializeParams: { diskName: 'vm1', sourceImage: DEBIAN } }],
  });
  assert.equal(status, 409);
  const message = `The resource 'projects/${PROJECT_ID}/zones/us-central1-a/disks/vm1' already exists`;
  assert.deepEqual(json, errorOf(409, message, 'alreadyExists'));
});

test('one request id gives one operation, also after it is done and in another body (compute notes 1.8)', async () => {
  const { post, get } = await openCompute();
  const url = `${ZONE_URL}/instances?requestId=${REQUEST_ID}`;
  const first = await post(url, bodyOf('vm1'));
  assert.equal(first.json.clientOperationId, REQUEST_ID);
  assert.deepEqual((await post(url, bodyOf('vm1'))).json, first.json);
  assert.deepEqual((await post(url, bodyOf('vm2'))).json, first.json);
  assert.equal((await get(`${ZONE_URL}/instances/vm2`)).status, 404);
});

test('one request id sent twice at once makes one instance', async () => {
  const { post } = await openCompute();
  const url = `${ZONE_URL}/instances?requestId=${REQUEST_ID}`;
  const [first, second] = await Promise.all([post(url, bodyOf('vm1')), post(url, bodyOf('vm1'))]);
  assert.equal(first.status, 200);
  assert.deepEqual(second.json, first.json);
});

test('a deletion has request ids of its own, and gives its operation again when the instance is gone', async () => {
  const { post, remove } = await openCompute();
  const created = await post(`${ZONE_URL}/instances?requestId=${REQUEST_ID}`, bodyOf('vm1'));
  const url = `${ZONE_URL}/instances/vm1?requestId=${REQUEST_ID}`;
  const first = await remove(url);
  assert.notEqual(first.json.name, created.json.name);
  assert.deepEqual((await remove(url)).json, first.json);
});

test('a request id is a UUID, and not all zero (compute notes 1.8)', async () => {
  const { post, remove } = await openCompute();
  for (const id of ['00000000-0000-0000-0000-000000000000', 'x', `${REQUEST_ID}0`]) {
    const expected = errorOf(
      400,
      `Invalid value for field 'requestId': '${id}'. Invalid request ID.`,
      'invalid',
    );
    assert.deepEqual((await post(`${ZONE_URL}/instances?requestId=${id}`, bodyOf('vm1'))).json, expected);
    assert.deepEqual((await remove(`${ZONE_URL}/instances/vm1?requestId=${id}`)).json, expected);
  }
});

test('an operation that takes time runs, and its instance is provisioned meanwhile (compute notes 4.2)', async () => {
  const { cloud, make, get } = await openCompute(['roles/owner'], { operationDelayMs: 5000 });
  const { json } = await make('vm1');
  assert.deepEqual([json.status, json.progress, 'endTime' in json], ['RUNNING', 0, false]);
  const waiting = (await get(`${ZONE_URL}/instances/vm1`)).json;
  assert.deepEqual([waiting.status, waiting.cpuPlatform], ['PROVISIONING', 'Unknown CPU Platform']);
  assert.ok(!('lastStartTimestamp' in waiting));
  assert.equal(waiting.id, json.targetId);
  cloud.clock.nowMs += 5000;
  const done = (await get(`${ZONE_URL}/operations/${json.name}`)).json;
  assert.deepEqual(
    [done.status, done.progress, done.endTime],
    ['DONE', 100, '2026-11-22T21:00:05.000-08:00'],
  );
  const running = (await get(`${ZONE_URL}/instances/vm1`)).json;
  assert.deepEqual(
    [running.status, running.lastStartTimestamp],
    ['RUNNING', '2026-11-22T21:00:05.000-08:00'],
  );
});

test('a failure shows when the operation is done, and not before', async () => {
  const { cloud, make, get } = await openCompute(['roles/owner'], { operationDelayMs: 5000 });
  const { json } = await make('vm1', { serviceAccounts: [{ email: 'nobody@example.com' }] });
  assert.ok(!('error' in json) && !('httpErrorStatusCode' in json));
  assert.equal((await get(`${ZONE_URL}/instances/vm1`)).status, 404);
  cloud.clock.nowMs += 5000;
  assert.equal((await get(`${ZONE_URL}/operations/${json.name}`)).json.httpErrorStatusCode, 404);
});

test('a disk that is larger than its image comes with a warning (compute notes 4.7)', async () => {
  const { make } = await openCompute();
  const { json } = await make('vm1', {
    disks: [{ boot: true, initializeParams: { sourceImage: DEBIAN, diskSizeGb: '20' } }],
  });
  assert.deepEqual(json.warnings, [
    {
      code: 'DISK_SIZE_LARGER_THAN_IMAGE_SIZE',
      message:
        "Disk size: '20 GB' is larger than image size: '10 GB'. You might need to resize the root repartition " +
        'manually if the operating system does not support automatic resizing. See ' +
        'https://cloud.google.com/compute/docs/disks/add-persistent-disk#resize_pd for details.',
    },
  ]);
});

test('an internal address of the caller’s choice is had, or is in use (compute notes 1.10, 5.4)', async () => {
  const { make, get } = await openCompute();
  const networkInterfaces = [{ networkIP: '10.128.0.77' }];
  await make('vm1', { networkInterfaces });
  assert.equal((await get(`${ZONE_URL}/instances/vm1`)).json.networkInterfaces[0].networkIP, '10.128.0.77');
  const { json } = await make('vm2', { networkInterfaces });
  assert.deepEqual(json.error.errors, [
    {
      code: 'IP_IN_USE_BY_ANOTHER_RESOURCE',
      message: "IP '10.128.0.77' is already being used by another resource.",
    },
  ]);
  assert.equal(json.httpErrorStatusCode, 400);
  assert.equal((await get(`${ZONE_URL}/instances/vm2`)).status, 404);
});

test('a failed insert holds nothing', async () => {
  const { make, get } = await openCompute();
  await make('failed', { serviceAccounts: [{ email: 'nobody@example.com' }] });
  await make('vm1', {
    disks: [{ boot: true, initializeParams: { diskName: 'failed', sourceImage: DEBIAN } }],
  });
  assert.equal((await get(`${ZONE_URL}/instances/vm1`)).json.networkInterfaces[0].networkIP, '10.128.0.2');
});

test('a refused insert names the instance to be (compute notes 1.10)', async () => {
  const { make } = await openCompute([]);
  const { status, json } = await make('vm1');
  assert.equal(status, 403);
  const message = `Required 'compute.instances.create' permission for '${NAME}/vm1'`;
  assert.deepEqual(json, errorOf(403, message, 'forbidden'));
  const unnamed = await make('Bad_Name');
  const text = `Required 'compute.instances.create' permission for 'projects/${PROJECT_ID}'`;
  assert.deepEqual(unnamed.json, errorOf(403, text, 'forbidden'));
});
