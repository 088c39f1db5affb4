import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { type Log, silentLog } from '../kernel/ports.ts';
import { makeClientAuthority } from './certificates/client-authority.ts';
import { makeAuthority } from './certificates/issue.ts';
import { ListenError, openListener, SOCKET_PATH_LIMIT_BYTES, startTimeouts } from './listeners.ts';
import type { HttpRequest, HttpResponse, Listener } from './message.ts';
import { createHttpServer, drain } from './node-adapter.ts';
import { exchange } from './raw-exchange.fixture.ts';
import { HEADER_LIMIT_BYTES } from './refused-connections.ts';

const directory = mkdtempSync(join(tmpdir(), 'accredit-http-'));
after(() => rmSync(directory, { recursive: true, force: true }));

async function serve(
  handle: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
  log: Log = silentLog,
  listener: Listener = { kind: 'api' },
) {
  const server = createHttpServer(handle, log);
  startTimeouts(server);
  const opened = await openListener(server, listener, { host: '127.0.0.1', port: 0 });
  const close = async () => {
    await opened.close();
    server.close();
  };
  return { server, port: opened.port, close };
}

test('an answer has its length, and HEAD has no body', async () => {
  const { port, close } = await serve(() => ({ status: 200, headers: { 'X-One': '1' }, body: 'ä' }));
  const got = await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.match(got, /^HTTP\/1\.1 200 OK\r\nX-One: 1\r\nContent-Length: 2\r\n/);
  assert.ok(got.endsWith('\r\n\r\nä'));
  const head = await exchange(port, 'HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.match(head, /Content-Length: 2\r\n/);
  assert.ok(head.endsWith('\r\n\r\n'));
  const old = await exchange(port, 'GET / HTTP/1.0\r\n\r\n');
  assert.match(old, /Connection: close/i);
  await close();
});

test('a metadata server says nothing of a connection that goes on, as Google’s does (metadata notes 4.1)', async () => {
  const listener: Listener = { kind: 'metadata', instance: 'projects/p/zones/z/instances/i' };
  const reply = ({ target }: HttpRequest) => ({ status: 200, headers: {}, body: target });
  const { port, close } = await serve(reply, silentLog, listener);
  const one = 'GET /one HTTP/1.1\r\nHost: x\r\n\r\n';
  const two = 'GET /two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const [first = '', second = ''] = (await exchange(port, one + two)).split('/one');
  assert.doesNotMatch(first, /^(?:connection|keep-alive):/im);
  assert.match(second, /^connection: close\r$/im);
  assert.ok(second.endsWith('/two'));
  assert.match(await exchange(port, 'GET /old HTTP/1.0\r\nHost: x\r\n\r\n'), /^connection: close\r$/im);
  await close();
});

test('a handler that throws costs one connection and one log line, not the server', async () => {
  const lines: string[] = [];
  const log: Log = { ...silentLog, error: (_, message) => lines.push(message) };
  const { port, close } = await serve(({ target }) => {
    if (target === '/bad') throw new Error('bug');
    if (target === '/worse') return Promise.reject(new Error('bug'));
    return { status: 200, headers: {}, body: 'fine' };
  }, log);
  for (const path of ['/bad', '/worse'])
    assert.equal(await exchange(port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`), '');
  assert.match(await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /fine$/);
  assert.deepEqual(lines, ['an answer could not be sent', 'an answer could not be sent']);
  await close();
});

test('a stream is sent as it comes, and one that breaks breaks the connection', async () => {
  const broken = () =>
    Readable.from(
      (async function* () {
        yield 'half';
        throw new Error('disk');
      })(),
    );
  const { port, close } = await serve(({ target }) => ({
    status: 200,
    headers: { 'Content-Length': '8' },
    body: target === '/broken' ? broken() : Readable.from(['half', 'half']),
  }));
  assert.match(await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /halfhalf$/);
  const got = await exchange(port, 'GET /broken HTTP/1.1\r\nHost: x\r\n\r\n').catch(
    (error: Error) => error.message,
  );
  assert.doesNotMatch(got, /halfhalf$/);
  await close();
});

test('headers beyond the limit are 431, and what is no HTTP is 400', async () => {
  const { port, close } = await serve(() => ({ status: 200, headers: {} }));
  const long = 'x'.repeat(HEADER_LIMIT_BYTES);
  assert.match(await exchange(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${long}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  assert.match(await exchange(port, 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400 /);
  await close();
});

test('the timeouts of a server that never listens are set up', async () => {
  const { server, close } = await serve(() => ({ status: 200, headers: {} }));
  // Node ends idle connections by its own list, which it makes when a server listens.
  const open = await new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
  assert.equal(open, 0);
  assert.doesNotThrow(() => server.closeIdleConnections());
  assert.equal(server.headersTimeout, 20_000);
  await close();
});

/** Sends a request over a Unix socket, and waits for the end of its answer. */
async function ask(socketPath: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    request({ socketPath, path: '/', headers: { ...headers } }, (response) => {
      response.resume().on('end', () => resolve());
    })
      .on('error', reject)
      .end();
  });
}

test('the listener that accepted is what a handler sees, whatever the headers say', async () => {
  const seen: unknown[] = [];
  const server = createHttpServer((incoming) => {
    seen.push(incoming.listener);
    return { status: 200, headers: {} };
  }, silentLog);
  const socketPath = join(directory, 'a.sock');
  const opened = await openListener(server, { kind: 'metadata', instance: 'i' }, { socketPath });
  assert.equal(statSync(socketPath).mode & 0o777, 0o600);
  await ask(socketPath, { Host: 'owner', 'X-Instance': 'other' });
  assert.deepEqual(seen, [{ kind: 'metadata', instance: 'i' }]);
  await opened.close();
});

test('a port in use, and a socket path that no system takes, are said clearly', async () => {
  const { server, port, close } = await serve(() => ({ status: 200, headers: {} }));
  await assert.rejects(openListener(server, { kind: 'api' }, { host: '127.0.0.1', port }), (error) => {
    assert.ok(error instanceof ListenError);
    assert.equal(
      error.message,
      `Cannot listen at 127.0.0.1:${port}: it is in use; stop what uses it, or choose another with --port.`,
    );
    return true;
  });
  const socketPath = join(directory, 'x'.repeat(SOCKET_PATH_LIMIT_BYTES));
  await assert.rejects(openListener(server, { kind: 'owner' }, { socketPath }), ListenError);
  await close();
});

test('a socket that an earlier process left is replaced', async () => {
  const seen: unknown[] = [];
  const server = createHttpServer(({ listener }) => {
    seen.push(listener);
    return { status: 200, headers: {} };
  }, silentLog);
  const socketPath = join(directory, 'stale.sock');
  const first = await openListener(server, { kind: 'metadata', instance: 'earlier' }, { socketPath });
  const second = await openListener(server, { kind: 'metadata', instance: 'later' }, { socketPath });
  await ask(socketPath);
  assert.deepEqual(seen, [{ kind: 'metadata', instance: 'later' }]);
  await Promise.all([first.close(), second.close()]);
});

test('draining waits for the answers under way, however they end, and no longer than it may', async () => {
  const bodies = new Map<string, PassThrough>();
  const asked = Promise.withResolvers<void>();
  const { server, port, close } = await serve(({ target }) => {
    if (target === '/now') return { status: 200, headers: {}, body: 'now' };
    const body = new PassThrough();
    bodies.set(target, body);
    if (bodies.size === 2) asked.resolve();
    return { status: 200, headers: {}, body };
  });
  await drain(server, 60_000);
  await exchange(port, 'GET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await drain(server, 60_000);
  const slow = exchange(port, 'GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const broken = connect(port, '127.0.0.1', () => broken.write('GET /broken HTTP/1.1\r\nHost: x\r\n\r\n'));
  await asked.promise;
  await drain(server, 1);
  let isDrained = false;
  const drained = drain(server, 60_000).then(() => (isDrained = true));
  bodies.get('/slow')?.end('late');
  assert.match(await slow, /late/);
  assert.equal(isDrained, false);
  broken.destroy();
  await drained;
  await close();
});

test('a listener of TLS asks for its certificate anew every day, so that it outlives one', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const pair = makeAuthority(Date.now(), { bytes: (length) => randomBytes(length) });
  let asked = 0;
  const server = createHttpServer(() => ({ status: 200, headers: {} }), silentLog);
  const opened = await openListener(
    server,
    { kind: 'api' },
    { host: '127.0.0.1', port: 0 },
    {
      certificate() {
        asked += 1;
        return pair;
      },
    },
  );
  t.mock.timers.tick(2 * 24 * 60 * 60 * 1000);
  assert.equal(asked, 3);
  await opened.close();
  t.mock.timers.tick(5 * 24 * 60 * 60 * 1000);
  assert.equal(asked, 3, 'and stops when it is closed');
});

test('a listener that asks for certificates still does when its own was renewed', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const ports = {
    clock: { now: () => Date.now() },
    random: { bytes: (length: number) => randomBytes(length) },
  };
  const own = makeAuthority(Date.now(), ports.random);
  const clients = makeClientAuthority({ name: 'vm', hostname: 'vm.internal' }, ports);
  const server = createHttpServer(
    ({ listener }) => ({ status: 200, headers: {}, body: JSON.stringify(listener) }),
    silentLog,
  );
  startTimeouts(server);
  const terms = { certificate: () => own, clientAuthorityPem: clients.certPem };
  const listener = { kind: 'metadata', instance: 'i', secure: true } as const;
  const opened = await openListener(server, listener, { host: '127.0.0.1', port: 0 }, terms);
  t.mock.timers.tick(24 * 60 * 60 * 1000);
  const ask = (pair: { readonly cert?: string; readonly key?: string }) =>
    new Promise<string>((resolve, reject) => {
      // Whom the client believes is not what this is about.
      const options = {
        host: '127.0.0.1',
        port: opened.port,
        agent: false,
        rejectUnauthorized: false,
        ...pair,
      };
      httpsRequest(options, (response) => void text(response).then(resolve, reject))
        .on('error', reject)
        .end();
    });
  await assert.rejects(ask({}), /alert|ECONNRESET/);
  const { certPem, keyPem } = clients.issue();
  assert.deepEqual(JSON.parse(await ask({ cert: certPem, key: keyPem })), listener);
  await opened.close();
  server.close();
});

test('a connection that is refused ends, though its client does not close it', async () => {
  const { port, close } = await serve(() => ({ status: 200, headers: {} }));
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () =>
    socket.write('nonsense\r\n\r\n'),
  );
  socket.resume();
  await new Promise((resolve) => socket.once('end', resolve));
  // What is written to a connection that the other side has destroyed comes back as a reset.
  const writing = setInterval(() => socket.write('x'), 50);
  await new Promise((resolve) => socket.once('error', resolve).once('close', resolve));
  clearInterval(writing);
  socket.destroy();
  await close();
});

test('a handler learns once that a client is gone, also of an answer that waits behind another', async () => {
  const gone: string[] = [];
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const { port, close } = await serve((incoming) => {
    incoming.onGone?.(() => {
      if (gone.push(incoming.target) === 2) left.resolve();
    });
    if (incoming.target === '/second') asked.resolve();
    return new Promise(() => {});
  });
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const socket = connect(port, '127.0.0.1', () => socket.write(request('/first') + request('/second')));
  await asked.promise;
  assert.deepEqual(gone, []);
  socket.destroy();
  await left.promise;
  assert.deepEqual(gone, ['/first', '/second']);
  await close();
});

test('a handler learns that its client is gone behind CONNECT too', async () => {
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const left: string[] = [];
  const { server, port, close } = await serve((incoming) => {
    incoming.onGone?.(() => {
      if (left.push(incoming.target) === 2) gone.resolve();
    });
    if (incoming.target === '/second') asked.resolve();
    return new Promise(() => {});
  });
  const bytes = ['GET /first', 'GET /second', 'CONNECT x:80']
    .map((start) => `${start} HTTP/1.1\r\nHost: x\r\n\r\n`)
    .join('');
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  await asked.promise;
  socket.destroy();
  await gone.promise;
  assert.deepEqual(left.sort(), ['/first', '/second']);
  await drain(server, 60_000);
  await close();
});

test('CONNECT is answered behind what is under way', async () => {
  const { port, close } = await serve(async ({ method }) => ({
    status: 200,
    headers: {},
    body: `${method}.`,
  }));
  const got = await exchange(
    port,
    'GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nCONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n',
  );
  assert.deepEqual(got.match(/[A-Z]+\.(?=HTTP|$)/g), ['GET.', 'GET.', 'CONNECT.']);
  await close();
});

test('an answer that is done is gone, and asking then is answered at once', async () => {
  const gone = Promise.withResolvers<HttpRequest>();
  const { port, close } = await serve((incoming) => {
    incoming.onGone?.(() => gone.resolve(incoming));
    return { status: 200, headers: {}, body: 'done' };
  });
  assert.match(await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /done$/);
  let calls = 0;
  (await gone.promise).onGone?.(() => {
    calls += 1;
  });
  assert.equal(calls, 1);
  await close();
});
