import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import { iam } from './index.ts';

const HOST = 'https://iam.googleapis.com';
const ROBOT = 'robot-1@lab-project.iam.gserviceaccount.com';
const NAME = `projects/${PROJECT_ID}/serviceAccounts/${ROBOT}`;

const UNKNOWN = { error: { code: 404, message: 'Unknown service account', status: 'NOT_FOUND' } };
const CHANGED = {
  error: {
    code: 409,
    message: 'There were concurrent changes of the service account. Please retry with exponential backoff.',
    status: 'ABORTED',
  },
};

async function open() {
  const cloud = await openTestCloud([iam]);
  const token = await cloud.token(await cloud.account('caller', 'roles/iam.serviceAccountAdmin'));
  await cloud.send('POST', `${HOST}/v1/projects/${PROJECT_ID}/serviceAccounts`, {
    token,
    body: { accountId: 'robot-1', serviceAccount: { displayName: 'Robot', description: 'Carries.' } },
  });
  const read = async () => (await cloud.send('GET', `${HOST}/v1/${NAME}`, { token })).json;
  const send = (method: string, path: string, body?: unknown) =>
    cloud.send(method, `${HOST}/v1/${path}`, { token, ...(body === undefined ? {} : { body }) });
  return { cloud, token, read, send };
}

test('an account is disabled and enabled; both answer {}, also a second time (IAM notes 1.8)', async () => {
  const { read, send } = await open();
  for (const body of [undefined, {}]) {
    assert.deepEqual((await send('POST', `${NAME}:disable`, body)).json, {});
    assert.equal((await read()).disabled, true);
  }
  for (const body of [undefined, {}]) {
    assert.deepEqual((await send('POST', `${NAME}:enable`, body)).json, {});
    assert.equal((await read()).disabled, undefined);
  }
});

test('an account is changed by its unique id, and through any project (IAM notes 1.8)', async () => {
  const { read, send } = await open();
  const { uniqueId } = await read();
  assert.equal((await send('POST', `projects/-/serviceAccounts/${uniqueId}:disable`)).status, 200);
  assert.equal((await read()).disabled, true);
  assert.equal((await send('POST', `projects/${PROJECT_ID}/serviceAccounts/${uniqueId}:enable`)).status, 200);
  const patch = { serviceAccount: { displayName: 'By id' }, updateMask: 'displayName' };
  const patched = await send('PATCH', `projects/-/serviceAccounts/${uniqueId}`, patch);
  assert.deepEqual(patched.json, { name: NAME, displayName: 'By id' });
});

const patches: readonly (readonly [string, object, object, object])[] = [
  [
    'the display name alone',
    { serviceAccount: { displayName: 'New', description: 'Not in the mask' }, updateMask: 'displayName' },
    { displayName: 'New' },
    { displayName: 'New', description: 'Carries.' },
  ],
  [
    'both texts, in the spelling of protobuf',
    { serviceAccount: { displayName: 'New', description: 'Too' }, updateMask: 'display_name,description' },
    { displayName: 'New', description: 'Too' },
    { displayName: 'New', description: 'Too' },
  ],
  [
    'a text that is left out is cleared',
    { updateMask: 'description' },
    {},
    { displayName: 'Robot', description: undefined },
  ],
  [
    'what only the server sets is not looked at',
    {
      serviceAccount: { description: 'New', email: 'x@y.z', uniqueId: '1', disabled: true, name: 'n' },
      updateMask: 'description',
    },
    { description: 'New' },
    { displayName: 'Robot', description: 'New', disabled: undefined, email: ROBOT },
  ],
];

for (const [name, body, answered, stored] of patches) {
  test(`a patch answers the name and what was patched: ${name} (IAM notes 1.8)`, async () => {
    const { read, send } = await open();
    const before = await read();
    const response = await send('PATCH', NAME, body);
    assert.equal(response.status, 200, response.text);
    assert.deepEqual(response.json, { name: NAME, ...answered });
    const after = await read();
    for (const [field, value] of Object.entries(stored)) assert.equal(after[field], value, field);
    assert.notEqual(after.etag, before.etag);
  });
}

const refused: readonly (readonly [string, object, string])[] = [
  [
    'no mask',
    { serviceAccount: { displayName: 'New' } },
    "The update mask must name 'displayName' or 'description'.",
  ],
  [
    'a mask of something else',
    { serviceAccount: { email: 'x@y.z' }, updateMask: 'displayName,email' },
    "The update mask names 'email'; only 'displayName' and 'description' can be patched.",
  ],
  [
    'a long display name',
    { serviceAccount: { displayName: 'x'.repeat(101) }, updateMask: 'displayName' },
    'The display_name length (101) is longer than the maximum allowed length 100.',
  ],
  [
    'an etag that is no base64',
    { serviceAccount: { etag: '?' }, updateMask: 'displayName' },
    'Invalid value for ByteString: ?',
  ],
  [
    'a field that there is not',
    { serviceAccount: { nickname: 'x' }, updateMask: 'displayName' },
    'Invalid JSON payload received. Unknown name "nickname" at \'serviceAccount\': Cannot find field.',
  ],
];

for (const [name, body, message] of refused) {
  test(`an account is not patched with ${name}`, async () => {
    const { read, send } = await open();
    const before = await read();
    const response = await send('PATCH', NAME, body);
    assert.equal(response.status, 400);
    assert.equal(response.json.error.message, message);
    assert.deepEqual(await read(), before);
  });
}

test('a stale etag changes nothing: 409 ABORTED; the present one does', async () => {
  const { read, send } = await open();
  const { etag: stale } = await read();
  await send('POST', `${NAME}:disable`);
  const before = await read();
  const patch = { serviceAccount: { displayName: 'New', etag: stale }, updateMask: 'displayName' };
  assert.deepEqual((await send('PATCH', NAME, patch)).json, CHANGED);
  assert.deepEqual((await send('PUT', NAME, { displayName: 'New', etag: stale })).json, CHANGED);
  assert.deepEqual(await read(), before);
  const good = { ...patch, serviceAccount: { displayName: 'New', etag: before.etag } };
  assert.equal((await send('PATCH', NAME, good)).status, 200);
});

test('the deprecated update changes the display name alone, and answers the account', async () => {
  const { read, send } = await open();
  const response = await send('PUT', NAME, { name: NAME, displayName: 'New', description: 'Not this' });
  assert.equal(response.status, 200, response.text);
  const account = await read();
  assert.deepEqual(response.json, account);
  assert.equal(account.displayName, 'New');
  assert.equal(account.description, 'Carries.');
  const long = await send('PUT', NAME, { displayName: 'x'.repeat(101) });
  assert.equal(long.status, 400);
});

const calls: readonly (readonly [string, string, object])[] = [
  ['PATCH', '', { updateMask: 'displayName' }],
  ['PUT', '', {}],
  ['POST', ':disable', {}],
  ['POST', ':enable', {}],
  ['DELETE', '', {}],
  ['POST', ':undelete', {}],
];

for (const [method, verb, body] of calls) {
  test(`${method} ${verb} of an account that is not there is 404 through its project, else 403 (IAM notes 1.8)`, async () => {
    const { send } = await open();
    const nobody = `serviceAccounts/nobody@lab-project.iam.gserviceaccount.com${verb}`;
    const response = await send(method, `projects/${PROJECT_ID}/${nobody}`, body);
    assert.deepEqual(response.json, UNKNOWN);
    assert.equal((await send(method, `projects/-/${nobody}`, body)).status, 403);
  });
}

/** Lets somebody else change the account just before each of the first commits. */
function raceAgainst(cloud: TestCloud, races: number) {
  const { resources } = cloud.services;
  const { commit, serviceAccounts } = resources;
  let lost = 0;
  const late: typeof commit = async (changes, preconditions) => {
    if (lost < races) {
      lost += 1;
      const stored = await serviceAccounts.find(ROBOT);
      assert.ok(stored);
      await commit(serviceAccounts.put({ ...stored.value, description: `Change ${lost}` }));
    }
    return commit(changes, preconditions);
  };
  Object.assign(resources, { commit: late });
  return () => lost;
}

test('two who change an account at once both have their way', async () => {
  const { cloud, read, send } = await open();
  raceAgainst(cloud, 3);
  const patch = { serviceAccount: { displayName: 'Mine' }, updateMask: 'displayName' };
  assert.equal((await send('PATCH', NAME, patch)).status, 200);
  const { displayName, description } = await read();
  assert.deepEqual([displayName, description], ['Mine', 'Change 3']);
});

test('who is overtaken again and again is told to come again, after eleven attempts', async () => {
  const { cloud, read, send } = await open();
  const count = raceAgainst(cloud, Infinity);
  const response = await send('POST', `${NAME}:disable`);
  assert.deepEqual(response.json, CHANGED);
  assert.equal(count(), 11);
  assert.equal((await read()).disabled, undefined);
});
