import { createPublicKey, type KeyObject } from 'node:crypto';
import { DAY_MS } from '../kernel/timestamps.ts';
import {
  endEntityConstraints,
  keyUsage,
  RSA_SHA256,
  renderCertificate,
  renderStatement,
} from '../protocol/x509/certificate.ts';
import type { Der } from '../protocol/x509/der.ts';
import type { ServiceAccountKey } from '../resources/service-account-keys.ts';
import type { Issuer, PublishedKey } from './issuer.ts';

/** The name under which Google signs OpenID tokens. */
const SIGN_ON_NAME = 'federated-signon.system.gserviceaccount.com';

/** 9999-12-31T23:59:59Z: no end is known (RFC 5280 §4.1.2.5). */
const NO_END_MS = 253_402_300_799_000;

/** What a certificate says of a key. */
interface CertifiedKey {
  readonly id: string;
  /** Common name of the one who signs with it. */
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly validFromMs: number;
}

const kept = new WeakMap<KeyObject, Promise<string>>();

/**
 * Returns the certificate of a key that signs OpenID tokens, signed with that key itself. PEM; always the same for a key,
 * and made once.
 */
export function certifyOpenIdKey(key: PublishedKey, issuer: Issuer): Promise<string> {
  const present = kept.get(key.publicKey);
  if (present !== undefined) return present;
  const { id, publicKey, activeFromMs } = key;
  const made = certify({ id, name: SIGN_ON_NAME, publicKey, validFromMs: activeFromMs }, id, issuer);
  kept.set(publicKey, made);
  return made;
}

/**
 * Returns the certificate of a key that users hold for a service account.
 *
 * Deviation: Google's is signed with the key itself. We do not have its private half, so the one that signs OpenID
 * tokens signs it; clients take the public key out and look at nothing else. Pinned by 'the keys of a service account are
 * published at the address that its key file names'. An uploaded key came in a certificate, which is given back.
 */
export async function certifyAccountKey(key: ServiceAccountKey, issuer: Issuer): Promise<string> {
  if (key.certificatePem !== undefined) return key.certificatePem;
  const [signer] = await issuer.publicKeys();
  if (signer === undefined) throw new Error('There is no key that signs OpenID tokens.');
  const publicKey = createPublicKey(key.publicKeyPem);
  const certified = { id: key.keyId, name: key.uniqueId, publicKey, validFromMs: key.validAfterMs };
  return certify(certified, signer.id, issuer);
}

async function certify(key: CertifiedKey, signerId: string, issuer: Issuer): Promise<string> {
  const template = {
    serialNumber: serialNumberOf(key.id),
    issuer: { commonName: SIGN_ON_NAME },
    subject: { commonName: key.name },
    // A day early: whoever checks may have a clock that runs behind.
    notBeforeMs: key.validFromMs - DAY_MS,
    notAfterMs: NO_END_MS,
    publicKey: key.publicKey,
    extensions: [endEntityConstraints(), keyUsage('digitalSignature')],
  };
  const statement = renderStatement(template, RSA_SHA256);
  return renderCertificate(statement, RSA_SHA256, await issuer.signBytes(signerId, statement));
}

/** Bytes of a serial number; at most 20 (RFC 5280 §4.1.2.2). */
const SERIAL_NUMBER_BYTES = 8;

/** Follows from the key's id, which is random already; positive, since the highest bit is dropped. */
function serialNumberOf(keyId: string): Der {
  const bytes = Buffer.from(keyId, 'hex').subarray(0, SERIAL_NUMBER_BYTES);
  return Uint8Array.from(bytes, (byte, index) => (index === 0 ? (byte & 0x7f) | 0x40 : byte));
}
