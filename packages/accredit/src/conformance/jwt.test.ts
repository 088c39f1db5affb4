import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { at, Literal, parseJson } from './json.ts';
import { checkSignature, readJwt } from './jwt.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one' };

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signed(kid: string): string {
  const input = `${part({ alg: 'RS256', kid })}.${part({ sub: 'x' })}`;
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`;
}

function verdict(text: string, keys: unknown) {
  const jwt = readJwt(text);
  assert.ok(jwt !== undefined);
  return checkSignature(jwt, keys);
}

test('a signature is good, bad, or of a key that is not published (RFC 7515 §5.2)', () => {
  assert.equal(verdict(signed('one'), { keys: [jwk] }), 'good');
  const [head, , signature] = signed('one').split('.');
  assert.equal(verdict(`${head}.${part({ sub: 'y' })}.${signature}`, { keys: [jwk] }), 'bad');
  assert.equal(verdict(signed('two'), { keys: [jwk] }), 'unknown key');
  for (const keys of [
    undefined,
    {},
    { keys: 7 },
    { keys: [null, { kid: 'one' }] },
    { keys: [{ kid: 'one', n: '', e: '' }] },
  ]) {
    assert.notEqual(verdict(signed('one'), keys), 'good');
  }
});

test('what is no compact JWT is none', () => {
  for (const text of ['', 'a.b', 'a.b.c', `${signed('one')}\n`, `${signed('one')}.x`, 'e30.!!.e30']) {
    assert.equal(readJwt(text), undefined, text);
  }
});

test('numbers of JSON keep their digits, and strings that look like them stay strings', () => {
  const json = parseJson('{"id":12345678901234567890,"text":"1","list":[-1.5e3],"esc":"\\"1,2"}');
  assert.deepEqual(at(json, 'id'), new Literal('12345678901234567890'));
  assert.equal(at(json, 'text'), '1');
  assert.deepEqual(at(json, 'list', 0), new Literal('-1.5e3'));
  assert.equal(at(json, 'esc'), '"1,2');
  assert.equal(at(json, 'constructor'), undefined);
  for (const text of ['', '{', '01', '1 2', '{"a":1,}', 'NaN'])
    assert.equal(parseJson(text), undefined, text);
});
