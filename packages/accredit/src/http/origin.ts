import type { HttpRequest } from './message.ts';

/** Returns the address that a caller used, without a path: `https://storage.googleapis.com`, `http://127.0.0.1:8080`. */
export function originOf({ headers, listener }: Pick<HttpRequest, 'headers' | 'listener'>): string {
  const host = headers.host ?? 'www.googleapis.com';
  // Only Google's names are served over TLS; loopback addresses speak plain HTTP.
  const scheme = listener.kind === 'api' && /^(localhost|127\.|\[)/.test(host) ? 'http' : 'https';
  return `${scheme}://${host}`;
}
