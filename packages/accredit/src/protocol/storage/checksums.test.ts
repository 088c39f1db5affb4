import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../kernel/api-error.ts';
import {
  assertChecksumsMatch,
  assertChecksumsWellFormed,
  parseGoogHash,
  type StatedChecksum,
} from './checksums.ts';

const HELLO = { md5Base64: 'XrY7u+Ae7tCTyyK7j1rNww==', crc32cBase64: 'yZRlqg==' };

test('X-Goog-Hash is a list of algorithm=base64 (storage notes 5.6)', () => {
  assert.deepEqual(parseGoogHash('crc32c=yZRlqg==, md5=XrY7u+Ae7tCTyyK7j1rNww==,sha256=x'), [
    { kind: 'crc32c', text: 'yZRlqg==' },
    { kind: 'md5', text: 'XrY7u+Ae7tCTyyK7j1rNww==' },
  ]);
});

const cases: readonly (readonly [string, StatedChecksum, string | undefined])[] = [
  ['the right MD5', { kind: 'md5', text: HELLO.md5Base64 }, undefined],
  ['without padding', { kind: 'md5', text: 'XrY7u+Ae7tCTyyK7j1rNww' }, undefined],
  ['the right CRC32C', { kind: 'crc32c', text: HELLO.crc32cBase64 }, undefined],
  [
    'another MD5',
    { kind: 'md5', text: '1B2M2Y8AsgTpgAmY7PhCfg==' },
    'Provided MD5 hash "1B2M2Y8AsgTpgAmY7PhCfg==" doesn\'t match calculated MD5 hash "XrY7u+Ae7tCTyyK7j1rNww==".',
  ],
  [
    'another CRC32C',
    { kind: 'crc32c', text: 'AAAAAA==' },
    'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "yZRlqg==".',
  ],
  ['no base64', { kind: 'md5', text: '!' }, 'Invalid MD5 hash "!".'],
  ['a wrong length', { kind: 'crc32c', text: 'AAAAAAAA' }, 'Invalid CRC32C "AAAAAAAA".'],
  ['nothing', { kind: 'crc32c', text: '' }, 'Invalid CRC32C "".'],
];

for (const [name, stated, message] of cases) {
  test(`a stated checksum: ${name} (storage notes 5.6)`, () => {
    const check = () => {
      assertChecksumsWellFormed([stated]);
      assertChecksumsMatch([stated], HELLO);
    };
    if (message === undefined) return check();
    assert.throws(check, (error) => error instanceof ApiError && error.message === message);
  });
}
