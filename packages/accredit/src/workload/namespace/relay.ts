/** Carries connections from a listener to other sockets, byte by byte, as if each pair were one connection. */
import { once } from 'node:events';
import { createServer, type ListenOptions, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { cut } from '../../http/cut.ts';
import { joinConnections, openUpstream } from '../carry.ts';

/** Opens the far side of a connection; half-open sockets must be allowed. */
export type Connect = () => Socket;

export interface Relay {
  /** Stops listening and waits until everything that clients sent is passed on, at most so long. */
  drain(timeoutMs: number): Promise<void>;
  /** Stops listening and cuts every connection. */
  close(): void;
}

/**
 * Listens and carries each connection to a socket that `connect` opens.
 *
 * @param onLost - called if the listener breaks
 * @throws {Error} with the code of the system, such as `EADDRINUSE`
 */
export async function openRelay(
  listen: ListenOptions,
  connect: Connect,
  onLost: (error: Error) => void,
): Promise<Relay> {
  const sockets = new Set<Socket>();
  const sending = new Set<Promise<void>>();
  const keep = (socket: Socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    // What follows an error is 'close', and that is dealt with.
    return socket.on('error', () => {});
  };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
    const sent = carry(keep(client), () => keep(connect()));
    sending.add(sent);
    void sent.finally(() => sending.delete(sent));
  });
  server.listen(listen);
  await once(server, 'listening');
  server.on('error', onLost);
  return {
    async drain(timeoutMs) {
      server.close();
      await Promise.race([Promise.all(sending), delay(timeoutMs, undefined, { ref: false })]);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Joins a client to its far side. Settles when all that the client sent is passed on, or one of the two is gone. */
async function carry(client: Socket, connect: Connect): Promise<void> {
  const upstream = await openUpstream(connect, () => !client.destroyed).catch(() => undefined);
  if (upstream === undefined) return cut(client);
  if (client.destroyed) return cut(upstream);
  joinConnections(client, upstream);
  await new Promise((resolve) => upstream.once('finish', resolve).once('close', resolve));
}
