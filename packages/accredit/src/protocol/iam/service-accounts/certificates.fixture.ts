/** Certificates as users would upload them, made when a test asks. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { keyUsage, RSA_SHA256, renderCertificate, renderStatement } from '../../x509/certificate.ts';

/** 2026-11-01T00:00:00Z and a year later. */
export const NOT_BEFORE_MS = Date.UTC(2026, 10, 1);
export const NOT_AFTER_MS = Date.UTC(2027, 10, 1);

/** The key pair of `RSA_CERTIFICATE`. */
export const RSA_KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Returns a certificate of a key, PEM, signed with the key above, as who signs it does not matter. */
export function certify(publicKey: KeyObject, notAfterMs = NOT_AFTER_MS): string {
  const statement = renderStatement(
    {
      serialNumber: Uint8Array.of(1),
      issuer: { commonName: 'unused' },
      subject: { commonName: 'unused' },
      notBeforeMs: NOT_BEFORE_MS,
      notAfterMs,
      publicKey,
      extensions: [keyUsage('digitalSignature')],
    },
    RSA_SHA256,
  );
  return renderCertificate(statement, RSA_SHA256, sign('sha256', statement, RSA_KEYS.privateKey));
}

/** A certificate of a key of 2048 bits. */
export const RSA_CERTIFICATE = certify(RSA_KEYS.publicKey);

/** Returns what a request carries. */
export function toPublicKeyData(text: string): string {
  return Buffer.from(text).toString('base64');
}
