/** `--allow HOST:PORT`: reading it, and where each target stands inside the namespace. */
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { NamespaceError } from './errors.ts';
import { API_ADDRESS, findOwnAddress, RESOLVER_ADDRESS } from './names.ts';
import type { AllowedTarget } from './plan.ts';

/** An allowed target with its place inside. */
export interface PlacedTarget extends AllowedTarget {
  /** Where it is listened for inside. */
  readonly address: string;
  /** The file name, in the work directory, of the socket that the parent serves for it. */
  readonly socketName: string;
}

/**
 * Addresses that are never forwarded to. Link-local ones because a real metadata server is there and would hand out
 * the credentials of this machine (169.254.169.254 on every cloud, fd20:ce::254 on Google's, fd00:ec2::254 on
 * Amazon's); the others because they name no single host.
 */
const REFUSED_RANGES: readonly (readonly [
  reason: string,
  address: string,
  prefix: number,
  family: 'ipv4' | 'ipv6',
])[] = [
  ['is link-local, where metadata servers are', '169.254.0.0', 16, 'ipv4'],
  ['is link-local', 'fe80::', 10, 'ipv6'],
  ["is a metadata server's", 'fd20:ce::254', 128, 'ipv6'],
  ["is a metadata server's", 'fd00:ec2::254', 128, 'ipv6'],
  ['names no host', '0.0.0.0', 8, 'ipv4'],
  ['names no host', '::', 128, 'ipv6'],
  ['is a multicast or broadcast address', '224.0.0.0', 3, 'ipv4'],
  ['is a multicast address', 'ff00::', 8, 'ipv6'],
];

/**
 * An IPv4 address inside an IPv6 one (RFC 4291 §2.5.5.2, RFC 6052 §2.1, RFC 3056 §2), which would get around the IPv4
 * rules.
 */
const EMBEDDING_RANGES: readonly (readonly [address: string, prefix: number])[] = [
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['2002:a9fe::', 32],
];

const refusals = REFUSED_RANGES.map(([reason, address, prefix, family]) => {
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return { reason, list };
});
const embedding = new BlockList();
for (const [address, prefix] of EMBEDDING_RANGES) embedding.addSubnet(address, prefix, 'ipv6');

/**
 * Says why an address must not be forwarded to, or undefined where it may.
 *
 * @param address - an IPv4 or IPv6 address, without brackets and zone
 */
export function findAddressRefusal(address: string): string | undefined {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (family === 'ipv6' && embedding.check(address, 'ipv6'))
    return 'holds an IPv4 address inside an IPv6 one';
  return refusals.find(({ list }) => list.check(address, family))?.reason;
}

/**
 * Reads the value of `--allow`.
 *
 * @param text - `HOST:PORT`; an IPv6 address stands in brackets
 * @throws {NamespaceError} `invalid-target` if it is not of that form or names a place that is never forwarded to
 */
export function parseAllowedTarget(text: string): AllowedTarget {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65535) {
    throw refuse(
      text,
      "is not of the form HOST:PORT with a port of 1 to 65535 (an IPv6 address in brackets: '[::1]:5432')",
    );
  }
  return match[1] !== undefined ? parseIpv6(text, match[1], port) : parseHost(text, match[2] ?? '', port);
}

function parseIpv6(text: string, host: string, port: number): AllowedTarget {
  if (isIP(host) !== 6 || host.includes('%'))
    throw refuse(text, 'has no IPv6 address without a zone between its brackets');
  const refusal = findAddressRefusal(host);
  if (refusal !== undefined) throw refuse(text, `is never forwarded to: that address ${refusal}`);
  return { kind: 'ipv6', host: host.toLowerCase(), port };
}

function parseHost(text: string, host: string, port: number): AllowedTarget {
  if (isIP(host) === 4) return checkIpv4(text, { kind: 'ipv4', host, port });
  const name = domainToASCII(host).replace(/\.$/, '');
  if (!isHostName(name))
    throw refuse(text, 'has a host that is neither a name nor an address in its usual form');
  if (name === 'localhost') return { kind: 'name', host: name, port };
  if (findOwnAddress(name) !== undefined) {
    throw refuse(text, 'cannot be allowed: the cloud itself answers for that name inside a namespace');
  }
  return { kind: 'name', host: name, port };
}

function checkIpv4(text: string, target: AllowedTarget): AllowedTarget {
  const refusal = findAddressRefusal(target.host);
  if (refusal !== undefined) throw refuse(text, `is never forwarded to: that address ${refusal}`);
  const place = `${target.host}:${target.port}`;
  if (place === `${RESOLVER_ADDRESS}:53` || place === `${API_ADDRESS}:443`) {
    throw refuse(text, 'cannot be allowed: the cloud itself listens there inside a namespace');
  }
  return target;
}

/**
 * RFC 1123 §2.1, with the underscore that many private names have. A last label that starts with a digit is refused:
 * resolvers read `2852039166`, `0xa9fe.1` and `169.254.43518` as addresses (inet_aton), and so past the rules for them.
 */
function isHostName(name: string): boolean {
  const labels = name.split('.');
  const isLabel = (label: string) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label);
  return name.length <= 253 && labels.every(isLabel) && !/^[0-9]/.test(labels.at(-1) ?? '');
}

function refuse(text: string, why: string): NamespaceError {
  return new NamespaceError('invalid-target', `--allow '${text}' ${why}.`);
}

/**
 * Gives every target its place: an address stands for itself, each name gets a loopback address of its own from
 * 127.1.0.1 on, so that two names may use the same port.
 */
export function placeTargets(targets: readonly AllowedTarget[]): readonly PlacedTarget[] {
  const names = [...new Set(targets.filter(({ kind }) => kind === 'name').map(({ host }) => host))].filter(
    (host) => host !== 'localhost',
  );
  const distinct = new Map(targets.map((target) => [`${target.host} ${target.port}`, target]));
  return [...distinct.values()].map((target, index) => ({
    ...target,
    address: target.kind === 'name' ? toNameAddress(names.indexOf(target.host) + 1) : target.host,
    socketName: `allow-${index}`,
  }));
}

/** 0 is `localhost`, which /etc/hosts fixes. */
function toNameAddress(number: number): string {
  return number === 0 ? '127.0.0.1' : `127.1.${number >> 8}.${number & 255}`;
}

/** The addresses of the names among placed targets, for the zone of the namespace. */
export function nameAddresses(targets: readonly PlacedTarget[]): ReadonlyMap<string, string> {
  return new Map(targets.filter(({ kind }) => kind === 'name').map(({ host, address }) => [host, address]));
}
