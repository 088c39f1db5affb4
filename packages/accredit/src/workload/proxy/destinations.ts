/** Where a request that reaches the proxy goes: pure, so that it can be tested as a table. */
import { findOwnAddress, METADATA_ADDRESS } from '../namespace/names.ts';

/** A place that the program named. */
export interface Destination {
  /** A name or an address as the program wrote it; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What becomes of a request. */
export type Route =
  /** The instance's metadata server. */
  | { readonly kind: 'metadata' }
  /** The Google APIs; TLS ends in the cloud. */
  | { readonly kind: 'api' }
  /** A place outside the cloud that the user allowed. */
  | { readonly kind: 'allowed'; readonly target: Destination }
  /** Nowhere: one sentence for the user. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What a proxy knows of the places around it. */
export interface Surroundings {
  /** `HOST:PORT` on loopback where the instance's metadata server answers, too. */
  readonly metadataAddress: string;
  /** As `--allow` gave them: a lower-case name without a final dot, or an address. */
  readonly allow: readonly Destination[];
}

/** On a VM the metadata server answers here and nowhere else (metadata notes 1). */
const METADATA_PORT = 80;
const API_PORT = 443;

/** The metadata server's address on a VM that has only IPv6 (metadata notes 1). */
const METADATA_ADDRESS_IPV6 = 'fd20:ce::254';

/** Decides where a connection goes. Whatever is not known to be harmless is refused. */
export function findRoute({ host, port }: Destination, { metadataAddress, allow }: Surroundings): Route {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (`${name}:${port}` === metadataAddress) return { kind: 'metadata' };
  if (isMetadataHost(name)) {
    return port === METADATA_PORT
      ? { kind: 'metadata' }
      : refuse(`The metadata server '${name}' answers on port ${METADATA_PORT} only, not on ${port}.`);
  }
  if (isApiHost(name)) {
    return port === API_PORT
      ? { kind: 'api' }
      : refuse(`The host '${name}' answers on port ${API_PORT} only, not on ${port}.`);
  }
  const target = allow.find((one) => one.host === name && one.port === port);
  if (target !== undefined) return { kind: 'allowed', target };
  const place = renderPlace({ host: name, port });
  if (isLoopback(name)) {
    return refuse(`'${place}' is this machine itself: NO_PROXY names it, so ask for it without a proxy.`);
  }
  return refuse(`'${place}' is nothing that the cloud answers for: --allow ${place} would let it through.`);
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function renderPlace({ host, port }: Destination): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function isMetadataHost(name: string): boolean {
  return (
    name === METADATA_ADDRESS || name === METADATA_ADDRESS_IPV6 || findOwnAddress(name) === METADATA_ADDRESS
  );
}

function isApiHost(name: string): boolean {
  const address = findOwnAddress(name);
  return address !== undefined && address !== METADATA_ADDRESS && name !== 'localhost';
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

function refuse(reason: string): Route {
  return { kind: 'refused', reason };
}
