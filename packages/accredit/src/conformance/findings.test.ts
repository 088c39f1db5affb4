import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskTokens, onOneLine, show } from './findings.ts';

const cases: readonly (readonly [string, string])[] = [
  ['Bearer ya29.c.b0AXv0zT-x_y...', 'Bearer [token]'],
  ['a eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln b', 'a [token] b'],
  ['half a JWT: eyJhbGciOiJSUzI1NiJ9', 'half a JWT: [token]'],
  ['{"access_token":"opaque","expires_in":1}', '{"access_token":"[token]","expires_in":1}'],
  ['{\\"access_token\\": \\"opaque\\"}', '{\\"access_token\\": \\"[token]\\"}'],
  ['access_token opaque\nexpires_in 1\n', 'access_token [token]\nexpires_in 1\n'],
  ['access_token expires_in token_type', 'access_token expires_in token_type'],
  ['nothing secret', 'nothing secret'],
];
for (const [text, masked] of cases) {
  test(`no token is shown: ${masked.replaceAll('\n', ' ')}`, () => assert.equal(maskTokens(text), masked));
}

test('a value is shown on one line, quoted where it is text, and cut where it is long', () => {
  assert.equal(show('a\n"b"\u001b'), '\'a\\n"b"\\u001b\'');
  assert.equal(show(undefined), 'none');
  assert.equal(show(7), '7');
  assert.equal(show(true), 'true');
  assert.equal(show(/^a$/), 'a match of ^a$');
  assert.equal(show('x'.repeat(121)), `'${'x'.repeat(120)}…'`);
});

test('a sentence has no line breaks, and nothing that a terminal obeys', () => {
  assert.equal(onOneLine('a\r\n\u001b[2Jb'), 'a [2Jb');
  assert.equal(onOneLine('y'.repeat(401)), `${'y'.repeat(400)}…`);
});
