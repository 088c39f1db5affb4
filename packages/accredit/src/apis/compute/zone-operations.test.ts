import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID } from '../api.fixture.ts';
import { errorOf, openCompute, PROJECT_URL, ZONE_URL } from './compute.fixture.ts';

test('an operation is found by name and by id, and is the answer of its call (compute notes 4.4)', async () => {
  const { get, make } = await openCompute();
  const { json } = await make('vm1');
  for (const name of [json.name, json.id]) {
    const response = await get(`${ZONE_URL}/operations/${name}`);
    assert.equal(response.status, 200);
    assert.deepEqual(response.json, json);
  }
});

test('an operation that is not there, or is in another zone, is 404 (compute notes 4.4)', async () => {
  const { get, make } = await openCompute();
  const { json } = await make('vm1');
  for (const [zone, name] of [
    ['us-central1-a', 'operation-1'],
    ['us-central1-b', json.name],
  ]) {
    const response = await get(`${PROJECT_URL}/zones/${zone}/operations/${name}`);
    const message = `The resource 'projects/${PROJECT_ID}/zones/${zone}/operations/${name}' was not found`;
    assert.deepEqual(response.json, errorOf(404, message, 'notFound'));
  }
});

test('wait answers a finished operation at once (compute notes 4.5)', async () => {
  const { cloud, make, post } = await openCompute();
  const { json } = await make('vm1');
  const before = cloud.clock.nowMs;
  const waited = await post(`${ZONE_URL}/operations/${json.name}/wait`);
  assert.deepEqual(waited.json, json);
  assert.equal(cloud.clock.nowMs, before);
});

test('wait answers a running operation when it is done (compute notes 4.5)', async () => {
  const { cloud, make, post } = await openCompute(['roles/owner'], { operationDelayMs: 30_000 });
  const { json } = await make('vm1');
  const before = cloud.clock.nowMs;
  const waited = await post(`${ZONE_URL}/operations/${json.name}/wait`);
  assert.deepEqual([waited.json.status, waited.json.progress], ['DONE', 100]);
  assert.equal(cloud.clock.nowMs - before, 30_000);
});

test('wait waits two minutes, and then answers what there is (compute notes 4.5)', async () => {
  const { cloud, make, post } = await openCompute(['roles/owner'], { operationDelayMs: 300_000 });
  const { json } = await make('vm1');
  const before = cloud.clock.nowMs;
  const waited = await post(`${ZONE_URL}/operations/${json.name}/wait`);
  assert.deepEqual(waited.json, json);
  assert.equal(cloud.clock.nowMs - before, 120_000);
});

test('a failed operation is answered with 200 (compute notes 4.5)', async () => {
  const { make, post } = await openCompute();
  const { json } = await make('vm1', { serviceAccounts: [{ email: 'nobody@example.com' }] });
  const waited = await post(`${ZONE_URL}/operations/${json.name}/wait`);
  assert.equal(waited.status, 200);
  assert.deepEqual(waited.json, json);
});
