import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AccessTokenClaims,
  type AccessTokenKey,
  openAccessToken,
  sealAccessToken,
  TOKEN_LENGTH_LIMIT,
} from './access-token.ts';

const key: AccessTokenKey = { id: 'AAAAAAAA', secret: createSecretKey(Buffer.alloc(32, 1)) };
const other: AccessTokenKey = { id: 'BBBBBBBB', secret: createSecretKey(Buffer.alloc(32, 2)) };
const find = (id: string) => [key, other].find((candidate) => candidate.id === id);

const claims: AccessTokenClaims = {
  tokenId: 'f3b0c1d2e4a59687',
  grantId: 'instance/4711',
  principal: {
    kind: 'serviceAccount',
    email: 'a-service-account-of-30-chars1@a-project-id-of-30-characters1.iam.gserviceaccount.com',
    uniqueId: '123456789012345678901',
  },
  scopes: ['https://www.googleapis.com/auth/cloud-platform', 'openid', 'https://mail.google.com/'],
  issuedAt: 1_790_000_000,
  expiresAt: 1_790_003_600,
  delegationChain: [],
  instance: 'projects/a-project-id-of-30-characters1/zones/northamerica-northeast1-a/instances/vm',
};

test('a sealed token opens to what it said', () => {
  assert.deepEqual(openAccessToken(sealAccessToken(claims, key), find), claims);
  const bare: AccessTokenClaims = {
    ...claims,
    principal: { kind: 'user', email: 'o@x.y', uniqueId: '1' },
    delegationChain: ['a@b.c'],
  };
  assert.deepEqual(openAccessToken(sealAccessToken(bare, other), find), bare);
});

test('a token of an ordinary service account with the seven default scopes is under 1,024 characters', () => {
  const scopes = [
    'devstorage.read_only',
    'logging.write',
    'monitoring.write',
    'pubsub',
    'service.management.readonly',
    'servicecontrol',
    'trace.append',
  ];
  const token = sealAccessToken(
    { ...claims, scopes: scopes.map((s) => `https://www.googleapis.com/auth/${s}`) },
    key,
  );
  assert.match(token, /^ya29\.c\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
  assert.ok(token.length < 1024, `${token.length} characters`);
});

test('a token with any one character changed, removed or added does not open', () => {
  const token = sealAccessToken(claims, key);
  for (let index = 0; index < token.length; index += 1) {
    const changed = token[index] === 'A' ? 'B' : 'A';
    assert.equal(
      openAccessToken(token.slice(0, index) + changed + token.slice(index + 1), find),
      undefined,
      `${index}`,
    );
    assert.equal(openAccessToken(token.slice(0, index) + token.slice(index + 1), find), undefined);
    assert.equal(openAccessToken(token.slice(0, index), find), undefined);
  }
  for (const extra of ['=', '.', 'A', ' ', '\n'])
    assert.equal(openAccessToken(token + extra, find), undefined);
});

test('a token that another key sealed under the same id does not open', () => {
  const foreign = sealAccessToken(claims, { id: key.id, secret: createSecretKey(Buffer.alloc(32, 9)) });
  assert.equal(openAccessToken(foreign, find), undefined);
});

test('a token of an unknown key, and one that is too long, do not open', () => {
  assert.equal(openAccessToken(sealAccessToken(claims, { ...key, id: 'CCCCCCCC' }), find), undefined);
  const long = sealAccessToken({ ...claims, delegationChain: Array(200).fill('a'.repeat(60)) }, key);
  assert.ok(long.length > TOKEN_LENGTH_LIMIT);
  assert.equal(openAccessToken(long, find), undefined);
});

test('arbitrary text never opens and never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, prefixed) => {
      assert.equal(openAccessToken(prefixed ? `ya29.c.AAAAAAAA${text}` : text, find), undefined);
    }),
  );
});
