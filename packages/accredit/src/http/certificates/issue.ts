/** Makes the authority and the certificates that it signs. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Random } from '../../kernel/ports.ts';
import {
  authorityConstraints,
  authorityKeyIdentifier,
  type CertificateTemplate,
  type DistinguishedName,
  ECDSA_SHA256,
  endEntityConstraints,
  keyUsage,
  renderCertificate,
  renderStatement,
  serverAuthUsage,
  subjectKeyIdentifier,
} from '../../protocol/x509/certificate.ts';
import type { Der } from '../../protocol/x509/der.ts';
import { renderNameConstraints, renderSubjectAltName, SERVER_ADDRESSES, SERVER_DNS_NAMES } from './names.ts';

export const DAY_MS = 86_400_000;

/** Ten years. Nothing outside a workload believes the authority, so a long life costs nothing. */
const AUTHORITY_LIFETIME_DAYS = 3650;

/** What browsers and Apple's TLS take at most is 398 days; the Baseline Requirements §6.3.2 say to stay a day below. */
export const SERVER_LIFETIME_DAYS = 397;

/** Certificates are valid from a little before they were made: guests and containers may run behind. */
const BACKDATING_MS = 3_600_000;

const SERIAL_NUMBER_BYTES = 16;

/** A certificate and its private key, both PEM. The key is PKCS #8. */
export interface CertificateWithKey {
  readonly certPem: string;
  readonly keyPem: string;
}

/** What an authority signs with, and how it is named in what it signs. */
export interface Signer {
  readonly name: DistinguishedName;
  readonly keyPem: string;
  /** Unix milliseconds; nothing that it signs lives longer. */
  readonly notAfterMs: number;
}

/**
 * Makes a self-signed authority that is believed for the names of `names.ts` only.
 *
 * Its name holds a part of its serial number: two authorities of one name in a bundle confuse clients that look an
 * issuer up by name.
 */
export function makeAuthority(nowMs: number, random: Random): CertificateWithKey {
  const { publicKey, privateKey } = generateKeys();
  const serialNumber = makeSerialNumber(random);
  const name = nameAuthority(Buffer.from(serialNumber).toString('hex', 0, 4));
  const notBeforeMs = nowMs - BACKDATING_MS;
  const certPem = signCertificate(
    {
      serialNumber,
      issuer: name,
      subject: name,
      notBeforeMs,
      notAfterMs: notBeforeMs + AUTHORITY_LIFETIME_DAYS * DAY_MS,
      publicKey,
      extensions: [
        authorityConstraints(),
        keyUsage('keyCertSign', 'cRLSign'),
        subjectKeyIdentifier(publicKey),
        renderNameConstraints(),
      ],
    },
    privateKey,
  );
  return { certPem, keyPem: renderKey(privateKey) };
}

export function nameAuthority(id: string): DistinguishedName {
  return { organization: 'Accredit', commonName: `Accredit local CA ${id}` };
}

/**
 * Makes a certificate for TLS servers.
 *
 * @param dnsNames - default: all that the cloud answers for
 */
export function makeServerCertificate(
  signer: Signer,
  nowMs: number,
  random: Random,
  dnsNames: readonly string[] = SERVER_DNS_NAMES,
  addresses: readonly string[] = SERVER_ADDRESSES,
): CertificateWithKey {
  const { publicKey, privateKey } = generateKeys();
  const authorityKey = createPrivateKey(signer.keyPem);
  const notBeforeMs = nowMs - BACKDATING_MS;
  const certPem = signCertificate(
    {
      serialNumber: makeSerialNumber(random),
      issuer: signer.name,
      subject: { organization: 'Accredit', commonName: 'Accredit local server' },
      notBeforeMs,
      notAfterMs: Math.min(notBeforeMs + SERVER_LIFETIME_DAYS * DAY_MS, signer.notAfterMs),
      publicKey,
      extensions: [
        endEntityConstraints(),
        keyUsage('digitalSignature'),
        serverAuthUsage(),
        subjectKeyIdentifier(publicKey),
        authorityKeyIdentifier(createPublicKey(authorityKey)),
        renderSubjectAltName(dnsNames, addresses),
      ],
    },
    authorityKey,
  );
  return { certPem, keyPem: renderKey(privateKey) };
}

function signCertificate(template: CertificateTemplate, issuerKey: KeyObject): string {
  const statement = renderStatement(template, ECDSA_SHA256);
  return renderCertificate(statement, ECDSA_SHA256, sign('sha256', statement, issuerKey));
}

function generateKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** Positive and of full length, whatever comes: the highest bit is 0, the next is 1. */
function makeSerialNumber(random: Random): Der {
  const bytes = random.bytes(SERIAL_NUMBER_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function renderKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' });
}
