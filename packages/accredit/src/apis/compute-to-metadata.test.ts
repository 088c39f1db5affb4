/** What a call of Compute Engine writes is what the metadata server of the instance shows, at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from './api.fixture.ts';
import { compute } from './compute/index.ts';
import { MetadataServer } from './metadata/server.ts';

const PROJECT_URL = `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}`;
const VM = `${PROJECT_URL}/zones/us-central1-a/instances/vm`;
const NAME = `projects/${PROJECT_ID}/zones/us-central1-a/instances/vm`;
const HEADERS = { 'metadata-flavor': 'Google', host: 'metadata.google.internal' };
const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

async function open() {
  const cloud = await openTestCloud([compute]);
  const email = await cloud.account('caller', 'roles/owner');
  const token = await cloud.token(email);
  const { instances } = cloud.services.resources;
  const vm = instances.draft({ projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm' });
  await cloud.services.resources.commit([instances.put(vm)]);
  const server = new MetadataServer(cloud.services);
  const ask = async (path: string) => {
    const target = `/computeMetadata/v1/${path}`;
    const listener = { kind: 'metadata', instance: NAME } as const;
    const { status, body } = await server.handle({ method: 'GET', target, headers: HEADERS, listener }, NAME);
    return status === 200 ? String(body) : status;
  };
  const post = async (url: string, body?: object) => {
    const response = await cloud.send('POST', url, { token, body });
    assert.ok(response.status === 200 && !('error' in response.json), response.text);
  };
  return { cloud, email, ask, post };
}

test('setMetadata shows in the attributes of the instance (metadata notes 8.3)', async () => {
  const { ask, post } = await open();
  assert.equal(await ask('instance/attributes/greeting'), 404);
  await post(`${VM}/setMetadata`, { items: [{ key: 'greeting', value: 'hello\n' }] });
  assert.equal(await ask('instance/attributes/greeting'), 'hello\n');
  assert.equal(await ask('instance/attributes/'), 'greeting\n');
});

test('setTags shows in the tags of the instance (metadata notes 8.2)', async () => {
  const { ask, post } = await open();
  assert.equal(await ask('instance/tags'), '[]');
  await post(`${VM}/setTags`, { items: ['web', 'db'] });
  assert.equal(await ask('instance/tags'), '["web","db"]');
});

test('setCommonInstanceMetadata shows in the attributes of the project, on every instance (metadata notes 8.4)', async () => {
  const { ask, post } = await open();
  assert.equal(await ask('project/attributes/'), '');
  await post(`${PROJECT_URL}/setCommonInstanceMetadata`, { items: [{ key: 'team', value: 'red' }] });
  assert.equal(await ask('project/attributes/team'), 'red');
});

test('setServiceAccount shows in the accounts of the instance, and its tokens are that account’s (metadata notes 9)', async () => {
  const { cloud, email, ask, post } = await open();
  assert.equal(await ask('instance/service-accounts/'), '');
  await post(`${VM}/stop`);
  await post(`${VM}/setServiceAccount`, { email, scopes: [CLOUD_PLATFORM] });
  await post(`${VM}/start`);
  assert.equal(await ask('instance/service-accounts/default/email'), email);
  assert.equal(await ask('instance/service-accounts/default/scopes'), `${CLOUD_PLATFORM}\n`);
  const { access_token: token } = JSON.parse(
    String(await ask('instance/service-accounts/default/token')),
  ) as { readonly access_token: string };
  assert.equal((await cloud.send('GET', VM, { token })).status, 200);
});
