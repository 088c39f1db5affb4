/** JWTs that an account signs for an API itself, in place of an access token (AIP-4111). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../protocol/iam/scopes.ts';
import { openTestCloud, PROJECT_ID, type TestRequest } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';
import { assertionOf, makeKeyHolder, NOW_SECONDS } from './oauth2/assertion.fixture.ts';
import { oauth2 } from './oauth2/index.ts';

const HOST = 'https://cloudresourcemanager.googleapis.com';
const PROJECT = `${HOST}/v1/projects/${PROJECT_ID}`;

async function open() {
  const cloud = await openTestCloud([oauth2, cloudResourceManager]);
  const holder = await makeKeyHolder(cloud, 'robot-1');
  const { email, key, privateKey } = holder;
  await cloud.grant(`projects/${PROJECT_ID}`, 'roles/browser', `serviceAccount:${email}`);
  const claims = { iss: email, sub: email, iat: NOW_SECONDS, exp: NOW_SECONDS + 3600 };
  const sign = (more: object, header: object = { kid: key.keyId }) =>
    assertionOf({ ...claims, ...more }, privateKey, { alg: 'RS256', typ: 'JWT', ...header });
  const read = (token: string, request: TestRequest = {}) =>
    cloud.send('GET', PROJECT, { token, ...request });
  return { cloud, holder, sign, read };
}

const good: readonly (readonly [string, object, object?])[] = [
  ['the API as its audience', { aud: `${HOST}/` }],
  ['the address that is called as its audience', { aud: PROJECT }],
  ['scopes', { scope: CLOUD_PLATFORM }],
];

for (const [name, claims, header] of good) {
  test(`a JWT with ${name} is taken in place of an access token`, async () => {
    const { sign, read } = await open();
    const response = await read(sign(claims, header));
    assert.equal(response.status, 200, response.text);
    assert.equal(response.json.projectId, PROJECT_ID);
  });
}

const bad: readonly (readonly [string, object, object?])[] = [
  ['another API as its audience', { aud: 'https://storage.googleapis.com/' }],
  ['the token endpoint as its audience', { aud: 'https://oauth2.googleapis.com/token' }],
  ['scopes for the token endpoint', { scope: CLOUD_PLATFORM, aud: 'https://oauth2.googleapis.com/token' }],
  ['neither audience nor scope', {}],
  ['an end in the past', { scope: CLOUD_PLATFORM, iat: NOW_SECONDS - 3600, exp: NOW_SECONDS }],
  ['a life of more than an hour', { scope: CLOUD_PLATFORM, exp: NOW_SECONDS + 3601 }],
  ['another subject', { scope: CLOUD_PLATFORM, sub: 'ada@example.com' }],
  [
    'another issuer',
    { scope: CLOUD_PLATFORM, iss: 'nobody@lab-project.iam.gserviceaccount.com', sub: undefined },
  ],
  ['an issuer that is no address', { scope: CLOUD_PLATFORM, iss: '__proto__', sub: '__proto__' }],
  ['no key id', { scope: CLOUD_PLATFORM }, { kid: undefined }],
  ['a target audience', { aud: `${HOST}/`, target_audience: 'https://example.com' }],
  ['the id of another key', { scope: CLOUD_PLATFORM }, { kid: 'f'.repeat(40) }],
  ['a key id that is no text', { scope: CLOUD_PLATFORM }, { kid: {} }],
  ['no algorithm', { scope: CLOUD_PLATFORM }, { alg: 'none' }],
  ['a symmetric algorithm', { scope: CLOUD_PLATFORM }, { alg: 'HS256' }],
];

for (const [name, claims, header] of bad) {
  test(`a JWT with ${name} is 401`, async () => {
    const { sign, read } = await open();
    const response = await read(sign(claims, header));
    assert.equal(response.status, 401);
    assert.equal(response.json.error.status, 'UNAUTHENTICATED');
    assert.match(response.json.error.message, /^Request had invalid authentication credentials\./);
  });
}

test("a JWT of another account's key is 401, and so is one whose claims were changed after", async () => {
  const { cloud, sign, read, holder } = await open();
  const other = await makeKeyHolder(cloud, 'robot-2');
  const claims = { iss: holder.email, scope: CLOUD_PLATFORM, iat: NOW_SECONDS, exp: NOW_SECONDS + 3600 };
  const header = { alg: 'RS256', kid: holder.key.keyId };
  assert.equal((await read(assertionOf(claims, other.privateKey, header))).status, 401);
  const [head, , tail] = sign({ scope: CLOUD_PLATFORM }).split('.');
  const changed = Buffer.from(JSON.stringify({ ...claims, scope: 'openid' })).toString('base64url');
  assert.equal((await read(`${head}.${changed}.${tail}`)).status, 401);
});

test('the scopes of a JWT confine it; one for an API has none to check', async () => {
  const { sign, read } = await open();
  const narrow = await read(sign({ scope: 'https://www.googleapis.com/auth/devstorage.read_only' }));
  assert.equal(narrow.status, 403);
  assert.equal(narrow.json.error.details[0].reason, 'ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  assert.equal((await read(sign({ aud: `${HOST}/` }))).status, 200);
});

test('roles decide what a JWT may do, and the refusal names its account', async () => {
  const { cloud, holder, sign } = await open();
  const token = sign({ aud: `${HOST}/` });
  const response = await cloud.send('DELETE', PROJECT, { token });
  assert.equal(response.status, 403);
  const [refusal] = await cloud.audit.refusals(1);
  assert.equal(refusal?.decision?.principal, `serviceAccount:${holder.email}`);
});

test('a JWT is good as long as its account and its key are', async () => {
  const { cloud, holder, sign, read } = await open();
  const token = sign({ scope: CLOUD_PLATFORM });
  const { serviceAccounts, commit } = cloud.services.resources;
  await commit([serviceAccounts.keys.put({ ...holder.key, disabled: true })]);
  assert.equal((await read(token)).status, 401);
  await commit([serviceAccounts.keys.put(holder.key)]);
  assert.equal((await read(token)).status, 200);
  await commit([serviceAccounts.keys.remove(holder.key)]);
  assert.equal((await read(token)).status, 401);
});

test('a JWT for an address on loopback is for whatever is there, and no credential', async () => {
  const { cloud, sign } = await open();
  const path = `/v1/projects/${PROJECT_ID}`;
  for (const origin of ['http://127.0.0.1:8080', 'http://localhost:8123', 'http://[::1]:80']) {
    const request = { token: sign({ aud: origin + path }), headers: { host: new URL(origin).host } };
    assert.equal((await cloud.send('GET', origin + path, request)).status, 401, origin);
  }
});

test('the userinfo endpoint takes a JWT with scopes, and none that asks the token endpoint for an OpenID token', async () => {
  const { cloud, holder, sign } = await open();
  const token = sign({ scope: 'openid email' });
  const response = await cloud.send('GET', 'https://openidconnect.googleapis.com/v1/userinfo', { token });
  assert.equal(response.json.email, holder.email, response.text);
  const aud = 'https://oauth2.googleapis.com/token';
  const asking = sign({ aud, target_audience: 'https://example.com' });
  const refused = await cloud.send('GET', 'https://openidconnect.googleapis.com/v1/userinfo', {
    token: asking,
  });
  assert.equal(refused.status, 401);
});
