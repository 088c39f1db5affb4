import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { connectionOf } from './connections.ts';
import type { Listener } from './message.ts';

/** How patient a server is with a client that does not take its answer. */
export interface SendTimeouts {
  /**
   * How long an answer of a metadata server may take to go out, from its first byte to its last. None is large and
   * none has far to go; the whole of it is in memory meanwhile.
   */
  readonly sendMs: number;
  /** How long an answer of the APIs may go out without a byte being taken. A slow download goes on. */
  readonly stalledMs: number;
}

/**
 * Ends the connection of an answer that its client does not take. Nothing is set up for one that is gone at once, as
 * almost all are.
 *
 * @param response - after all of it was written, or the head of a stream
 */
export function boundSending(response: ServerResponse, listener: Listener, timeouts: SendTimeouts): void {
  if (listener.kind === 'owner') return;
  const bound = (socket: Socket) => {
    if (listener.kind === 'api') socket.setTimeout(timeouts.stalledMs);
    else endUnlessSent(response, socket, timeouts.sendMs);
  };
  const { socket } = response;
  // Answers before it are under way: its time begins when it is its turn.
  if (socket === null) response.once('socket', bound);
  else if (socket.writableLength > 0 || !response.writableEnded) bound(socket);
}

function endUnlessSent(response: ServerResponse, socket: Socket, sendMs: number): void {
  const timer = setTimeout(() => socket.destroy(), sendMs).unref();
  response.once('close', () => clearTimeout(timer));
}

/**
 * Ends connections on which nothing has moved for as long as was set: idle ones, and those whose client takes nothing.
 * One that only waits for its answer goes on. What Node does without this is to end them all.
 *
 * Node counts what the system has taken of a large piece as movement.
 */
export function endStalled(server: Server): void {
  server.on('timeout', (socket: Socket) => {
    const isAnswering = (connectionOf(socket)?.underWay ?? 0) > 0;
    if (!isAnswering || socket.writableLength > 0) socket.destroy();
  });
}
