import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { signJwt } from '../../protocol/jwt/jwt.ts';
import type { TestCloud } from '../api.fixture.ts';
import { NOW_SECONDS, openOAuthCloud } from './assertion.fixture.ts';

const HOST = 'https://oauth2.googleapis.com';
const EMAIL_SCOPE = 'https://www.googleapis.com/auth/userinfo.email';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function open() {
  const cloud = await openOAuthCloud();
  const email = await cloud.account('robot-1');
  const account = await cloud.services.resources.serviceAccounts.find(email);
  return { cloud, email, uniqueId: account?.value.uniqueId ?? '' };
}

function idToken(cloud: TestCloud, change: object = {}): Promise<string> {
  const claims = {
    aud: 'https://service.example',
    azp: 'robot-1@lab-project.iam.gserviceaccount.com',
    email: 'robot-1@lab-project.iam.gserviceaccount.com',
    email_verified: true,
    exp: NOW_SECONDS + 3600,
    google: { compute_engine: { zone: 'us-central1-a' } },
    iat: NOW_SECONDS,
    iss: 'https://accounts.google.com',
    sub: '123456789012345678901',
    ...change,
  };
  return cloud.services.issuer.signIdToken(claims);
}

test('tokeninfo says what an access token is, every value as text', async () => {
  const { cloud, email, uniqueId } = await open();
  const token = await cloud.token(email, { scopes: [CLOUD_PLATFORM, EMAIL_SCOPE] });
  cloud.clock.nowMs += 10_500;
  const expected = {
    azp: uniqueId,
    aud: uniqueId,
    sub: uniqueId,
    scope: `${CLOUD_PLATFORM} ${EMAIL_SCOPE}`,
    exp: String(NOW_SECONDS + 3600),
    expires_in: '3590',
    email,
    email_verified: 'true',
    access_type: 'online',
  };
  for (const path of ['/tokeninfo', '/oauth2/v3/tokeninfo']) {
    const asked = await cloud.send('GET', `${HOST}${path}?access_token=${token}`);
    assert.equal(asked.status, 200);
    assert.deepEqual(asked.json, expected);
    const body = `access_token=${token}`;
    const posted = await cloud.send('POST', HOST + path, { body, headers: FORM });
    assert.deepEqual(posted.json, expected);
    const inQuery = await cloud.send('POST', `${HOST}${path}?access_token=${token}`);
    assert.deepEqual(inQuery.json, expected);
    const inHeader = await cloud.send('POST', HOST + path, { token, headers: FORM });
    assert.deepEqual(inHeader.json, expected);
  }
});

test('a token without the scopes for it does not tell whose it is', async () => {
  const { cloud, email, uniqueId } = await open();
  const token = await cloud.token(email);
  const { json } = await cloud.send('GET', `${HOST}/tokeninfo?access_token=${token}`);
  assert.deepEqual(json, {
    azp: uniqueId,
    aud: uniqueId,
    scope: CLOUD_PLATFORM,
    exp: String(NOW_SECONDS + 3600),
    expires_in: '3600',
    access_type: 'online',
  });
});

test('tokeninfo v1 and v2 speak in the old names', async () => {
  const { cloud, email, uniqueId } = await open();
  const token = await cloud.token(email, { scopes: [EMAIL_SCOPE] });
  for (const version of ['v1', 'v2']) {
    const url = `https://www.googleapis.com/oauth2/${version}/tokeninfo?access_token=${token}`;
    for (const verb of ['GET', 'POST']) {
      assert.deepEqual((await cloud.send(verb, url)).json, {
        issued_to: uniqueId,
        audience: uniqueId,
        user_id: uniqueId,
        scope: EMAIL_SCOPE,
        expires_in: 3600,
        email,
        verified_email: true,
        access_type: 'online',
      });
    }
  }
});

test('tokeninfo shows the claims and header of an ID token', async () => {
  const { cloud } = await open();
  const [key] = await cloud.services.issuer.publicKeys();
  const { json } = await cloud.send('GET', `${HOST}/tokeninfo?id_token=${await idToken(cloud)}`);
  assert.deepEqual(json, {
    aud: 'https://service.example',
    azp: 'robot-1@lab-project.iam.gserviceaccount.com',
    email: 'robot-1@lab-project.iam.gserviceaccount.com',
    email_verified: 'true',
    exp: String(NOW_SECONDS + 3600),
    iat: String(NOW_SECONDS),
    iss: 'https://accounts.google.com',
    sub: '123456789012345678901',
    alg: 'RS256',
    kid: key?.id,
    typ: 'JWT',
  });
  const old = await cloud.send('GET', `${HOST}/oauth2/v1/tokeninfo?id_token=${await idToken(cloud)}`);
  assert.deepEqual(old.json, {
    issuer: 'https://accounts.google.com',
    issued_to: 'robot-1@lab-project.iam.gserviceaccount.com',
    audience: 'https://service.example',
    user_id: '123456789012345678901',
    issued_at: NOW_SECONDS,
    email: 'robot-1@lab-project.iam.gserviceaccount.com',
    email_verified: true,
    expires_in: 3600,
  });
});

const INVALID = { error: 'invalid_token', error_description: 'Invalid Value' };

const badTokens: readonly (readonly [string, (cloud: TestCloud, email: string) => Promise<string>])[] = [
  ['garbage', async () => 'access_token=ya29.garbage'],
  ['a truncated token', async (cloud, email) => `access_token=${(await cloud.token(email)).slice(0, -1)}`],
  [
    'an expired token',
    async (cloud, email) => {
      const token = await cloud.token(email, { lifetimeSeconds: 60 });
      cloud.clock.nowMs += 60_000;
      return `access_token=${token}`;
    },
  ],
  [
    'the token of a disabled account',
    async (cloud, email) => {
      const { serviceAccounts, commit } = cloud.services.resources;
      const account = await serviceAccounts.find(email);
      assert.ok(account);
      await commit(serviceAccounts.put({ ...account.value, disabled: true }));
      return `access_token=${await cloud.token(email)}`;
    },
  ],
  ['an ID token as an access token', async (cloud) => `access_token=${await idToken(cloud)}`],
  ['an access token as an ID token', async (cloud, email) => `id_token=${await cloud.token(email)}`],
  [
    'an ID token of another issuer',
    async (cloud) => `id_token=${await idToken(cloud, { iss: 'https://x.y' })}`,
  ],
  ['an expired ID token', async (cloud) => `id_token=${await idToken(cloud, { exp: NOW_SECONDS })}`],
  ['an ID token without expiry', async (cloud) => `id_token=${await idToken(cloud, { exp: undefined })}`],
  [
    'an ID token of another key under our key id',
    async (cloud) => {
      const [key] = await cloud.services.issuer.publicKeys();
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const claims = { iss: 'https://accounts.google.com', exp: NOW_SECONDS + 60 };
      return `id_token=${signJwt(claims, { id: key?.id ?? '', privateKey })}`;
    },
  ],
];

for (const [name, makeQuery] of badTokens) {
  test(`tokeninfo of ${name} is invalid_token (IAM notes 4.5)`, async () => {
    const { cloud, email } = await open();
    const query = await makeQuery(cloud, email);
    for (const path of ['/tokeninfo', '/oauth2/v1/tokeninfo']) {
      const response = await cloud.send('GET', `${HOST}${path}?${query}`);
      assert.equal(response.status, 400);
      assert.deepEqual(response.json, INVALID);
    }
  });
}

test('tokeninfo of nothing is invalid_request', async () => {
  const { cloud } = await open();
  const response = await cloud.send('GET', `${HOST}/tokeninfo`);
  assert.equal(response.status, 400);
  assert.deepEqual(response.json, {
    error: 'invalid_request',
    error_description: 'either access_token, id_token, or token_handle required',
  });
});
