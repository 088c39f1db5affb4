/** What the tests of the proxy stand on: the sockets of a cloud, an allowed place, and a proxy before them. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type ServerResponse,
} from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createStreamServer,
  type Server,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { Log, LogFields } from '../../kernel/ports.ts';
import { openProxy } from './proxy.ts';

/** A request as the metadata server of the scene got it. */
export interface SeenRequest {
  readonly method: string | undefined;
  readonly target: string | undefined;
  /** Names and values in turn, as they came. */
  readonly fields: readonly string[];
  readonly body: string;
}

export interface Scene {
  readonly host: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`. */
  readonly authorization: string;
  /** `HOST:PORT` that is allowed; what is connected to it is echoed. */
  readonly allowed: string;
  readonly seen: readonly SeenRequest[];
  readonly logged: readonly (readonly [level: string, fields: LogFields, message: string])[];
  /** Opens a connection to the proxy. */
  connect(): Promise<Socket>;
  /** Sends CONNECT and returns the connection with the first line and the rest of the proxy's answer. */
  tunnel(authority: string, fields?: Readonly<Record<string, string>>): Promise<Tunnel>;
  /** Sends a request for an absolute URI, or whatever `target` is. */
  ask(target: string, options?: AskOptions): Promise<Answer>;
  closeProxy(): Promise<void>;
}

export interface Tunnel {
  readonly status: number | undefined;
  readonly phrase: string | undefined;
  readonly socket: Socket;
}

export interface AskOptions {
  readonly method?: string;
  readonly fields?: readonly string[];
  readonly body?: string;
}

export interface Answer {
  readonly status: number | undefined;
  readonly phrase: string | undefined;
  readonly fields: readonly string[];
  readonly body: string;
}

export interface SceneOptions {
  /** What the metadata server answers; default: `metadata`, and the request is kept. */
  readonly answer?: RequestListener;
  /** What stands at the API socket; default: an echo. */
  readonly tls?: 'echo' | 'nobody';
  /** What stands at the allowed place; default: an echo. */
  readonly allowed?: (socket: Socket) => void;
}

/**
 * Opens a scene.
 *
 * The API socket of the scene echoes instead of ending TLS: the proxy does not look into what it carries.
 */
export async function openScene(t: TestContext, { answer, tls, allowed }: SceneOptions = {}): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-proxy-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const seen: SeenRequest[] = [];
  const logged: [string, LogFields, string][] = [];
  const metadataSocket = join(directory, 'm');
  const tlsSocket = join(directory, 't');
  await listen(t, createServer(answer ?? createRecorder(seen)), metadataSocket);
  if (tls !== 'nobody') await listen(t, createEcho(), tlsSocket);
  const allowedPort = await listen(t, allowed === undefined ? createEcho() : createStreamServer(allowed), 0);
  const proxy = await openProxy({
    metadataSocket,
    tlsSocket,
    metadataAddress: '127.0.0.1:1',
    allow: [{ host: '127.0.0.1', port: allowedPort }],
    random: { bytes: (length) => Buffer.alloc(length, 7) },
    log: createLog(logged),
  });
  t.after(() => proxy.close());
  const { hostname: host, port, username, password } = new URL(proxy.url.reveal());
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const options = { host, port, agent: false } as const;
  return {
    host,
    port: Number(port),
    authorization,
    allowed: `127.0.0.1:${allowedPort}`,
    seen,
    logged,
    async connect() {
      const socket = connect({ host, port: Number(port), allowHalfOpen: true });
      await once(socket, 'connect');
      return socket;
    },
    async tunnel(authority, fields = { 'Proxy-Authorization': authorization }) {
      const sent = request({ ...options, method: 'CONNECT', path: authority, headers: fields });
      sent.end();
      const [response, socket] = await untilAnswered(sent);
      t.after(() => socket.destroy());
      return { status: response.statusCode, phrase: response.statusMessage, socket };
    },
    async ask(target, { method = 'GET', fields = ['Proxy-Authorization', authorization], body } = {}) {
      const sent = request({
        ...options,
        method,
        path: target,
        headers: ['Host', 'somewhere.example', ...fields],
      });
      sent.end(body);
      const response = await untilResponse(sent);
      const { statusCode: status, statusMessage: phrase, rawHeaders } = response;
      return { status, phrase, fields: rawHeaders, body: await text(response) };
    },
    closeProxy: proxy.close,
  };
}

/** A CONNECT is answered with this event, whatever the status. */
function untilAnswered(sent: ClientRequest): Promise<readonly [IncomingMessage, Socket]> {
  return new Promise((resolve, reject) => {
    sent.once('error', reject).once('connect', (response, socket) => resolve([response, socket]));
  });
}

function untilResponse(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('error', reject).once('response', resolve);
  });
}

function createRecorder(seen: SeenRequest[]): RequestListener {
  const respond = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { method, url: target, rawHeaders: fields } = incoming;
    seen.push({ method, target, fields, body: await text(incoming) });
    response.sendDate = false;
    response.writeHead(200, 'Fine', [
      'Metadata-Flavor',
      'Google',
      'X-Twice',
      'a',
      'X-Twice',
      'b',
      'Content-Length',
      '8',
    ]);
    response.end('metadata');
  };
  return (incoming, response) => void respond(incoming, response);
}

/** Sends back what it gets, and ends when the other side has ended. */
function createEcho(): Server {
  return createStreamServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {}).pipe(socket);
  });
}

/** Listens until the test ends. Returns the port, 0 for a Unix socket. */
async function listen(t: TestContext, server: Server, where: string | 0): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  if (where === 0) server.listen(0, '127.0.0.1');
  else server.listen(where);
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  // A server on a port has an address with one.
  return where === 0 ? (server.address() as AddressInfo).port : 0;
}

function createLog(logged: [string, LogFields, string][]): Log {
  const keep = (level: string) => (fields: LogFields, message: string) => {
    logged.push([level, fields, message]);
  };
  return { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
