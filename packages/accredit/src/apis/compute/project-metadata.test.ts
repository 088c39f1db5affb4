import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { errorOf, LINK, NOW_TEXT, openCompute, PROJECT_URL, ZONE_URL } from './compute.fixture.ts';

const SET = `${PROJECT_URL}/setCommonInstanceMetadata`;
const EMPTY = '42WmSpB8rSM=';
const REQUEST_ID = '0b6cf2a4-2f0c-4c4e-9d1b-0a1b2c3d4e5f';
const ITEMS = [{ key: 'enable-oslogin', value: 'TRUE' }];

test('project metadata is replaced, in a global operation on the project (compute notes 9.2, check 83)', async () => {
  const { email, get, post } = await openCompute();
  const { fingerprint } = (await get(PROJECT_URL)).json.commonInstanceMetadata;
  const { status, json } = await post(SET, { kind: 'compute#metadata', fingerprint, items: ITEMS });
  assert.equal(status, 200);
  assert.deepEqual(json, {
    kind: 'compute#operation',
    id: json.id,
    name: json.name,
    operationType: 'compute.projects.setCommonInstanceMetadata',
    targetLink: LINK,
    targetId: PROJECT_NUMBER,
    status: 'DONE',
    user: email,
    progress: 100,
    insertTime: NOW_TEXT,
    startTime: NOW_TEXT,
    endTime: NOW_TEXT,
    selfLink: `${LINK}/global/operations/${json.name}`,
  });
  const { commonInstanceMetadata } = (await get(PROJECT_URL)).json;
  assert.deepEqual(commonInstanceMetadata.items, ITEMS);
  const cleared = await post(SET, { fingerprint: commonInstanceMetadata.fingerprint });
  assert.equal(cleared.json.status, 'DONE');
  assert.deepEqual((await get(PROJECT_URL)).json.commonInstanceMetadata, {
    kind: 'compute#metadata',
    fingerprint: EMPTY,
  });
});

test('a project is named by its number too (compute notes 1.3)', async () => {
  const { get, post } = await openCompute();
  const url = SET.replace(PROJECT_ID, PROJECT_NUMBER);
  assert.equal((await post(url, { items: ITEMS })).json.targetLink, LINK);
  assert.deepEqual((await get(PROJECT_URL)).json.commonInstanceMetadata.items, ITEMS);
});

test('project metadata with a stale fingerprint is 412 (compute notes, check 157)', async () => {
  const { get, post } = await openCompute();
  await post(SET, { fingerprint: EMPTY, items: ITEMS });
  for (const fingerprint of [EMPTY, undefined]) {
    const response = await post(SET, { fingerprint, items: [] });
    const message = 'Supplied fingerprint does not match current metadata fingerprint.';
    assert.deepEqual(response.json, errorOf(412, message, 'conditionNotMet'));
  }
  assert.deepEqual((await get(PROJECT_URL)).json.commonInstanceMetadata.items, ITEMS);
});

test('of many who read the same fingerprint one writes', async () => {
  const { post } = await openCompute();
  const responses = await Promise.all(
    Array.from({ length: 40 }, () => post(SET, { fingerprint: EMPTY, items: ITEMS })),
  );
  assert.equal(responses.filter(({ status }) => status === 200).length, 1);
  assert.equal(responses.filter(({ status }) => status === 412).length, 39);
});

test('the same request id gives the same operation (compute notes 1.8)', async () => {
  const { post } = await openCompute();
  const first = await post(`${SET}?requestId=${REQUEST_ID}`, { items: ITEMS });
  assert.equal(first.json.clientOperationId, REQUEST_ID);
  assert.deepEqual((await post(`${SET}?requestId=${REQUEST_ID}`, { items: ITEMS })).json, first.json);
  assert.equal((await post(`${SET}?requestId=x`, { items: ITEMS })).status, 400);
});

test('items are checked, and a project that is not there is 404 (compute notes 2, 9.5)', async () => {
  const { post } = await openCompute();
  const message =
    "Invalid value for field 'resource.items[0].key': 'a b'. Must be a match of regex '[a-zA-Z0-9-_]{1,128}'";
  assert.deepEqual((await post(SET, { items: [{ key: 'a b' }] })).json, errorOf(400, message, 'invalid'));
  const other = await post(SET.replace(PROJECT_ID, 'other-project'), { items: ITEMS });
  assert.deepEqual(
    other.json,
    errorOf(404, "The resource 'projects/other-project' was not found", 'notFound'),
  );
});

test('a global operation is found by name and by id, and not in a zone; a zonal one not among the global (compute notes 4.4)', async () => {
  const { get, make, post } = await openCompute();
  const { json } = await post(SET, { items: ITEMS });
  for (const name of [json.name, json.id]) {
    assert.deepEqual((await get(`${PROJECT_URL}/global/operations/${name}`)).json, json);
  }
  assert.equal((await get(`${ZONE_URL}/operations/${json.name}`)).status, 404);
  const { name } = (await make('vm1')).json;
  const message = `The resource 'projects/${PROJECT_ID}/global/operations/${name}' was not found`;
  for (const response of [
    await get(`${PROJECT_URL}/global/operations/${name}`),
    await post(`${PROJECT_URL}/global/operations/${name}/wait`),
  ]) {
    assert.deepEqual(response.json, errorOf(404, message, 'notFound'));
  }
  assert.equal((await get(`${PROJECT_URL}/global/operations/No_name`)).status, 400);
});

test('wait answers a global operation when it is done, after two minutes at most (compute notes 4.5)', async () => {
  for (const [delayMs, waitedMs, status] of [
    [30_000, 30_000, 'DONE'],
    [300_000, 120_000, 'RUNNING'],
  ] as const) {
    const { cloud, post } = await openCompute(['roles/owner'], { operationDelayMs: delayMs });
    const { json } = await post(SET, { items: ITEMS });
    assert.deepEqual([json.status, json.progress], ['RUNNING', 0]);
    const before = cloud.clock.nowMs;
    const waited = await post(`${PROJECT_URL}/global/operations/${json.name}/wait`);
    assert.deepEqual([waited.json.status, cloud.clock.nowMs - before], [status, waitedMs]);
  }
});
