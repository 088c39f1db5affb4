import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import {
  assertionOf,
  claimsOf,
  exchange,
  JWT_BEARER,
  makeKeyHolder,
  NOW_SECONDS,
  openOAuthCloud,
  part,
  postForm,
  TOKEN_URL,
} from './assertion.fixture.ts';

const cloud = await openOAuthCloud();
const holder = await makeKeyHolder(cloud, 'robot-1');
const other = await makeKeyHolder(cloud, 'robot-2');
const claims = claimsOf(holder);
const good = assertionOf(claims, holder.privateKey);

/** What RFC 6749 §5.1 and §5.2 and the real endpoint send. */
const HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
  Pragma: 'no-cache',
  Server: 'ESF',
};

test('an assertion is exchanged for an access token that names account, key and scopes (clients notes 2.4)', async () => {
  const response = await exchange(cloud, good);
  assert.equal(response.status, 200);
  assert.deepEqual(response.headers, HEADERS);
  const { access_token: token, ...rest } = response.json;
  assert.deepEqual(rest, { expires_in: 3599, token_type: 'Bearer' });
  const verified = cloud.services.issuer.verifyAccessToken(token);
  assert.equal(verified.outcome, 'good');
  assert.ok(verified.outcome === 'good');
  const { tokenId, ...said } = verified.claims;
  assert.match(tokenId, /^[0-9a-f]{16}$/);
  assert.deepEqual(said, {
    grantId: `serviceAccountKeys/${holder.key.keyId}`,
    principal: { kind: 'serviceAccount', email: holder.email, uniqueId: holder.uniqueId },
    scopes: [CLOUD_PLATFORM],
    issuedAt: NOW_SECONDS,
    expiresAt: NOW_SECONDS + 3600,
    delegationChain: [],
  });
});

const addresses: readonly (readonly [string, string])[] = [
  [TOKEN_URL, TOKEN_URL],
  ['https://www.googleapis.com/oauth2/v4/token', 'https://www.googleapis.com/oauth2/v4/token'],
  ['https://www.googleapis.com/oauth2/v3/token', 'https://www.googleapis.com/oauth2/v3/token'],
  ['https://accounts.google.com/o/oauth2/token', 'https://accounts.google.com/o/oauth2/token'],
  ['http://127.0.0.1:8080/token', 'http://127.0.0.1:8080/token'],
  // gcloud names production whatever it calls (clients notes 2.4).
  ['http://127.0.0.1:8080/oauth2/v4/token', TOKEN_URL],
];

for (const [url, aud] of addresses) {
  test(`the token endpoint answers at ${url} for the audience ${aud}`, async () => {
    const response = await exchange(cloud, assertionOf({ ...claims, aud }, holder.privateKey), url);
    assert.equal(response.status, 200, response.text);
    assert.equal(response.json.token_type, 'Bearer');
  });
}

test('a key that is named by its id, and one that is not, are both found', async () => {
  for (const header of [{ alg: 'RS256', kid: holder.key.keyId, typ: 'JWT' }, { alg: 'RS256' }]) {
    assert.equal((await exchange(cloud, assertionOf(claims, holder.privateKey, header))).status, 200);
  }
});

test('JSON is taken in place of a form', async () => {
  const response = await cloud.send('POST', TOKEN_URL, { body: { grant_type: JWT_BEARER, assertion: good } });
  assert.equal(response.json.token_type, 'Bearer');
});

test('a client credential in the header is none of our business (RFC 6749 §2.3.1)', async () => {
  for (const authorization of ['Basic Y2xpZW50OnNlY3JldA==', 'Bearer ya29.garbage']) {
    const response = await cloud.send('POST', TOKEN_URL, {
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization },
      body: new URLSearchParams({ grant_type: JWT_BEARER, assertion: good }).toString(),
    });
    assert.equal(response.status, 200);
  }
});

const NOT_SIGNED = ['invalid_grant', 'Invalid JWT Signature.'] as const;
const NO_ACCOUNT = ['invalid_grant', 'Invalid grant: account not found'] as const;
const BAD = ['invalid_request', 'Bad Request'] as const;
const WINDOW =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';

const signed = (change: object) => assertionOf({ ...claims, ...change }, holder.privateKey);
const spki = () => holder.key.publicKeyPem;
const unsigned = (header: object) => `${part(header)}.${part(claims)}`;
const hmac = (input: string, secret: string | Buffer) =>
  `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;

/** Signs with a key of another kind, saying RS256. */
function ecAssertion(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const input = unsigned({ alg: 'RS256', kid: holder.key.keyId });
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}

/** Signs with PSS, which the header may name or not. */
function pssAssertion(alg: string): string {
  const input = unsigned({ alg, kid: holder.key.keyId });
  const key = { key: holder.privateKey, padding: 6, saltLength: 32 };
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

const refusals: readonly (readonly [string, () => string, readonly [string, string]])[] = [
  ['no text', () => '', BAD],
  ['one part', () => 'abc', BAD],
  ['two parts', () => unsigned({ alg: 'RS256' }), BAD],
  ['four parts', () => `${good}.AA`, BAD],
  ['a part that is not base64url', () => good.replace('.', '.!'), BAD],
  [
    'a part that is not JSON',
    () => `${part({ alg: 'RS256' })}.${Buffer.from('{').toString('base64url')}.AA`,
    BAD,
  ],
  ['claims that are a list', () => `${part({ alg: 'RS256' })}.${part([])}.AA`, BAD],
  ['alg none, as RFC 7519 §6.1 writes it', () => `${unsigned({ alg: 'none' })}.`, BAD],
  ['alg none with a signature', () => `${unsigned({ alg: 'none' })}.AA`, NOT_SIGNED],
  [
    'alg none with a good signature',
    () => assertionOf(claims, holder.privateKey, { alg: 'none' }),
    NOT_SIGNED,
  ],
  ['no alg with a good signature', () => assertionOf(claims, holder.privateKey, {}), NOT_SIGNED],
  [
    'HS256 with the public key as the secret (PEM)',
    () => hmac(unsigned({ alg: 'HS256' }), spki()),
    NOT_SIGNED,
  ],
  [
    'HS256 with the public key as the secret (DER)',
    () =>
      hmac(
        unsigned({ alg: 'HS256', kid: holder.key.keyId }),
        Buffer.from(spki().replace(/-----[^-]+-----/g, ''), 'base64'),
      ),
    NOT_SIGNED,
  ],
  ['an HMAC that calls itself RS256', () => hmac(unsigned({ alg: 'RS256' }), spki()), NOT_SIGNED],
  ['a key of another kind', ecAssertion, NOT_SIGNED],
  ['PS256', () => pssAssertion('PS256'), NOT_SIGNED],
  ['PSS that calls itself RS256', () => pssAssertion('RS256'), NOT_SIGNED],
  ['a signature of another account', () => assertionOf(claims, other.privateKey), NOT_SIGNED],
  [
    'the key of another account by its id',
    () => assertionOf(claims, other.privateKey, { alg: 'RS256', kid: other.key.keyId }),
    NOT_SIGNED,
  ],
  [
    'its own key under the id of another account',
    () => assertionOf(claims, holder.privateKey, { alg: 'RS256', kid: other.key.keyId }),
    NOT_SIGNED,
  ],
  [
    'a key that nobody has',
    () => assertionOf(claims, holder.privateKey, { alg: 'RS256', kid: 'f'.repeat(40) }),
    NOT_SIGNED,
  ],
  [
    'a key id that is no text',
    () => assertionOf(claims, holder.privateKey, { alg: 'RS256', kid: 7 }),
    NOT_SIGNED,
  ],
  [
    'an extension that must be understood',
    () => assertionOf(claims, holder.privateKey, { alg: 'RS256', crit: ['x'] }),
    NOT_SIGNED,
  ],
  [
    'a key of its own in the header (RFC 8725 §3.10)',
    () =>
      assertionOf(claims, other.privateKey, {
        alg: 'RS256',
        jwk: other.privateKey.export({ format: 'jwk' }),
      }),
    NOT_SIGNED,
  ],
  [
    'changed claims',
    () => good.replace(/\.[^.]+\./, `.${part({ ...claims, scope: 'openid' })}.`),
    NOT_SIGNED,
  ],
  ['no issuer', () => signed({ iss: undefined }), NO_ACCOUNT],
  [
    'an issuer that is no account',
    () => signed({ iss: 'nobody@lab-project.iam.gserviceaccount.com' }),
    NO_ACCOUNT,
  ],
  ['the unique id as issuer', () => signed({ iss: holder.uniqueId }), NO_ACCOUNT],
  ['an issuer that is no text', () => signed({ iss: [holder.email] }), NO_ACCOUNT],
  ['an issuer that is a path', () => signed({ iss: '../serviceAccountIndex/x' }), NO_ACCOUNT],
  ['an issuer of 10,000 characters', () => signed({ iss: `${'a'.repeat(10_000)}@b.c` }), NO_ACCOUNT],
  ['an issuer that is not well-formed', () => signed({ iss: '\uD800@b.c' }), NO_ACCOUNT],
  ['no iat', () => signed({ iat: undefined }), ['invalid_grant', 'Invalid JWT: iat (issued at) is not set.']],
  [
    'no exp',
    () => signed({ exp: undefined }),
    ['invalid_grant', 'Invalid JWT: exp (expiration time) is not set.'],
  ],
  ['expired', () => signed({ iat: NOW_SECONDS - 3600, exp: NOW_SECONDS }), ['invalid_grant', WINDOW]],
  ['longer than an hour', () => signed({ exp: NOW_SECONDS + 3601 }), ['invalid_grant', WINDOW]],
  [
    'from the future',
    () => signed({ iat: NOW_SECONDS + 7200, exp: NOW_SECONDS + 7300 }),
    ['invalid_grant', WINDOW],
  ],
  [
    'no scope',
    () => signed({ scope: '' }),
    ['invalid_scope', 'Invalid OAuth scope or ID token audience provided.'],
  ],
  [
    'another audience',
    () => signed({ aud: 'https://storage.googleapis.com/' }),
    ['invalid_grant', 'Invalid JWT: Failed audience check.'],
  ],
];

for (const [name, makeAssertion, [error, description]] of refusals) {
  test(`an assertion is refused: ${name} (IAM notes 4.5)`, async () => {
    const response = await exchange(cloud, makeAssertion());
    assert.equal(response.status, 400, response.text);
    assert.deepEqual(response.json, { error, error_description: description });
    assert.deepEqual(response.headers, HEADERS);
  });
}

test('who is wrong in account and signature is told of the account (deviation)', async () => {
  const iss = 'nobody@lab-project.iam.gserviceaccount.com';
  const { json } = await exchange(cloud, `${part({ alg: 'RS256' })}.${part({ ...claims, iss })}.AA`);
  assert.deepEqual(json, { error: 'invalid_grant', error_description: 'Invalid grant: account not found' });
});

test('an assertion for somebody else is refused with 401: there is no domain-wide delegation', async () => {
  const response = await exchange(cloud, signed({ sub: 'ada@example.com' }));
  assert.equal(response.status, 401);
  assert.deepEqual(response.json, {
    error: 'unauthorized_client',
    error_description:
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
  });
});

test('an assertion for another server is not good here, whatever Host is named (RFC 7523 §3)', async () => {
  const aud = 'http://evil.example/token';
  const response = await exchange(cloud, signed({ aud }), aud);
  assert.deepEqual(response.json, {
    error: 'invalid_grant',
    error_description: 'Invalid JWT: Failed audience check.',
  });
});

const requests: readonly (readonly [string, string, string, string])[] = [
  ['no grant type', '', 'unsupported_grant_type', 'Invalid grant_type: '],
  ['an empty grant type', 'grant_type=', 'unsupported_grant_type', 'Invalid grant_type: '],
  [
    'a grant that is not served',
    'grant_type=refresh_token&refresh_token=x',
    'unsupported_grant_type',
    'Invalid grant_type: refresh_token',
  ],
  [
    'a grant named like a property',
    'grant_type=__proto__',
    'unsupported_grant_type',
    'Invalid grant_type: __proto__',
  ],
  ['a grant named like a method', 'grant_type=toString', 'unsupported_grant_type', 'Invalid grant_type: '],
  ['no assertion', `grant_type=${encodeURIComponent(JWT_BEARER)}`, 'invalid_request', 'Bad Request'],
  [
    'two assertions (RFC 6749 §3.2)',
    `grant_type=${encodeURIComponent(JWT_BEARER)}&assertion=${good}&assertion=${good}`,
    'invalid_request',
    'OAuth 2 parameters can only have a single value: assertion',
  ],
  [
    'two grant types (RFC 6749 §3.2)',
    `grant_type=refresh_token&assertion=${good}&grant_type=${encodeURIComponent(JWT_BEARER)}`,
    'invalid_request',
    'OAuth 2 parameters can only have a single value: grant_type',
  ],
];

for (const [name, body, error, description] of requests) {
  test(`a request with ${name} is ${error} (IAM notes 4.5)`, async () => {
    const response = await postForm(cloud, body);
    assert.equal(response.status, 400);
    assert.deepEqual(response.json, { error, error_description: description });
  });
}

test('JSON that is no object of texts is invalid_request', async () => {
  for (const body of [
    [],
    7,
    'null',
    { grant_type: JWT_BEARER, assertion: [good] },
    { grant_type: { a: 1 } },
  ]) {
    const response = await cloud.send('POST', TOKEN_URL, { body });
    assert.deepEqual(response.json, { error: 'invalid_request', error_description: 'Bad Request' });
  }
});

test('a form of a megabyte is refused unread', async () => {
  const response = await postForm(cloud, `assertion=${'a'.repeat(2 ** 20)}&grant_type=x`);
  assert.equal(response.status, 413);
  assert.equal(response.json.error.message, 'Request payload size exceeds the limit: 65536 bytes.');
});

test('a form of 20,000 parameters is read and refused', async () => {
  const response = await postForm(cloud, Array.from({ length: 20_000 }, () => '&=').join(''));
  assert.equal(response.status, 400);
});

test('GET is no way to ask for a token', async () => {
  const response = await cloud.send('GET', `${TOKEN_URL}?grant_type=${JWT_BEARER}&assertion=${good}`);
  assert.equal(response.status, 404);
});

test('a disabled account, key, and a deleted account get no token (IAM notes 1.8)', async () => {
  const own = await openOAuthCloud();
  const robot = await makeKeyHolder(own, 'robot-1');
  const assertion = assertionOf(claimsOf(robot), robot.privateKey);
  const { serviceAccounts, commit } = own.services.resources;
  const account = (await serviceAccounts.find(robot.email))?.value;
  assert.ok(account);
  await commit([serviceAccounts.keys.put({ ...robot.key, disabled: true })]);
  assert.equal((await exchange(own, assertion)).json.error_description, 'Invalid JWT Signature.');
  await commit([serviceAccounts.keys.put(robot.key), ...serviceAccounts.put({ ...account, disabled: true })]);
  assert.equal((await exchange(own, assertion)).json.error_description, 'Invalid grant: account not found');
  await commit(await serviceAccounts.remove(account));
  assert.equal((await exchange(own, assertion)).json.error_description, 'Invalid grant: account not found');
  // A namesake is another account: a key of the old one is not its key.
  await commit([serviceAccounts.keys.put(robot.key)]);
  await own.account('robot-1');
  assert.equal((await exchange(own, assertion)).json.error_description, 'Invalid JWT Signature.');
});

test('assertions are checked against real time, tokens live in the time of the cloud', async () => {
  const realClock = { now: () => (NOW_SECONDS + 86_400) * 1000 };
  const own = await openOAuthCloud({ realClock });
  const robot = await makeKeyHolder(own, 'robot-1');
  const stale = await exchange(own, assertionOf(claimsOf(robot), robot.privateKey));
  assert.equal(stale.json.error_description, WINDOW);
  const later = { iat: NOW_SECONDS + 86_400, exp: NOW_SECONDS + 90_000 };
  const { json } = await exchange(own, assertionOf({ ...claimsOf(robot), ...later }, robot.privateKey));
  const verified = own.services.issuer.verifyAccessToken(json.access_token);
  assert.ok(verified.outcome === 'good');
  assert.equal(verified.claims.issuedAt, NOW_SECONDS);
});
