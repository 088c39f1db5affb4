/** A call that a deny policy refuses is refused in the words of its API, whoever may it by allow policies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountMember } from '../kernel/principals.ts';
import type { DenyRule } from '../protocol/iam/deny/deny-policy.ts';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';
import { compute } from './compute/index.ts';
import { accountPrincipal, attach, EVERYONE } from './iam/deny-policy.fixture.ts';
import { iam } from './iam/index.ts';
import { storage } from './storage/index.ts';

const PROJECT = `projects/${PROJECT_ID}`;
const FOLDER = 'folders/456';
const ORGANIZATION = 'organizations/789';
const CALLER = `caller@${PROJECT_ID}.iam.gserviceaccount.com`;
const OBJECT_URL = 'https://storage.googleapis.com/storage/v1/b/lab-bucket/o/hello.txt';
const BUCKETS_URL = `https://storage.googleapis.com/storage/v1/b?project=${PROJECT_ID}`;
const GET_OBJECT = 'storage.googleapis.com/objects.get';
const OF_PROJECT = `principalSet://cloudresourcemanager.googleapis.com/projects/${PROJECT_NUMBER}/type/ServiceAccount`;
const OF_ORGANIZATION =
  'principalSet://cloudresourcemanager.googleapis.com/organizations/789/type/ServiceAccount';

/** Opens a project in a folder of an organization, with an object in a bucket, and a caller who may everything. */
async function open() {
  const cloud = await openTestCloud([storage, compute, iam, cloudResourceManager]);
  const { resources } = cloud.services;
  const { organizations, folders, projects, groups, serviceAccounts, commit } = resources;
  const roles = ['roles/owner', 'roles/storage.admin', 'roles/iam.denyAdmin'];
  const token = await cloud.token(await cloud.account('caller', ...roles));
  const get = (url: string) => cloud.send('GET', url, { token });
  const made = await cloud.send('POST', BUCKETS_URL, { token, body: { name: 'lab-bucket' } });
  assert.equal(made.status, 200, made.text);
  const upload =
    'https://storage.googleapis.com/upload/storage/v1/b/lab-bucket/o?uploadType=media&name=hello.txt';
  assert.equal((await cloud.send('POST', upload, { token, body: 'Hello' })).status, 200);
  const [project, account] = [await projects.get(PROJECT_ID), await serviceAccounts.find(CALLER)];
  assert.ok(project !== undefined && account !== undefined);
  const team = groups.draft('team@example.com');
  await commit([
    organizations.put(organizations.draft('789', 'example.com')),
    folders.put(folders.draft('456', 'Team', ORGANIZATION)),
    ...projects.put({ ...project.value, parent: FOLDER }),
    ...groups.put({ ...team, members: [accountMember(CALLER, account.value.uniqueId)] }, undefined),
  ]);
  return { cloud, token, get };
}

/** A permission, a call that needs it, and the words of its API. */
const words: readonly (readonly [string, string, string, string])[] = [
  [
    'Cloud Storage',
    GET_OBJECT,
    OBJECT_URL,
    `${CALLER} does not have storage.objects.get access to the Google Cloud Storage object. Permission 'storage.objects.get' denied on resource (or it may not exist).`,
  ],
  [
    'Cloud Storage, of a project',
    'storage.googleapis.com/buckets.list',
    BUCKETS_URL,
    `${CALLER} does not have storage.buckets.list access to the Google Cloud project. Permission 'storage.buckets.list' denied on resource (or it may not exist).`,
  ],
  [
    'Compute Engine',
    'compute.googleapis.com/instances.list',
    `https://compute.googleapis.com/compute/v1/${PROJECT}/zones/us-central1-a/instances`,
    `Required 'compute.instances.list' permission for '${PROJECT}'`,
  ],
  [
    'IAM',
    'iam.googleapis.com/serviceAccounts.get',
    `https://iam.googleapis.com/v1/${PROJECT}/serviceAccounts/${CALLER}`,
    "Permission 'iam.serviceAccounts.get' denied on resource (or it may not exist).",
  ],
  [
    'Resource Manager',
    'cloudresourcemanager.googleapis.com/projects.get',
    `https://cloudresourcemanager.googleapis.com/v1/${PROJECT}`,
    'The caller does not have permission',
  ],
];

for (const [api, permission, url, message] of words) {
  test(`a denied call is refused in the words of ${api} (IAM notes 1.3)`, async () => {
    const { cloud, get } = await open();
    assert.equal((await get(url)).status, 200, 'allowed before');
    await attach(cloud.services.resources, PROJECT, 'policy-1', { deniedPermissions: [permission] });
    const refused = await get(url);
    assert.equal(refused.status, 403);
    assert.equal(refused.json.error.message, message);
    const [refusal] = await cloud.audit.refusals(1);
    assert.equal(refusal?.decision.refusedBy, 'deny');
  });
}

/** Where a rule on reading objects is attached, what it says, and whether it denies the caller. */
const rules: readonly (readonly [string, string, Partial<DenyRule>, boolean])[] = [
  ['everyone', PROJECT, {}, true],
  ['the caller', PROJECT, { deniedPrincipals: [accountPrincipal(CALLER)] }, true],
  ['somebody else', PROJECT, { deniedPrincipals: ['principal://goog/subject/ada@example.com'] }, false],
  [
    'a group that the caller is in',
    PROJECT,
    { deniedPrincipals: ['principalSet://goog/group/team@example.com'] },
    true,
  ],
  ['another group', PROJECT, { deniedPrincipals: ['principalSet://goog/group/other@example.com'] }, false],
  ['the accounts of the project', PROJECT, { deniedPrincipals: [OF_PROJECT] }, true],
  ['the accounts of the organization', PROJECT, { deniedPrincipals: [OF_ORGANIZATION] }, true],
  [
    'the set of service agents holds nobody',
    PROJECT,
    { deniedPrincipals: [OF_PROJECT.replace('ServiceAccount', 'ServiceAgent')] },
    false,
  ],
  ['everyone but the caller', PROJECT, { exceptionPrincipals: [accountPrincipal(CALLER)] }, false],
  [
    'everyone but a group',
    PROJECT,
    { exceptionPrincipals: ['principalSet://goog/group/team@example.com'] },
    false,
  ],
  ['everyone but the accounts of the project', PROJECT, { exceptionPrincipals: [OF_PROJECT] }, false],
  [
    'everyone but somebody else',
    PROJECT,
    { exceptionPrincipals: ['principal://goog/subject/ada@example.com'] },
    true,
  ],
  ['a rule of the folder', FOLDER, {}, true],
  ['a rule of the organization', ORGANIZATION, {}, true],
  ['a rule of another folder', 'folders/457', {}, false],
  ['a rule of another project', 'projects/other-project', {}, false],
  ['another permission', PROJECT, { deniedPermissions: ['storage.googleapis.com/objects.delete'] }, false],
  ['all permissions of the service', PROJECT, { deniedPermissions: ['storage.googleapis.com/*.*'] }, true],
  ['all permissions on objects', PROJECT, { deniedPermissions: ['storage.googleapis.com/objects.*'] }, true],
  ['one verb on everything', PROJECT, { deniedPermissions: ['storage.googleapis.com/*.get'] }, true],
  [
    'all permissions but this one',
    PROJECT,
    { deniedPermissions: ['storage.googleapis.com/*.*'], exceptionPermissions: [GET_OBJECT] },
    false,
  ],
  [
    'all permissions but those of another resource',
    PROJECT,
    {
      deniedPermissions: ['storage.googleapis.com/*.*'],
      exceptionPermissions: ['storage.googleapis.com/buckets.*'],
    },
    true,
  ],
  [
    'a tag that the project does not have',
    PROJECT,
    { denialCondition: { expression: "resource.matchTag('789/env', 'prod')" } },
    false,
  ],
  [
    'a condition that cannot be evaluated denies',
    PROJECT,
    { denialCondition: { expression: 'nothing at all' } },
    true,
  ],
];

for (const [name, attachedTo, rule, denies] of rules) {
  test(`a deny policy and an object of the project: ${name} (IAM notes 1.3)`, async () => {
    const { cloud, get } = await open();
    await attach(cloud.services.resources, attachedTo, 'policy-1', {
      deniedPermissions: [GET_OBJECT],
      ...rule,
    });
    assert.equal((await get(OBJECT_URL)).status, denies ? 403 : 200);
  });
}

test('everyone holds those without credentials too (IAM notes 1.1)', async () => {
  const { cloud } = await open();
  await cloud.grant('projects/_/buckets/lab-bucket', 'roles/storage.objectViewer', 'allUsers');
  assert.equal((await cloud.send('GET', OBJECT_URL)).status, 200);
  await attach(cloud.services.resources, PROJECT, 'policy-1', { deniedPermissions: [GET_OBJECT] });
  assert.equal((await cloud.send('GET', OBJECT_URL)).status, 401);
});

test('a policy holds from the call after its write on, until it goes; testIamPermissions says so too', async () => {
  const { cloud, token, get } = await open();
  const policies = `https://iam.googleapis.com/v2/policies/cloudresourcemanager.googleapis.com%2Fprojects%2F${PROJECT_ID}/denypolicies`;
  const tested = `https://cloudresourcemanager.googleapis.com/v1/${PROJECT}:testIamPermissions`;
  const body = { permissions: ['storage.objects.get', 'storage.objects.delete'] };
  const held = async () => (await cloud.send('POST', tested, { token, body })).json.permissions;
  assert.deepEqual(await held(), ['storage.objects.get', 'storage.objects.delete']);
  const rule = { denyRule: { deniedPrincipals: [EVERYONE], deniedPermissions: [GET_OBJECT] } };
  await cloud.send('POST', `${policies}?policyId=policy-1`, { token, body: { rules: [rule] } });
  assert.equal((await get(OBJECT_URL)).status, 403);
  assert.deepEqual(await held(), ['storage.objects.delete']);
  await cloud.send('PUT', `${policies}/policy-1`, { token, body: { rules: [] } });
  assert.equal((await get(OBJECT_URL)).status, 200);
  await cloud.send('PUT', `${policies}/policy-1`, { token, body: { rules: [rule] } });
  assert.equal((await get(OBJECT_URL)).status, 403);
  await cloud.send('DELETE', `${policies}/policy-1`, { token });
  assert.equal((await get(OBJECT_URL)).status, 200);
});
