import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, exportJWK, jwtVerify } from 'jose';
import { FixedClock, NOW_MS, seededRandom } from '../apis/api.fixture.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { Issuer, TOKEN_LIFETIME_LIMIT_SECONDS, type TokenRequest } from './issuer.ts';
import { isCacheable, KEPT_TOKENS_OF_HOLDER, REUSE_MARGIN_SECONDS, TokenCache } from './token-cache.ts';

const request: TokenRequest = {
  grantId: 'test',
  principal: { kind: 'serviceAccount', email: 'a@b.c', uniqueId: '1' },
  scopes: ['openid'],
};

async function open(store = new MemoryStore(), clock = new FixedClock()) {
  return { store, clock, issuer: await Issuer.open(store, clock, seededRandom(`${Math.random()}`)) };
}

test('a token is good for its lifetime and not a second longer', async () => {
  const { issuer, clock } = await open();
  const { token, expiresAtMs } = issuer.mintAccessToken(request);
  assert.equal(expiresAtMs, NOW_MS + 3_600_000);
  clock.nowMs = expiresAtMs - 1;
  assert.equal(issuer.verifyAccessToken(token).outcome, 'good');
  clock.nowMs = expiresAtMs;
  assert.equal(issuer.verifyAccessToken(token).outcome, 'expired');
});

test('a token survives a restart, and is foreign to another cloud', async () => {
  const { store, issuer } = await open();
  const { token } = issuer.mintAccessToken(request);
  const again = await open(store);
  assert.equal(again.issuer.verifyAccessToken(token).outcome, 'good');
  const other = await open();
  assert.equal(other.issuer.verifyAccessToken(token).outcome, 'foreign');
});

test('no two tokens are the same, and a lifetime out of range is refused', async () => {
  const { issuer } = await open();
  assert.notEqual(issuer.mintAccessToken(request).token, issuer.mintAccessToken(request).token);
  for (const lifetimeSeconds of [0, -1, TOKEN_LIFETIME_LIMIT_SECONDS + 1, Number.NaN]) {
    assert.throws(() => issuer.mintAccessToken({ ...request, lifetimeSeconds }), RangeError);
  }
});

test('a token may have been issued a while ago, and one as old as its lifetime has expired', async () => {
  const { issuer, clock } = await open();
  const outcome = (issuedSecondsAgo: number) => {
    const { token, expiresAtMs } = issuer.mintAccessToken({ ...request, issuedSecondsAgo });
    assert.equal(expiresAtMs, NOW_MS + (3600 - issuedSecondsAgo) * 1000);
    const verified = issuer.verifyAccessToken(token);
    assert.ok(verified.outcome !== 'foreign');
    assert.equal(verified.claims.issuedAt, clock.nowMs / 1000 - issuedSecondsAgo);
    return verified.outcome;
  };
  assert.deepEqual([0, 3599, 3600, 43_200].map(outcome), ['good', 'good', 'expired', 'expired']);
  for (const issuedSecondsAgo of [-1, TOKEN_LIFETIME_LIMIT_SECONDS + 1, Number.NaN]) {
    assert.throws(() => issuer.mintAccessToken({ ...request, issuedSecondsAgo }), RangeError);
  }
});

test('an OpenID token verifies against the published keys, also after the key rotated', async () => {
  const { issuer, clock } = await open();
  const nowSeconds = Math.floor(NOW_MS / 1000);
  const claims = {
    aud: 'https://x',
    iss: 'https://accounts.google.com',
    iat: nowSeconds,
    exp: nowSeconds + 3600,
  };
  const token = await issuer.signIdToken(claims);
  await issuer.prepare();
  clock.nowMs += 14 * 24 * 3_600_000;
  assert.notEqual(header(await issuer.signIdToken(claims)).kid, header(token).kid);
  const keys = await Promise.all(
    (await issuer.publicKeys()).map(async ({ id, publicKey }) => ({
      ...(await exportJWK(publicKey)),
      kid: id,
      alg: 'RS256',
    })),
  );
  const verified = await jwtVerify(token, createLocalJWKSet({ keys }), {
    currentDate: new Date(NOW_MS),
    audience: 'https://x',
    algorithms: ['RS256'],
  });
  assert.deepEqual(verified.payload, claims);
});

function header(token: string): { readonly kid: string } {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
}

test('a token is given out again until five minutes of its life remain, then there is a fresh one', async () => {
  const { issuer, clock } = await open();
  const cache = new TokenCache(clock);
  let minted = 0;
  const mint = () => {
    minted += 1;
    return issuer.mintAccessToken(request);
  };
  const first = cache.get('vm', 'k', mint);
  clock.nowMs = first.expiresAtMs - REUSE_MARGIN_SECONDS * 1000 - 1;
  assert.equal(cache.get('vm', 'k', mint).token, first.token);
  clock.nowMs = first.expiresAtMs - REUSE_MARGIN_SECONDS * 1000;
  assert.notEqual(cache.get('vm', 'k', mint).token, first.token);
  assert.equal(minted, 2);
  assert.notEqual(cache.get('vm', 'other', mint).token, cache.get('vm', 'k', mint).token);
});

test('a holder that asks for many different tokens throws out its own oldest and nobody else’s', async () => {
  const { issuer, clock } = await open();
  const cache = new TokenCache(clock);
  const mint = () => issuer.mintAccessToken(request);
  const quiet = cache.get('quiet', 'k', mint);
  const oldest = cache.get('busy', '0', mint);
  for (let number = 1; number <= KEPT_TOKENS_OF_HOLDER; number += 1) cache.get('busy', `${number}`, mint);
  assert.equal(cache.find('quiet', 'k'), quiet);
  assert.equal(cache.find('busy', '0'), undefined);
  assert.notEqual(cache.get('busy', '0', mint), oldest);
  cache.forget('quiet');
  assert.equal(cache.find('quiet', 'k'), undefined);
});

test('a token that lives five minutes or less is never given out twice', () => {
  assert.deepEqual([300, 301].map(isCacheable), [false, true]);
});
