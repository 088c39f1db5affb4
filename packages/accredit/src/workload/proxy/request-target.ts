/** Reads what a client asks of a proxy (RFC 9112 §3.2): the authority of CONNECT, or an absolute URI. */
import type { Destination } from './destinations.ts';

/** A request for a plain HTTP resource, as a proxy gets it. */
export interface AbsoluteTarget {
  readonly destination: Destination;
  /** The authority as it was written: what the `Host` field has to say (RFC 9112 §3.2.2). */
  readonly authority: string;
  /** Path and query, byte for byte: nothing is decoded, and no dot segment removed. */
  readonly pathAndQuery: string;
}

/** A name, an IPv4 address, or an IPv6 address in brackets; without user information, which no proxy is asked with. */
const AUTHORITY = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::([0-9]{1,5}))?$/;

const HTTP_PORT = 80;

/** Reads `HOST:PORT`, or says by undefined that it is none. */
export function parseAuthority(authority: string, defaultPort?: number): Destination | undefined {
  const [, ipv6, name, digits] = AUTHORITY.exec(authority) ?? [];
  const host = ipv6 ?? name;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || port === undefined || port < 1 || port > 65535) return undefined;
  return { host, port };
}

/** Reads `http://HOST[:PORT]/path?query`, or says by undefined that it is none. */
export function parseAbsoluteTarget(target: string): AbsoluteTarget | undefined {
  const [, authority = '', rest = ''] = /^http:\/\/([^/?#]+)([^#]*)$/i.exec(target) ?? [];
  const destination = parseAuthority(authority, HTTP_PORT);
  if (destination === undefined) return undefined;
  return { destination, authority, pathAndQuery: rest.startsWith('/') ? rest : `/${rest}` };
}
