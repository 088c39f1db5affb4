import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '../kernel/ports.ts';
import { ConnectionBudget } from './connection-budget.ts';
import { type Connection, connectionOf, type Refuse, registerServer, serverState } from './connections.ts';
import { cut } from './cut.ts';
import type { HttpRequest, HttpResponse } from './message.ts';
import { findDefect, hasBody, NodeRequest } from './node-request.ts';
import { readOpenFilesLimit } from './open-files.ts';
import { answerConnect, HEADER_LIMIT_BYTES, refuseBarely, refuseBroken } from './refused-connections.ts';
import { boundSending, endStalled, type SendTimeouts } from './send-deadlines.ts';

/** Answers one request; at once where nothing has to be waited for. */
export type RequestHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** Sends the answer to one request; gives a promise only where the body is a stream. */
type Reply = (result: HttpResponse) => Promise<void> | undefined;

/** How patient a server is with a connection. */
export interface ServerTimeouts extends SendTimeouts {
  /** How long a client may take over its headers; slow-loris clients lose here. */
  readonly headersMs: number;
  /** How often that is looked at. Node's default, 30 s, would more than double it. */
  readonly checkMs: number;
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveMs: number;
  /** How long a body may take that is sent to a metadata server, where none is large. */
  readonly bodyMs: number;
  /** How long such a body may go on coming after its answer: nobody reads it. */
  readonly unreadBodyMs: number;
}

export const SERVER_TIMEOUTS: ServerTimeouts = {
  headersMs: 20_000,
  checkMs: 5_000,
  keepAliveMs: 65_000,
  bodyMs: 20_000,
  unreadBodyMs: 5_000,
  sendMs: 20_000,
  stalledMs: 120_000,
};

/**
 * How many requests of a connection may wait for their answers. No client that is known sends a second one before the
 * first is answered; one that sends thousands in a packet and reads nothing would have them all kept in memory.
 */
export const PIPELINE_LIMIT = 100;

/**
 * How many requests beyond those are passed over while the answers before them go out: a packet of 64 KiB holds as
 * many of the smallest ones. A client that still goes on is cut off.
 */
export const IGNORED_LIMIT = 2_500;

/** Waits until no answer of a server is under way; at most so long. */
export async function drain(server: Server, limitMs: number): Promise<void> {
  await serverState(server).answers.drain(limitMs);
}

/**
 * Makes the one HTTP server that all listeners feed. It never listens itself.
 *
 * @param refuse - words what is refused before a handler sees it; default: a bare status
 * @param openFiles - how many files the process may open; its listeners share them
 */
export function createHttpServer(
  handle: RequestHandler,
  log: Log,
  refuse: Refuse = refuseBarely,
  timeouts: ServerTimeouts = SERVER_TIMEOUTS,
  openFiles = readOpenFilesLimit(),
): Server {
  const service: Service = { handle, log, refuse, timeouts };
  const accept = (request: IncomingMessage, response: ServerResponse) => serve(service, request, response);
  const server = createServer(
    {
      connectionsCheckingInterval: timeouts.checkMs,
      headersTimeout: timeouts.headersMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      maxHeaderSize: HEADER_LIMIT_BYTES,
      // Whether there is one is looked at here, so that the refusal is in the listener's manner.
      requireHostHeader: false,
      // An upload may take as long as it takes; a request that stalls is the client's to give up.
      requestTimeout: 0,
    },
    accept,
  );
  // An expectation that nobody knows may be passed over (RFC 9110 §10.1.1); Node's own refusal has no length.
  server.on('checkExpectation', accept);
  server.on('connect', (request: IncomingMessage, socket: Socket) => answerConnect(request, socket, accept));
  server.on('clientError', (error: Error, socket: Socket) => refuseBroken(server, error, socket));
  endStalled(server);
  registerServer(server, refuse, new ConnectionBudget(openFiles));
  return server;
}

/** What a server does with its requests. */
interface Service {
  readonly handle: RequestHandler;
  readonly log: Log;
  readonly refuse: Refuse;
  readonly timeouts: ServerTimeouts;
}

/** Answers a request, or refuses it where it is defective or its connection may not go on. */
function serve(
  { handle, log, refuse, timeouts }: Service,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const connection = connectionOf(request.socket);
  if (connection === undefined || !admit(connection)) {
    request.socket.destroy();
    return;
  }
  if (connection.isEnding) return;
  connection.begin(response);
  const { listener } = connection;
  if (listener.kind === 'metadata') leaveConnectionUnsaid(request, response);
  if (asksToUpgrade(request)) response.shouldKeepAlive = false;
  // What comes behind is not looked at; the answers that are under way still go out.
  connection.isEnding = connection.underWay > PIPELINE_LIMIT;
  const defect = connection.isEnding ? 'unavailable' : findDefect(request, listener);
  const reply: Reply = (result) => {
    const sending = send(result, request, response);
    boundSending(response, listener, timeouts);
    return sending;
  };
  if (defect !== undefined) void reply(refuse(listener, defect));
  else answer(handle, new NodeRequest(request, response, listener), reply, response, log);
  if (listener.kind === 'metadata' && hasBody(request))
    boundBody(request, response, () => void reply(refuse(listener, 'request-timeout')), timeouts);
}

/**
 * Leaves away what Node would say of the connection where it goes on as HTTP/1.1 does by itself: a metadata server says
 * nothing of it either (metadata notes 4.1).
 */
function leaveConnectionUnsaid(
  { headers, httpVersionMinor }: IncomingMessage,
  response: ServerResponse,
): void {
  if (httpVersionMinor === 1 && headers.connection === undefined) response.removeHeader('Connection');
}

/**
 * Says whether a request asks for another protocol, which it does not get (RFC 9110 §7.8). Its connection ends behind its
 * answer: Node drops what came in one packet with it, and whoever sent that must learn that it has no answer.
 */
function asksToUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade !== undefined && /\bupgrade\b/i.test(headers.connection ?? '');
}

/** Says whether a connection may go on; one that ends may for a while. */
function admit(connection: Connection): boolean {
  if (connection.isEnding) connection.ignored += 1;
  return connection.ignored <= IGNORED_LIMIT;
}

/** Ends a request to a metadata server whose body does not come to its end, whether somebody reads it or not. */
function boundBody(
  request: IncomingMessage,
  response: ServerResponse,
  refuse: () => void,
  { bodyMs, unreadBodyMs }: ServerTimeouts,
): void {
  // Node takes the socket from a request once its answer is done.
  const { socket } = request;
  const end = () => {
    if (request.complete) return;
    if (response.headersSent) socket.destroy();
    else refuse();
  };
  let timer = setTimeout(end, bodyMs).unref();
  response.on('close', () => {
    clearTimeout(timer);
    if (!request.complete && !socket.destroyed) timer = setTimeout(end, unreadBodyMs).unref();
  });
  request.on('close', () => clearTimeout(timer));
}

function answer(
  handle: RequestHandler,
  request: HttpRequest,
  reply: Reply,
  response: ServerResponse,
  log: Log,
): void {
  const fail = (error: unknown) => {
    // Handlers answer their own errors; what comes here is a connection that broke, or a bug.
    if (!response.destroyed) log.error({ err: error }, 'an answer could not be sent');
    response.destroy();
  };
  const finish = (result: HttpResponse) => {
    try {
      void reply(result)?.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
  try {
    const result = handle(request);
    // One promise a request and no more: there may be thousands that wait.
    if (result instanceof Promise) result.then(finish, fail);
    else finish(result);
  } catch (error) {
    fail(error);
  }
}

/** Writes an answer; gives a promise only where the body is a stream. */
function send(
  result: HttpResponse,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> | undefined {
  const { status, headers, body } = result;
  if (result.reset === true) {
    cut(request.socket);
    return undefined;
  }
  const headOnly = request.method === 'HEAD';
  if (headers.Date !== undefined) response.sendDate = false;
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    if (!headOnly) return pipeline(body, response);
    body.destroy();
    response.end();
    return undefined;
  }
  const hasLength = status === 204 || status === 304 || headers['Content-Length'] !== undefined;
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  response.writeHead(status, hasLength ? headers : { ...headers, 'Content-Length': String(length) });
  response.end(headOnly ? undefined : body);
  return undefined;
}
