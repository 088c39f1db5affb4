/** The name server of a namespace, over UDP and TCP. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { answerQuery } from './dns-message.ts';
import type { Zone } from './names.ts';

/** RFC 7766 §6.2.3 asks for "a few seconds" of patience with an idle connection. */
const IDLE_TIMEOUT_MS = 10_000;

export interface NameServer {
  close(): void;
}

/**
 * Serves a zone on a port of an address, over UDP and TCP both.
 *
 * @param onLost - called once if the server stops by itself
 * @throws {Error} with the code of the system, such as `EADDRINUSE`
 */
export async function serveNames(
  address: string,
  port: number,
  zone: Zone,
  onLost: (error: Error) => void,
): Promise<NameServer> {
  const datagrams = createSocket('udp4');
  datagrams.on('message', (query, from) => {
    const answer = answerQuery(query, zone);
    // Whoever asked may be gone: that is his affair, and no reason to stop.
    if (answer !== undefined && from.port > 0) datagrams.send(answer, from.port, from.address, () => {});
  });
  datagrams.bind(port, address);
  await once(datagrams, 'listening');
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    answerConnection(connection, zone);
  });
  server.listen(port, address);
  await once(server, 'listening');
  datagrams.on('error', onLost);
  server.on('error', onLost);
  return {
    close() {
      datagrams.close();
      server.close();
      for (const connection of connections) connection.destroy();
    },
  };
}

/** Answers the messages of one connection in turn; each follows its length in two bytes (RFC 1035 §4.2.2). */
function answerConnection(connection: Socket, zone: Zone): void {
  let received = Buffer.alloc(0);
  connection.setTimeout(IDLE_TIMEOUT_MS, () => connection.destroy());
  // A connection that breaks has nothing left to answer.
  connection.on('error', () => connection.destroy());
  connection.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const answer = answerQuery(received.subarray(2, end), zone);
      received = received.subarray(end);
      if (answer === undefined) {
        connection.destroy();
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      connection.write(Buffer.concat([length, answer]));
    }
  });
}
