/** The forward proxy of one workload: what reaches a program that obeys `HTTPS_PROXY` and `HTTP_PROXY`. */
import { lookup } from 'node:dns';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log, Random } from '../../kernel/ports.ts';
import type { Secret } from '../../kernel/secret.ts';
import { joinConnections, openUpstream } from '../carry.ts';
import { lookUpPermitted } from '../namespace/gateway.ts';
import { type Destination, findRoute, type Route, renderPlace, type Surroundings } from './destinations.ts';
import { forwardRequest } from './forward.ts';
import { createConnections, LOOPBACK_HOST, listenOnLoopback } from './loopback.ts';
import { CHALLENGE, makeProxyPassword, type ProxyPassword } from './password.ts';
import { parseAbsoluteTarget, parseAuthority } from './request-target.ts';

/** What a proxy is told. */
export interface ProxyPlan extends Surroundings {
  /** The instance's own Unix socket: what reaches it is this instance. */
  readonly metadataSocket: string;
  /** The Unix socket on which the cloud ends TLS for the Google APIs. */
  readonly tlsSocket: string;
  readonly random: Random;
  readonly log: Log;
}

/** A running proxy. */
export interface WorkloadProxy {
  /** `http://USER:PASSWORD@127.0.0.1:PORT`, for the variables of the program and nobody else. */
  readonly url: Secret;
  /** Stops listening and cuts every connection. */
  readonly close: () => Promise<void>;
}

/** A request that is not passed on: a status and one sentence. */
class ProxyRefusal extends Error {
  override readonly name = 'ProxyRefusal';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * Opens the proxy of a workload on a loopback port of its own.
 *
 * The Google APIs and the metadata server lead to the cloud's sockets, allowed places lead where they are, and all else
 * is refused, so nothing that the user did not name leaves the machine this way. Programs that ignore the variables do
 * not come here at all: this is a way to reach a program, not to confine one.
 *
 * @throws {Error} of the system if no port can be had
 */
export async function openProxy(plan: ProxyPlan): Promise<WorkloadProxy> {
  const password = makeProxyPassword(plan.random);
  const connections = createConnections();
  const open = async (route: Route) => connections.keep(await openRoute(route, plan));
  // An upload may take as long as it takes.
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    void answerRequest(request, response, { plan, password, open });
  });
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    void answerConnect(request, client, head, { plan, password, open });
  });
  const { port, close } = await listenOnLoopback(server, connections);
  return { url: password.toUrl(LOOPBACK_HOST, port), close };
}

/** What the handlers of one proxy share. */
interface Context {
  readonly plan: ProxyPlan;
  readonly password: ProxyPassword;
  readonly open: (route: Route) => Promise<Socket>;
}

async function answerConnect(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  { plan, password, open }: Context,
): Promise<void> {
  client.on('error', () => {});
  const destination = parseAuthority(request.url ?? '');
  try {
    requirePassword(request, password);
    if (destination === undefined) throw new ProxyRefusal(400, 'CONNECT takes HOST:PORT.');
    const upstream = await open(findRoute(destination, plan));
    if (client.destroyed) {
      upstream.destroy();
      return;
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.write(head);
    joinConnections(client, upstream);
  } catch (error) {
    if (!client.writable) return;
    client.end(renderRefusal(toRefusal(error, destination, plan.log)));
  }
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { plan, password, open }: Context,
): Promise<void> {
  const target = parseAbsoluteTarget(request.url ?? '');
  try {
    requirePassword(request, password);
    if (target === undefined)
      throw new ProxyRefusal(400, 'This is a proxy: it takes CONNECT, and http:// URIs that are absolute.');
    const route = findRoute(target.destination, plan);
    if (route.kind === 'api')
      throw new ProxyRefusal(
        403,
        `The host '${target.destination.host}' answers over TLS only: CONNECT to it.`,
      );
    await forwardRequest(request, response, await open(route), target);
  } catch (error) {
    if (response.destroyed) return;
    const refusal = toRefusal(error, target?.destination, plan.log);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { fields, body } = renderParts(refusal);
    response.writeHead(refusal.status, fields).end(body);
  }
}

function requirePassword({ headers }: IncomingMessage, password: ProxyPassword): void {
  if (!password.accepts(headers['proxy-authorization']))
    throw new ProxyRefusal(
      407,
      'This proxy belongs to one workload: its user name and password are in HTTPS_PROXY.',
    );
}

async function openRoute(route: Route, { metadataSocket, tlsSocket }: ProxyPlan): Promise<Socket> {
  if (route.kind === 'refused') throw new ProxyRefusal(403, route.reason);
  return await openUpstream(() => {
    if (route.kind === 'metadata') return connect({ path: metadataSocket, allowHalfOpen: true });
    if (route.kind === 'api') return connect({ path: tlsSocket, allowHalfOpen: true });
    return connect({ ...route.target, lookup: lookUpPermitted(lookup), allowHalfOpen: true, noDelay: true });
  });
}

/** The far side did not take the connection, or broke it: neither is the program's doing. */
function toRefusal(error: unknown, destination: Destination | undefined, log: Log): ProxyRefusal {
  // Never the URI itself: it may hold a signature or a password.
  if (error instanceof ProxyRefusal) {
    log.warn({ ...destination, status: error.status }, 'a proxied request was refused');
    return error;
  }
  log.warn({ ...destination, err: error }, 'a proxied request could not be passed on');
  const place = destination === undefined ? 'the far side' : `'${renderPlace(destination)}'`;
  return new ProxyRefusal(502, `The connection to ${place} failed.`, { cause: error });
}

/**
 * The whole answer to a CONNECT that is refused. The sentence is the phrase of the first line, too: Go and Python show
 * that and nothing else. No character of it comes from the client unchecked: `parseAuthority` knows no line ends.
 */
function renderRefusal(refusal: ProxyRefusal): string {
  const { fields, body } = renderParts(refusal);
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${refusal.status} ${refusal.message}\r\n${lines.join('')}\r\n${body}`;
}

function renderParts({ status, message }: ProxyRefusal) {
  const body = `accredit run: ${message}\n`;
  const fields: Record<string, string> = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    ...(status === 407 ? { 'Proxy-Authenticate': CHALLENGE } : {}),
  };
  return { fields, body };
}
