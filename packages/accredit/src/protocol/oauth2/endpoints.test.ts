import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPENID_ISSUER, openIdConfiguration, tokenAudiences } from './endpoints.ts';

const GOOGLE = [
  'https://oauth2.googleapis.com/token',
  'https://www.googleapis.com/oauth2/v4/token',
  'https://www.googleapis.com/oauth2/v3/token',
  'https://accounts.google.com/o/oauth2/token',
];

test('an assertion may name any address of the token endpoint (clients notes 2.4)', () => {
  assert.deepEqual([...tokenAudiences('https://oauth2.googleapis.com')], GOOGLE);
});

for (const origin of [
  'http://127.0.0.1:8080',
  'http://localhost',
  'http://[::1]:443',
  'http://127.1.2.3:1',
]) {
  test(`on loopback the address that was called is an audience too: ${origin}`, () => {
    const audiences = tokenAudiences(origin);
    for (const path of ['/token', '/oauth2/v4/token', '/oauth2/v3/token', '/o/oauth2/token']) {
      assert.equal(audiences.has(origin + path), true, path);
    }
    assert.equal(audiences.size, 8);
  });
}

for (const origin of [
  'https://evil.example',
  'http://evil.example',
  'http://127.0.0.1.evil.example',
  'http://127.evil.example',
  'http://localhost.evil.example',
  'https://127.0.0.1',
  'http://localhost/x',
  'http://localhost:8080@evil.example',
  'http://[::1].evil.example',
]) {
  test(`a Host that somebody else could have adds no audience: ${origin} (RFC 7523 §3)`, () => {
    assert.deepEqual([...tokenAudiences(origin)], GOOGLE);
  });
}

test('the OpenID configuration names what is served, under the names of production (metadata notes 9.4.9)', () => {
  assert.deepEqual(openIdConfiguration('https://accounts.google.com', OPENID_ISSUER), {
    issuer: 'https://accounts.google.com',
    token_endpoint: 'https://oauth2.googleapis.com/token',
    userinfo_endpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
    jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    claims_supported: ['aud', 'azp', 'email', 'email_verified', 'exp', 'iat', 'iss', 'sub'],
    grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
  });
});

test('on loopback the OpenID configuration leads to the address that was called; the issuer stays', () => {
  const local = openIdConfiguration('http://127.0.0.1:8080', OPENID_ISSUER);
  assert.equal(local.issuer, 'https://accounts.google.com');
  assert.equal(local.token_endpoint, 'http://127.0.0.1:8080/token');
  assert.equal(local.userinfo_endpoint, 'http://127.0.0.1:8080/v1/userinfo');
  assert.equal(local.jwks_uri, 'http://127.0.0.1:8080/oauth2/v3/certs');
});
