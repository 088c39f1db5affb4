import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { type Log, silentLog } from '../kernel/ports.ts';
import { makeAuthority } from './certificates/issue.ts';
import { type Address, openListener, startTimeouts } from './listeners.ts';
import { createHttpServer, drain } from './node-adapter.ts';

const directory = mkdtempSync(join(tmpdir(), 'accredit-cut-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const LOOPBACK: Address = { host: '127.0.0.1', port: 0 };

/** Serves resets at `/reset`, and an answer everywhere else. */
async function serve(address: Address, isSecure = false) {
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (_, message) => errors.push(message) };
  const server = createHttpServer(
    ({ target }) =>
      target === '/reset'
        ? { status: 0, headers: {}, reset: true }
        : { status: 200, headers: {}, body: 'fine' },
    log,
  );
  startTimeouts(server);
  const certificate = () => makeAuthority(Date.now(), { bytes: (length) => randomBytes(length) });
  const terms = isSecure ? { certificate } : undefined;
  const opened = await openListener(server, { kind: 'api' }, address, terms);
  const close = async () => {
    await drain(server, 60_000);
    await opened.close();
    server.close();
    assert.deepEqual(errors, []);
  };
  return { port: opened.port, close };
}

/** Asks for a path on an open connection; says what came: bytes, and how the connection ended. */
function ask(socket: Socket, path: string): Promise<string> {
  return new Promise((resolve) => {
    let got = '';
    socket.on('data', (bytes: Buffer) => (got += bytes.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => (got += error.code));
    socket.on('close', () => resolve(got));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  });
}

test('an answer that is a reset resets the TCP connection, and the server goes on', async () => {
  const { port, close } = await serve(LOOPBACK);
  assert.equal(await ask(connect(port, '127.0.0.1'), '/reset'), 'ECONNRESET');
  assert.match(await ask(connect(port, '127.0.0.1'), '/'), /fine$/);
  await close();
});

test('an answer that is a reset resets the connection below TLS too', async () => {
  const { port, close } = await serve(LOOPBACK, true);
  const open = () => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  assert.equal(await ask(open(), '/reset'), 'ECONNRESET');
  assert.match(await ask(open(), '/'), /fine$/);
  await close();
});

test('a Unix socket knows no reset: it ends without an answer', async () => {
  const socketPath = join(directory, 'a.sock');
  const { close } = await serve({ socketPath });
  assert.equal(await ask(connect(socketPath), '/reset'), '');
  const code = await new Promise((resolve) => {
    request({ socketPath, path: '/reset', agent: false })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      .end();
  });
  assert.equal(code, 'ECONNRESET', 'what an HTTP client of Node makes of it');
  await close();
});
