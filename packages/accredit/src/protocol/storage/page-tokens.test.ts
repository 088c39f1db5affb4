import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../kernel/api-error.ts';
import { parsePageToken, toPageToken } from './page-tokens.ts';

test('a page that ends in the prefix a/b/ has the token CgRhL2Iv (storage notes 7.3)', () => {
  assert.equal(toPageToken({ name: 'a/b/' }), 'CgRhL2Iv');
});

for (const position of [{ name: 'a' }, { name: 'ü/\u{1F600}' }, { name: 'a/', prefixPending: true }]) {
  test(`a token of ${JSON.stringify(position)} reads back`, () => {
    assert.deepEqual(parsePageToken(toPageToken(position)), position);
  });
}

test('a token without its padding is taken', () => {
  assert.deepEqual(parsePageToken(toPageToken({ name: 'abc' }).replace(/=+$/, '')), { name: 'abc' });
});

for (const token of ['garbage', '!', '', 'CgA=', 'CgT/////', 'Cgdh', 'CAE=']) {
  test(`'${token}' is no page token (storage notes 7.3)`, () => {
    assert.throws(
      () => parsePageToken(token),
      (error) =>
        error instanceof ApiError &&
        error.message === 'Invalid argument.' &&
        error.detail.reason === 'invalid' &&
        error.detail.location?.name === 'pageToken',
    );
  });
}
