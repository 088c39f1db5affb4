import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api } from '../../http/method.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { CONTROL_HOST } from './host.ts';
import { getInstancePolicy, setInstancePolicy } from './instance-policies.ts';

const control: Api = {
  name: 'control',
  hosts: [CONTROL_HOST],
  family: 'control',
  methods: [getInstancePolicy(), setInstancePolicy()],
};
const ZONE = 'us-central1-a';
const BINDING = {
  role: 'roles/compute.viewer',
  members: ['user:ada@example.com'],
  condition: { title: 't', expression: 'request.time < timestamp("2030-01-01T00:00:00Z")' },
};

async function open() {
  const cloud = await openTestCloud([control]);
  const { instances } = cloud.services.resources;
  const vm = instances.draft({ projectId: PROJECT_ID, zone: ZONE, name: 'vm' });
  await cloud.services.resources.commit([instances.put(vm)]);
  const url = (verb: string, name = 'vm', project = PROJECT_ID) =>
    `http://${CONTROL_HOST}/v1/projects/${project}/zones/${ZONE}/instances/${name}:${verb}IamPolicy`;
  const call = (place: string, body: unknown) =>
    cloud.send('POST', place, { listener: { kind: 'owner' }, body });
  return { ...cloud, url, call };
}

test('the policy of an instance is written and read, with its conditions where they are asked for', async () => {
  const { url, call } = await open();
  assert.deepEqual((await call(url('get'), {})).json, { etag: 'ACAB' });
  const { status, json } = await call(url('set'), { policy: { version: 3, bindings: [BINDING] } });
  assert.deepEqual([status, json.version, json.bindings], [200, 3, [BINDING]]);
  const read = await call(url('get'), { options: { requestedPolicyVersion: 3 } });
  assert.deepEqual(read.json, json);
  const old = await call(url('get'), {});
  assert.match(old.json.bindings[0].role, /^roles\/compute\.viewer_withcond_/);
});

test('a stale etag does not overwrite it (IAM notes 1.2)', async () => {
  const { url, call } = await open();
  const first = await call(url('set'), { policy: { version: 3, bindings: [BINDING] } });
  await call(url('set'), { policy: { version: 3, bindings: [], etag: first.json.etag } });
  const stale = await call(url('set'), {
    policy: { version: 3, bindings: [BINDING], etag: first.json.etag },
  });
  assert.deepEqual([stale.status, stale.json.error.status], [409, 'ABORTED']);
});

test('a role that is for other resources, and an instance that there is not, are refused', async () => {
  const { url, call } = await open();
  const bindings = [{ ...BINDING, role: 'roles/storage.admin' }];
  assert.equal((await call(url('set'), { policy: { version: 3, bindings } })).status, 400);
  for (const place of [url('get', 'no'), url('get', 'vm', 'other'), url('set', 'no')])
    assert.equal((await call(place, place.includes(':set') ? { policy: {} } : {})).status, 404, place);
});

test('nobody but the owner reads or writes it here', async () => {
  const cloud = await open();
  const token = await cloud.token(await cloud.account('editor', 'roles/owner'));
  for (const [verb, body] of [
    ['get', {}],
    ['set', { policy: {} }],
  ] as const)
    assert.equal((await cloud.send('POST', cloud.url(verb), { token, body })).status, 403, verb);
});
