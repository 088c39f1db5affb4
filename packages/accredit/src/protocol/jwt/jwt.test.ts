import assert from 'node:assert/strict';
import { createHmac, createSecretKey, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSignedBy, JWT_LENGTH_LIMIT, parseJwt, signJwt, type UnverifiedJwt } from './jwt.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { id: 'kid', privateKey };
const claims = { iss: 'a', exp: 1 };

function parsed(text: string): UnverifiedJwt {
  const jwt = parseJwt(text);
  assert.ok(jwt !== undefined);
  return jwt;
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

test('a signed JWT parses and verifies', () => {
  const jwt = parsed(signJwt(claims, key));
  assert.deepEqual(jwt.header, { alg: 'RS256', kid: 'kid', typ: 'JWT' });
  assert.deepEqual(jwt.claims, claims);
  assert.equal(isSignedBy(jwt, publicKey), true);
});

test('alg none is never accepted (RFC 8725 §3.1)', () => {
  for (const alg of ['none', 'None', 'NONE', undefined, null, '', 'constructor', '__proto__']) {
    assert.equal(isSignedBy(parsed(`${part({ alg })}.${part(claims)}.AA`), publicKey), false, String(alg));
  }
  assert.equal(
    parseJwt(`${part({ alg: 'none' })}.${part(claims)}.`),
    undefined,
    'an empty signature does not parse',
  );
});

test('an HMAC keyed with the public key is not accepted (RFC 8725 §2.1)', () => {
  const input = `${part({ alg: 'HS256' })}.${part(claims)}`;
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const mac = createHmac('sha256', pem).update(input).digest('base64url');
  assert.equal(isSignedBy(parsed(`${input}.${mac}`), publicKey), false);
});

test('a key of another kind is not accepted', () => {
  const jwt = parsed(signJwt(claims, key));
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  assert.equal(isSignedBy(jwt, ec.publicKey), false);
  assert.equal(isSignedBy(jwt, privateKey), false);
  assert.equal(isSignedBy(jwt, createSecretKey(Buffer.alloc(32))), false);
  const input = `${part({ alg: 'RS256' })}.${part(claims)}`;
  const ecSigned = `${input}.${sign('sha256', Buffer.from(input), ec.privateKey).toString('base64url')}`;
  assert.equal(isSignedBy(parsed(ecSigned), publicKey), false);
});

test('another signature, changed claims, and a crit header are not accepted (RFC 7515 §4.1.11)', () => {
  const [head, body, tail] = signJwt(claims, key).split('.');
  assert.equal(isSignedBy(parsed(`${head}.${part({ ...claims, iss: 'b' })}.${tail}`), publicKey), false);
  assert.equal(isSignedBy(parsed(`${head}.${body}.AAAA`), publicKey), false);
  const input = `${part({ alg: 'RS256', crit: ['x'] })}.${body}`;
  const signed = `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`;
  assert.equal(isSignedBy(parsed(signed), publicKey), false);
});

test('what is not a compact JWS does not parse', () => {
  const good = signJwt(claims, key);
  const cases = [
    '',
    'a',
    'a.b',
    'a.b.c.d',
    '..',
    `${good}=`,
    ` ${good}`,
    good.replace('.', '..'),
    `${part([1])}.${part({})}.AA`,
    `${part(1)}.${part({})}.AA`,
    `!!.${part({})}.AA`,
    'x'.repeat(JWT_LENGTH_LIMIT + 1),
  ];
  for (const text of cases) assert.equal(parseJwt(text), undefined, text.slice(0, 40));
  fc.assert(fc.property(fc.string(), (text) => assert.equal(parseJwt(text), undefined)));
});
