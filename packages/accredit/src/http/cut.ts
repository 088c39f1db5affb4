import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/**
 * Breaks a connection off: TCP is reset, also below TLS, so that it does not look like an ordinary end; a Unix socket
 * knows no reset and is closed.
 */
export function cut(connection: Duplex): void {
  const transport = connection instanceof TLSSocket ? transportOf(connection) : connection;
  if (transport instanceof Socket && transport.remoteFamily !== undefined) transport.resetAndDestroy();
  connection.destroy();
}

/** Node gives out the socket below TLS under this undocumented name alone; without it the connection is just closed. */
function transportOf(secure: TLSSocket & { readonly _parent?: unknown }): unknown {
  return secure._parent;
}
