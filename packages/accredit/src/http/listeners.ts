import { chmodSync, rmSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type TlsOptions } from 'node:tls';
import { CONNECTION_LIMITS, type ConnectionShare } from './connection-budget.ts';
import { markSocket, serverState } from './connections.ts';
import type { Listener } from './message.ts';
import { refuseConnection } from './refused-connections.ts';

/** How long a client may take over a TLS handshake. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** How often the certificate in force is asked for; it is renewed a month before it ends. */
const RENEWAL_INTERVAL_MS = 24 * 60 * 60 * 1000;

/** The longest path of a Unix socket that every system takes (`sun_path` is 104 bytes on macOS). */
export const SOCKET_PATH_LIMIT_BYTES = 103;

/** A place where connections are accepted. */
export interface OpenListener {
  /** The TCP port; 0 for a Unix socket. */
  readonly port: number;
  /** Accepts nobody any more. The connections that it has go on. */
  stopAccepting(): void;
  /**
   * Stops accepting, and ends the connections that it has.
   *
   * @param graceMs - how long they may go on, for answers that are about to be sent; default: not at all
   */
  close(graceMs?: number): Promise<void>;
}

/** A certificate with its key, PEM. */
export interface Certificate {
  readonly certPem: string;
  readonly keyPem: string;
}

/** How TLS ends at a listener. */
export interface TlsTerms {
  /** Gives the certificate in force. */
  readonly certificate: () => Certificate;
  /**
   * PEM of the one authority whose clients are let in; a handshake without a certificate of it fails. Absent: clients
   * need no certificate.
   */
  readonly clientAuthorityPem?: string;
}

/** Where to accept connections. */
export type Address = { readonly host: string; readonly port: number } | { readonly socketPath: string };

/** The port or socket cannot be had; the message says which and why. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Makes an HTTP server that is fed by `openListener` instead of listening itself.
 *
 * Node sets up its header timeouts when a server listens; this one never does, so it is told.
 */
export function startTimeouts(server: HttpServer): void {
  server.emit('listening');
}

/**
 * Accepts connections at an address and gives them to the HTTP server, marked with what the address stands for.
 *
 * @param terms - TLS ends here where there are any
 * @param limit - how many connections it has at once, as far as the server's budget goes
 * @throws {ListenError} where the address is taken or may not be used
 */
export async function openListener(
  server: HttpServer,
  listener: Listener,
  address: Address,
  terms?: TlsTerms,
  limit = CONNECTION_LIMITS[listener.kind],
): Promise<OpenListener> {
  const share = serverState(server).budget.open(listener.kind, limit);
  const tls = terms === undefined ? undefined : openTls(server, listener, terms);
  const sockets = new Set<Socket>();
  const accept = keepSockets(sockets, server, listener, share, tls?.feed);
  const net = createServer({ noDelay: true }, accept);
  net.once('close', () => {
    tls?.end();
    share.close();
  });
  await listen(net, address).catch((error: unknown) => {
    net.emit('close');
    throw error;
  });
  const bound = net.address();
  const closed = new Promise<void>((resolve) => net.once('close', resolve));
  const stopAccepting = () => {
    if (net.listening) net.close();
  };
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : 0,
    stopAccepting,
    async close(graceMs = 0) {
      stopAccepting();
      const end = () => {
        for (const socket of sockets) socket.destroy();
      };
      if (graceMs === 0) end();
      else setTimeout(end, graceMs).unref();
      await closed;
    },
  };
}

/**
 * Returns what is done with each new connection: it is fed to the server while the listener has a share left, else
 * refused in the listener's manner, else cut off.
 *
 * @param sockets - holds the connections that there are
 * @param feedTls - takes a connection to where TLS ends; one of these is never refused in words
 */
function keepSockets(
  sockets: Set<Socket>,
  server: HttpServer,
  listener: Listener,
  share: ConnectionShare,
  feedTls: ((socket: Socket) => void) | undefined,
): (socket: Socket) => void {
  const { budget } = serverState(server);
  const feed = feedTls ?? feedPlain(server, listener);
  // One of each for all sockets, since there may be thousands: Node calls them with the socket that has closed.
  function forget(this: Socket): void {
    sockets.delete(this);
    share.release();
  }
  function forgetRefused(this: Socket): void {
    sockets.delete(this);
    budget.releaseRefusal();
  }
  return (socket) => {
    if (share.take()) {
      sockets.add(socket.on('close', forget));
      feed(socket);
    } else if (feedTls === undefined && budget.takeRefusal()) {
      sockets.add(socket.on('close', forgetRefused));
      refuseConnection(server, socket, listener);
    } else socket.destroy();
  };
}

function feedPlain(server: HttpServer, listener: Listener): (socket: Socket) => void {
  return (socket) => {
    markSocket(server, socket, listener);
    server.emit('connection', socket);
  };
}

/** Ends TLS and gives on what was inside. A long-lived cloud outlives its certificate, so it is asked for anew. */
function openTls(
  server: HttpServer,
  listener: Listener,
  terms: TlsTerms,
): { readonly feed: (socket: Socket) => void; readonly end: () => void } {
  const options: TlsOptions = {
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    requestCert: terms.clientAuthorityPem !== undefined,
    rejectUnauthorized: terms.clientAuthorityPem !== undefined,
    ...renderContext(terms),
  };
  const tls = createTlsServer(options, (secure) => {
    markSocket(server, secure, listener);
    server.emit('connection', secure);
  });
  // A client that does not trust the CA breaks off; that is between it and the person who runs it.
  tls.on('tlsClientError', (_, secure) => secure.destroy());
  const renewal = setInterval(() => tls.setSecureContext(renderContext(terms)), RENEWAL_INTERVAL_MS);
  renewal.unref();
  return {
    feed(socket) {
      socket.on('error', () => socket.destroy());
      tls.emit('connection', socket);
    },
    end: () => clearInterval(renewal),
  };
}

/** What a renewal sets anew: all that a context holds, since it forgets what it is not told again. */
function renderContext({ certificate, clientAuthorityPem }: TlsTerms): SecureContextOptions {
  const { certPem, keyPem } = certificate();
  return {
    minVersion: 'TLSv1.2',
    cert: certPem,
    key: keyPem,
    ...(clientAuthorityPem === undefined ? {} : { ca: clientAuthorityPem }),
  };
}

function listen(net: NetServer, address: Address): Promise<void> {
  if ('socketPath' in address) {
    if (Buffer.byteLength(address.socketPath) > SOCKET_PATH_LIMIT_BYTES) {
      throw new ListenError(
        `The socket path '${address.socketPath}' is longer than ${SOCKET_PATH_LIMIT_BYTES} bytes.`,
      );
    }
    // The data directory is locked, so a socket that lies here belongs to nobody who still lives.
    rmSync(address.socketPath, { force: true });
  }
  return new Promise((resolve, reject) => {
    net.once('error', (error: NodeJS.ErrnoException) => reject(toListenError(error, address)));
    const listening = () => {
      if ('socketPath' in address) chmodSync(address.socketPath, 0o600);
      resolve();
    };
    if ('socketPath' in address) net.listen(address.socketPath, listening);
    else net.listen(address.port, address.host, listening);
  });
}

function toListenError(error: NodeJS.ErrnoException, address: Address): ListenError {
  const where = 'socketPath' in address ? `'${address.socketPath}'` : `${address.host}:${address.port}`;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'it is in use; stop what uses it, or choose another with --port',
    EACCES: 'this user may not use it',
    EADDRNOTAVAIL: 'this machine has no such address',
  };
  return new ListenError(`Cannot listen at ${where}: ${reasons[error.code ?? ''] ?? error.message}.`, {
    cause: error,
  });
}
