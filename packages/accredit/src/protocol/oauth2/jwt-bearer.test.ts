import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OAuthError } from '../../kernel/api-error.ts';
import { checkAssertion, SCOPE_LENGTH_LIMIT } from './jwt-bearer.ts';
import { CLOCK_SKEW_SECONDS } from './jwt-window.ts';

const NOW = 1_790_000_000;
const AUDIENCE = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const good = { iss: 'a@b', scope: SCOPE, aud: AUDIENCE, iat: NOW, exp: NOW + 3600 };
const WINDOW =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';
const DELEGATION =
  'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.';

const refusals: readonly (readonly [string, object, string, string])[] = [
  ['no iat', { iat: undefined }, 'invalid_grant', 'Invalid JWT: iat (issued at) is not set.'],
  ['no exp', { exp: undefined }, 'invalid_grant', 'Invalid JWT: exp (expiration time) is not set.'],
  ['iat is no number', { iat: {} }, 'invalid_grant', 'Invalid JWT: iat (issued at) is not set.'],
  ['expired', { iat: NOW - 3600, exp: NOW }, 'invalid_grant', WINDOW],
  ['longer than an hour', { exp: NOW + 3601 }, 'invalid_grant', WINDOW],
  ['ends before it begins', { iat: NOW + 60, exp: NOW + 30 }, 'invalid_grant', WINDOW],
  [
    'issued in the future',
    { iat: NOW + CLOCK_SKEW_SECONDS + 1, exp: NOW + CLOCK_SKEW_SECONDS + 2 },
    'invalid_grant',
    WINDOW,
  ],
  ['empty scope', { scope: ' ' }, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.'],
  ['no scope', { scope: undefined }, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.'],
  [
    'another audience',
    { aud: 'https://example.com' },
    'invalid_grant',
    'Invalid JWT: Failed audience check.',
  ],
  ['no audience', { aud: undefined }, 'invalid_grant', 'Invalid JWT: Failed audience check.'],
  ['the window is looked at before the audience', { aud: 1, exp: NOW }, 'invalid_grant', WINDOW],
  ['for somebody else', { sub: 'ada@example.com' }, 'unauthorized_client', DELEGATION],
  [
    'for somebody else, in the words of the draft',
    { prn: 'ada@example.com' },
    'unauthorized_client',
    DELEGATION,
  ],
  ['a subject that is no text', { sub: 1 }, 'unauthorized_client', DELEGATION],
  [
    'the audience is looked at before the subject',
    { aud: 1, sub: 'ada@example.com' },
    'invalid_grant',
    'Invalid JWT: Failed audience check.',
  ],
  [
    'more scopes than a token carries',
    { scope: `${SCOPE} `.repeat(SCOPE_LENGTH_LIMIT) },
    'invalid_scope',
    'Invalid OAuth scope or ID token audience provided.',
  ],
];

for (const [name, change, error, description] of refusals) {
  test(`an assertion is refused: ${name} (IAM notes 4.5)`, () => {
    assert.throws(
      () => checkAssertion({ ...good, ...change }, NOW, new Set([AUDIENCE])),
      (thrown) => thrown instanceof OAuthError && thrown.error === error && thrown.message === description,
    );
  });
}

test('an assertion with known scopes asks for an access token', () => {
  const request = checkAssertion({ ...good, scope: `${SCOPE} openid` }, NOW, new Set([AUDIENCE]));
  assert.deepEqual(request, { kind: 'accessToken', scopes: [SCOPE, 'openid'] });
});

test('an account may name itself as the subject', () => {
  const { kind } = checkAssertion({ ...good, sub: good.iss }, NOW, new Set([AUDIENCE]));
  assert.equal(kind, 'accessToken');
});

test('numeric strings are times (IAM notes 4.5)', () => {
  const claims = { ...good, iat: String(NOW), exp: String(NOW + 60) };
  assert.equal(checkAssertion(claims, NOW, new Set([AUDIENCE])).kind, 'accessToken');
});

test('target_audience, or a scope that nobody knows, asks for an ID token (IAM notes 4.5)', () => {
  const audience = checkAssertion({ ...good, target_audience: 'https://x' }, NOW, new Set([AUDIENCE]));
  assert.deepEqual(audience, { kind: 'idToken', audience: 'https://x' });
  const unknown = checkAssertion({ ...good, scope: `${SCOPE} what` }, NOW, new Set([AUDIENCE]));
  assert.deepEqual(unknown, { kind: 'idToken', audience: `${SCOPE} what` });
});
