import { type KeyObject, X509Certificate } from 'node:crypto';
import { type ApiError, invalidArgument } from '../../../kernel/api-error.ts';
import { isVersion3 } from '../../x509/version.ts';

/** What an uploaded certificate says of a key. */
export interface UploadedKey {
  /** The certificate, PEM. */
  readonly certificatePem: string;
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKeyPem: string;
  /** Bits of the modulus. */
  readonly modulusBits: number;
  /** Unix milliseconds. */
  readonly validAfterMs: number;
  /** Unix milliseconds. */
  readonly validBeforeMs: number;
}

/** A certificate of a key of 4096 bits, with many extensions, has some 4 KiB. */
export const CERTIFICATE_LIMIT_BYTES = 16 * 1024;

/** Below, a key can be broken; above, each check of a signature costs more than it is worth. Guess: the bounds. */
const MODULUS_BITS = { min: 1024, max: 4096 } as const;

/** With 1 anybody signs, an even one is no exponent, and a long one makes each check slow. Guess: the bounds. */
const EXPONENT = { min: 3n, max: 4_294_967_295n } as const;

/** One certificate and nothing else (RFC 7468 §5). */
const CERTIFICATE_FORM =
  /^-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+\r?\n-----END CERTIFICATE-----$/;

/**
 * Reads a public key that is to be a service account's: of RSA, in an X.509 v3 certificate, PEM (IAM notes 1.8). Who
 * signed the certificate does not matter.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`. Guess: the texts
 */
export function readUploadedKey(publicKeyData: Uint8Array): UploadedKey {
  const certificate = readCertificate(publicKeyData);
  const publicKey = readPublicKey(certificate);
  const { modulusLength: modulusBits = 0, publicExponent = 0n } = publicKey.asymmetricKeyDetails ?? {};
  if (publicKey.asymmetricKeyType !== 'rsa') throw bad('The public key must be an RSA key.');
  if (modulusBits < MODULUS_BITS.min || modulusBits > MODULUS_BITS.max) {
    throw bad(
      `The public key must have ${MODULUS_BITS.min} to ${MODULUS_BITS.max} bits, not ${modulusBits}.`,
    );
  }
  if (publicExponent % 2n === 0n || publicExponent < EXPONENT.min || publicExponent > EXPONENT.max) {
    throw bad('The public key must have an odd exponent from 3 to 4294967295.');
  }
  const [validAfterMs, validBeforeMs] = [certificate.validFrom, certificate.validTo].map(Date.parse);
  if (!isTime(validAfterMs) || !isTime(validBeforeMs))
    throw bad('The certificate has no period of validity.');
  if (validBeforeMs <= validAfterMs) throw bad('The certificate must end after it begins.');
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' });
  return { certificatePem: certificate.toString(), publicKeyPem, modulusBits, validAfterMs, validBeforeMs };
}

function isTime(timeMs: number | undefined): timeMs is number {
  return timeMs !== undefined && Number.isFinite(timeMs);
}

function readCertificate(publicKeyData: Uint8Array): X509Certificate {
  if (publicKeyData.length > CERTIFICATE_LIMIT_BYTES) {
    throw bad(
      `The certificate must have at most ${CERTIFICATE_LIMIT_BYTES} bytes, not ${publicKeyData.length}.`,
    );
  }
  const pem = Buffer.from(publicKeyData).toString('latin1').trim();
  if (!CERTIFICATE_FORM.test(pem)) throw noCertificate();
  const certificate = parse(() => new X509Certificate(pem));
  if (!isVersion3(certificate.raw)) throw noCertificate();
  return certificate;
}

function readPublicKey(certificate: X509Certificate): KeyObject {
  return parse(() => certificate.publicKey);
}

/** Whatever OpenSSL says of what it cannot read, the caller is told what would be right. */
function parse<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw noCertificate();
  }
}

function noCertificate(): ApiError {
  return bad('The public key data must be one X.509 v3 certificate in PEM, with its first and last lines.');
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}
