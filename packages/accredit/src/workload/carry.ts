/** Opens the far side of a connection and joins it to the near one, byte by byte. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { cut } from '../http/cut.ts';

/** A Unix socket whose queue is full refuses with EAGAIN at once (connect(2)), where TCP would wait: so we wait. */
const FULL_QUEUE_RETRY_MS = 5;
const FULL_QUEUE_RETRIES = 1_000;

/**
 * Opens a connection.
 *
 * @param connect - called again while the queue of a Unix socket is full
 * @param isWanted - asked before each further attempt; a client may be gone by then
 * @throws {Error} of the system, such as `ECONNREFUSED`
 */
export async function openUpstream(
  connect: () => Socket,
  isWanted: () => boolean = () => true,
): Promise<Socket> {
  for (let retries = 0; ; retries += 1) {
    const socket = connect();
    try {
      await once(socket, 'connect');
      // What follows an error is 'close', and that is dealt with.
      return socket.on('error', () => {});
    } catch (error) {
      const isQueueFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!isQueueFull || retries === FULL_QUEUE_RETRIES || !isWanted()) throw error;
      await delay(FULL_QUEUE_RETRY_MS, undefined, { ref: false });
    }
  }
}

/** Joins two connections: what one sends the other gets, an end is passed on, and so is a break. */
export function joinConnections(client: Duplex, upstream: Socket): void {
  client.once('close', () => breakUnlessComplete(client, upstream));
  upstream.once('close', () => breakUnlessComplete(upstream, client));
  client.pipe(upstream);
  upstream.pipe(client);
}

/** A side that broke off must not look to the other like one that ended: half a body would pass for a whole one. */
function breakUnlessComplete(closed: Duplex, other: Duplex): void {
  if (closed.errored === null && closed.readableEnded && closed.writableFinished) return;
  cut(other);
}
