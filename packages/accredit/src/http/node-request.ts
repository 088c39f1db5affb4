import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { RequestDefect } from './connections.ts';
import type { HttpRequest, Listener } from './message.ts';

/**
 * The longest request target of a metadata server. Its own longest is an audience, which is a URL (RFC 9110 §4.1 asks
 * for 8,000 at least).
 */
export const TARGET_LIMIT_BYTES = 8_192;

const SLASH = 0x2f;

/** `http://authority/path?query`: what a client sends that takes the server for a proxy. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?]*)(.*)$/i;

/** A request that came over a socket. */
export class NodeRequest implements HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable | undefined;
  readonly listener: Listener;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse, listener: Listener) {
    const { method = 'GET', url = '/', headers } = request;
    const absolute = url.charCodeAt(0) === SLASH ? undefined : parseAbsoluteForm(method, url);
    this.method = method;
    this.target = absolute?.target ?? url;
    this.headers = absolute === undefined ? headers : { ...headers, host: absolute.host };
    this.body = hasBody(request) ? request : undefined;
    this.listener = listener;
    this.#response = response;
  }

  get remoteAddress(): string | undefined {
    return this.#response.socket?.remoteAddress;
  }

  /** Costs nothing until it is asked for. Node closes the answers behind a pipelined one too when the client goes. */
  onGone(listener: () => void): void {
    if (this.#response.closed) listener();
    else this.#response.on('close', listener);
  }
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/**
 * Takes a target in absolute form apart; its authority then stands in for `Host` (RFC 9112 §3.2.2).
 *
 * @returns `undefined` for another form
 */
function parseAbsoluteForm(
  method: string,
  url: string,
): { readonly host: string; readonly target: string } | undefined {
  const [, host, rest = ''] = ABSOLUTE_FORM.exec(url) ?? [];
  if (host === undefined) return undefined;
  if (rest.startsWith('/')) return { host, target: rest };
  // OPTIONS of a whole server is passed on as `*` (RFC 9112 §3.2.4).
  return { host, target: rest === '' && method === 'OPTIONS' ? '*' : `/${rest}` };
}

/**
 * Finds what is wrong with a request that Node's parser lets through.
 *
 * A version from 1.1 on names its host exactly once (RFC 9112 §3.2): of two, whoever stands before us may have checked
 * the other.
 */
export function findDefect(request: IncomingMessage, listener: Listener): RequestDefect | undefined {
  const hosts = countHosts(request.rawHeaders);
  if (hosts > 1 || (hosts === 0 && isAtLeast11(request))) return 'bad-request';
  const length = request.url?.length ?? 0;
  return length > TARGET_LIMIT_BYTES && listener.kind === 'metadata' ? 'uri-too-long' : undefined;
}

/** @param rawHeaders - names and values in turns, as they came */
function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}

function isAtLeast11({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMajor > 1 || (httpVersionMajor === 1 && httpVersionMinor >= 1);
}
