import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from '../apis/api.fixture.ts';
import { settingsOf } from '../protocol/metadata/settings.ts';
import { PreconditionFailed } from '../store/store.ts';
import type { TemporaryGrant } from './leases.ts';
import { writePolicy } from './written-policy.fixture.ts';

const MEMBER = 'user:a@b.c';
const grant: TemporaryGrant = { resource: `projects/${PROJECT_ID}`, role: 'roles/viewer', member: MEMBER };

async function open() {
  const { services, grant: give } = await openTestCloud([]);
  const { leases, policies, instances } = services.resources;
  const holders = async () =>
    (await policies.get(grant.resource)).value.bindings.find(({ role }) => role === grant.role)?.members ??
    [];
  const begin = (id: string, grants = [grant], withInstance = false) =>
    leases.begin({
      id,
      createdAtMs: 0,
      grants,
      ...(withInstance
        ? { instance: instances.draft({ projectId: PROJECT_ID, zone: 'z', name: `vm-${id}` }) }
        : {}),
    });
  return { resources: services.resources, leases, policies, instances, holders, begin, give };
}

test('what a workload was given goes when it ends', async () => {
  const { leases, instances, holders, begin } = await open();
  await begin('1', [grant], true);
  assert.deepEqual(await holders(), [MEMBER]);
  assert.ok((await instances.get(PROJECT_ID, 'z', 'vm-1')) !== undefined);
  await leases.end('1');
  assert.deepEqual(await holders(), []);
  assert.equal(await instances.get(PROJECT_ID, 'z', 'vm-1'), undefined);
  await leases.end('1');
});

test('what a workload wrote as guest attributes goes when it ends', async () => {
  const { leases, instances, begin } = await open();
  await begin('1', [], true);
  const place = { projectId: PROJECT_ID, zone: 'z', name: 'vm-1' };
  await instances.guestAttributes.set(place, 'ns', 'k', 'v', settingsOf());
  await leases.end('1');
  assert.equal(await instances.guestAttributes.get(place), undefined);
});

test('a grant that stood before outlives the workload', async () => {
  const { leases, holders, begin, give } = await open();
  await give(grant.resource, grant.role, MEMBER);
  await begin('1');
  await leases.end('1');
  assert.deepEqual(await holders(), [MEMBER]);
});

test('a grant on a condition is another one: it neither counts as the lease, nor goes with it', async () => {
  const { resources, leases, policies, begin } = await open();
  const condition = { title: 't', expression: 'request.time < timestamp("2030-01-01T00:00:00Z")' };
  const conditional = { role: grant.role, members: [MEMBER], condition };
  await writePolicy(resources, grant.resource, () => ({ bindings: [conditional] }));
  const bindings = async () => (await policies.get(grant.resource)).value.bindings;
  await begin('1');
  assert.deepEqual(await bindings(), [conditional, { role: grant.role, members: [MEMBER] }]);
  await leases.end('1');
  assert.deepEqual(await bindings(), [conditional]);
});

test('a grant that two workloads share goes with the last of them', async () => {
  const { leases, holders, begin } = await open();
  await begin('1');
  await begin('2');
  await leases.end('1');
  assert.deepEqual(await holders(), [MEMBER]);
  await leases.end('2');
  assert.deepEqual(await holders(), []);
});

test('workloads that begin and end at once leave nothing', async () => {
  const { leases, holders, begin } = await open();
  const ids = Array.from({ length: 8 }, (_, index) => `${index}`);
  await Promise.all(ids.map((id) => begin(id, [grant], true)));
  assert.deepEqual(await holders(), [MEMBER]);
  await Promise.all(ids.map((id) => leases.end(id)));
  assert.deepEqual(await holders(), []);
});

test('what a crash left goes at the next start', async () => {
  const { leases, holders, begin } = await open();
  await begin('1', [grant], true);
  await begin('2', [grant], true);
  assert.equal(await leases.endAll(), 2);
  assert.deepEqual(await holders(), []);
  assert.equal(await leases.endAll(), 0);
});

test('a grant on a bucket moves its etag, so that a policy read before does not overwrite it', async () => {
  const { services } = await openTestCloud([]);
  const { leases, buckets, policies } = services.resources;
  const project = { projectId: PROJECT_ID, projectNumber: '1' };
  await buckets.create(buckets.draft(project, { name: 'b-1' }));
  const read = await buckets.get('b-1');
  assert.ok(read);
  const onBucket = { resource: 'projects/_/buckets/b-1', role: 'roles/storage.objectViewer', member: MEMBER };
  await leases.begin({ id: '1', createdAtMs: 0, grants: [onBucket] });
  assert.equal((await buckets.get('b-1'))?.value.metageneration, 2);
  await assert.rejects(buckets.changePolicy(read, { bindings: [] }), PreconditionFailed);
  const { bindings } = (await policies.get(onBucket.resource)).value;
  assert.ok(bindings.some(({ members }) => members.includes(MEMBER)));
  await leases.end('1');
  assert.equal((await buckets.get('b-1'))?.value.metageneration, 3);
});
