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

test('nothing in a value makes a terminal obey or mislead: C1, directions, separators, half characters', () => {
  assert.equal(
    show('a\u009b2J\u202eb\u2028c\ud800\u007f\u{e0041}'),
    "'a\\u009b2J\\u202eb\\u2028c\ufffd\\u007f\\udb40\\udc41'",
  );
  assert.equal(onOneLine('a\u009b2J\u202eb\u2028c\ud800\u007f'), 'a 2J b c\ufffd ');
});

test('a text of megabytes is cut before it is looked at, and a token at the cut stays masked', () => {
  const startedMs = performance.now();
  assert.equal(show('"'.repeat(4_194_304)), `'${'"'.repeat(120)}…'`);
  assert.equal(onOneLine('"'.repeat(4_194_304)), `${'"'.repeat(400)}…`);
  assert.ok(performance.now() - startedMs < 2_000);
  for (const begin of ['ya29.', 'eyJhbGciOiJub25lIn0.', '"access_token":"']) {
    const text = `${' '.repeat(2_048 - begin.length - 3)}${begin}planted`;
    assert.doesNotMatch(`${onOneLine(text.trim())}${onOneLine(text)}${show(text)}`, /pla/);
  }
});

test('a sentence has no line breaks, and nothing that a terminal obeys', () => {
  assert.equal(onOneLine('a\r\n\u001b[2Jb'), 'a [2Jb');
  assert.equal(onOneLine('y'.repeat(401)), `${'y'.repeat(400)}…`);
});
