import type { Address } from './connection.ts';

/** What names a server does not name one that can be asked. */
export class BadTarget extends Error {
  override readonly name = 'BadTarget';
}

/** Where a server is, and what it is called in `Host`. */
export interface ServerName {
  readonly address: Address;
  readonly host: string;
}

const HTTP_PORT = 80;

/**
 * Reads the name of a server.
 *
 * @param text - `http://HOST`, `http://HOST:PORT` or `HOST:PORT`, as in `GCE_METADATA_HOST`
 * @throws {BadTarget} with a sentence for people
 */
export function parseServer(text: string): ServerName {
  const url = parseUrl(text.includes('://') ? text : `http://${text}`);
  if (url?.protocol === 'https:') {
    throw new BadTarget(
      'HTTPS is not checked: it needs a client certificate. Name the server with http://; it serves the same there.',
    );
  }
  if (url?.protocol !== 'http:' || url.hostname === '') {
    throw new BadTarget(
      `'${text}' is not the URL of a metadata server: it is written http://HOST or http://HOST:PORT.`,
    );
  }
  if (
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new BadTarget(
      `'${text}' says more than where the server is: it is written http://HOST or http://HOST:PORT.`,
    );
  }
  const port = url.port === '' ? HTTP_PORT : Number(url.port);
  return { address: { hostname: url.hostname.replace(/^\[|\]$/g, ''), port }, host: url.host };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
