/** A server on a loopback port of its own, which closes with all that hangs on it. */
import { once } from 'node:events';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';

/** Loopback, so that no other machine can use it. */
export const LOOPBACK_HOST = '127.0.0.1';

/** The connections of a server, near and far. */
export interface Connections {
  /** Counts a connection in until it is closed. */
  readonly keep: <T extends Duplex>(connection: T) => T;
  readonly cutAll: () => void;
}

export function createConnections(): Connections {
  const open = new Set<Duplex>();
  return {
    keep(connection) {
      open.add(connection);
      return connection.once('close', () => open.delete(connection));
    },
    cutAll() {
      for (const connection of open) connection.destroy();
    },
  };
}

/** A server that listens. */
export interface LoopbackPort {
  readonly port: number;
  /** Stops listening and cuts every connection. */
  readonly close: () => Promise<void>;
}

/**
 * Lets a server listen on a free port.
 *
 * @throws {Error} of the system if none can be had
 */
export async function listenOnLoopback(server: Server, connections: Connections): Promise<LoopbackPort> {
  server.on('connection', connections.keep);
  server.listen(0, LOOPBACK_HOST);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.');
  return {
    port: address.port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      connections.cutAll();
      await closed;
    },
  };
}
