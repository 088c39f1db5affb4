/** What custom roles give, over the APIs that make them, give them and obey them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from '../kernel/timestamps.ts';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';
import { iam } from './iam/index.ts';
import { storage } from './storage/index.ts';

const IAM = 'https://iam.googleapis.com/v1';
const PROJECT = `projects/${PROJECT_ID}`;
const READER = `${PROJECT}/roles/reader`;
const SHARED = 'organizations/1/roles/reader';

async function open() {
  const cloud = await openTestCloud([iam, cloudResourceManager, storage]);
  const { projects, organizations, buckets, commit } = cloud.services.resources;
  const organization = organizations.put(organizations.draft('1', 'a.example'));
  const project = await projects.get(PROJECT_ID);
  assert.ok(project !== undefined);
  await commit([organization, ...projects.put({ ...project.value, parent: 'organizations/1' })]);
  await buckets.create(
    buckets.draft({ projectId: PROJECT_ID, projectNumber: PROJECT_NUMBER }, { name: 'lab-bucket' }),
  );
  const admin = await cloud.account('admin-1', 'roles/owner', 'roles/storage.admin');
  await cloud.grant('organizations/1', 'roles/iam.organizationRoleAdmin', `serviceAccount:${admin}`);
  const reader = await cloud.account('reader-1');
  const send = async (verb: string, url: string, body?: object) =>
    cloud.send(verb, url, { token: await cloud.token(admin), ...(body === undefined ? {} : { body }) });
  return {
    cloud,
    send,
    bindings: (role: string) => [{ role, members: [`serviceAccount:${reader}`] }],
    /** Makes a role that may read buckets and nothing else. */
    create: (parent = PROJECT) =>
      send('POST', `${IAM}/${parent}/roles`, {
        roleId: 'reader',
        role: { includedPermissions: ['storage.buckets.get'], stage: 'GA' },
      }),
    reads: async () => {
      const token = await cloud.token(reader);
      return (await cloud.send('GET', 'https://storage.googleapis.com/storage/v1/b/lab-bucket', { token }))
        .status;
    },
    account: reader,
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Gives a role through the policy of a project. */
function giveOnProject({ send, bindings }: Opened, role: string, kept: readonly object[] = []) {
  const url = `https://cloudresourcemanager.googleapis.com/v1/${PROJECT}:setIamPolicy`;
  const owner = {
    role: 'roles/owner',
    members: ['serviceAccount:admin-1@lab-project.iam.gserviceaccount.com'],
  };
  return send('POST', url, { policy: { bindings: [owner, ...kept, ...bindings(role)] } });
}

function giveOnBucket({ send, bindings }: Opened, role: string) {
  const url = 'https://storage.googleapis.com/storage/v1/b/lab-bucket/iam';
  return send('PUT', url, { bindings: bindings(role) });
}

function giveOnAccount({ send, bindings, account }: Opened, role: string) {
  const url = `${IAM}/${PROJECT}/serviceAccounts/${account}:setIamPolicy`;
  return send('POST', url, { policy: { bindings: bindings(role) } });
}

const places = [
  ['a project', giveOnProject],
  ['a bucket', giveOnBucket],
  ['a service account', giveOnAccount],
] as const;

for (const [place, give] of places) {
  test(`roles of the project and of its organization can be given on ${place}, others cannot (IAM notes 1.5)`, async () => {
    const opened = await open();
    for (const role of [READER, SHARED]) {
      const before = await give(opened, role);
      const { code, message } = before.json.error;
      assert.deepEqual([code, message], [400, `Role ${role} is not supported for this resource.`]);
    }
    await opened.create();
    await opened.create('organizations/1');
    for (const role of [READER, SHARED]) assert.equal((await give(opened, role)).status, 200, role);
    const foreign = { title: '', description: '', stage: 'GA', permissions: [] } as const;
    for (const parent of ['projects/other', 'organizations/2']) {
      await opened.cloud.services.resources.roles.create({ parent, roleId: 'reader', ...foreign });
      assert.equal((await give(opened, `${parent}/roles/reader`)).status, 400, parent);
    }
  });
}

for (const [parent, role] of [
  [PROJECT, READER],
  ['organizations/1', SHARED],
] as const) {
  test(`${role} grants from the next call on, and no more once it is changed, disabled or deleted`, async () => {
    const opened = await open();
    const { send, reads } = opened;
    await opened.create(parent);
    assert.equal(await reads(), 403);
    await giveOnProject(opened, role);
    assert.equal(await reads(), 200);
    await send('PATCH', `${IAM}/${role}`, { includedPermissions: ['storage.objects.get'] });
    assert.equal(await reads(), 403);
    await send('PATCH', `${IAM}/${role}`, { includedPermissions: ['storage.buckets.get'] });
    assert.equal(await reads(), 200);
    await send('PATCH', `${IAM}/${role}`, { stage: 'DISABLED' });
    assert.equal(await reads(), 403);
    await send('PATCH', `${IAM}/${role}`, { stage: 'BETA' });
    assert.equal(await reads(), 200);
    await send('DELETE', `${IAM}/${role}`);
    assert.equal(await reads(), 403);
    await send('POST', `${IAM}/${role}:undelete`, {});
    assert.equal(await reads(), 200);
  });
}

test('a binding of a deleted role stays while others are changed', async () => {
  const opened = await open();
  await opened.create();
  await giveOnProject(opened, READER);
  await opened.send('DELETE', `${IAM}/${READER}`);
  assert.equal((await giveOnProject(opened, 'roles/browser', opened.bindings(READER))).status, 200);
  await opened.send('POST', `${IAM}/${READER}:undelete`, {});
  assert.equal(await opened.reads(), 200);
});

test('the id of a deleted role is free after 37 days, and old bindings give the new role (deviation)', async () => {
  const opened = await open();
  await opened.create();
  await giveOnProject(opened, READER);
  await opened.send('DELETE', `${IAM}/${READER}`);
  opened.cloud.clock.nowMs += 37 * DAY_MS;
  assert.equal(await opened.reads(), 403);
  assert.equal((await opened.create()).status, 200);
  assert.equal(await opened.reads(), 200);
});
