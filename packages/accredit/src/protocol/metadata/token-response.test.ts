import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderToken, replaceToken } from './token-response.ts';

test('a token is three keys in one order and has no etag (metadata notes 9.3.1, checks 118, 119)', () => {
  assert.deepEqual(renderToken('ya29.sample', 3336, 'json'), {
    kind: 'value',
    status: 200,
    contentType: 'application/json',
    body: '{"access_token":"ya29.sample","expires_in":3336,"token_type":"Bearer"}',
  });
});

test('a token as text is one line a key (metadata notes 9.3.2)', () => {
  assert.deepEqual(renderToken('ya29.sample', 3336, 'text'), {
    kind: 'value',
    status: 200,
    contentType: 'application/text',
    body: 'access_token ya29.sample\nexpires_in 3336\ntoken_type Bearer\n',
  });
});

test('another token is put into either form of the answer, and nothing else changes', () => {
  const replaced = (alt: 'json' | 'text') =>
    replaceToken(renderToken('ya29.c.a-b_c.mac', 3336, alt).body, (token) => `<${token}>`);
  assert.equal(
    replaced('json'),
    '{"access_token":"<ya29.c.a-b_c.mac>","expires_in":3336,"token_type":"Bearer"}',
  );
  assert.equal(replaced('text'), 'access_token <ya29.c.a-b_c.mac>\nexpires_in 3336\ntoken_type Bearer\n');
  assert.equal(
    replaceToken('<p>no token</p>', () => 'x'),
    '<p>no token</p>',
  );
});
