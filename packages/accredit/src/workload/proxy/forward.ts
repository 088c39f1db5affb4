/** Passes one plain HTTP request on, as if there were no proxy between the program and its VM. */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { AbsoluteTarget } from './request-target.ts';

/**
 * Fields that concern the client and the proxy only (RFC 9110 §7.6.1), `Expect`, which the proxy has answered, and
 * `Host`, which the URI overrides (RFC 9112 §3.2.2). `Transfer-Encoding` stays: Node frames by it on the other side.
 */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'upgrade',
]);

/**
 * Sends a request over a connection of its own and answers with what comes back.
 *
 * Deviation: no `Via` is added, as RFC 9110 §7.6.3 asks of proxies: a program on a VM has none between it and the
 * metadata server, which refuses what looks forwarded; pinned by 'reaches the metadata server as it was'.
 *
 * @param upstream - open, and used up by this
 */
export async function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: Socket,
  { authority, pathAndQuery }: AbsoluteTarget,
): Promise<void> {
  const outgoing = httpRequest({
    createConnection: () => upstream,
    method: request.method ?? 'GET',
    path: pathAndQuery,
    headers: ['Host', authority, ...keepForwarded(request)],
  });
  response.once('close', () => outgoing.destroy());
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  // A server may answer before it has read all; then the rest is nobody's, and the answer stands.
  const sent = pipeline(request, outgoing).catch(() => {});
  const incoming = await answered;
  response.sendDate = false;
  response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, keepForwarded(incoming));
  await pipeline(incoming, response);
  await sent;
}

/** Names and values in turn, in their order and spelling. */
function keepForwarded({ rawHeaders, headers }: IncomingMessage): string[] {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([...NOT_FORWARDED, ...named]);
  return rawHeaders.filter((_, index) => !dropped.has((rawHeaders[index - (index % 2)] ?? '').toLowerCase()));
}
