import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCOPE_LENGTH_LIMIT } from './jwt-bearer.ts';
import { CLOCK_SKEW_SECONDS } from './jwt-window.ts';
import { readSelfSigned, type SelfSignedGrant } from './self-signed-jwt.ts';

const NOW = 1_790_000_000;
const ORIGINS = new Set(['https://storage.googleapis.com', 'https://www.googleapis.com']);
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const named = { iss: 'a@b', sub: 'a@b', iat: NOW, exp: NOW + 3600 };

const UNSCOPED: SelfSignedGrant = { scopes: undefined };

const rows: readonly (readonly [string, object, SelfSignedGrant | undefined])[] = [
  ['the API by its name', { aud: 'https://storage.googleapis.com/' }, UNSCOPED],
  ['the API by another of its names', { aud: 'https://www.googleapis.com/' }, UNSCOPED],
  ['the API without a slash', { aud: 'https://storage.googleapis.com' }, UNSCOPED],
  ['the address that is called', { aud: 'https://storage.googleapis.com/storage/v1/b?project=p' }, UNSCOPED],
  ['the API in capitals', { aud: 'HTTPS://Storage.GoogleAPIs.com/' }, undefined],
  ['a password in the address', { aud: 'https://x:y@storage.googleapis.com/' }, undefined],
  ['backslashes', { aud: 'https:\\\\storage.googleapis.com\\@example.com/' }, undefined],
  ['an address in an address', { aud: 'blob:https://storage.googleapis.com/x' }, undefined],
  ['escapes in the host', { aud: 'https://%73torage.googleapis.com/' }, undefined],
  [
    'the token endpoint on a host of the API',
    { aud: 'https://www.googleapis.com/oauth2/v4/token' },
    undefined,
  ],
  ['the API and a target', { aud: 'https://storage.googleapis.com/', target_audience: 'x' }, undefined],
  ['scopes for somebody else', { scope: SCOPE, prn: 'ada@example.com' }, undefined],
  ['a beginning that is to come', { scope: SCOPE, nbf: NOW + CLOCK_SKEW_SECONDS + 1 }, undefined],
  ['a beginning that has come', { scope: SCOPE, nbf: NOW }, { scopes: [SCOPE] }],
  ['a beginning that is no number', { scope: SCOPE, nbf: '0' }, undefined],
  ['another API', { aud: 'https://compute.googleapis.com/' }, undefined],
  ['another port', { aud: 'https://storage.googleapis.com:8443/' }, undefined],
  ['no TLS', { aud: 'http://storage.googleapis.com/' }, undefined],
  ['a host that begins like it', { aud: 'https://storage.googleapis.com.example.com/' }, undefined],
  ['the API behind a name', { aud: 'https://storage.googleapis.com@example.com/' }, undefined],
  ['text that is no URL', { aud: 'storage.googleapis.com' }, undefined],
  ['several audiences', { aud: ['https://storage.googleapis.com/'] }, undefined],
  ['neither scope nor API', {}, undefined],
  ['an empty audience', { aud: '' }, undefined],
  ['scopes and an empty audience, as Go signs', { scope: SCOPE, aud: '' }, { scopes: [SCOPE] }],
  ['scopes', { scope: `openid  ${SCOPE}` }, { scopes: ['openid', SCOPE] }],
  ['scopes and the API', { scope: SCOPE, aud: 'https://storage.googleapis.com/' }, { scopes: [SCOPE] }],
  ['scopes and another API', { scope: SCOPE, aud: 'https://compute.googleapis.com/' }, undefined],
  ['scopes and the token endpoint', { scope: SCOPE, aud: 'https://oauth2.googleapis.com/token' }, undefined],
  ['empty scopes', { scope: ' ' }, undefined],
  ['empty scopes and the API', { scope: '', aud: 'https://storage.googleapis.com/' }, undefined],
  ['scopes that are no text', { scope: [SCOPE] }, undefined],
  ['more scopes than a token carries', { scope: `${SCOPE} `.repeat(SCOPE_LENGTH_LIMIT) }, undefined],
  ['no subject', { scope: SCOPE, sub: undefined }, { scopes: [SCOPE] }],
  ['another subject', { scope: SCOPE, sub: 'ada@example.com' }, undefined],
  ['a subject that is no text', { scope: SCOPE, sub: 1 }, undefined],
  ['no beginning', { scope: SCOPE, iat: undefined }, undefined],
  ['no end', { scope: SCOPE, exp: undefined }, undefined],
  ['a beginning that is no time', { scope: SCOPE, iat: 'now' }, undefined],
  ['an end that has come', { scope: SCOPE, iat: NOW - 3600, exp: NOW }, undefined],
  ['a last second', { scope: SCOPE, iat: NOW - 3599, exp: NOW + 1 }, { scopes: [SCOPE] }],
  ['more than an hour', { scope: SCOPE, exp: NOW + 3601 }, undefined],
  [
    'a clock that runs ahead',
    { scope: SCOPE, iat: NOW + CLOCK_SKEW_SECONDS, exp: NOW + 3600 },
    { scopes: [SCOPE] },
  ],
  [
    'a clock that runs too far ahead',
    { scope: SCOPE, iat: NOW + CLOCK_SKEW_SECONDS + 1, exp: NOW + 3600 },
    undefined,
  ],
];

for (const [name, claims, granted] of rows) {
  test(`a JWT that an account signed with ${name} ${granted ? 'is good' : 'is refused'} (AIP-4111)`, () => {
    assert.deepEqual(readSelfSigned({ ...named, ...claims }, NOW, ORIGINS), granted);
  });
}
