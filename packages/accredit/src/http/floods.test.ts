import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../kernel/ports.ts';
import { CONNECTION_LIMITS } from './connection-budget.ts';
import { openListener, startTimeouts } from './listeners.ts';
import type { HttpRequest, HttpResponse } from './message.ts';
import { createHttpServer, IGNORED_LIMIT, PIPELINE_LIMIT, SERVER_TIMEOUTS } from './node-adapter.ts';
import { exchange } from './raw-exchange.fixture.ts';

const REQUEST = 'GET /x HTTP/1.1\r\nHost: x\r\n\r\n';
const LAST = 'GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

/** So many answers of a megabyte the system's own buffers may hold: they are sent, though nobody has read them. */
const BUFFERED_ANSWERS = 32;

/** Two instances' listeners on one server, as a cloud has them. */
async function serve(
  t: TestContext,
  handle: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
  limit?: number,
) {
  const server = createHttpServer(handle, silentLog);
  startTimeouts(server);
  const open = (instance: string) =>
    openListener(server, { kind: 'metadata', instance }, { host: '127.0.0.1', port: 0 }, undefined, limit);
  const [one, other] = await Promise.all([open('one'), open('other')]);
  t.after(async () => {
    await Promise.all([one.close(), other.close()]);
    server.close();
  });
  return { server, port: one.port, otherPort: other.port };
}

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {}).once('close', () => resolve());
    if (socket.closed) resolve();
  });
}

test('what is awaited of a client is bounded, and looked at often enough', () => {
  assert.deepEqual(SERVER_TIMEOUTS, {
    headersMs: 20_000,
    checkMs: 5_000,
    keepAliveMs: 65_000,
    bodyMs: 20_000,
    unreadBodyMs: 5_000,
    sendMs: 20_000,
    stalledMs: 120_000,
  });
  assert.equal(PIPELINE_LIMIT, 100);
  assert.deepEqual(CONNECTION_LIMITS, { metadata: 1_000, api: 10_000, owner: 1_000 });
});

test('a pipeline within the limit is answered whole', async (t) => {
  const { port } = await serve(t, () => ({ status: 200, headers: {} }));
  const got = await exchange(port, REQUEST.repeat(PIPELINE_LIMIT - 1) + LAST);
  assert.equal(got.match(/^HTTP\/1\.1 200 OK/gm)?.length, PIPELINE_LIMIT);
});

test('a pipeline beyond the limit is answered so far, then refused', async (t) => {
  const { port } = await serve(t, () => ({ status: 200, headers: {} }));
  const got = await exchange(port, REQUEST.repeat(PIPELINE_LIMIT + 2));
  const statuses = got.match(/^HTTP\/1\.1 \d+/gm) ?? [];
  assert.equal(statuses.length, PIPELINE_LIMIT + 1);
  assert.equal(statuses.at(-1), 'HTTP/1.1 503');
});

test('a client that sends without reading reaches the handler no more often than the limit, and is cut off', async (t) => {
  let handled = 0;
  const { port } = await serve(t, () => {
    handled += 1;
    return new Promise(() => {});
  });
  const socket = await dial(port);
  socket.write(REQUEST.repeat(2 * (PIPELINE_LIMIT + IGNORED_LIMIT)));
  await closed(socket.resume());
  assert.equal(handled, PIPELINE_LIMIT);
});

test('a client that reads nothing of large answers does not have more than the limit made for it', async (t) => {
  let handled = 0;
  const body = 'x'.repeat(1_000_000);
  const { port, otherPort } = await serve(t, ({ listener }) => {
    if (listener.kind === 'metadata' && listener.instance === 'one') handled += 1;
    return { status: 200, headers: {}, body };
  });
  const socket = await dial(port);
  socket.on('error', () => {});
  // A little at a time, each once the server has had its turn: what is not read stops the server from reading more.
  for (let count = 0; count < 3 * PIPELINE_LIMIT && !socket.destroyed; count += 1) {
    socket.write(REQUEST);
    await new Promise(setImmediate);
  }
  await exchange(otherPort, LAST);
  assert.ok(handled <= PIPELINE_LIMIT + BUFFERED_ANSWERS, `${handled} answers`);
  socket.destroy();
});

test('a listener has so many connections at once and no more; another listener has its own', async (t) => {
  const { port, otherPort } = await serve(t, () => ({ status: 200, headers: {} }), 2);
  const held = await Promise.all([dial(port), dial(port)]);
  assert.match(await exchange(port, LAST), /^HTTP\/1\.1 503 /);
  assert.match(await exchange(otherPort, LAST), /^HTTP\/1\.1 200 /);
  const [first] = held;
  const answered = new Promise((resolve) => first.once('data', resolve));
  first.write(REQUEST);
  assert.match(String(await answered), /^HTTP\/1\.1 200 /, 'who is there already is served');
  for (const socket of held) socket.destroy();
});

test('what is refused in great number is dropped without a word', async (t) => {
  const { port } = await serve(t, () => ({ status: 200, headers: {} }), 0);
  const sockets = await Promise.all(Array.from({ length: 100 }, () => dial(port)));
  await Promise.all(sockets.map((socket) => closed(socket.resume())));
  const open = sockets.filter((socket) => !socket.destroyed);
  assert.deepEqual(open, []);
});

test('an instance that is flooded with pipelines leaves another one answered', async (t) => {
  const { port, otherPort } = await serve(t, () => ({ status: 200, headers: {}, body: 'x'.repeat(1_000) }));
  const stop = new AbortController();
  const seen = { floods: 0 };
  const flood = async () => {
    while (!stop.signal.aborted) {
      const socket = await dial(port);
      socket.write(REQUEST.repeat(PIPELINE_LIMIT + IGNORED_LIMIT));
      await closed(socket.resume());
      seen.floods += 1;
    }
  };
  const floods = Array.from({ length: 8 }, flood);
  const latenciesMs: number[] = [];
  while (seen.floods < 16 || latenciesMs.length < 10) {
    const startedMs = performance.now();
    assert.match(await exchange(otherPort, LAST), /^HTTP\/1\.1 200 /);
    latenciesMs.push(performance.now() - startedMs);
  }
  stop.abort();
  await Promise.all(floods);
  const worstMs = Math.max(...latenciesMs);
  t.diagnostic(`worst ${Math.round(worstMs)} ms of ${latenciesMs.length}, beside ${seen.floods} floods`);
  assert.ok(worstMs < 5_000, `${worstMs} ms`);
});

test('clients that never finish their headers leave another instance answered', async (t) => {
  const { port, otherPort } = await serve(t, () => ({ status: 200, headers: {} }), 50);
  const slow = await Promise.all(Array.from({ length: 50 }, () => dial(port)));
  for (const socket of slow) socket.write('GET / HTTP/1.1\r\nHost: x\r\nX: ');
  assert.match(await exchange(otherPort, LAST), /^HTTP\/1\.1 200 /);
  for (const socket of slow) socket.destroy();
});

test('connections at one listener leave others theirs, however few files the process may open', async (t) => {
  const reply = () => ({ status: 200, headers: {} });
  const server = createHttpServer(reply, silentLog, undefined, SERVER_TIMEOUTS, 64);
  startTimeouts(server);
  const place = { host: '127.0.0.1', port: 0 };
  const api = await openListener(server, { kind: 'api' }, place);
  const instance = await openListener(server, { kind: 'metadata', instance: 'one' }, place);
  t.after(async () => {
    await Promise.all([api.close(), instance.close()]);
    server.close();
  });
  const flood = await Promise.all(Array.from({ length: 100 }, () => dial(api.port)));
  for (const socket of flood) socket.on('error', () => {});
  assert.match(await exchange(instance.port, LAST), /^HTTP\/1\.1 200 /);
  // A third of the 48 that are not kept: the others were told that there is none, or dropped.
  await Promise.all(flood.slice(16).map((socket) => closed(socket.resume())));
  for (const socket of flood) socket.destroy();
});
