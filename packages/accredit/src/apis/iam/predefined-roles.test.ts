import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listRoles } from '../../protocol/iam/roles/catalogue.ts';
import { UNSAID } from '../../protocol/iam/roles/custom-role-fields.ts';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { iam } from './index.ts';

const HOST = 'https://iam.googleapis.com/v1';
const BUCKET = 'projects/_/buckets/b';

async function open(...roles: readonly string[]) {
  const cloud = await openTestCloud([iam]);
  const caller = await cloud.account('caller', ...roles);
  const token = await cloud.token(caller);
  return {
    cloud,
    caller,
    send: (verb: string, path: string, body?: object) =>
      cloud.send(verb, `${HOST}/${path}`, { token, ...(body === undefined ? {} : { body }) }),
  };
}

const VIEWER = {
  name: 'roles/storage.bucketViewer',
  title: 'Storage Bucket Viewer',
  description: 'Grants permission to view buckets and their metadata, excluding IAM policies.',
  includedPermissions: ['storage.buckets.get', 'storage.buckets.list'],
  stage: 'BETA',
  etag: 'AA==',
};
const { includedPermissions: _, ...BASIC_VIEWER } = VIEWER;

test('whoever has a token reads the predefined roles, without permissions unless all is asked for (IAM notes 1.5)', async () => {
  const { send } = await open();
  assert.deepEqual((await send('GET', 'roles/storage.bucketViewer')).json, VIEWER);
  const basic = (await send('GET', 'roles')).json.roles;
  assert.deepEqual(
    basic.map(({ name }: typeof VIEWER) => name),
    listRoles().map(({ name }) => name),
  );
  assert.deepEqual(
    basic.find(({ name }: typeof VIEWER) => name === VIEWER.name),
    BASIC_VIEWER,
  );
  const full = (await send('GET', 'roles?view=FULL&showDeleted=true')).json.roles;
  assert.deepEqual(
    full.find(({ name }: typeof VIEWER) => name === VIEWER.name),
    VIEWER,
  );
});

test('the predefined roles come in pages of the size that is asked for (IAM notes 1.2)', async () => {
  const { send } = await open();
  const names: string[] = [];
  let token = '';
  do {
    const { json } = await send('GET', `roles?pageSize=30&pageToken=${token}`);
    names.push(...json.roles.map(({ name }: typeof VIEWER) => name));
    token = json.nextPageToken ?? '';
  } while (token !== '');
  assert.deepEqual(
    names,
    listRoles().map(({ name }) => name),
  );
});

const wrong: readonly (readonly [string, number, string])[] = [
  ['roles/storage.nobody', 404, 'The role named roles/storage.nobody was not found.'],
  [
    'roles/test-1',
    400,
    'The role name must be in the form "roles/{role}", "organizations/{organization_id}/roles/{role}", or "projects/{project_id}/roles/{role}".',
  ],
  ['roles?pageSize=-1', 400, "Invalid value for field 'pageSize': '-1'."],
  ['roles?pageToken=x', 400, "Invalid value for field 'pageToken': 'x'."],
  ['roles?view=ALL', 400, 'Invalid value at \'view\' (TYPE_ENUM), "ALL"'],
  ['roles?showDeleted=perhaps', 400, 'Invalid value at \'showDeleted\' (TYPE_BOOL), "perhaps"'],
  ['roles?parent=projects/p', 400, "Invalid value for field 'parent': predefined roles have none."],
];

for (const [path, status, message] of wrong) {
  test(`GET ${path} is refused with ${status}`, async () => {
    const { send } = await open();
    const { error } = (await send('GET', path)).json;
    assert.deepEqual([error.code, error.message], [status, message]);
  });
}

/** Which roles can be given where: the resource, one that can and one that cannot. */
const PROJECT = `//cloudresourcemanager.googleapis.com/projects/${PROJECT_ID}`;
const places: readonly (readonly [string, string, string, string])[] = [
  [PROJECT, 'resourcemanager.projects', 'roles/viewer', 'roles/resourcemanager.folderAdmin'],
  [
    `//cloudresourcemanager.googleapis.com/projects/${PROJECT_NUMBER}`,
    'resourcemanager.projects',
    'roles/viewer',
    'roles/storage.legacyBucketReader',
  ],
  [
    '//storage.googleapis.com/projects/_/buckets/b',
    'storage.buckets',
    'roles/storage.legacyBucketReader',
    'roles/viewer',
  ],
  [
    '//storage.googleapis.com/projects/_/buckets/b/managedFolders/f/g/',
    'storage.managedFolders',
    'roles/storage.objectViewer',
    'roles/compute.viewer',
  ],
  [
    `//iam.googleapis.com/projects/${PROJECT_ID}/serviceAccounts/caller@${PROJECT_ID}.iam.gserviceaccount.com`,
    'iam.serviceAccounts',
    'roles/iam.serviceAccountUser',
    'roles/storage.admin',
  ],
  [
    `//compute.googleapis.com/projects/${PROJECT_NUMBER}/zones/z/instances/i`,
    'compute.instances',
    'roles/compute.osLogin',
    'roles/iam.roleAdmin',
  ],
  [
    `//compute.googleapis.com/projects/${PROJECT_ID}/global/images/i`,
    'compute.images',
    'roles/compute.imageUser',
    'roles/compute.osLogin',
  ],
];

for (const [fullResourceName, type, can, cannot] of places) {
  test(`who may read the policy of ${fullResourceName} learns which roles can be given there (IAM notes 1.5)`, async () => {
    const { cloud, caller, send } = await open();
    const { buckets, roles } = cloud.services.resources;
    await roles.create({ parent: `projects/${PROJECT_ID}`, roleId: 'mine', ...UNSAID });
    await roles.create({
      parent: `projects/${PROJECT_ID}`,
      roleId: 'gone',
      ...UNSAID,
      deletedAtMs: cloud.clock.nowMs,
    });
    await roles.create({ parent: 'organizations/1', roleId: 'foreign', ...UNSAID });
    await buckets.create(
      buckets.draft({ projectId: PROJECT_ID, projectNumber: PROJECT_NUMBER }, { name: 'b' }),
    );
    const refused = await send('POST', 'roles:queryGrantableRoles', { fullResourceName });
    assert.equal(refused.json.error.details[0].metadata.permission, `${type}.getIamPolicy`);
    const member = `serviceAccount:${caller}`;
    await cloud.grant(
      type === 'storage.buckets' || type === 'storage.managedFolders' ? BUCKET : `projects/${PROJECT_ID}`,
      type.startsWith('storage') ? 'roles/storage.admin' : 'roles/iam.securityReviewer',
      member,
    );
    const names: readonly string[] = (
      await send('POST', 'roles:queryGrantableRoles', { fullResourceName, pageSize: 2000 })
    ).json.roles.map(({ name }: typeof VIEWER) => name);
    assert.ok(names.includes(can), can);
    assert.ok(!names.includes(cannot), cannot);
    assert.deepEqual(
      names.filter((name) => !name.startsWith('roles/')),
      [`projects/${PROJECT_ID}/roles/mine`],
    );
    assert.deepEqual(names, [...names].sort());
  });
}

test('custom roles of an organization can be given in all that is in it; pages and views are as elsewhere', async () => {
  const { cloud, send } = await open('roles/iam.securityReviewer');
  const { projects, organizations, roles, commit } = cloud.services.resources;
  const project = await projects.get(PROJECT_ID);
  assert.ok(project !== undefined);
  await commit([
    organizations.put(organizations.draft('1', 'a.example')),
    ...projects.put({ ...project.value, parent: 'organizations/1' }),
  ]);
  await roles.create({
    parent: 'organizations/1',
    roleId: 'shared',
    ...UNSAID,
    permissions: ['iam.roles.get'],
  });
  const first = await send('POST', 'roles:queryGrantableRoles', {
    fullResourceName: PROJECT,
    view: 'FULL',
    pageSize: 1,
  });
  const [{ etag, ...role }] = first.json.roles;
  assert.match(etag, /^Bw.+=$/);
  assert.deepEqual(role, { name: 'organizations/1/roles/shared', includedPermissions: ['iam.roles.get'] });
  const next = await send('POST', 'roles:queryGrantableRoles', {
    fullResourceName: PROJECT,
    pageSize: 1,
    pageToken: first.json.nextPageToken,
  });
  assert.deepEqual(
    next.json.roles.map(({ name }: typeof VIEWER) => name),
    ['roles/browser'],
  );
});

for (const fullResourceName of [
  '',
  PROJECT.slice(2),
  '//pubsub.googleapis.com/projects/p/topics/t',
  '//storage.googleapis.com/projects/_/buckets/b/objects/o',
  `${PROJECT}/x`,
]) {
  test(`'${fullResourceName}' names no resource with a policy that is known here: 400`, async () => {
    const { send } = await open();
    for (const path of [
      'roles:queryGrantableRoles',
      'permissions:queryTestablePermissions',
      'iamPolicies:queryAuditableServices',
    ]) {
      assert.deepEqual((await send('POST', path, { fullResourceName })).json, {
        error: {
          code: 400,
          message: `Invalid full resource name '${fullResourceName}'. A full resource name is like '//cloudresourcemanager.googleapis.com/projects/my-project'.`,
          status: 'INVALID_ARGUMENT',
        },
      });
    }
  });
}
