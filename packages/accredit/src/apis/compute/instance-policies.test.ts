import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { compute } from './index.ts';

const PLACE = { projectId: PROJECT_ID, zone: 'us-central1-a' };
const URL = `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}/zones/us-central1-a/instances`;

async function open() {
  const cloud = await openTestCloud([compute]);
  const { instances, commit } = cloud.services.resources;
  await commit([
    instances.put(instances.draft({ ...PLACE, name: 'vm1' })),
    instances.put(instances.draft({ ...PLACE, name: 'vm2' })),
  ]);
  const admin = await cloud.token(await cloud.account('admin', 'roles/compute.admin'));
  const reader = await cloud.account('reader');
  return { cloud, admin, reader, token: await cloud.token(reader) };
}

test('the policy of an instance is read, written and obeyed, on its conditions (IAM notes 1.2, 3.2)', async () => {
  const { cloud, admin, reader, token } = await open();
  const unset = await cloud.send('GET', `${URL}/vm1/getIamPolicy`, { token: admin });
  assert.deepEqual(unset.json, { etag: 'ACAB' });
  const condition = { title: 'vm1', expression: "resource.name.endsWith('/instances/vm1')" };
  const bindings = [{ role: 'roles/compute.viewer', members: [`serviceAccount:${reader}`], condition }];
  const body = { policy: { version: 3, etag: unset.json.etag, bindings } };
  const written = await cloud.send('POST', `${URL}/vm1/setIamPolicy`, { token: admin, body });
  assert.equal(written.status, 200, written.text);
  assert.deepEqual(written.json.bindings, bindings);
  const read = `${URL}/vm1/getIamPolicy?optionsRequestedPolicyVersion=3`;
  assert.deepEqual((await cloud.send('GET', read, { token: admin })).json, written.json);
  assert.equal((await cloud.send('GET', `${URL}/vm1`, { token })).status, 200);
  assert.equal((await cloud.send('GET', `${URL}/vm2`, { token })).status, 403);
  const permissions = ['compute.instances.stop', 'compute.instances.get'];
  const tested = await cloud.send('POST', `${URL}/vm1/testIamPermissions`, { token, body: { permissions } });
  assert.deepEqual(tested.json, { permissions: ['compute.instances.get'] });
  const stale = await cloud.send('POST', `${URL}/vm1/setIamPolicy`, { token: admin, body });
  assert.equal(stale.status, 409);
});

test('the policy of an instance that is not there is 404; one over the limits is refused whole', async () => {
  const { cloud, admin } = await open();
  assert.equal((await cloud.send('GET', `${URL}/nobody/getIamPolicy`, { token: admin })).status, 404);
  const members = Array.from({ length: 1501 }, (_, index) => `user:u${index}@example.com`);
  const body = { policy: { bindings: [{ role: 'roles/compute.viewer', members }] } };
  assert.equal((await cloud.send('POST', `${URL}/vm1/setIamPolicy`, { token: admin, body })).status, 400);
  const read = await cloud.send('GET', `${URL}/vm1/getIamPolicy`, { token: admin });
  assert.deepEqual(read.json, { etag: 'ACAB' });
});
