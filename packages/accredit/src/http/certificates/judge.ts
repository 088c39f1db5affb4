/** Whether a stored certificate may go on serving: rules only. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  type CertificateWithKey,
  DAY_MS,
  nameAuthority,
  SERVER_LIFETIME_DAYS,
  type Signer,
} from './issue.ts';
import { renderNameConstraints, renderSubjectAltName, SERVER_ADDRESSES, SERVER_DNS_NAMES } from './names.ts';

/** A server's certificate is renewed when less than this remains. */
const SERVER_RENEWAL_DAYS = 30;

/** An authority is renewed while it can still sign certificates of full life. */
const AUTHORITY_RENEWAL_DAYS = SERVER_LIFETIME_DAYS + SERVER_RENEWAL_DAYS;

/** `due` is the course of things; `unusable` is not, and somebody should hear of it. */
export type Verdict<T> =
  | { readonly kind: 'usable'; readonly value: T }
  | { readonly kind: 'due'; readonly reason: string }
  | { readonly kind: 'unusable'; readonly reason: string };

/** An authority that may sign, and the certificate that clients are to believe. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly caPem: string;
  readonly signer: Signer;
}

/** Judges a stored authority: the name constraints must be, to the byte, those of this version. */
export function judgeAuthority(pair: CertificateWithKey, nowMs: number): Verdict<Authority> {
  const certificate = parsePair(pair);
  if (typeof certificate === 'string') return { kind: 'unusable', reason: certificate };
  const name = nameAuthority(certificate.serialNumber.slice(0, 8).toLowerCase());
  if (!certificate.ca || certificate.subject !== `O=${name.organization}\nCN=${name.commonName}`)
    return { kind: 'unusable', reason: 'it is no authority of ours' };
  if (!certificate.raw.includes(renderNameConstraints()))
    return { kind: 'due', reason: 'its name constraints are not those of this version' };
  const timing = judgeTiming(certificate, nowMs, AUTHORITY_RENEWAL_DAYS);
  if (timing !== undefined) return { kind: 'due', reason: timing };
  const signer = { name, keyPem: pair.keyPem, notAfterMs: certificate.validToDate.getTime() };
  return { kind: 'usable', value: { certificate, caPem: pair.certPem, signer } };
}

/** Judges a stored certificate of the servers. */
export function judgeServerCertificate(
  pair: CertificateWithKey,
  authority: Authority,
  nowMs: number,
): Verdict<CertificateWithKey> {
  const certificate = parsePair(pair);
  if (typeof certificate === 'string') return { kind: 'unusable', reason: certificate };
  const issuer = authority.certificate;
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey))
    return { kind: 'due', reason: 'another authority signed it' };
  if (!certificate.raw.includes(renderSubjectAltName(SERVER_DNS_NAMES, SERVER_ADDRESSES)))
    return { kind: 'due', reason: 'its names are not those of this version' };
  const timing = judgeTiming(certificate, nowMs, SERVER_RENEWAL_DAYS);
  return timing === undefined ? { kind: 'usable', value: pair } : { kind: 'due', reason: timing };
}

/** Returns the certificate, or why the pair is none. */
function parsePair({ certPem, keyPem }: CertificateWithKey): X509Certificate | string {
  try {
    const certificate = new X509Certificate(certPem);
    return certificate.checkPrivateKey(createPrivateKey(keyPem))
      ? certificate
      : 'the key is not that of the certificate';
  } catch {
    // OpenSSL's words may quote what it read; ours do not.
    return 'the certificate or its key cannot be read';
  }
}

/** Why the time has come, or undefined where it has not. */
function judgeTiming(certificate: X509Certificate, nowMs: number, renewalDays: number): string | undefined {
  if (certificate.validFromDate.getTime() > nowMs) return 'it is not valid yet';
  const remainingMs = certificate.validToDate.getTime() - nowMs;
  if (remainingMs <= 0) return 'it has expired';
  return remainingMs < renewalDays * DAY_MS ? `less than ${renewalDays} days of its life remain` : undefined;
}
