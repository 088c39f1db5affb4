/** Which names our certificates bear, and which ones they may bear at most. */
import { isIP } from 'node:net';
import { permittedSubtrees, subjectAltName } from '../../protocol/x509/certificate.ts';
import { contextPrimitive, type Der } from '../../protocol/x509/der.ts';

/**
 * The trees of names for which the authority is believed, whoever gets hold of its key: the hosts that a cloud answers
 * for, and no other host of Google's. A tree holds the name itself and all names below it (RFC 5280 §4.2.1.10).
 */
const PERMITTED_DNS_TREES: readonly string[] = [
  'googleapis.com',
  'accounts.google.com',
  'google.internal',
  'metadata.goog',
  'metadata',
  'localhost',
];

/** The addresses for which the authority is believed: this machine, and where a metadata server answers. */
const PERMITTED_SUBNETS: readonly (readonly [address: string, prefixLength: number])[] = [
  ['127.0.0.0', 8],
  ['::1', 128],
  ['169.254.169.254', 32],
  ['fd20:ce::254', 128],
];

/**
 * The names of the certificate that the cloud's TLS listeners show. A star stands for one label (RFC 6125 §6.4.3), so
 * buckets before `storage.googleapis.com` need their own.
 */
export const SERVER_DNS_NAMES: readonly string[] = [
  '*.googleapis.com',
  '*.storage.googleapis.com',
  'googleapis.com',
  'accounts.google.com',
  'metadata.google.internal',
  'metadata.goog',
  'metadata',
  'localhost',
];

export const SERVER_ADDRESSES: readonly string[] = ['127.0.0.1', '::1', '169.254.169.254', 'fd20:ce::254'];

/** The extension of the authority. It is encoded always the same, so a stored certificate can be searched for it. */
export function renderNameConstraints(): Der {
  const subnets = PERMITTED_SUBNETS.map(([address, prefixLength]) => {
    const bytes = toAddressBytes(address);
    return iPAddress(Buffer.concat([bytes, toMask(prefixLength, bytes.length)]));
  });
  return permittedSubtrees([...PERMITTED_DNS_TREES.map(dNSName), ...subnets]);
}

/** The extension of a server's certificate, encoded always the same. */
export function renderSubjectAltName(dnsNames: readonly string[], addresses: readonly string[]): Der {
  return subjectAltName([...dnsNames.map(dNSName), ...addresses.map(toAddressBytes).map(iPAddress)]);
}

/** `[2] IA5String` of GeneralName. */
function dNSName(name: string): Der {
  return contextPrimitive(2, Buffer.from(name, 'ascii'));
}

/** `[7] OCTET STRING` of GeneralName: an address, or in a constraint an address and its mask. */
function iPAddress(bytes: Der): Der {
  return contextPrimitive(7, bytes);
}

/** 4 or 16 bytes in network order. */
function toAddressBytes(address: string): Der {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.'), Number);
  const [head = '', tail = ''] = address.split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = tail.split(':').filter((group) => group !== '');
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  const groups = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

function toMask(prefixLength: number, bytes: number): Der {
  return Uint8Array.from({ length: bytes }, (_, index) => {
    const ones = Math.min(8, Math.max(0, prefixLength - 8 * index));
    return (0xff << (8 - ones)) & 0xff;
  });
}
