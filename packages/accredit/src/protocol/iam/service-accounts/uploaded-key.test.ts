import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { ApiError } from '../../../kernel/api-error.ts';
import { certify, NOT_AFTER_MS, NOT_BEFORE_MS, RSA_CERTIFICATE, RSA_KEYS } from './certificates.fixture.ts';
import { CERTIFICATE_LIMIT_BYTES, readUploadedKey } from './uploaded-key.ts';

/** Returns the certificate of a key of this size, which nobody has the other half of. */
function rsa(modulusBits: number, exponent: readonly number[] = [1, 0, 1]): string {
  const n = Buffer.alloc(modulusBits / 8, 0xff).toString('base64url');
  const e = Buffer.from(exponent).toString('base64url');
  return certify(createPublicKey({ format: 'jwk', key: { kty: 'RSA', n, e } }));
}

test('a certificate gives its key, the size of it, and its period (IAM notes 1.8)', () => {
  const publicKeyPem = RSA_KEYS.publicKey.export({ type: 'spki', format: 'pem' });
  const expected = {
    certificatePem: RSA_CERTIFICATE,
    publicKeyPem,
    modulusBits: 2048,
    validAfterMs: NOT_BEFORE_MS,
    validBeforeMs: NOT_AFTER_MS,
  };
  for (const text of [RSA_CERTIFICATE, `\n${RSA_CERTIFICATE}\n`, RSA_CERTIFICATE.replaceAll('\n', '\r\n')]) {
    assert.deepEqual(readUploadedKey(Buffer.from(text)), expected);
  }
  assert.equal(readUploadedKey(Buffer.from(rsa(1024))).modulusBits, 1024);
  assert.equal(readUploadedKey(Buffer.from(rsa(4096))).modulusBits, 4096);
  for (const exponent of [[3], [255, 255, 255, 255]]) {
    assert.equal(readUploadedKey(Buffer.from(rsa(2048, exponent))).modulusBits, 2048);
  }
});

/** Made with `openssl x509 -req -signkey`, which gives one without extensions the first version. */
const VERSION_1 = `-----BEGIN CERTIFICATE-----
MIIBpjCCAQ8CFEXzWpP0po8B9QmVpmyk360ninjRMA0GCSqGSIb3DQEBCwUAMBEx
DzANBgNVBAMMBnVudXNlZDAgFw0yNjExMjMxMTQ1NTFaGA8yMTI2MTAzMDExNDU1
MVowETEPMA0GA1UEAwwGdW51c2VkMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKB
gQDLe0ROhZCbHaK48WXOMTO6q5Abj95TQHHOxpIUaFXBzRwKBySt2otxfP5OrPZC
WgG2sEI+7dEwQ56bmCWvNk32WxaYdOn8dieVb/aY/YfmNQA1zE9K2jk7EjbQGKZ1
1Yub9B5ECSe0mVHQgCObhKvCR+UNOsPW4xopnLOT0US9MQIDAQABMA0GCSqGSIb3
DQEBCwUAA4GBAF1zy0Wl0G52SPHldeVzed9b+7tnHzBNwf76uVJsph6sWPpSerR4
7FWuETu0TS8eZ9/pi2ra+WqmZP///b0FxziB7gdXv+HGZFPpMM6CVhv0hq4KvzPl
D5w8SRNJeBeoAcElqUS02EF17KL/NLDJ0uNhb4f6SCUjIoCEwtUQzsmn
-----END CERTIFICATE-----
`;

const NO_CERTIFICATE =
  'The public key data must be one X.509 v3 certificate in PEM, with its first and last lines.';

const EXPONENT = 'The public key must have an odd exponent from 3 to 4294967295.';

const refused: readonly (readonly [string, string, string])[] = [
  ['nothing', '', NO_CERTIFICATE],
  [
    'a bare public key',
    createPublicKey(RSA_CERTIFICATE).export({ type: 'spki', format: 'pem' }),
    NO_CERTIFICATE,
  ],
  ['a certificate without its last line', RSA_CERTIFICATE.replace(/-----END.*\n$/, ''), NO_CERTIFICATE],
  ['two certificates', RSA_CERTIFICATE + RSA_CERTIFICATE, NO_CERTIFICATE],
  ['a text before the certificate', `Certificate:\n${RSA_CERTIFICATE}`, NO_CERTIFICATE],
  ['a certificate that is cut', RSA_CERTIFICATE.replace(/\n[^\n]+\n-----END/, '\n-----END'), NO_CERTIFICATE],
  [
    'what is no certificate in the lines of one',
    '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n',
    NO_CERTIFICATE,
  ],
  ['a certificate of version 1', VERSION_1, NO_CERTIFICATE],
  [
    'a key on a curve',
    certify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
    'The public key must be an RSA key.',
  ],
  ['a key that is too small', rsa(768), 'The public key must have 1024 to 4096 bits, not 768.'],
  ['a key that is too large', rsa(4104), 'The public key must have 1024 to 4096 bits, not 4104.'],
  ['a key with which anybody signs', rsa(2048, [1]), EXPONENT],
  ['a key with an even exponent', rsa(2048, [1, 0, 2]), EXPONENT],
  ['a key with a long exponent', rsa(2048, [1, 0, 0, 0, 1]), EXPONENT],
  [
    'a certificate that ends before it begins',
    certify(RSA_KEYS.publicKey, NOT_BEFORE_MS),
    'The certificate must end after it begins.',
  ],
  [
    'more than any certificate has',
    'x'.repeat(CERTIFICATE_LIMIT_BYTES + 1),
    'The certificate must have at most 16384 bytes, not 16385.',
  ],
];

for (const [name, text, message] of refused) {
  test(`no key is taken from ${name}`, () => {
    assert.throws(
      () => readUploadedKey(Buffer.from(text)),
      (error) => error instanceof ApiError && error.code === 'INVALID_ARGUMENT' && error.message === message,
    );
  });
}
