import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { iam } from './index.ts';

const HOST = 'https://iam.googleapis.com';
const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';

async function open(...roles: readonly string[]) {
  const cloud = await openTestCloud([iam]);
  const caller = await cloud.account('caller', ...roles);
  const email = await cloud.account('robot-1');
  const url = `${HOST}/v1/projects/${PROJECT_ID}/serviceAccounts/${email}`;
  return { cloud, token: await cloud.token(caller), caller, email, url };
}

test('a policy is read, changed as gcloud does it, and holds from then on (clients notes 2.3)', async () => {
  const { cloud, token, caller, email, url } = await open('roles/iam.serviceAccountAdmin');
  const read = await cloud.send('POST', `${url}:getIamPolicy?alt=json&options.requestedPolicyVersion=3`, {
    token,
  });
  assert.deepEqual(read.json, { etag: 'ACAB' });
  const bindings = [{ members: [`serviceAccount:${caller}`], role: TOKEN_CREATOR }];
  const policy = { bindings, etag: 'ACAB', version: 3 };
  const written = await cloud.send('POST', `${url}:setIamPolicy?alt=json`, { token, body: { policy } });
  assert.equal(written.status, 200);
  const { etag, ...rest } = written.json;
  assert.deepEqual(rest, {
    version: 1,
    bindings: [{ role: TOKEN_CREATOR, members: [`serviceAccount:${caller}`] }],
  });
  const again = await cloud.send('POST', `${HOST}/v1/projects/-/serviceAccounts/${email}:getIamPolicy`, {
    token,
  });
  assert.deepEqual(again.json, written.json);
  const tested = await cloud.send('POST', `${url}:testIamPermissions`, {
    token,
    body: { permissions: ['iam.serviceAccounts.getAccessToken', 'iam.serviceAccounts.actAs'] },
  });
  assert.deepEqual(tested.json, { permissions: ['iam.serviceAccounts.getAccessToken'] });
  const stale = await cloud.send('POST', `${url}:setIamPolicy`, { token, body: { policy } });
  assert.deepEqual(stale.json, {
    error: {
      code: 409,
      message:
        'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
      status: 'ABORTED',
    },
  });
  const fresh = await cloud.send('POST', `${url}:setIamPolicy`, {
    token,
    body: { policy: { bindings: [], etag }, updateMask: 'bindings,etag,version' },
  });
  assert.deepEqual(Object.keys(fresh.json), ['version', 'etag']);
});

const refused: readonly (readonly [string, object, string])[] = [
  [
    'a role of another service',
    { policy: { bindings: [{ role: 'roles/storage.objectViewer', members: ['user:a@b.c'] }] } },
    'Role roles/storage.objectViewer is not supported for this resource.',
  ],
  [
    'a role that there is not',
    { policy: { bindings: [{ role: 'roles/iam.nothing', members: ['user:a@b.c'] }] } },
    'Role roles/iam.nothing is not supported for this resource.',
  ],
  [
    'everybody',
    { policy: { bindings: [{ role: TOKEN_CREATOR, members: ['allUsers'] }] } },
    'The member allUsers may not be granted a role on this resource.',
  ],
  [
    'an account that is not there',
    {
      policy: {
        bindings: [{ role: TOKEN_CREATOR, members: ['serviceAccount:no@x.iam.gserviceaccount.com'] }],
      },
    },
    'Service account no@x.iam.gserviceaccount.com does not exist.',
  ],
  [
    'a mask with a part that there is not',
    { policy: { bindings: [] }, updateMask: 'bindings,owner' },
    "Invalid field in the update mask: 'owner'.",
  ],
];

for (const [name, body, message] of refused) {
  test(`a policy of a service account is refused whole: ${name} (IAM notes 1.6)`, async () => {
    const { cloud, token, email, url } = await open('roles/iam.serviceAccountAdmin');
    const response = await cloud.send('POST', `${url}:setIamPolicy`, { token, body });
    assert.equal(response.status, 400);
    assert.equal(response.json.error.message, message);
    const kept = await cloud.services.resources.policies.get(
      `projects/${PROJECT_ID}/serviceAccounts/${email}`,
    );
    assert.equal(kept.revision, 0);
  });
}

for (const role of ['roles/owner', 'roles/editor', 'roles/viewer', 'roles/iam.workloadIdentityUser']) {
  test(`${role} may be given on a service account (IAM notes 1.5)`, async () => {
    const { cloud, token, url } = await open('roles/iam.serviceAccountAdmin');
    const policy = { bindings: [{ role, members: ['user:a@b.c'] }] };
    const response = await cloud.send('POST', `${url}:setIamPolicy`, { token, body: { policy } });
    assert.equal(response.status, 200, response.text);
  });
}

test('testIamPermissions needs no permission, and holds nothing on what is not there (IAM notes 1.7)', async () => {
  const { cloud, token, email, url } = await open();
  const body = { permissions: ['iam.serviceAccounts.get'] };
  const none = await cloud.send('POST', `${url}:testIamPermissions`, { token, body });
  assert.deepEqual(none.json, {});
  await cloud.grant(`projects/${PROJECT_ID}`, 'roles/owner', `serviceAccount:${email}`);
  const owner = await cloud.token(email);
  const missing = url.replace('robot-1@', 'nobody@');
  const answer = await cloud.send('POST', `${missing}:testIamPermissions`, { token: owner, body });
  assert.deepEqual([answer.status, answer.json], [200, {}]);
  const wrong = await cloud.send('POST', `${url}:testIamPermissions`, {
    token,
    body: { permissions: ['iam.*'] },
  });
  assert.deepEqual(
    [wrong.status, wrong.json.error.message],
    [400, 'Permission iam.* is not valid for this resource.'],
  );
});

test('the policy of an account that is not there is 404 for those who may ask', async () => {
  const { cloud, token, url } = await open('roles/iam.serviceAccountAdmin');
  const missing = url.replace('robot-1@', 'nobody@');
  for (const [verb, body] of [
    ['getIamPolicy', undefined],
    ['setIamPolicy', { policy: {} }],
  ] as const) {
    const response = await cloud.send('POST', `${missing}:${verb}`, { token, body });
    assert.deepEqual(response.json, {
      error: { code: 404, message: 'Unknown service account', status: 'NOT_FOUND' },
    });
  }
});

test('a policy version that is no number is refused', async () => {
  const { cloud, token, url } = await open('roles/iam.serviceAccountAdmin');
  const response = await cloud.send('POST', `${url}:getIamPolicy?options.requestedPolicyVersion=x`, {
    token,
  });
  assert.equal(response.status, 400);
});
