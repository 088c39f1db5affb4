import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { runCase } from './exchange.ts';
import type { FuzzCase } from './mutations.ts';

const BODY = 'computeMetadata/\n';
const GOOD = [
  'HTTP/1.1 200 OK',
  'Metadata-Flavor: Google',
  'Content-Type: application/text',
  'Date: Tue, 11 Feb 2025 10:20:30 GMT',
  'Server: Metadata Server for VM',
  `Content-Length: ${BODY.length}`,
  'Connection: close',
  '',
  BODY,
].join('\r\n');

const CASE: FuzzCase = {
  index: 0,
  packets: [Buffer.from('GET / HTTP/1.1\r\n'), Buffer.from('Host: metadata\r\n\r\n')],
  ending: 'good-request',
  isSlow: false,
};

/** A server that does with each connection what a test says. */
async function serve(t: TestContext, answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('a whole answer is no failure, whatever the case ends with', async (t) => {
  const port = await serve(t, (socket) => socket.end(GOOD));
  for (const ending of ['good-request', 'half-close'] as const) {
    const result = await runCase(port, { ...CASE, ending });
    assert.deepEqual('reason' in result ? result.reason : result.map(({ status }) => status), [200]);
  }
  assert.deepEqual(await runCase(port, { ...CASE, ending: 'abort' }), []);
});

test('a connection that ends without an answer is a failure, unless nothing was asked', async (t) => {
  const port = await serve(t, (socket) => socket.end());
  const result = await runCase(port, CASE);
  assert.ok('reason' in result);
  assert.equal(result.reason, 'There was no answer.');
  assert.deepEqual(await runCase(port, { ...CASE, packets: [Buffer.from('\r\n\r\n')] }), []);
});

test('an answer that is cut off is a failure, with what came', async (t) => {
  const port = await serve(t, (socket) => socket.end(GOOD.slice(0, -1)));
  const result = await runCase(port, CASE);
  assert.ok('reason' in result);
  assert.match(result.reason, /cut off/);
  assert.equal(result.got, GOOD.slice(0, -1));
});

test('an answer that came too late for an impatient client is waited for', async (t) => {
  let connections = 0;
  const port = await serve(t, (socket) => {
    connections += 1;
    // Only the second time is the client patient enough not to say first that no more comes.
    if (connections === 1) socket.once('end', () => socket.end());
    else socket.end(GOOD);
  });
  const result = await runCase(port, CASE);
  assert.ok(!('reason' in result));
  assert.equal(connections, 2);
});
