/** Storage over a real loopback socket, with bytes in files: streaming, and what is left when a connection breaks. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openListener } from '../../http/listeners.ts';
import type { HttpResponse } from '../../http/message.ts';
import { createHttpServer } from '../../http/node-adapter.ts';
import { type Log, silentLog } from '../../kernel/ports.ts';
import { FileObjectBytes, OBJECT_BYTES_FOLDER } from '../../store/file-object-bytes.ts';
import type { ByteRange, ObjectBytes } from '../../store/object-bytes.ts';
import { BUCKET, openStorage } from './storage.fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'accredit-storage-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Notes the streams that it gives out. */
function watchedBytes(bytes: ObjectBytes) {
  const opened: Readable[] = [];
  const watched: ObjectBytes = {
    write: (chunks) => bytes.write(chunks),
    remove: (id) => bytes.remove(id),
    sweep: (isNamed) => bytes.sweep(isNamed),
    async read(id: string, range?: ByteRange, sizeBytes?: number) {
      const stream = await bytes.read(id, range, sizeBytes);
      if (stream !== undefined) opened.push(stream);
      return stream;
    },
  };
  return { watched, opened };
}

async function serve(t: TestContext) {
  const directory = mkdtempSync(join(root, 'd-'));
  const { watched, opened } = watchedBytes(await FileObjectBytes.open(directory, { bytes: randomBytes }));
  const logged: string[] = [];
  const log: Log = {
    ...silentLog,
    error: ({ err }, message) => logged.push(`${message}: ${err instanceof Error ? err.message : err}`),
  };
  const { cloud, token, send, upload } = await openStorage({}, { objectBytes: watched, log });
  const answers: Promise<HttpResponse>[] = [];
  const server = createHttpServer((request) => {
    const answer = cloud.handle(request);
    answers.push(answer);
    return answer;
  }, silentLog);
  const listener = await openListener(server, { kind: 'api' }, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    server.closeAllConnections();
    await listener.close();
    server.close();
  });
  const folder = join(directory, OBJECT_BYTES_FOLDER);
  return {
    send,
    upload,
    logged,
    opened,
    answers,
    folder,
    /** A connection that has sent these lines, with a credential, and an empty one. */
    async open(...lines: readonly string[]): Promise<Socket> {
      const socket = connect(listener.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(head(token, ...lines));
      return socket;
    },
    head: (...lines: readonly string[]) => head(token, ...lines),
    /** Waits until a file is there with so many bytes. */
    async untilWritten(sizeBytes: number) {
      while (!t.signal.aborted) {
        const [file] = readdirSync(folder);
        if (file !== undefined && statSync(join(folder, file)).size >= sizeBytes) return;
        await turn();
      }
    },
  };
}

function head(token: string, ...lines: readonly string[]): string {
  const [request, ...headers] = lines;
  const own = ['Host: storage.googleapis.com', `Authorization: Bearer ${token}`];
  return [request, ...own, ...headers, '', ''].join('\r\n');
}

const UPLOAD = `POST /upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=big HTTP/1.1`;
const MULTIPART = `POST /upload/storage/v1/b/${BUCKET}/o?uploadType=multipart HTTP/1.1`;
const MIB = Buffer.alloc(1024 * 1024, 'x');

test('bytes are on the disk before the rest of them has come, and come back as they went (architecture, rule 4)', async (t) => {
  const { open, untilWritten, folder, send } = await serve(t);
  const socket = await open(UPLOAD, `Content-Length: ${4 * MIB.length}`, 'Connection: close');
  socket.write(MIB);
  await untilWritten(MIB.length / 2);
  assert.match(readdirSync(folder)[0] ?? '', /\.tmp$/);
  for (let index = 0; index < 3; index += 1) socket.write(MIB);
  assert.match(await text(socket), /^HTTP\/1\.1 200 OK\r\n/);
  assert.equal(readdirSync(folder).length, 1);
  assert.doesNotMatch(readdirSync(folder)[0] ?? '', /\.tmp$/);
  const { json } = await send('GET', `https://storage.googleapis.com/storage/v1/b/${BUCKET}/o/big`);
  assert.equal(json.size, String(4 * MIB.length));

  const media = `GET /storage/v1/b/${BUCKET}/o/big?alt=media HTTP/1.1`;
  const reader = await open(media, 'Range: bytes=1048570-1048579', 'Connection: close');
  const answer = await text(reader);
  assert.match(answer, /^HTTP\/1\.1 206 Partial Content\r\n/);
  assert.match(answer, /\r\nContent-Range: bytes 1048570-1048579\/4194304\r\n/i);
  assert.ok(answer.endsWith(`\r\n\r\n${'x'.repeat(10)}`));
  const headed = await open(media.replace('GET', 'HEAD'), 'Connection: close');
  assert.match(await text(headed), /\r\nContent-Length: 4194304\r\n.*\r\n\r\n$/s);
});

test('a chunked multipart upload streams to the disk too', async (t) => {
  const { open, untilWritten } = await serve(t);
  const socket = await open(
    MULTIPART,
    'Content-Type: multipart/related; boundary="b"',
    'Transfer-Encoding: chunked',
    'Connection: close',
  );
  const chunk = (data: string | Buffer) =>
    Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), Buffer.from(data), Buffer.from('\r\n')]);
  socket.write(chunk('--b\r\nContent-Type: application/json\r\n\r\n{"name":"big"}\r\n--b\r\n\r\n'));
  socket.write(chunk(MIB));
  await untilWritten(MIB.length / 2);
  socket.write(chunk('\r\n--b--\r\n'));
  socket.write('0\r\n\r\n');
  assert.match(await text(socket), /"size": "1048576"/);
});

const cuts: readonly (readonly [string, readonly string[], string])[] = [
  ['media', [UPLOAD, `Content-Length: ${2 * MIB.length}`], ''],
  ['chunked media', [UPLOAD, 'Transfer-Encoding: chunked'], `${MIB.length.toString(16)}\r\n`],
  [
    'multipart',
    [MULTIPART, 'Content-Type: multipart/related; boundary=b', `Content-Length: ${2 * MIB.length}`],
    '--b\r\n\r\n{"name":"big"}\r\n--b\r\n\r\n',
  ],
];

for (const [name, lines, start] of cuts) {
  for (const [how, cut] of [
    ['breaks', (socket: Socket) => socket.resetAndDestroy()],
    ['ends', (socket: Socket) => socket.end()],
  ] as const) {
    test(`an upload whose connection ${how} stores nothing and leaves no file: ${name}`, async (t) => {
      const { open, untilWritten, folder, send, answers } = await serve(t);
      const socket = await open(...lines);
      socket.write(start);
      socket.write(MIB);
      await untilWritten(MIB.length / 2);
      cut(socket);
      const answer = await answers[0];
      assert.equal(answer?.status, 408);
      assert.deepEqual(readdirSync(folder), []);
      const read = await send('GET', `https://storage.googleapis.com/storage/v1/b/${BUCKET}/o/big`);
      assert.equal(read.status, 404);
      socket.destroy();
    });
  }
}

test('a multipart upload without its closing boundary stores nothing and leaves no file', async (t) => {
  const { open, folder } = await serve(t);
  const body = '--b\r\n\r\n{"name":"big"}\r\n--b\r\n\r\nmedia';
  const socket = await open(
    MULTIPART,
    'Content-Type: multipart/related; boundary=b',
    `Content-Length: ${body.length}`,
    'Connection: close',
  );
  socket.write(body);
  assert.match(await text(socket), /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.deepEqual(readdirSync(folder), []);
});

test('a refusal is answered at once, and the connection serves the next request', async (t) => {
  const { open, head: more, folder } = await serve(t);
  for (const [lines, start, status] of [
    [[UPLOAD.replace(BUCKET, 'nowhere'), `Content-Length: ${MIB.length}`], '', 404],
    [
      [MULTIPART, 'Content-Type: multipart/related; boundary=b', `Content-Length: ${MIB.length}`],
      '--b\r\n\r\n{"name":".."}\r\n--b\r\n\r\n',
      400,
    ],
    [[UPLOAD.replace('big', 'big&ifGenerationMatch=5'), `Content-Length: ${MIB.length}`], '', 412],
  ] as const) {
    const socket = await open(...lines);
    const received = text(socket);
    socket.write(start);
    socket.write(MIB.subarray(start.length));
    socket.write(more(`GET /storage/v1/b/${BUCKET}/o?prettyPrint=false HTTP/1.1`, 'Connection: close'));
    const both = await received;
    assert.match(both, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.ok(both.endsWith('\r\n\r\n{"kind":"storage#objects"}'), both);
  }
  assert.deepEqual(readdirSync(folder), []);
});

test('a download that is given up closes its file', async (t) => {
  const { open, opened } = await serve(t);
  const upload = await open(UPLOAD, `Content-Length: ${8 * MIB.length}`, 'Connection: close');
  for (let index = 0; index < 8; index += 1) upload.write(MIB);
  assert.match(await text(upload), /^HTTP\/1\.1 200 OK\r\n/);
  const reader = await open(`GET /storage/v1/b/${BUCKET}/o/big?alt=media HTTP/1.1`);
  await once(reader, 'data');
  const [stream] = opened;
  assert.ok(stream !== undefined && !stream.closed);
  const closed = new Promise((resolve) => stream.once('close', resolve));
  reader.destroy();
  await closed;
  const next = await open(`HEAD /storage/v1/b/${BUCKET}/o/big?alt=media HTTP/1.1`, 'Connection: close');
  await text(next);
  assert.equal(opened[1]?.destroyed, true, 'and HEAD leaves none open');
});

const faults: readonly (readonly [string, (file: string) => void, string])[] = [
  ['shorter than its record', (file) => truncateSync(file, 3), '3 are there'],
  ['longer than its record', (file) => writeFileSync(file, 'hello world!'), '12 are there'],
  ['missing', (file) => rmSync(file), 'none is there'],
];

for (const [name, damage, found] of faults) {
  test(`an object whose file is ${name} is 500 before a byte goes out, and the log says why`, async (t) => {
    const { upload, open, folder, logged, send } = await serve(t);
    await upload('big', 'hello world');
    const [file = ''] = readdirSync(folder);
    damage(join(folder, file));
    const wanted = `request failed: The object bytes '${file}' are damaged: their record says 11 bytes, ${found}.`;
    const media = `/storage/v1/b/${BUCKET}/o/big?alt=media`;
    for (const [verb, range] of [
      ['GET', 'bytes=0-'],
      ['GET', 'bytes=0-1'],
      ['HEAD', 'bytes=0-'],
    ] as const) {
      const socket = await open(`${verb} ${media} HTTP/1.1`, `Range: ${range}`, 'Connection: close');
      assert.match(await text(socket), /^HTTP\/1\.1 500 Internal Server Error\r\n/);
    }
    assert.deepEqual(logged, [wanted, wanted, wanted]);
    const address = `https://storage.googleapis.com${media}`;
    assert.match((await send('GET', address)).text, /^Internal error\. Request [0-9a-f]{16}\.$/);
    const record = await send('GET', address.replace('?alt=media', ''));
    assert.equal(record.json.size, '11', 'what is known of it can still be read');
  });
}
