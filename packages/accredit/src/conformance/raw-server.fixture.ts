/** Servers of the tests that answer as they are told, rightly or wrongly. */
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { parseServer } from './address.ts';
import { NO_CONTROL } from './control.ts';
import type { Target } from './probe.ts';

/** Listens on a port of the system's choice until the test ends. */
async function listen(t: TestContext, server: Server): Promise<Target> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  return targetAt(`127.0.0.1:${port}`);
}

/** A target whose clock is real and whose pauses take no time. */
export function targetAt(host: string): Target {
  return {
    ...parseServer(host),
    profile: 'gce',
    control: NO_CONTROL,
    mayWrite: false,
    now: () => performance.now(),
    sleep: async () => {},
  };
}

/** A server over `node:http`. */
export function httpServer(t: TestContext, answer: RequestListener): Promise<Target> {
  return listen(t, createHttpServer(answer));
}

/** A server that is given each connection as it is. */
export function rawServer(t: TestContext, onConnection: (socket: Socket) => void): Promise<Target> {
  return listen(t, createServer(onConnection));
}

/** A server that answers everything with the same bytes. */
export function sameAnswer(t: TestContext, bytes: string): Promise<Target> {
  return rawServer(t, (socket) => socket.on('data', () => socket.write(bytes)));
}
