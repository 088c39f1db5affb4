/** Writes X.509 v3 certificates (RFC 5280); whoever calls has the key that signs. */
import { createHash, type KeyObject } from 'node:crypto';
import {
  bitString,
  booleanTrue,
  contextConstructed,
  contextPrimitive,
  type Der,
  objectIdentifier,
  octetString,
  printableString,
  sequence,
  setOf,
  time,
  unsignedInteger,
  utf8String,
} from './der.ts';

/** Extensions, by the names of RFC 5280 §4.2.1. */
const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** What an end entity's key is for: id-kp-serverAuth and id-kp-clientAuth (RFC 5280 §4.2.1.12). */
const KEY_PURPOSE = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' } as const;

/** An algorithm of a signature, as a certificate names it. */
export type SignatureAlgorithm = Der;

/** ecdsa-with-SHA256; it has no parameters (RFC 5758 §3.2). */
export const ECDSA_SHA256: SignatureAlgorithm = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

/** sha256WithRSAEncryption, whose parameters are NULL (RFC 4055 §5). */
export const RSA_SHA256: SignatureAlgorithm = sequence(
  objectIdentifier('1.2.840.113549.1.1.11'),
  Uint8Array.of(0x05, 0x00),
);

/** Bits of KeyUsage, counted from the highest of the first byte (RFC 5280 §4.2.1.3). */
const KEY_USAGE_BIT = { digitalSignature: 0, keyCertSign: 5, cRLSign: 6 } as const;

/** A public key on P-256 ends its SubjectPublicKeyInfo with an uncompressed point: 1 + 32 + 32 bytes (RFC 5480 §2.2). */
const P256_POINT_BYTES = 65;

/** RFC 7093 §2, method 1: the leftmost 160 bits of the SHA-256 of the key. */
const KEY_IDENTIFIER_BYTES = 20;

/** What a certificate says of its subject or issuer. */
export interface DistinguishedName {
  /** Two capital letters (ISO 3166). */
  readonly country?: string;
  readonly organization?: string;
  readonly commonName: string;
}

/** All that a certificate states, but for who signs it. */
export interface CertificateTemplate {
  /** Up to 20 bytes, positive (RFC 5280 §4.1.2.2). */
  readonly serialNumber: Der;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** Unix milliseconds. */
  readonly notBeforeMs: number;
  /** Unix milliseconds. */
  readonly notAfterMs: number;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Der[];
}

/** Returns what of a certificate is signed. */
export function renderStatement(template: CertificateTemplate, algorithm: SignatureAlgorithm): Der {
  return sequence(
    contextConstructed(0, unsignedInteger(Uint8Array.of(2))), // version 3
    unsignedInteger(template.serialNumber),
    algorithm,
    renderName(template.issuer),
    sequence(time(template.notBeforeMs), time(template.notAfterMs)),
    renderName(template.subject),
    renderPublicKey(template.publicKey),
    contextConstructed(3, sequence(...template.extensions)),
  );
}

/** Joins a statement and the signature over it to a certificate, PEM. */
export function renderCertificate(statement: Der, algorithm: SignatureAlgorithm, signature: Der): string {
  return renderPem(sequence(statement, algorithm, bitString(signature)));
}

function renderName({ country, organization, commonName }: DistinguishedName): Der {
  const attribute = (type: string, value: Der) => setOf(sequence(objectIdentifier(type), value));
  // A country is a PrintableString, whatever the others are (RFC 5280 appendix A.1, X520countryName).
  const place = country === undefined ? [] : [attribute('2.5.4.6', printableString(country))];
  const unit = organization === undefined ? [] : [attribute('2.5.4.10', utf8String(organization))];
  return sequence(...place, ...unit, attribute('2.5.4.3', utf8String(commonName)));
}

function renderPublicKey(key: KeyObject): Der {
  return key.export({ type: 'spki', format: 'der' });
}

function renderPem(certificate: Der): string {
  const lines = Buffer.from(certificate)
    .toString('base64')
    .match(/.{1,64}/g);
  return ['-----BEGIN CERTIFICATE-----', ...(lines ?? []), '-----END CERTIFICATE-----', ''].join('\n');
}

function extension(name: keyof typeof EXTENSION, value: Der, criticality: 'critical' | 'optional'): Der {
  const critical = criticality === 'critical' ? [booleanTrue()] : [];
  return sequence(objectIdentifier(EXTENSION[name]), ...critical, octetString(value));
}

/** `CA:TRUE, pathlen:0`: it signs certificates of servers and no further authority. */
export function authorityConstraints(): Der {
  return extension(
    'basicConstraints',
    sequence(booleanTrue(), unsignedInteger(Uint8Array.of(0))),
    'critical',
  );
}

/** `CA:FALSE`, which is what an empty one says. */
export function endEntityConstraints(): Der {
  return extension('basicConstraints', sequence(), 'critical');
}

export function keyUsage(...usages: readonly (keyof typeof KEY_USAGE_BIT)[]): Der {
  const bits = usages.map((usage): number => KEY_USAGE_BIT[usage]);
  const byte = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  // DER drops the zero bits at the end of a list of named bits (X.690 §11.2.2).
  return extension('keyUsage', bitString(Uint8Array.of(byte), 7 - Math.max(...bits)), 'critical');
}

export function extendedKeyUsage(purpose: keyof typeof KEY_PURPOSE): Der {
  return extension('extendedKeyUsage', sequence(objectIdentifier(KEY_PURPOSE[purpose])), 'optional');
}

export function subjectKeyIdentifier(key: KeyObject): Der {
  return extension('subjectKeyIdentifier', octetString(toKeyIdentifier(key)), 'optional');
}

export function authorityKeyIdentifier(key: KeyObject): Der {
  const value = sequence(contextPrimitive(0, toKeyIdentifier(key)));
  return extension('authorityKeyIdentifier', value, 'optional');
}

/** @param key - on P-256 */
function toKeyIdentifier(key: KeyObject): Der {
  const point = renderPublicKey(key).subarray(-P256_POINT_BYTES);
  return createHash('sha256').update(point).digest().subarray(0, KEY_IDENTIFIER_BYTES);
}

/** @param generalNames - GeneralName values, each with its own tag */
export function subjectAltName(generalNames: readonly Der[]): Der {
  return extension('subjectAltName', sequence(...generalNames), 'optional');
}

/** Critical, so that a client which does not know the extension refuses the authority (RFC 5280 §4.2.1.10). */
export function permittedSubtrees(generalNames: readonly Der[]): Der {
  const subtrees = contextConstructed(0, ...generalNames.map((name) => sequence(name)));
  return extension('nameConstraints', sequence(subtrees), 'critical');
}
