import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER, type TestCloud } from '../api.fixture.ts';
import { iam } from './index.ts';

const HOST = 'https://iam.googleapis.com';
const ACCOUNTS = `${HOST}/v1/projects/${PROJECT_ID}/serviceAccounts`;

async function open(...roles: readonly string[]) {
  const cloud = await openTestCloud([iam]);
  const email = await cloud.account('caller', ...roles);
  return { cloud, email, token: await cloud.token(email) };
}

async function create(cloud: TestCloud, token: string, accountId: string) {
  const response = await cloud.send('POST', ACCOUNTS, { token, body: { accountId } });
  assert.equal(response.status, 200, response.text);
  return response.json;
}

test('an account is created and read back as it was answered (clients notes 2.3)', async () => {
  const { cloud, token } = await open('roles/iam.serviceAccountAdmin');
  const created = await cloud.send('POST', `${ACCOUNTS}?alt=json`, {
    token,
    body: { accountId: 'robot-1', serviceAccount: { displayName: 'Robot', description: 'Carries boxes.' } },
  });
  assert.equal(created.status, 200);
  const { uniqueId, etag, ...rest } = created.json;
  assert.match(uniqueId, /^\d{21}$/);
  assert.match(etag, /^[A-Za-z0-9+/]{10}[A-Za-z0-9+/=]{2}$/);
  assert.deepEqual(rest, {
    name: `projects/${PROJECT_ID}/serviceAccounts/robot-1@lab-project.iam.gserviceaccount.com`,
    projectId: PROJECT_ID,
    email: 'robot-1@lab-project.iam.gserviceaccount.com',
    displayName: 'Robot',
    description: 'Carries boxes.',
    oauth2ClientId: uniqueId,
  });
  const base = `projects/${PROJECT_ID}/serviceAccounts`;
  for (const name of [
    `${base}/robot-1@lab-project.iam.gserviceaccount.com`,
    `${base}/robot-1%40lab-project.iam.gserviceaccount.com`,
    `${base}/ROBOT-1@lab-project.iam.gserviceaccount.com`,
    `${base}/${uniqueId}`,
    `projects/-/serviceAccounts/robot-1@lab-project.iam.gserviceaccount.com`,
    `projects/-/serviceAccounts/${uniqueId}`,
    `projects/${PROJECT_NUMBER}/serviceAccounts/robot-1@lab-project.iam.gserviceaccount.com`,
  ]) {
    const read = await cloud.send('GET', `${HOST}/v1/${name}`, { token });
    assert.deepEqual(read.json, created.json, name);
  }
});

test('what is empty is left out, and a disabled account says so', async () => {
  const { cloud, token } = await open('roles/iam.serviceAccountAdmin');
  const created = await create(cloud, token, 'robot-1');
  assert.deepEqual(Object.keys(created), [
    'name',
    'projectId',
    'uniqueId',
    'email',
    'etag',
    'oauth2ClientId',
  ]);
  const { serviceAccounts, commit } = cloud.services.resources;
  const stored = await serviceAccounts.find(created.email);
  assert.ok(stored);
  await commit(serviceAccounts.put({ ...stored.value, disabled: true }));
  const read = await cloud.send('GET', `${ACCOUNTS}/${created.email}`, { token });
  assert.equal(read.json.disabled, true);
  assert.notEqual(read.json.etag, created.etag, 'the etag follows every change');
});

test('an id that is taken is 409 with the resource that has it (IAM notes 1.8)', async () => {
  const { cloud, token } = await open('roles/iam.serviceAccountCreator');
  await create(cloud, token, 'robot-1');
  const again = await cloud.send('POST', ACCOUNTS, { token, body: { accountId: 'robot-1' } });
  assert.equal(again.status, 409);
  const message = 'Service account robot-1 already exists within project projects/lab-project.';
  const details = [
    {
      '@type': 'type.googleapis.com/google.rpc.ResourceInfo',
      resourceName: 'projects/lab-project/serviceAccounts/robot-1@lab-project.iam.gserviceaccount.com',
    },
  ];
  assert.deepEqual(again.json, { error: { code: 409, message, status: 'ALREADY_EXISTS', details } });
  const legacy = await cloud.send('POST', `${ACCOUNTS}?$.xgafv=1`, { token, body: { accountId: 'robot-1' } });
  assert.deepEqual(legacy.json.error.errors, [{ message, domain: 'global', reason: 'alreadyExists' }]);
});

test('of many that create one id at once, one does', async () => {
  const { cloud, token } = await open('roles/iam.serviceAccountCreator');
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => cloud.send('POST', ACCOUNTS, { token, body: { accountId: 'robot-1' } })),
  );
  assert.deepEqual(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [200, 409, 409, 409, 409, 409, 409, 409],
  );
});

const refusedBodies: readonly (readonly [string, unknown, string])[] = [
  ['no id', {}, 'The account ID "" does not have a length between 6 and 30.'],
  ['a short id', { accountId: 'robot' }, 'The account ID "robot" does not have a length between 6 and 30.'],
  ['an id with a capital', { accountId: 'Robot-1' }, 'Robot-1 does not match [a-z][a-z\\d\\-]*[a-z\\d].'],
  [
    'a long display name',
    { accountId: 'robot-1', serviceAccount: { displayName: 'x'.repeat(101) } },
    'The display_name length (101) is longer than the maximum allowed length 100.',
  ],
  [
    'a long description',
    { accountId: 'robot-1', serviceAccount: { description: 'x'.repeat(257) } },
    'The description length (257) is longer than the maximum allowed length 256.',
  ],
  [
    'a field that there is not',
    { accountId: 'robot-1', display: 'x' },
    'Invalid JSON payload received. Unknown name "display": Cannot find field.',
  ],
  ['an id that is no text', { accountId: 7 }, "Invalid value at 'accountId' (TYPE_STRING), 7"],
  ['malformed JSON', '{"accountId":', 'Invalid JSON payload received. Parse Error'],
];

for (const [name, body, message] of refusedBodies) {
  test(`an account is not created with ${name} (IAM quotas)`, async () => {
    const { cloud, token } = await open('roles/iam.serviceAccountCreator');
    const response = await cloud.send('POST', ACCOUNTS, { token, body });
    assert.equal(response.status, 400);
    assert.equal(response.json.error.message, message);
    assert.equal(response.json.error.status, 'INVALID_ARGUMENT');
    assert.equal(
      (await cloud.services.resources.serviceAccounts.list(PROJECT_ID, { limit: 9 })).items.length,
      1,
    );
  });
}

test('fields that only the server sets are taken and not looked at', async () => {
  const { cloud, token } = await open('roles/iam.serviceAccountCreator');
  const serviceAccount = {
    email: 'x@y.z',
    uniqueId: '1',
    disabled: true,
    etag: 'AA==',
    name: 'n',
    projectId: 'p',
  };
  const response = await cloud.send('POST', ACCOUNTS, {
    token,
    body: { accountId: 'robot-1', serviceAccount },
  });
  assert.equal(response.json.email, 'robot-1@lab-project.iam.gserviceaccount.com');
  assert.equal(response.json.disabled, undefined);
});

test('accounts are listed by address, 20 a page, at most 100 (IAM notes 1.2)', async () => {
  const { cloud, token } = await open('roles/iam.serviceAccountAdmin');
  const { serviceAccounts, commit } = cloud.services.resources;
  for (let index = 100; index < 220; index += 1) {
    const email = `robot-${index}@lab-project.iam.gserviceaccount.com`;
    await commit(serviceAccounts.put(serviceAccounts.draft(PROJECT_ID, email)));
  }
  const first = await cloud.send('GET', ACCOUNTS, { token });
  assert.equal(first.json.accounts.length, 20);
  assert.equal(first.json.accounts[0].email, 'caller@lab-project.iam.gserviceaccount.com');
  const emails: string[] = [];
  for (let url = `${ACCOUNTS}?pageSize=1000`, pages = 0; url !== ''; pages += 1) {
    assert.ok(pages < 3);
    const { json } = await cloud.send('GET', url, { token });
    assert.ok(json.accounts.length <= 100);
    emails.push(...json.accounts.map((account: { readonly email: string }) => account.email));
    url = json.nextPageToken === undefined ? '' : `${ACCOUNTS}?pageSize=100&pageToken=${json.nextPageToken}`;
  }
  assert.equal(emails.length, 121);
  assert.deepEqual(emails, [...emails].sort(), 'each once, in order');
  const one = await cloud.send('GET', `${HOST}/v1/projects/${PROJECT_NUMBER}/serviceAccounts?pageSize=1`, {
    token,
  });
  assert.deepEqual(Object.keys(one.json), ['accounts', 'nextPageToken']);
});

const refusedQueries: readonly (readonly [string, string])[] = [
  ['pageSize=-1', "Invalid value for field 'pageSize': '-1'."],
  ['pageSize=many', 'Invalid value at \'pageSize\' (TYPE_INT32), "many"'],
  ['pageToken=!!', "Invalid value for field 'pageToken': '!!'."],
];

for (const [query, message] of refusedQueries) {
  test(`a list with ${query} is refused`, async () => {
    const { cloud, token } = await open('roles/iam.serviceAccountAdmin');
    const response = await cloud.send('GET', `${ACCOUNTS}?${query}`, { token });
    assert.equal(response.status, 400);
    assert.equal(response.json.error.message, message);
  });
}

const missing: readonly (readonly [string, string, number, string])[] = [
  [
    'through its project it is 404',
    `projects/${PROJECT_ID}/serviceAccounts/nobody@lab-project.iam.gserviceaccount.com`,
    404,
    'Unknown service account',
  ],
  [
    'a name that none can have is 404 too',
    `projects/${PROJECT_ID}/serviceAccounts/robot`,
    404,
    'Unknown service account',
  ],
  [
    'and so is a path that is no name',
    `projects/${PROJECT_ID}/serviceAccounts/..%2F..%2Fsecret`,
    404,
    'Unknown service account',
  ],
  [
    'through `-` it is 403',
    'projects/-/serviceAccounts/nobody@lab-project.iam.gserviceaccount.com',
    403,
    "Permission 'iam.serviceAccounts.get' denied on resource (or it may not exist).",
  ],
  [
    'in a project that is not there it is 403',
    'projects/nowhere/serviceAccounts/nobody@nowhere.iam.gserviceaccount.com',
    403,
    "Permission 'iam.serviceAccounts.get' denied on resource (or it may not exist).",
  ],
  [
    'in a project that is not its own it is 403',
    'projects/nowhere/serviceAccounts/caller@lab-project.iam.gserviceaccount.com',
    403,
    "Permission 'iam.serviceAccounts.get' denied on resource (or it may not exist).",
  ],
];

for (const [name, resource, status, message] of missing) {
  test(`an account that is not there: ${name} (IAM notes 1.8)`, async () => {
    const { cloud, token } = await open('roles/iam.serviceAccountViewer');
    const response = await cloud.send('GET', `${HOST}/v1/${resource}`, { token });
    assert.equal(response.status, status);
    assert.equal(response.json.error.message, message);
    if (status === 404) {
      assert.deepEqual(response.json, { error: { code: 404, message, status: 'NOT_FOUND' } });
    }
  });
}

test('a refusal names the permission (IAM notes 4.3)', async () => {
  const { cloud, token } = await open();
  const response = await cloud.send('GET', ACCOUNTS, { token });
  assert.equal(response.status, 403);
  assert.deepEqual(response.json, {
    error: {
      code: 403,
      message: "Permission 'iam.serviceAccounts.list' denied on resource (or it may not exist).",
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'IAM_PERMISSION_DENIED',
          domain: 'iam.googleapis.com',
          metadata: { permission: 'iam.serviceAccounts.list' },
        },
      ],
    },
  });
});

test('where refusals are only recorded, what is not there is 404', async () => {
  const cloud = await openTestCloud([iam], { iamMode: 'audit' });
  const token = await cloud.token(await cloud.account('caller'));
  for (const path of ['projects/nowhere/serviceAccounts', 'projects/-/serviceAccounts/nobody@x.y']) {
    const response = await cloud.send('GET', `${HOST}/v1/${path}`, { token });
    assert.equal(response.status, 404, path);
  }
});
