import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { makeProxyPassword } from './password.ts';

const random = { bytes: (length: number) => Buffer.alloc(length, 0xfb) };
/** 16 bytes 0xfb in base64url. */
const PASSWORD = '-_v7-_v7-_v7-_v7-_v7-w';
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test('the URL holds a password of 128 bits that needs no escapes', () => {
  const url = makeProxyPassword(random).toUrl('127.0.0.1', 3128);
  assert.equal(url.reveal(), `http://accredit:${PASSWORD}@127.0.0.1:3128`);
  assert.equal(new URL(url.reveal()).password, PASSWORD);
});

test('the URL does not print itself', () => {
  const url = makeProxyPassword(random).toUrl('127.0.0.1', 3128);
  assert.deepEqual([String(url), JSON.stringify(url), inspect(url)], ['[secret]', '"[secret]"', '[secret]']);
});

const CASES = [
  ['the right name and password', basic(`accredit:${PASSWORD}`), true],
  [
    'the scheme in other letters (RFC 9110 §11.1)',
    basic(`accredit:${PASSWORD}`).replace('Basic', 'bASIC'),
    true,
  ],
  ['another password', basic('accredit:guess'), false],
  ['another name', basic(`user:${PASSWORD}`), false],
  ['a longer password', basic(`accredit:${PASSWORD}x`), false],
  ['no password', basic('accredit:'), false],
  ['another scheme', `Bearer ${PASSWORD}`, false],
  ['no base64', 'Basic ***', false],
  ['nothing', undefined, false],
] as const;

for (const [behaviour, field, accepted] of CASES) {
  test(`${behaviour} is ${accepted ? 'taken' : 'refused'}`, () => {
    assert.equal(makeProxyPassword(random).accepts(field), accepted);
  });
}
