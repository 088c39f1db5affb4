import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OWNER_EMAIL } from '../../http/authenticate.ts';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { openOAuthCloud } from './assertion.fixture.ts';

const EMAIL_SCOPE = 'https://www.googleapis.com/auth/userinfo.email';
const NEW = [
  'https://openidconnect.googleapis.com/v1/userinfo',
  'https://www.googleapis.com/oauth2/v3/userinfo',
];
const OLD = [
  'https://www.googleapis.com/oauth2/v2/userinfo',
  'https://www.googleapis.com/oauth2/v1/userinfo',
  'https://www.googleapis.com/userinfo/v2/me',
];

test('the OpenID configuration is public and may be kept; what it names is served (metadata notes 9.4.9)', async () => {
  const cloud = await openOAuthCloud();
  const response = await cloud.send('GET', 'https://accounts.google.com/.well-known/openid-configuration');
  assert.equal(response.headers['Cache-Control'], 'public, max-age=3600, must-revalidate, no-transform');
  assert.equal(response.json.issuer, 'https://accounts.google.com');
  const { token_endpoint: token, userinfo_endpoint: userInfo, jwks_uri: keySet } = response.json;
  for (const [verb, url] of [
    ['POST', token],
    ['GET', userInfo],
    ['GET', keySet],
  ]) {
    assert.notEqual((await cloud.send(verb, url)).status, 404, url);
  }
  const local = await cloud.send('GET', 'http://127.0.0.1:8080/.well-known/openid-configuration');
  assert.equal(local.json.jwks_uri, 'http://127.0.0.1:8080/oauth2/v3/certs');
  assert.equal((await cloud.send('GET', local.json.jwks_uri)).status, 200);
});

test('userinfo shows a service account to itself, in the two forms that there have been', async () => {
  const cloud = await openOAuthCloud();
  const email = await cloud.account('robot-1');
  const account = await cloud.services.resources.serviceAccounts.find(email);
  const uniqueId = account?.value.uniqueId;
  const token = await cloud.token(email, { scopes: ['openid', EMAIL_SCOPE] });
  const bare = await cloud.token(email, { scopes: ['openid'] });
  for (const url of NEW) {
    for (const verb of ['GET', 'POST']) {
      const { json } = await cloud.send(verb, url, { token });
      assert.deepEqual(json, { sub: uniqueId, email, email_verified: true });
    }
    assert.deepEqual((await cloud.send('GET', url, { token: bare })).json, { sub: uniqueId });
  }
  for (const url of OLD) {
    assert.deepEqual((await cloud.send('GET', url, { token })).json, {
      id: uniqueId,
      email,
      verified_email: true,
    });
  }
});

test('userinfo knows the owner by the socket', async () => {
  const cloud = await openOAuthCloud();
  const { json } = await cloud.send('GET', 'https://openidconnect.googleapis.com/v1/userinfo', {
    listener: { kind: 'owner' },
  });
  assert.equal(json.email, OWNER_EMAIL);
  assert.match(json.sub, /^\d{21}$/);
});

test('userinfo of nobody is 401, of a bad token 401, and without an identity scope 403', async () => {
  const cloud = await openOAuthCloud();
  const token = await cloud.token(await cloud.account('robot-1'), { scopes: [CLOUD_PLATFORM] });
  for (const url of [...NEW, ...OLD]) {
    assert.equal((await cloud.send('GET', url)).json.error.details[0].reason, 'CREDENTIALS_MISSING');
    assert.equal((await cloud.send('GET', url, { token: 'ya29.garbage' })).status, 401);
    const response = await cloud.send('GET', url, { token });
    assert.equal(response.status, 403);
    assert.equal(response.json.error.details[0].reason, 'ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  }
});
