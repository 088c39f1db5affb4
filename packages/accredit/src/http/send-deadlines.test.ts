import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../kernel/ports.ts';
import { openListener, startTimeouts } from './listeners.ts';
import type { HttpRequest, HttpResponse, Listener } from './message.ts';
import { createHttpServer, SERVER_TIMEOUTS, type ServerTimeouts } from './node-adapter.ts';

const REQUEST = 'GET /x HTTP/1.1\r\nHost: x\r\n\r\n';
const LAST = 'GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

/** More than the system's own buffers hold between two ends of a connection. */
const LARGE_BYTES = 16_000_000;

const SHORT_MS = 100;

const INSTANCE: Listener = { kind: 'metadata', instance: 'projects/p/zones/z/instances/i' };
const API: Listener = { kind: 'api' };

async function serve(
  t: TestContext,
  listener: Listener,
  timeouts: Partial<ServerTimeouts>,
  handle: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
): Promise<number> {
  return (await serveWatched(t, listener, timeouts, handle)).port;
}

async function serveWatched(
  t: TestContext,
  listener: Listener,
  timeouts: Partial<ServerTimeouts>,
  handle: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
) {
  const server = createHttpServer(handle, silentLog, undefined, { ...SERVER_TIMEOUTS, ...timeouts });
  startTimeouts(server);
  const opened = await openListener(server, listener, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    await opened.close();
    server.close();
  });
  return { server, port: opened.port };
}

/** Sends requests and reads nothing until it is told to. */
function ask(port: number, bytes: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).pause();
    socket.once('error', reject);
    socket.write(bytes);
  });
}

/** Reads what is left. @returns how many bytes came before the connection ended */
function readRest(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0;
    socket.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    socket.on('error', () => {}).once('close', () => resolve(bytes));
    socket.resume();
  });
}

/** Makes a handler whose answers, by their target, can be waited for: sent, or given up. */
function watch(reply: (target: string) => HttpResponse | Promise<HttpResponse>) {
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const endOf = (target: string) => {
    const end = ends.get(target) ?? Promise.withResolvers<void>();
    ends.set(target, end);
    return end;
  };
  const handle = (request: HttpRequest) => {
    request.onGone?.(() => endOf(request.target).resolve());
    return reply(request.target);
  };
  return { handle, ended: (target: string) => endOf(target).promise };
}

const large = (): HttpResponse => ({ status: 200, headers: {}, body: 'x'.repeat(LARGE_BYTES) });
const stream = (): HttpResponse => ({
  status: 200,
  headers: {},
  body: Readable.from(
    (function* () {
      for (let sent = 0; sent < LARGE_BYTES; sent += 64_000) yield Buffer.alloc(64_000);
    })(),
  ),
});

const UNREAD: readonly (readonly [string, Listener, Partial<ServerTimeouts>, () => HttpResponse, string])[] =
  [
    ['an answer of a metadata server', INSTANCE, { sendMs: SHORT_MS }, large, LAST],
    ['the first of several of a metadata server', INSTANCE, { sendMs: SHORT_MS }, large, REQUEST.repeat(6)],
    ['an answer of an API', API, { stalledMs: SHORT_MS }, large, LAST],
    ['a stream of an API', API, { stalledMs: SHORT_MS }, stream, LAST],
  ];

for (const [name, listener, timeouts, reply, bytes] of UNREAD) {
  test(`a client that does not read loses its connection: ${name}`, async (t) => {
    const { handle, ended } = watch(reply);
    const port = await serve(t, listener, timeouts, handle);
    const socket = await ask(port, bytes);
    await ended('/x');
    assert.ok((await readRest(socket)) < LARGE_BYTES);
  });
}

test('an answer that waits behind another has its time from when its turn comes', async (t) => {
  const waited = Promise.withResolvers<HttpResponse>();
  const { handle, ended } = watch((target) => (target === '/wait' ? waited.promise : large()));
  const port = await serve(t, INSTANCE, { sendMs: SHORT_MS }, handle);
  const socket = await ask(port, `GET /wait HTTP/1.1\r\nHost: x\r\n\r\n${LAST}`);
  // What is asked after it is given up before it: its time did not run.
  await ask(port, 'GET /other HTTP/1.1\r\nHost: x\r\n\r\n');
  await ended('/other');
  assert.equal(socket.readableLength, 0);
  waited.resolve({ status: 200, headers: {} });
  await ended('/x');
  const bytes = await readRest(socket);
  assert.ok(bytes > 0 && bytes < LARGE_BYTES, `${bytes} bytes`);
});

test('a client that reads has all of a large answer', async (t) => {
  const { handle } = watch(large);
  const port = await serve(t, INSTANCE, {}, handle);
  assert.ok((await readRest(await ask(port, LAST))) > LARGE_BYTES);
});

test('where nothing has moved, a connection that waits for its answer goes on, and an idle one ends', async (t) => {
  const waited = Promise.withResolvers<HttpResponse>();
  const asked = Promise.withResolvers<void>();
  const { server, port } = await serveWatched(t, API, { keepAliveMs: 1 }, () => {
    asked.resolve();
    return waited.promise;
  });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const socket = await ask(port, REQUEST);
  await asked.promise;
  // As Node says it.
  server.emit('timeout', await accepted);
  waited.resolve({ status: 200, headers: {} });
  assert.ok((await readRest(socket)) > 0);
});
