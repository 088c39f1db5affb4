import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { makeServiceAccountKey } from '../../identity/service-account-keys.ts';
import { USER_KEY_LIMIT } from '../../resources/service-account-keys.ts';
import { openTestCloud, PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import { iam } from './index.ts';

const HOST = 'https://iam.googleapis.com';

async function open() {
  const cloud = await openTestCloud([iam]);
  const token = await cloud.token(await cloud.account('caller', 'roles/iam.serviceAccountKeyAdmin'));
  const email = await cloud.account('robot-1');
  const url = `${HOST}/v1/projects/-/serviceAccounts/${email}/keys`;
  return { cloud, token, email, url };
}

async function keysOf({ services }: TestCloud, email: string) {
  const { serviceAccounts } = services.resources;
  const account = await serviceAccounts.find(email);
  assert.ok(account);
  return serviceAccounts.keys.list(account.value.uniqueId);
}

test('a key is answered as a key file in base64; its public half is kept and its private half is not (IAM notes 1.8)', async () => {
  const { cloud, token, email, url } = await open();
  const created = await cloud.send('POST', `${url}?alt=json`, {
    token,
    body: { privateKeyType: 'TYPE_GOOGLE_CREDENTIALS_FILE' },
  });
  assert.equal(created.status, 200);
  const { name, privateKeyData, ...rest } = created.json;
  assert.match(
    name,
    /^projects\/lab-project\/serviceAccounts\/robot-1@lab-project\.iam\.gserviceaccount\.com\/keys\/[0-9a-f]{40}$/,
  );
  assert.deepEqual(rest, {
    privateKeyType: 'TYPE_GOOGLE_CREDENTIALS_FILE',
    validAfterTime: '2026-11-23T05:00:00Z',
    validBeforeTime: '9999-12-31T23:59:59Z',
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyOrigin: 'GOOGLE_PROVIDED',
    keyType: 'USER_MANAGED',
  });
  assert.match(privateKeyData, /^[A-Za-z0-9+/]+={0,2}$/, 'gcloud insists on standard base64');
  const { serviceAccounts } = cloud.services.resources;
  const account = await serviceAccounts.find(email);
  const file = JSON.parse(Buffer.from(privateKeyData, 'base64').toString());
  const { private_key: privateKeyPem, ...fields } = file;
  assert.deepEqual(fields, {
    type: 'service_account',
    project_id: PROJECT_ID,
    private_key_id: name.slice(-40),
    client_email: email,
    client_id: account?.value.uniqueId,
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url:
      'https://www.googleapis.com/robot/v1/metadata/x509/robot-1%40lab-project.iam.gserviceaccount.com',
    universe_domain: 'googleapis.com',
  });
  const privateKey = createPrivateKey(privateKeyPem);
  assert.equal(privateKey.asymmetricKeyDetails?.modulusLength, 2048);
  const kept = await serviceAccounts.keys.get(account?.value.uniqueId ?? '', name.slice(-40));
  assert.equal(kept?.value.publicKeyPem, createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }));
  assert.doesNotMatch(JSON.stringify(kept), /PRIVATE/);
});

const algorithms = [
  [{}, 'KEY_ALG_RSA_2048', 2048],
  [{ keyAlgorithm: 'KEY_ALG_UNSPECIFIED', privateKeyType: 'TYPE_UNSPECIFIED' }, 'KEY_ALG_RSA_2048', 2048],
  [{ keyAlgorithm: 'KEY_ALG_RSA_1024' }, 'KEY_ALG_RSA_1024', 1024],
] as const;

for (const [body, algorithm, bits] of algorithms) {
  test(`a key of ${JSON.stringify(body)} is ${algorithm}`, async () => {
    const { cloud, token, url } = await open();
    const { json } = await cloud.send('POST', url, { token, body });
    assert.equal(json.keyAlgorithm, algorithm);
    assert.equal(json.privateKeyType, 'TYPE_GOOGLE_CREDENTIALS_FILE');
    const file = JSON.parse(Buffer.from(json.privateKeyData, 'base64').toString());
    assert.equal(createPrivateKey(file.private_key).asymmetricKeyDetails?.modulusLength, bits);
  });
}

const refused: readonly (readonly [string, object, string])[] = [
  [
    'a PKCS #12 file',
    { privateKeyType: 'TYPE_PKCS12_FILE' },
    "Private key type 'TYPE_PKCS12_FILE' is not supported by this server. Ask for 'TYPE_GOOGLE_CREDENTIALS_FILE'.",
  ],
  [
    'an unknown algorithm',
    { keyAlgorithm: 'KEY_ALG_EC' },
    'Invalid value at \'keyAlgorithm\' (TYPE_ENUM), "KEY_ALG_EC"',
  ],
];

for (const [name, body, message] of refused) {
  test(`no key is made for ${name}`, async () => {
    const { cloud, token, email, url } = await open();
    const response = await cloud.send('POST', url, { token, body });
    assert.equal(response.status, 400);
    assert.equal(response.json.error.message, message);
    assert.deepEqual(await keysOf(cloud, email), []);
  });
}

test('an account has at most ten keys, also of those that are made at once (IAM notes 1.8)', async () => {
  const { cloud, token, email, url } = await open();
  const body = { keyAlgorithm: 'KEY_ALG_RSA_1024' };
  const answers = await Promise.all(
    Array.from({ length: USER_KEY_LIMIT + 3 }, () => cloud.send('POST', url, { token, body })),
  );
  const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
  assert.deepEqual(statuses, [...Array(USER_KEY_LIMIT).fill(200), 429, 429, 429]);
  const last = await cloud.send('POST', url, { token, body });
  assert.deepEqual(last.json, {
    error: { code: 429, message: 'Maximum number of keys on account reached.', status: 'RESOURCE_EXHAUSTED' },
  });
  assert.equal((await keysOf(cloud, email)).length, USER_KEY_LIMIT);
});

test('who loses the race for the last place gets no key', async () => {
  const { cloud, token, email, url } = await open();
  const { resources } = cloud.services;
  const { serviceAccounts, commit } = resources;
  const account = await serviceAccounts.find(email);
  assert.ok(account);
  const rival = async () =>
    (await makeServiceAccountKey(account.value, 'KEY_ALG_RSA_1024', cloud.services)).key;
  for (let count = 1; count < USER_KEY_LIMIT; count += 1)
    await commit([serviceAccounts.keys.put(await rival())]);
  let lost = false;
  // Just before the key is stored, somebody else stores the tenth.
  const late: typeof commit = async (changes, preconditions) => {
    if (!lost) {
      lost = true;
      await commit([serviceAccounts.keys.put(await rival()), ...serviceAccounts.put(account.value)]);
    }
    return commit(changes, preconditions);
  };
  Object.assign(resources, { commit: late });
  const response = await cloud.send('POST', url, { token, body: { keyAlgorithm: 'KEY_ALG_RSA_1024' } });
  assert.equal(response.status, 429);
  assert.equal((await keysOf(cloud, email)).length, USER_KEY_LIMIT);
});

test('a key of an account that is not there is 404 through its project (IAM notes 1.8)', async () => {
  const { cloud, token } = await open();
  const url = `${HOST}/v1/projects/${PROJECT_ID}/serviceAccounts/nobody@lab-project.iam.gserviceaccount.com/keys`;
  const response = await cloud.send('POST', url, { token });
  assert.deepEqual(response.json, {
    error: { code: 404, message: 'Unknown service account', status: 'NOT_FOUND' },
  });
});
