import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { Connection, NoAnswer } from './connection.ts';
import { type Request, renderRequest } from './http-message.ts';
import { rawServer, targetAt } from './raw-server.fixture.ts';

const GET: Request = { method: 'GET', target: '/', version: '1.1', headers: [['Host', 'h']], body: '' };
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';

function now(): number {
  return performance.now();
}

test('answers of one connection are read one by one, however they are cut', async (t) => {
  const { address } = await rawServer(t, (socket) => {
    socket.setNoDelay(true);
    socket.once('data', () => {
      socket.write(`${OK}hi${OK.slice(0, 10)}`, () => socket.write(`${OK.slice(10)}yo`));
    });
  });
  const connection = await Connection.open(address, now);
  t.after(() => connection.destroy());
  connection.write(Buffer.concat([renderRequest(GET), renderRequest(GET)]));
  assert.equal((await connection.read(false)).body.toString(), 'hi');
  assert.equal((await connection.read(false)).body.toString(), 'yo');
});

test('an answer that does not come in time is none', async (t) => {
  const { address } = await rawServer(t, () => {});
  const connection = await Connection.open(address, now);
  t.after(() => connection.destroy());
  await assert.rejects(connection.ask(GET, 20), new NoAnswer('no answer within 20 ms', 'ETIMEDOUT'));
});

test('a server that closes is told from one that keeps silent', async (t) => {
  const closing = await rawServer(t, (socket) => socket.end());
  const silent = await rawServer(t, () => {});
  const [one, other] = await Promise.all([
    Connection.open(closing.address, now),
    Connection.open(silent.address, now),
  ]);
  t.after(() => other.destroy());
  assert.equal(await one.closes(1_000), true);
  assert.equal(await other.closes(20), false);
  await assert.rejects(one.ask(GET), /^NoAnswer: the connection closed without an answer/);
});

/** Sends the same again and again, as fast as it is read. */
function flood(socket: Socket, part: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(part));
  };
  socket.on('drain', more);
  more();
}

test('who sends without end is cut off, whether it is read or waited for', async (t) => {
  const { address } = await rawServer(t, (socket) => {
    socket.once('data', () => flood(socket, Buffer.alloc(65_536, 'HTTP/1.1 100 a\r\nA: b\r\n')));
  });
  const connection = await Connection.open(address, now);
  await assert.rejects(connection.ask(GET), { name: 'MalformedAnswer' });
  const other = await Connection.open(address, now);
  other.write(renderRequest(GET));
  assert.equal(await other.closes(60_000), false);
  await assert.rejects(other.read(false), { name: 'MalformedAnswer' });
  connection.destroy();
});

test('an answer that comes byte by byte is waited for as long as any other', async (t) => {
  const { address } = await rawServer(t, (socket) => {
    const drip = () => void (socket.destroyed || socket.write('x', () => setImmediate(drip)));
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n', drip));
  });
  const connection = await Connection.open(address, now);
  t.after(() => connection.destroy());
  await assert.rejects(connection.ask(GET, 50), new NoAnswer('no answer within 50 ms', 'ETIMEDOUT'));
});

test('an answer that is there before its server floods is read', async (t) => {
  const { address } = await rawServer(t, (socket) => {
    socket.once('data', () => {
      socket.write(`${OK}hi`);
      flood(socket, Buffer.alloc(65_536, 'x'));
    });
  });
  const connection = await Connection.open(address, now);
  connection.write(renderRequest(GET));
  assert.equal(await connection.closes(60_000), false);
  assert.equal((await connection.read(false)).body.toString(), 'hi');
  await assert.rejects(connection.read(false), /MalformedAnswer/);
});

test('half an answer is none', async (t) => {
  const { address } = await rawServer(t, (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi'),
  );
  const connection = await Connection.open(address, now);
  await assert.rejects(connection.read(false), /^NoAnswer: half an answer/);
});

test('nobody listening is said with the code of the system', async (t) => {
  const taken = await rawServer(t, () => {});
  // Port 1 of loopback: reserved, and not listened at.
  await assert.rejects(Connection.open({ ...taken.address, port: 1 }, now), {
    name: 'NoAnswer',
    code: 'ECONNREFUSED',
  });
  assert.equal(targetAt('127.0.0.1:1').address.port, 1);
});
