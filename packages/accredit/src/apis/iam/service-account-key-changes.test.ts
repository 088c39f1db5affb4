import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import {
  RSA_CERTIFICATE,
  toPublicKeyData,
} from '../../protocol/iam/service-accounts/certificates.fixture.ts';
import { USER_KEY_LIMIT } from '../../resources/service-account-keys.ts';
import { openTestCloud, PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import { iam } from './index.ts';

const HOST = 'https://iam.googleapis.com';
const REASON = 'SERVICE_ACCOUNT_KEY_DISABLE_REASON';

async function open() {
  const cloud = await openTestCloud([iam]);
  const roles = ['roles/iam.serviceAccountKeyAdmin', 'roles/iam.serviceAccountAdmin'];
  const token = await cloud.token(await cloud.account('caller', ...roles));
  const account = `projects/${PROJECT_ID}/serviceAccounts/${await cloud.account('robot-1')}`;
  const send = (method: string, path: string, body?: unknown) =>
    cloud.send(method, `${HOST}/v1/${path}`, { token, ...(body === undefined ? {} : { body }) });
  const create = async () =>
    (await send('POST', `${account}/keys`, { keyAlgorithm: 'KEY_ALG_RSA_1024' })).json;
  const list = async (query = '') => (await send('GET', `${account}/keys${query}`)).json;
  return { cloud, account, send, create, list };
}

type Shown = Readonly<Record<string, unknown>>;

/** What of a new key is shown again. */
function shown({ privateKeyType: _type, privateKeyData: _data, ...key }: Shown): Shown {
  return key;
}

const byName = (a: Shown, b: Shown) => (String(a.name) < String(b.name) ? -1 : 1);

test('the keys of an account are listed, by who manages them: there are none of the system (IAM notes 1.8)', async () => {
  const { create, list } = await open();
  assert.deepEqual(await list(), {});
  const keys = [shown(await create()), shown(await create())].sort(byName);
  for (const query of [
    '',
    '?keyTypes=USER_MANAGED',
    '?keyTypes=KEY_TYPE_UNSPECIFIED',
    '?keyTypes=SYSTEM_MANAGED&keyTypes=USER_MANAGED',
  ]) {
    assert.deepEqual(await list(query), { keys }, query);
  }
  assert.deepEqual(await list('?keyTypes=SYSTEM_MANAGED'), {});
  assert.equal((await list('?keyTypes=MINE')).error.code, 400);
});

test('a key is read with the public half in the form that is asked for (IAM notes 1.8)', async () => {
  const { account, create, send } = await open();
  const created = await create();
  const key = shown(created);
  const file = JSON.parse(Buffer.from(created.privateKeyData, 'base64').toString());
  const publicKeyPem = createPublicKey(file.private_key).export({ type: 'spki', format: 'pem' });
  for (const query of ['', '?publicKeyType=TYPE_NONE']) {
    assert.deepEqual((await send('GET', `${created.name}${query}`)).json, key);
  }
  const raw = await send('GET', `${created.name}?publicKeyType=TYPE_RAW_PUBLIC_KEY`);
  assert.deepEqual(raw.json, { ...key, publicKeyData: toPublicKeyData(publicKeyPem) });
  const { json } = await send('GET', `${created.name}?publicKeyType=TYPE_X509_PEM_FILE`);
  const certificate = new X509Certificate(Buffer.from(json.publicKeyData, 'base64'));
  assert.equal(certificate.publicKey.export({ type: 'spki', format: 'pem' }), publicKeyPem);
  assert.equal((await send('GET', `${created.name}?publicKeyType=TYPE_PKCS12`)).status, 400);
  const byId = (await send('GET', account)).json.uniqueId;
  const name = created.name.replace(/serviceAccounts\/[^/]+/, `serviceAccounts/${byId}`);
  assert.deepEqual((await send('GET', name.replace(PROJECT_ID, '-'))).json, key);
});

const reasons: readonly (readonly [object | undefined, string])[] = [
  [undefined, `${REASON}_USER_INITIATED`],
  [{}, `${REASON}_USER_INITIATED`],
  [{ serviceAccountKeyDisableReason: `${REASON}_UNSPECIFIED` }, `${REASON}_USER_INITIATED`],
  [{ serviceAccountKeyDisableReason: `${REASON}_EXPOSED` }, `${REASON}_EXPOSED`],
];

for (const [body, reason] of reasons) {
  test(`a key is disabled with ${JSON.stringify(body)} for ${reason}, and enabled again`, async () => {
    const { create, list, send } = await open();
    const { name, ...created } = await create();
    const key = shown({ name, ...created });
    const disabled = await send('POST', `${name}:disable`, body);
    assert.deepEqual([disabled.status, disabled.json], [200, {}]);
    assert.deepEqual(await list(), { keys: [{ ...key, disabled: true, disableReason: reason }] });
    const enabled = await send('POST', `${name}:enable`, {});
    assert.deepEqual([enabled.status, enabled.json], [200, {}]);
    assert.deepEqual(await list(), { keys: [key] });
  });
}

test('a deleted key is not there any more, and its place is free', async () => {
  const { create, list, send } = await open();
  const keys = await Promise.all(Array.from({ length: USER_KEY_LIMIT }, create));
  const [{ name }] = keys;
  assert.deepEqual((await send('DELETE', name)).json, {});
  assert.equal((await list()).keys.length, USER_KEY_LIMIT - 1);
  const missing = { code: 404, message: `Service account key ${name.slice(-40)} does not exist.` };
  for (const [method, path] of [
    ['GET', name],
    ['DELETE', name],
    ['POST', `${name}:disable`],
    ['POST', `${name}:enable`],
  ] as const) {
    const { json } = await send(method, path);
    assert.deepEqual(json, { error: { ...missing, status: 'NOT_FOUND' } }, `${method} ${path}`);
  }
  assert.match((await create()).name, /keys\/[0-9a-f]{40}$/);
});

test('a key of an account that is not there is 404 through its project; one of a name that none has too', async () => {
  const { account, send } = await open();
  const nobody = `projects/${PROJECT_ID}/serviceAccounts/nobody@lab-project.iam.gserviceaccount.com`;
  const id = 'ab'.repeat(20);
  assert.equal((await send('GET', `${nobody}/keys/${id}`)).json.error.message, 'Unknown service account');
  assert.equal((await send('GET', `${nobody}/keys`)).json.error.message, 'Unknown service account');
  for (const name of [id, 'x', '..%2F..', 'x'.repeat(5000)]) {
    assert.equal((await send('GET', `${account}/keys/${name}`)).status, 404, name.slice(0, 50));
  }
});

test('a certificate is uploaded: the key has its period, and gives it back (IAM notes 1.8)', async () => {
  const { account, list, send } = await open();
  const publicKeyData = toPublicKeyData(RSA_CERTIFICATE);
  const uploaded = await send('POST', `${account}/keys:upload`, { publicKeyData });
  assert.equal(uploaded.status, 200, uploaded.text);
  const { name, ...rest } = uploaded.json;
  assert.match(name, /\/keys\/[0-9a-f]{40}$/);
  assert.deepEqual(rest, {
    validAfterTime: '2026-11-01T00:00:00Z',
    validBeforeTime: '2027-11-01T00:00:00Z',
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyOrigin: 'USER_PROVIDED',
    keyType: 'USER_MANAGED',
  });
  assert.deepEqual(await list(), { keys: [uploaded.json] });
  const read = await send('GET', `${name}?publicKeyType=TYPE_X509_PEM_FILE`);
  assert.equal(read.json.publicKeyData, publicKeyData);
});

const uploads: readonly (readonly [string, object])[] = [
  ['nothing', {}],
  ['what is no base64', { publicKeyData: '???' }],
  ['what is no certificate', { publicKeyData: toPublicKeyData('hello') }],
];

for (const [name, body] of uploads) {
  test(`${name} is no key: nothing is kept of it`, async () => {
    const { account, list, send } = await open();
    const response = await send('POST', `${account}/keys:upload`, body);
    assert.equal(response.status, 400);
    assert.equal(response.json.error.status, 'INVALID_ARGUMENT');
    assert.deepEqual(await list(), {});
  });
}

test('an uploaded key takes one of the ten places (IAM notes 1.8)', async () => {
  const { account, create, send } = await open();
  await Promise.all(Array.from({ length: USER_KEY_LIMIT }, create));
  const body = { publicKeyData: toPublicKeyData(RSA_CERTIFICATE) };
  const response = await send('POST', `${account}/keys:upload`, body);
  assert.equal(response.status, 429);
  assert.equal(response.json.error.message, 'Maximum number of keys on account reached.');
});

test('a new key leaves the etag of its account as it is', async () => {
  const { account, create, send } = await open();
  const { etag } = (await send('GET', account)).json;
  await create();
  assert.equal((await send('GET', account)).json.etag, etag);
});

/** Lets somebody else delete a key just before it is changed. */
function deleteMeanwhile({ services }: TestCloud, name: string): void {
  const { resources } = services;
  const { commit, serviceAccounts } = resources;
  const late: typeof commit = async (changes, preconditions) => {
    Object.assign(resources, { commit });
    const account = await serviceAccounts.find(name.split('/')[3] ?? '');
    const key = await serviceAccounts.keys.get(account?.value.uniqueId ?? '', name.slice(-40));
    assert.ok(key);
    await commit([serviceAccounts.keys.remove(key.value)]);
    return commit(changes, preconditions);
  };
  Object.assign(resources, { commit: late });
}

test('a key that is deleted while it is enabled does not come back', async () => {
  const { cloud, create, list, send } = await open();
  const { name } = await create();
  deleteMeanwhile(cloud, name);
  assert.equal((await send('POST', `${name}:enable`, {})).status, 404);
  assert.deepEqual(await list(), {});
});
