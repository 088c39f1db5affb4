import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openRelay, type Relay } from './relay.ts';

interface Path {
  readonly relay: Relay;
  /** Opens a connection that the relay carries to the server. */
  readonly connectClient: () => Socket;
  /** The relay's connections to the server. */
  readonly upstreams: readonly Socket[];
}

/** A relay from a loopback port to a server on a Unix socket, as the agent's. */
async function openPath(t: TestContext, server: Server): Promise<Path> {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-'));
  const path = join(directory, 'server');
  server.listen(path);
  await once(server, 'listening');
  const port = await findFreePort();
  const upstreams: Socket[] = [];
  const connectServer = () => {
    const upstream = connect({ path, allowHalfOpen: true });
    upstreams.push(upstream);
    return upstream;
  };
  const relay = await openRelay({ host: '127.0.0.1', port }, connectServer, assert.fail);
  t.after(() => {
    relay.close();
    server.close();
    rmSync(directory, { recursive: true });
  });
  return { relay, upstreams, connectClient: () => connect({ host: '127.0.0.1', port, allowHalfOpen: true }) };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function acceptOne(server: Server): Promise<Socket> {
  return once(server, 'connection').then(([socket]) => socket);
}

/** Returns how many connections a server has. */
function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

async function readAll(socket: Socket): Promise<string> {
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
  });
  await once(socket, 'end');
  return received;
}

describe('openRelay', () => {
  test('carries both ways, and each end by itself', async (t) => {
    const server = createServer({ allowHalfOpen: true });
    const { connectClient } = await openPath(t, server);
    const client = connectClient();
    const far = await acceptOne(server);
    client.end('question');
    assert.equal(await readAll(far), 'question');
    // The client's half is closed and the other still serves.
    far.write('ans');
    far.end('wer');
    assert.equal(await readAll(client), 'answer');
    await Promise.all([client, far].map(async (socket) => socket.closed || once(socket, 'close')));
  });

  test('lets the server end first', async (t) => {
    const server = createServer({ allowHalfOpen: true });
    const { connectClient } = await openPath(t, server);
    const client = connectClient();
    const far = await acceptOne(server);
    far.end('bye');
    assert.equal(await readAll(client), 'bye');
    client.end('still here');
    assert.equal(await readAll(far), 'still here');
  });

  test('holds a sender back while the receiver is slow', async (t) => {
    const server = createServer({ allowHalfOpen: true });
    const { connectClient, upstreams } = await openPath(t, server);
    const client = connectClient();
    const far = await acceptOne(server);
    client.end(Buffer.alloc(16 * 1024 * 1024));
    let received = 0;
    let mostHeld = 0;
    for await (const chunk of far) {
      received += chunk.length;
      // Time enough to read ahead, for a relay that would.
      for (let turns = 0; turns < 20; turns += 1) await nextTurn();
      mostHeld = Math.max(mostHeld, upstreams[0]?.writableLength ?? 0);
    }
    assert.equal(received, 16 * 1024 * 1024);
    assert.ok(mostHeld > 0 && mostHeld < 1024 * 1024, `${mostHeld} bytes were held`);
    client.destroy();
  });

  const breaks = [
    { what: 'a client that breaks off', breakOff: (client: Socket) => client.resetAndDestroy() },
    { what: 'a client that closes without reading', breakOff: (client: Socket) => client.destroy() },
  ];
  for (const { what, breakOff } of breaks) {
    test(`${what} leaves no connection to the server`, async (t) => {
      const server = createServer();
      const { connectClient, upstreams } = await openPath(t, server);
      const client = connectClient();
      const far = await acceptOne(server);
      far.on('error', () => {}).resume();
      client.on('error', () => {}).write('x');
      await once(far, 'data');
      assert.equal(await connectionsOf(server), 1);
      const closed = [far, ...upstreams].map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      );
      breakOff(client);
      assert.equal((await Promise.all(closed)).length, 2, 'its two ends');
      assert.equal(await connectionsOf(server), 0);
    });
  }

  test('a server that breaks off is a reset to the client, never an end', async (t) => {
    const server = createServer();
    const { connectClient } = await openPath(t, server);
    const client = connectClient();
    const far = await acceptOne(server);
    client.write('x'.repeat(8 * 1024 * 1024));
    await once(far, 'data');
    far.destroy();
    const [error] = await once(client.resume(), 'error');
    assert.equal(error.code, 'ECONNRESET');
  });

  test('a server that is not there is a reset to the client', async (t) => {
    const port = await findFreePort();
    const nowhere = join(tmpdir(), 'accredit-no-such-directory', 'socket');
    const relay = await openRelay({ host: '127.0.0.1', port }, () => connect(nowhere), assert.fail);
    t.after(() => relay.close());
    const [error] = await once(connect(port, '127.0.0.1').resume(), 'error');
    assert.equal(error.code, 'ECONNRESET');
  });

  test('a full queue is waited for (connect(2), EAGAIN)', async (t) => {
    const server = createServer((socket) => socket.end('at last')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const port = await findFreePort();
    let attempts = 0;
    const relay = await openRelay(
      { host: '127.0.0.1', port },
      () => {
        attempts += 1;
        if (attempts === 3) return connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
        return new Socket().destroy(Object.assign(new Error('the queue is full'), { code: 'EAGAIN' }));
      },
      assert.fail,
    );
    t.after(() => {
      relay.close();
      server.close();
    });
    assert.deepEqual([await readAll(connect(port, '127.0.0.1')), attempts], ['at last', 3]);
  });

  test('a port in use is an error', async (t) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const open = openRelay({ host: '127.0.0.1', port: address.port }, () => new Socket(), assert.fail);
    await assert.rejects(open, { code: 'EADDRINUSE' });
  });

  test('draining waits until what a client sent before it ended has reached the server', async (t) => {
    const server = createServer({ allowHalfOpen: true });
    const { relay, connectClient } = await openPath(t, server);
    const client = connectClient();
    const far = await acceptOne(server);
    const body = 'x'.repeat(8 * 1024 * 1024);
    client.end(body);
    const received = readAll(far);
    await relay.drain(60_000);
    relay.close();
    assert.equal((await received).length, body.length);
    client.destroy();
    far.destroy();
  });

  test('draining gives up on a client that goes on, after its time', async (t) => {
    const server = createServer({ allowHalfOpen: true });
    const { relay, connectClient } = await openPath(t, server);
    const client = connectClient().on('error', () => {});
    const far = await acceptOne(server);
    // An unreferenced timer ends the wait; the open sockets keep the process alive for it.
    await relay.drain(1);
    client.write('still here');
    const [received] = await once(far, 'data');
    assert.equal(String(received), 'still here', 'giving up waiting cuts nobody');
    relay.close();
    await Promise.all([once(client.resume(), 'end'), once(far.resume(), 'end')]);
    assert.deepEqual([client.readableEnded, far.readableEnded], [true, true], 'closing does');
    client.destroy();
    far.destroy();
  });
});
