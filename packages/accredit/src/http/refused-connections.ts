import { type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import {
  type Connection,
  connectionOf,
  type Refuse,
  type RequestDefect,
  serverState,
} from './connections.ts';
import type { Listener, TextResponse } from './message.ts';

/** Request line and headers together: Node's default, said so that it is a choice. */
export const HEADER_LIMIT_BYTES = 16_384;

/** How long a connection that is refused may take to end. */
const REFUSED_CONNECTION_MS = 1_000;

/** An error of Node's HTTP parser or of its timeouts. */
interface ParserError extends Error {
  readonly code?: string;
  /** What came last of the connection. */
  readonly rawPacket?: Buffer;
}

/** The status of each defect. */
const DEFECT_STATUSES: { readonly [defect in RequestDefect]: number } = {
  'bad-request': 400,
  'headers-too-large': 431,
  'uri-too-long': 414,
  'request-timeout': 408,
  unavailable: 503,
};

/** Refuses in as few words as HTTP has. */
export const refuseBarely: Refuse = (_, defect) => ({
  status: DEFECT_STATUSES[defect],
  headers: { 'Content-Length': '0', Connection: 'close' },
  body: '',
});

/** Answers what Node's parser could make no request of, and ends the connection. */
export function refuseBroken(server: Server, error: ParserError, socket: Socket): void {
  const connection = connectionOf(socket);
  if (connection?.isEnding === true) return;
  // Without a code of the parser or of its timeouts it is the connection that broke: nobody is there to answer.
  const defect = toDefect(error);
  if (connection === undefined || defect === undefined || !socket.writable) {
    socket.destroy();
    return;
  }
  connection.isEnding = true;
  // A client that neither reads nor closes must not keep the connection; one that reads has its answer by then.
  setTimeout(() => socket.destroy(), REFUSED_CONNECTION_MS).unref();
  const page = renderAnswer(serverState(server).refuse(connection.listener, defect));
  switch (placeOf(connection)) {
    case 'instead':
      socket.end(page);
      break;
    case 'after':
      connection.whenIdle(() => socket.end(page));
      break;
    case 'nowhere':
      connection.whenIdle(() => socket.end());
  }
}

/** Where the refusal belongs among the answers of a connection, so that none is read as that of another request. */
function placeOf({ underWay, latest }: Connection): 'instead' | 'after' | 'nowhere' {
  // What is broken came behind a whole request, or is the first there is.
  if (underWay === 0 || latest === undefined || latest.req.complete) return 'after';
  // It is the body of the latest one.
  if (latest.headersSent) return 'nowhere';
  return underWay === 1 ? 'instead' : 'nowhere';
}

function toDefect({ code = '', rawPacket }: ParserError): RequestDefect | undefined {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  if (code === 'HPE_HEADER_OVERFLOW') return isRequestLine(rawPacket) ? 'uri-too-long' : 'headers-too-large';
  return code.startsWith('HPE_') ? 'bad-request' : undefined;
}

/** Says whether a packet begins with a request line that alone is beyond the limit. */
function isRequestLine(packet: Buffer | undefined): boolean {
  if (packet === undefined) return false;
  const end = packet.indexOf('\n');
  const lineBytes = end < 0 ? packet.length : end;
  return lineBytes > HEADER_LIMIT_BYTES && /^[A-Z-]+ \S/.test(packet.toString('latin1', 0, lineBytes));
}

/** Refuses a connection before anything has come on it. */
export function refuseConnection(server: Server, socket: Socket, listener: Listener): void {
  // What it sends is read off, or the system would drop the refusal with it.
  socket.on('error', () => socket.destroy()).resume();
  setTimeout(() => socket.destroy(), REFUSED_CONNECTION_MS).unref();
  socket.end(renderAnswer(serverState(server).refuse(listener, 'unavailable')));
}

/**
 * Gives a CONNECT request an answer like any other, behind those that are under way. Node hands over the bare socket,
 * since it could become a tunnel; here it never does.
 */
export function answerConnect(
  request: IncomingMessage,
  socket: Socket,
  accept: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  const connection = connectionOf(socket);
  socket.on('error', () => socket.destroy()).resume();
  socket.on('close', () => connection?.abandon());
  connection?.whenIdle(() => {
    if (!socket.writable) return;
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on('finish', () => socket.destroySoon());
    accept(request, response);
  });
}

function renderAnswer({ status, headers, body }: TextResponse): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
