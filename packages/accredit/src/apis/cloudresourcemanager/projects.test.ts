import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { cloudResourceManager } from './index.ts';

const HOST = 'https://cloudresourcemanager.googleapis.com';

async function open(...roles: readonly string[]) {
  const cloud = await openTestCloud([cloudResourceManager]);
  const email = await cloud.account('caller', ...roles);
  const token = await cloud.token(email);
  return { cloud, email, token };
}

test('a project is found by id and by number, on its own host and under www.googleapis.com', async () => {
  const { cloud, token } = await open('roles/browser');
  const expected = {
    projectNumber: PROJECT_NUMBER,
    projectId: PROJECT_ID,
    lifecycleState: 'ACTIVE',
    name: 'Lab',
    createTime: '2026-11-23T05:00:00.000Z',
  };
  for (const base of [HOST, 'https://www.googleapis.com', 'http://127.0.0.1:8080']) {
    for (const name of [PROJECT_ID, PROJECT_NUMBER]) {
      const response = await cloud.send('GET', `${base}/v1/projects/${name}`, { token });
      assert.equal(response.status, 200);
      assert.deepEqual(response.json, expected);
    }
  }
});

test('an API key changes nothing (deviation)', async () => {
  const { cloud, token } = await open('roles/browser');
  const url = `${HOST}/v1/projects/${PROJECT_ID}`;
  const plain = await cloud.send('GET', url, { token });
  const named = await cloud.send('GET', `${url}?key=AIza&quotaUser=me`, {
    token,
    headers: { 'x-goog-api-key': 'AIza' },
  });
  assert.deepEqual(named, plain);
  assert.equal((await cloud.send('GET', `${url}?key=AIza`)).status, 401, 'a key is no credential');
});

test('a project that is not there, or not yours, is 403, never 404 (IAM notes 4.3)', async () => {
  const { cloud, token } = await open();
  for (const name of ['nobody', PROJECT_ID]) {
    const response = await cloud.send('GET', `${HOST}/v1/projects/${name}`, { token });
    assert.deepEqual(response.json, {
      error: { code: 403, message: 'The caller does not have permission', status: 'PERMISSION_DENIED' },
    });
  }
});

test('no credential and a bad one are two different 401s (IAM notes, fact 8)', async () => {
  const { cloud } = await open();
  const missing = await cloud.send('GET', `${HOST}/v1/projects/${PROJECT_ID}`);
  assert.equal(missing.status, 401);
  assert.equal(missing.headers['WWW-Authenticate'], 'Bearer realm="https://accounts.google.com/"');
  assert.equal(missing.json.error.details[0].reason, 'CREDENTIALS_MISSING');
  const bad = await cloud.send('GET', `${HOST}/v1/projects/${PROJECT_ID}`, { token: 'ya29.garbage' });
  assert.equal(bad.status, 401);
  assert.equal(
    bad.headers['WWW-Authenticate'],
    'Bearer realm="https://accounts.google.com/", error="invalid_token"',
  );
  assert.equal(bad.json.error.details, undefined);
});

test('a policy is read, changed and read back; a stale etag never overwrites (IAM notes 1.2)', async () => {
  const { cloud, email, token } = await open('roles/resourcemanager.projectIamAdmin');
  const url = `${HOST}/v1/projects/${PROJECT_ID}`;
  const read = await cloud.send('POST', `${url}:getIamPolicy`, {
    token,
    body: { options: { requestedPolicyVersion: 3 } },
  });
  assert.deepEqual(read.json.bindings, [
    { role: 'roles/resourcemanager.projectIamAdmin', members: [`serviceAccount:${email}`] },
  ]);
  const bindings = [
    ...read.json.bindings,
    { role: 'roles/viewer', members: ['user:Ada@Example.com', 'user:ada@example.com'] },
  ];
  const policy = { bindings, etag: read.json.etag, version: 3 };
  const written = await cloud.send('POST', `${url}:setIamPolicy`, { token, body: { policy } });
  assert.equal(written.status, 200);
  assert.deepEqual(written.json.bindings[1], { role: 'roles/viewer', members: ['user:ada@example.com'] });
  const again = await cloud.send('POST', `${url}:getIamPolicy`, { token });
  assert.deepEqual(again.json, written.json, 'the answer of a write is what a read gives');
  const stale = await cloud.send('POST', `${url}:setIamPolicy`, { token, body: { policy } });
  assert.deepEqual(stale.json, {
    error: {
      code: 409,
      message:
        'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
      status: 'ABORTED',
    },
  });
});

const refusedPolicies: readonly (readonly [string, object, string])[] = [
  [
    'an unknown prefix',
    { members: ['robot:x@y.z'] },
    'The member robot:x@y.z is of an unknown type. Please set a valid type prefix for the member.',
  ],
  [
    'a prefix in the wrong case',
    { members: ['ServiceAccount:x@y.z'] },
    'The member ServiceAccount:x@y.z is of an unknown type. Please set a valid type prefix for the member.',
  ],
  ['an empty address', { members: ['user:'] }, 'The email address of a user in the IAM policy is empty.'],
  [
    'a member of Storage alone',
    { members: [`projectOwner:${PROJECT_ID}`] },
    `The member projectOwner:${PROJECT_ID} is of an unknown type. Please set a valid type prefix for the member.`,
  ],
  [
    'an unknown role',
    { role: 'roles/nothing.atAll' },
    'Role roles/nothing.atAll is not supported for this resource.',
  ],
  [
    'a role of another service',
    { role: 'roles/pubsub.publisher' },
    'Role roles/pubsub.publisher is not supported for this resource.',
  ],
  [
    'a custom role',
    { role: `projects/${PROJECT_ID}/roles/mine` },
    `Role projects/${PROJECT_ID}/roles/mine is not supported for this resource.`,
  ],
  [
    'a role for buckets',
    { role: 'roles/storage.legacyBucketOwner' },
    'Role roles/storage.legacyBucketOwner is not supported for this resource.',
  ],
  [
    'a malformed role',
    { role: 'viewer' },
    'The role name must be in the form "roles/{role}", "organizations/{organization_id}/roles/{role}", or "projects/{project_id}/roles/{role}".',
  ],
  ['everybody', { members: ['allUsers'] }, 'The member allUsers may not be granted a role on this resource.'],
  [
    'an account that is not there',
    { members: ['serviceAccount:no@lab-project.iam.gserviceaccount.com'] },
    'Service account no@lab-project.iam.gserviceaccount.com does not exist.',
  ],
  [
    'an account with a unique id, which is IAM’s own to write',
    { members: ['serviceAccount:no@lab-project.iam.gserviceaccount.com?uid=1?uid=['] },
    'Service account no@lab-project.iam.gserviceaccount.com?uid=1?uid=[ does not exist.',
  ],
  [
    'an account by its unique id',
    { members: ['serviceAccount:123456789012345678901'] },
    'Service account 123456789012345678901 does not exist.',
  ],
  [
    'a user who cannot be one',
    { members: [`user:${'a'.repeat(400)}@example.com`] },
    `User ${'a'.repeat(256)} does not exist.`,
  ],
  [
    'a set that there is not',
    { members: ['principalSet://foo'] },
    'The member principalSet://foo is of an unknown type. Please set a valid type prefix for the member.',
  ],
  [
    'a condition in a policy of another version than 3',
    { condition: { expression: 'true' } },
    "Specified policy version (0) must be at least 3 based on the policy's contents. For more information, please refer to https://cloud.google.com/iam/help/allow-policies/versions.",
  ],
];

for (const [name, binding, message] of refusedPolicies) {
  test(`a policy is refused whole: ${name} (IAM notes 1.6)`, async () => {
    const { cloud, token } = await open('roles/resourcemanager.projectIamAdmin');
    const policy = {
      bindings: [
        { role: 'roles/viewer', members: ['user:a@b.c'] },
        { role: 'roles/viewer', members: ['user:a@b.c'], ...binding },
      ],
    };
    const response = await cloud.send('POST', `${HOST}/v1/projects/${PROJECT_ID}:setIamPolicy`, {
      token,
      body: { policy },
    });
    assert.equal(response.status, 400);
    assert.equal(response.json.error.message, message);
    assert.equal(response.json.error.status, 'INVALID_ARGUMENT');
    const kept = await cloud.services.resources.policies.get(`projects/${PROJECT_ID}`);
    assert.equal(kept.value.bindings.length, 1);
  });
}

test('audit configurations are kept unless the mask names them (IAM notes 1.2)', async () => {
  const { cloud, token, email } = await open('roles/resourcemanager.projectIamAdmin');
  const url = `${HOST}/v1/projects/${PROJECT_ID}`;
  const auditConfigs = [
    {
      service: 'allServices',
      auditLogConfigs: [{ logType: 'DATA_READ', exemptedMembers: ['user:j@example.com'] }],
    },
  ];
  const bindings = [{ role: 'roles/resourcemanager.projectIamAdmin', members: [`serviceAccount:${email}`] }];
  const set = (body: object) => cloud.send('POST', `${url}:setIamPolicy`, { token, body });
  const masked = await set({ policy: { bindings, auditConfigs } });
  assert.equal(masked.json.auditConfigs, undefined, 'the default mask leaves them out');
  const written = await set({ policy: { auditConfigs }, updateMask: 'auditConfigs' });
  assert.deepEqual(written.json.auditConfigs, auditConfigs);
  assert.deepEqual(written.json.bindings, bindings, 'the mask leaves the bindings as they are');
  const kept = await set({ policy: { bindings } });
  assert.deepEqual(kept.json.auditConfigs, auditConfigs);
  const wrong = await set({ policy: { bindings }, updateMask: 'bindings,owner' });
  assert.equal(wrong.status, 400);
});

test('people, groups and domains are taken on trust (deviation)', async () => {
  const { cloud, token } = await open('roles/resourcemanager.projectIamAdmin');
  const members = ['user:nobody@example.com', 'group:nobody@example.com', 'domain:nobody.example'];
  const policy = { bindings: [{ role: 'roles/viewer', members }] };
  const url = `${HOST}/v1/projects/${PROJECT_ID}:setIamPolicy`;
  const written = await cloud.send('POST', url, { token, body: { policy } });
  assert.equal(written.status, 200);
  assert.deepEqual(written.json.bindings, policy.bindings);
});

test('testIamPermissions answers what is held, in the order asked, and needs no permission (IAM notes 1.7)', async () => {
  const { cloud, token } = await open('roles/viewer');
  const url = `${HOST}/v1/projects/${PROJECT_ID}:testIamPermissions`;
  const permissions = ['storage.buckets.list', 'storage.buckets.create', 'compute.instances.list'];
  const some = await cloud.send('POST', url, { token, body: { permissions } });
  assert.deepEqual(some.json, { permissions: ['storage.buckets.list', 'compute.instances.list'] });
  const none = await cloud.send('POST', url, { token, body: { permissions: ['storage.buckets.create'] } });
  assert.deepEqual(none.json, {});
});

test('a token without the scope is refused before the permission (IAM notes, fact 7)', async () => {
  const { cloud, email } = await open('roles/owner');
  const token = await cloud.token(email, {
    scopes: ['https://www.googleapis.com/auth/devstorage.read_only'],
  });
  const response = await cloud.send('GET', `${HOST}/v1/projects/${PROJECT_ID}`, { token });
  assert.equal(response.status, 403);
  assert.equal(
    response.headers['WWW-Authenticate'],
    'Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/cloud-platform.read-only"',
  );
  assert.deepEqual(response.json, {
    error: {
      code: 403,
      message: 'Request had insufficient authentication scopes.',
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
          domain: 'googleapis.com',
          metadata: {
            service: 'cloudresourcemanager.googleapis.com',
            method: 'cloudresourcemanager.projects.get',
          },
        },
      ],
    },
  });
});

test('the owner of the cloud cannot be put out of a project', async () => {
  const { cloud, token } = await open('roles/resourcemanager.projectIamAdmin');
  const owner = 'user:owner@accredit.local';
  await cloud.grant(`projects/${PROJECT_ID}`, 'roles/owner', owner);
  const url = `${HOST}/v1/projects/${PROJECT_ID}:setIamPolicy`;
  const without = await cloud.send('POST', url, { token, body: { policy: { bindings: [] } } });
  assert.equal(without.status, 400);
  assert.equal(
    without.json.error.message,
    `The policy must keep roles/owner for '${owner}', the owner of this cloud.`,
  );
  const bindings = [{ role: 'roles/owner', members: [owner, 'user:ada@example.com'] }];
  assert.equal((await cloud.send('POST', url, { token, body: { policy: { bindings } } })).status, 200);
});
