import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { parseEtag, toEtag, UNSET_ETAG } from './etags.ts';
import { digitsOf, randomDigits } from './identifiers.ts';
import { parsePageToken, toPageToken } from './page-tokens.ts';
import { MASK, Secret } from './secret.ts';
import { CODE_NUMBERS, codeName, HTTP_STATUS_OF_CODE } from './status.ts';
import { toRfc3339, toRfc3339Seconds } from './timestamps.ts';

test('each code has one number, and people are told its name (google/rpc/code.proto)', () => {
  assert.deepEqual(Object.keys(CODE_NUMBERS).toSorted(), Object.keys(HTTP_STATUS_OF_CODE).toSorted());
  for (const [code, number] of Object.entries(CODE_NUMBERS)) assert.equal(codeName(number), code);
  assert.deepEqual(
    [CODE_NUMBERS.PERMISSION_DENIED, codeName(7), codeName(99)],
    [7, 'PERMISSION_DENIED', '99'],
  );
});

test('an etag is padded base64 that gcloud can decode, and reads back (clients notes 0.2)', () => {
  assert.equal(parseEtag(UNSET_ETAG), 0);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 47 }), (revision) => {
      const etag = toEtag(revision);
      assert.equal(etag.length % 4, 0);
      assert.equal(parseEtag(etag), revision);
    }),
  );
  for (const foreign of ['', 'AAAA', 'BwWWja0YfJA=', 'garbage!', 'CAE='])
    assert.equal(parseEtag(foreign), undefined);
});

test('a page token carries any key of its list, and nobody else’s token is taken', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (key) =>
      assert.equal(parsePageToken('list', toPageToken('list', key)), key),
    ),
  );
  const [own, others] = [toPageToken('list', 'a'), toPageToken('another', 'a')];
  for (const foreign of ['', 'AA', 'AQ', '!!', 'Z2FyYmFnZQ', `${own}!`, others, own.slice(0, 10)]) {
    assert.throws(() => parsePageToken('list', foreign), /Invalid value for field 'pageToken'/);
  }
});

test('a secret prints as its mask, wherever it is printed', () => {
  const secret = new Secret('ya29.planted');
  const printed = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect([secret]),
  ].join();
  assert.doesNotMatch(printed, /planted/);
  assert.ok(printed.includes(MASK));
  assert.equal(secret.reveal(), 'ya29.planted');
});

test('identifiers have their digits, and the first is not zero', () => {
  const random = { bytes: (length: number) => Buffer.alloc(length, 0) };
  assert.equal(randomDigits(random, 21), `1${'0'.repeat(20)}`);
  assert.match(digitsOf('a', 12), /^[1-9]\d{11}$/);
  assert.equal(digitsOf('a', 12), digitsOf('a', 12));
  assert.notEqual(digitsOf('a', 12), digitsOf('b', 12));
});

test('times have three fractional digits, or none', () => {
  assert.equal(toRfc3339(0), '1970-01-01T00:00:00.000Z');
  assert.equal(toRfc3339Seconds(1999), '1970-01-01T00:00:01Z');
});
