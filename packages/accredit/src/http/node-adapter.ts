import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '../kernel/ports.ts';
import { cut } from './cut.ts';
import type { HttpRequest, HttpResponse, Listener } from './message.ts';

/** Answers one request; at once where nothing has to be waited for. */
export type RequestHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** How long a client may take over its headers; slow-loris clients lose here. */
const HEADERS_TIMEOUT_MS = 20_000;

/** How long an idle connection is kept for the next request. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** How long a connection that is refused may take to end. */
const REFUSED_CONNECTION_MS = 1_000;

/** Request line and headers together: Node's default, said so that it is a choice. */
export const HEADER_LIMIT_BYTES = 16_384;

/** Which listener accepted a socket. The socket is the identity; no header can change it. */
const listenerOf = new WeakMap<object, Listener>();

/** Says that a socket came in at a listener. TLS wraps sockets, so the wrapped one is marked too. */
export function markSocket(socket: object, listener: Listener): void {
  listenerOf.set(socket, listener);
}

/** The answers of a server that are under way. */
interface AnswersUnderWay {
  count: number;
  /** Called when there are none any more. */
  none: () => void;
}

const answersOf = new WeakMap<Server, AnswersUnderWay>();

/** Waits until no answer of a server is under way; at most so long. */
export async function drain(server: Server, limitMs: number): Promise<void> {
  const answers = answersOf.get(server);
  if (answers === undefined || answers.count === 0) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    answers.none = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Makes the one HTTP server that all listeners feed. It never listens itself. */
export function createHttpServer(handle: RequestHandler, log: Log): Server {
  const answers: AnswersUnderWay = { count: 0, none() {} };
  const ended = () => {
    answers.count -= 1;
    if (answers.count === 0) answers.none();
  };
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: HEADER_LIMIT_BYTES,
      // An upload may take as long as it takes; a request that stalls is the client's to give up.
      requestTimeout: 0,
    },
    (request, response) => {
      const listener = listenerOf.get(request.socket);
      if (listener === undefined) {
        request.socket.destroy();
        return;
      }
      answers.count += 1;
      response.on('close', ended);
      answer(handle, request, response, listener, log);
    },
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    // A client that neither reads nor closes must not keep the connection; one that reads has its answer by then.
    setTimeout(() => socket.destroy(), REFUSED_CONNECTION_MS).unref();
  });
  answersOf.set(server, answers);
  return server;
}

function answer(
  handle: RequestHandler,
  request: IncomingMessage,
  response: ServerResponse,
  listener: Listener,
  log: Log,
): void {
  const fail = (error: unknown) => {
    // Handlers answer their own errors; what comes here is a connection that broke, or a bug.
    if (!response.destroyed) log.error({ err: error }, 'an answer could not be sent');
    response.destroy();
  };
  const finish = (result: HttpResponse) => {
    try {
      void send(result, request, response)?.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
  try {
    const result = handle(new NodeRequest(request, response, listener));
    // One promise a request and no more: there may be thousands that wait.
    if (result instanceof Promise) result.then(finish, fail);
    else finish(result);
  } catch (error) {
    fail(error);
  }
}

/** A request that came over a socket. */
class NodeRequest implements HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable | undefined;
  readonly listener: Listener;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse, listener: Listener) {
    const { method = 'GET', url = '/', headers } = request;
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    this.method = method;
    this.target = url;
    this.headers = headers;
    this.body = hasBody ? request : undefined;
    this.listener = listener;
    this.#response = response;
  }

  /** Costs nothing until it is asked for. Node closes the answers behind a pipelined one too when the client goes. */
  onGone(listener: () => void): void {
    if (this.#response.closed) listener();
    else this.#response.on('close', listener);
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
