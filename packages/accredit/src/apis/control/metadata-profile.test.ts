import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api } from '../../http/method.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { CONTROL_HOST } from './host.ts';
import { setMetadataProfile } from './metadata-profile.ts';

const control: Api = {
  name: 'control',
  hosts: [CONTROL_HOST],
  family: 'control',
  methods: [setMetadataProfile()],
};
const ZONE = 'us-central1-a';

async function open() {
  const cloud = await openTestCloud([control]);
  const { instances } = cloud.services.resources;
  const metadataServer = { profile: 'gce', uncachedTokensPerSecond: 7 } as const;
  const vm = instances.draft({ projectId: PROJECT_ID, zone: ZONE, name: 'vm', metadataServer });
  await cloud.services.resources.commit([instances.put(vm)]);
  const url = (name: string) =>
    `http://${CONTROL_HOST}/v1/projects/${PROJECT_ID}/zones/${ZONE}/instances/${name}:setMetadataProfile`;
  const set = (name: string, body: unknown) =>
    cloud.send('POST', url(name), { listener: { kind: 'owner' }, body });
  const stored = async () => (await instances.get(PROJECT_ID, ZONE, 'vm'))?.value.metadataServer;
  return { ...cloud, url, set, stored };
}

test('the metadata server of an instance becomes another one, and keeps its other settings', async () => {
  const { set, stored } = await open();
  const { status, json } = await set('vm', { profile: 'gke' });
  assert.deepEqual([status, json], [200, { profile: 'gke' }]);
  assert.deepEqual(await stored(), { profile: 'gke', uncachedTokensPerSecond: 7 });
});

test('a profile that there is not is refused, and an instance that there is not is 404', async () => {
  const { set, stored } = await open();
  for (const body of [{}, { profile: 'azure' }, { profile: 'gke', more: 1 }])
    assert.equal((await set('vm', body)).status, 400, JSON.stringify(body));
  const { status, json } = await set('no', { profile: 'gke' });
  assert.deepEqual([status, json.error.status], [404, 'NOT_FOUND']);
  assert.equal((await stored())?.profile, 'gce');
});

test('nobody but the owner gives an instance another metadata server', async () => {
  const cloud = await open();
  const token = await cloud.token(await cloud.account('editor', 'roles/owner'));
  const body = { profile: 'gke' };
  assert.equal((await cloud.send('POST', cloud.url('vm'), { token, body })).status, 403);
  assert.equal((await cloud.stored())?.profile, 'gce');
});
