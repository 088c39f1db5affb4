import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../protocol/metadata/settings.ts';
import { OWNER_EMAIL, openState, type TestState } from './state.fixture.ts';

const WORKLOAD = 'workload@my-project.iam.gserviceaccount.com';
const COMPUTE = '123456789012-compute@developer.gserviceaccount.com';
const PROJECT = 'projects/my-project';
const ACCOUNT = `${PROJECT}/serviceAccounts/${WORKLOAD}`;
const BUCKET = 'projects/_/buckets/my-bucket';
const OBJECT = `${BUCKET}/objects/hello.txt`;
const VM = `${PROJECT}/zones/us-central1-a/instances/vm-1`;
const PLACE = { projectId: 'my-project', zone: 'us-central1-a', name: 'vm-1' };
const WOULD_GO = 'it would go with --prune';

/** A file of one project with these keys in it. */
function project(...keys: readonly string[]): string {
  return `projects: [{${["projectId: my-project, projectNumber: '123456789012'", ...keys].join(', ')}}]`;
}

const ACCOUNTS = 'serviceAccounts: [{accountId: workload, roles: [roles/compute.viewer]}]';
const BUCKETS = 'buckets: [{name: my-bucket, objects: [{name: hello.txt, content: Hello}]}]';
const INSTANCES = 'instances: [{name: vm-1, zone: us-central1-a, serviceAccount: workload}]';
const EVERYTHING = project(ACCOUNTS, BUCKETS, INSTANCES);

async function openApplied(text = EVERYTHING): Promise<TestState> {
  const state = openState();
  await state.apply(text);
  return state;
}

test('what is not declared any more is kept and named, until it is pruned', async () => {
  const state = await openApplied();
  const kept = [VM, OBJECT, BUCKET, ACCOUNT].map((resource) => ({ resource, reason: WOULD_GO }));
  const grant = { role: 'roles/compute.viewer', member: `serviceAccount:${WORKLOAD}` };
  for (let round = 0; round < 2; round += 1) {
    const report = await state.apply(project());
    assert.deepEqual(report.kept, [{ resource: PROJECT, grant, reason: WOULD_GO }, ...kept]);
    assert.deepEqual([report.updated, report.deleted, report.unchanged], [[], [], [PROJECT]]);
  }
  assert.equal(state.store.commits, 1, 'keeping commits nothing');
  const pruned = await state.apply(project(), { prune: true });
  assert.deepEqual(pruned.deleted, [
    { resource: PROJECT, grant },
    ...[VM, OBJECT, BUCKET, ACCOUNT].map((resource) => ({ resource })),
  ]);
  assert.deepEqual(pruned.updated, [
    { resource: PROJECT, changes: [`took ${grant.role} from ${grant.member}`] },
  ]);
  assert.deepEqual(pruned.kept, []);
  assert.equal(state.store.commits, 2, 'all goes in one commit');
  assert.deepEqual(await state.grants(PROJECT), [
    `roles/editor serviceAccount:${COMPUTE}`,
    `roles/owner user:${OWNER_EMAIL}`,
  ]);
  assert.equal(state.bytes.present.size, 0);
});

test('when everything that a file declared is pruned, nothing of it is left', async () => {
  const state = await openApplied();
  assert.equal(await state.resources.guestAttributes.set(PLACE, 'ns', 'k', 'v', settingsOf()), undefined);
  const { deleted, kept } = await state.apply('', { prune: true });
  assert.deepEqual(
    deleted.map(({ resource }) => resource),
    [VM, OBJECT, BUCKET, ACCOUNT, PROJECT],
  );
  assert.deepEqual(kept, []);
  assert.deepEqual(await state.store.list({ prefix: '' }), []);
});

test('what comes back into the file before it is pruned is as it was', async () => {
  const state = await openApplied();
  await state.apply(project());
  const report = await state.apply(EVERYTHING, { prune: true });
  assert.deepEqual(report.deleted, []);
  assert.equal(report.unchanged.length, 5);
  assert.equal(state.store.commits, 1);
});

test('what was taken away by hand is forgotten, and is not taken away when it is made by hand again', async () => {
  const state = await openApplied();
  const { resources } = state;
  await resources.commit(resources.instances.remove(PLACE));
  await state.apply(project(ACCOUNTS, BUCKETS));
  await resources.commit([resources.instances.put(resources.instances.draft(PLACE))]);
  const { deleted, kept } = await state.apply(project(ACCOUNTS, BUCKETS), { prune: true });
  assert.deepEqual([deleted, kept], [[], []]);
  assert.ok(await resources.instances.get('my-project', 'us-central1-a', 'vm-1'));
});

test('what was made anew by hand is not what was declared', async () => {
  const state = await openApplied();
  const { resources } = state;
  await resources.commit([resources.instances.put(resources.instances.draft(PLACE))]);
  const { deleted } = await state.apply(project(ACCOUNTS, BUCKETS), { prune: true });
  assert.deepEqual(deleted, []);
  assert.ok(await resources.instances.get('my-project', 'us-central1-a', 'vm-1'));
});

test('a grant that was taken away by hand is forgotten too', async () => {
  const state = await openApplied();
  const { resources } = state;
  const file = project('serviceAccounts: [{accountId: workload}]', BUCKETS, INSTANCES);
  const stored = (await resources.policies.get(PROJECT)).value;
  await resources.commit([await resources.policies.put(PROJECT, { bindings: [] })]);
  await state.apply(file);
  await resources.commit([await resources.policies.put(PROJECT, stored)]);
  const { deleted } = await state.apply(file, { prune: true });
  assert.deepEqual(deleted, []);
  assert.ok((await state.grants(PROJECT)).includes(`roles/compute.viewer serviceAccount:${WORKLOAD}`));
});

test('what the cloud gives by itself is never taken away, declared or not', async () => {
  const owner = `iamPolicy: [{role: roles/owner, members: ['user:${OWNER_EMAIL}', 'user:ada@example.com']}]`;
  const state = await openApplied(project(owner));
  const { deleted } = await state.apply(project(), { prune: true });
  assert.deepEqual(deleted, [
    { resource: PROJECT, grant: { role: 'roles/owner', member: 'user:ada@example.com' } },
  ]);
  assert.ok((await state.grants(PROJECT)).includes(`roles/owner user:${OWNER_EMAIL}`));
});

test('a bucket with objects of others stays, without those that were declared', async () => {
  const state = await openApplied();
  const { resources, bytes } = state;
  const object = await resources.objects.get('my-bucket', 'hello.txt');
  assert.ok(object);
  const { id } = await bytes.write((async function* () {})());
  await resources.commit(resources.objects.put({ ...object.value, name: 'by-hand', bytesId: id }));
  const { deleted, kept } = await state.apply(project(ACCOUNTS, INSTANCES), { prune: true });
  assert.deepEqual(deleted, [{ resource: OBJECT }]);
  assert.deepEqual(kept, [{ resource: BUCKET, reason: 'it holds objects that were never declared' }]);
  await resources.commit(resources.objects.remove({ ...object.value, name: 'by-hand', bytesId: id }));
  const later = await state.apply(project(ACCOUNTS, INSTANCES), { prune: true });
  assert.deepEqual([later.deleted, later.kept], [[{ resource: BUCKET }], []]);
});

test('a project that holds something else stays, without the grants that were declared', async () => {
  const state = await openApplied();
  const { resources } = state;
  const bucket = resources.buckets.draft(
    { projectId: 'my-project', projectNumber: '123456789012' },
    { name: 'by-hand' },
  );
  await resources.commit(resources.buckets.put(bucket));
  const { kept } = await state.apply('', { prune: true });
  assert.deepEqual(kept, [{ resource: PROJECT, reason: 'it holds projects/_/buckets/by-hand' }]);
  assert.deepEqual(await state.grants(PROJECT), [
    `roles/editor serviceAccount:${COMPUTE}`,
    `roles/owner user:${OWNER_EMAIL}`,
  ]);
});

test('an instance that is protected against deletion stays', async () => {
  const state = await openApplied();
  const { resources } = state;
  const stored = await resources.instances.get('my-project', 'us-central1-a', 'vm-1');
  assert.ok(stored);
  await resources.commit([resources.instances.put({ ...stored.value, deletionProtection: true })]);
  const { kept } = await state.apply(project(ACCOUNTS, BUCKETS), { prune: true });
  assert.deepEqual(kept, [{ resource: VM, reason: 'it is protected against deletion' }]);
});

test('an account of the same address inherits nothing from one that was pruned (IAM notes 1.8)', async () => {
  const state = await openApplied();
  const { resources } = state;
  const account = await resources.serviceAccounts.find(WORKLOAD);
  const byHand = { bindings: [{ role: 'roles/storage.admin', members: [`serviceAccount:${WORKLOAD}`] }] };
  await resources.commit([await resources.policies.put(BUCKET, byHand)]);
  const before = (await resources.buckets.get('my-bucket'))?.value.metageneration ?? 0;
  await state.apply(project(BUCKETS), { prune: true });
  const member = `deleted:serviceAccount:${WORKLOAD}?uid=${account?.value.uniqueId}`;
  assert.deepEqual(await state.grants(BUCKET), [`roles/storage.admin ${member}`]);
  assert.equal((await resources.buckets.get('my-bucket'))?.value.metageneration, before + 1);
  await state.apply(EVERYTHING);
  assert.notEqual((await resources.serviceAccounts.find(WORKLOAD))?.value.uniqueId, account?.value.uniqueId);
  assert.deepEqual(await state.grants(BUCKET), [`roles/storage.admin ${member}`]);
});

test('an account that is about to go cannot be given a role', async () => {
  const state = await openApplied();
  const file = project(`iamPolicy: [{role: roles/viewer, members: ['serviceAccount:${WORKLOAD}']}]`);
  await assert.rejects(state.apply(file, { prune: true }), {
    message: `accredit.yaml:1:110: projects[0].iamPolicy[0].members[0]: expected a service account that there is, got '${WORKLOAD}'.`,
  });
  assert.deepEqual((await state.apply(file)).updated, [
    { resource: PROJECT, changes: [`gave roles/viewer to serviceAccount:${WORKLOAD}`] },
  ]);
});

test('an object that is uploaded while its bucket is pruned keeps the bucket', async () => {
  const state = await openApplied();
  const { resources, store } = state;
  store.beforeCommit = async () => {
    const object = await resources.objects.get('my-bucket', 'hello.txt');
    assert.ok(object);
    const uploaded = { ...object.value, name: 'new', bytesId: 'b'.repeat(32) };
    await resources.commit(resources.objects.put(uploaded));
  };
  const { kept } = await state.apply(project(ACCOUNTS, INSTANCES), { prune: true });
  assert.deepEqual(kept, [{ resource: BUCKET, reason: 'it holds objects that were never declared' }]);
  assert.ok(await resources.objects.get('my-bucket', 'new'));
});
