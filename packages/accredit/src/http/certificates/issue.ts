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
  extendedKeyUsage,
  keyUsage,
  renderCertificate,
  renderStatement,
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
  const serialNumber = makeSerialNumber(random);
  const name = nameAuthority(Buffer.from(serialNumber).toString('hex', 0, 4));
  return signItself({ name, serialNumber, nowMs, constraints: [renderNameConstraints()] }).pair;
}

export function nameAuthority(id: string): DistinguishedName {
  return { organization: 'Accredit', commonName: `Accredit local CA ${id}` };
}

/**
 * Makes a self-signed authority that is believed for any name, for those who are told to believe it.
 *
 * @returns it, and what it signs with
 */
export function makeFreeAuthority(
  name: DistinguishedName,
  nowMs: number,
  random: Random,
): { readonly certPem: string; readonly signer: Signer } {
  const serialNumber = makeSerialNumber(random);
  const { pair, notAfterMs } = signItself({ name, serialNumber, nowMs, constraints: [] });
  return { certPem: pair.certPem, signer: { name, keyPem: pair.keyPem, notAfterMs } };
}

/** What an authority says of itself. */
interface SelfStatement {
  readonly name: DistinguishedName;
  readonly serialNumber: Der;
  readonly nowMs: number;
  /** Extensions that say for whom it may sign. */
  readonly constraints: readonly Der[];
}

function signItself({ name, serialNumber, nowMs, constraints }: SelfStatement) {
  const { publicKey, privateKey } = generateKeys();
  const notBeforeMs = nowMs - BACKDATING_MS;
  const notAfterMs = notBeforeMs + AUTHORITY_LIFETIME_DAYS * DAY_MS;
  const extensions = [
    authorityConstraints(),
    keyUsage('keyCertSign', 'cRLSign'),
    subjectKeyIdentifier(publicKey),
    ...constraints,
  ];
  const certPem = signCertificate(
    { serialNumber, issuer: name, subject: name, notBeforeMs, notAfterMs, publicKey, extensions },
    privateKey,
  );
  return { pair: { certPem, keyPem: renderKey(privateKey) }, notAfterMs };
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
  const subject = { organization: 'Accredit', commonName: 'Accredit local server' };
  const names = renderSubjectAltName(dnsNames, addresses);
  const lifetimeDays = SERVER_LIFETIME_DAYS;
  return makeEndEntity(signer, { subject, names, lifetimeDays, purpose: 'serverAuth' }, nowMs, random);
}

/** What a certificate that is no authority's says. */
export interface EndEntity {
  readonly subject: DistinguishedName;
  /** The extension `subjectAltName`. */
  readonly names: Der;
  readonly lifetimeDays: number;
  readonly purpose: 'serverAuth' | 'clientAuth';
}

/** Makes a key pair and its certificate. */
export function makeEndEntity(
  signer: Signer,
  { subject, names, lifetimeDays, purpose }: EndEntity,
  nowMs: number,
  random: Random,
): CertificateWithKey {
  const { publicKey, privateKey } = generateKeys();
  const authorityKey = createPrivateKey(signer.keyPem);
  const notBeforeMs = nowMs - BACKDATING_MS;
  const certPem = signCertificate(
    {
      serialNumber: makeSerialNumber(random),
      issuer: signer.name,
      subject,
      notBeforeMs,
      notAfterMs: Math.min(notBeforeMs + lifetimeDays * DAY_MS, signer.notAfterMs),
      publicKey,
      extensions: [
        endEntityConstraints(),
        keyUsage('digitalSignature'),
        extendedKeyUsage(purpose),
        subjectKeyIdentifier(publicKey),
        authorityKeyIdentifier(createPublicKey(authorityKey)),
        names,
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
