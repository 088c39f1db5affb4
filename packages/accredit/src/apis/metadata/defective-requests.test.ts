import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openListener, startTimeouts } from '../../http/listeners.ts';
import { createHttpServer, SERVER_TIMEOUTS, type ServerTimeouts } from '../../http/node-adapter.ts';
import { TARGET_LIMIT_BYTES } from '../../http/node-request.ts';
import { exchange } from '../../http/raw-exchange.fixture.ts';
import { HEADER_LIMIT_BYTES } from '../../http/refused-connections.ts';
import { silentLog } from '../../kernel/ports.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { DefectAnswers } from './defective-requests.ts';
import { MetadataServer } from './server.ts';

const NAME = `projects/${PROJECT_ID}/zones/us-central1-a/instances/vm`;
const PATH = '/computeMetadata/v1/project/project-id';
const HOST = 'Host: metadata.google.internal\r\n';
const FLAVOR = 'Metadata-Flavor: Google\r\n';
const CLOSE = 'Connection: close\r\n';

/** The metadata server of an instance on a loopback port. */
async function serve(
  t: TestContext,
  timeouts: ServerTimeouts = SERVER_TIMEOUTS,
  limit?: number,
): Promise<number> {
  const cloud = await openTestCloud([]);
  const { resources } = cloud.services;
  const instance = resources.instances.draft({
    projectId: PROJECT_ID,
    zone: 'us-central1-a',
    name: 'vm',
    metadata: [{ key: 'enable-guest-attributes', value: 'TRUE' }],
  });
  await resources.commit([resources.instances.put(instance)]);
  const metadata = new MetadataServer(cloud.services);
  const defects = new DefectAnswers(cloud.clock);
  const server = createHttpServer(
    (request) => metadata.handle(request, NAME),
    silentLog,
    (_, defect) => defects.answer(defect),
    timeouts,
  );
  startTimeouts(server);
  const opened = await openListener(
    server,
    { kind: 'metadata', instance: NAME },
    { host: '127.0.0.1', port: 0 },
    undefined,
    limit,
  );
  t.after(async () => {
    await opened.close();
    server.close();
  });
  return opened.port;
}

/** Takes the one answer apart that came back; what stands behind its length is a failure. */
function parseAnswer(got: string, method = 'GET') {
  const end = got.indexOf('\r\n\r\n');
  assert.ok(end > 0, JSON.stringify(got.slice(0, 200)));
  const [statusLine = '', ...lines] = got.slice(0, end).split('\r\n');
  const headers = new Map(lines.map((line) => line.split(': ', 2) as [string, string]));
  const body = got.slice(end + 4);
  assert.equal(headers.get('Metadata-Flavor'), 'Google', got);
  if (method !== 'HEAD') assert.equal(headers.get('Content-Length'), String(Buffer.byteLength(body)), got);
  return { status: Number(statusLine.split(' ')[1]), statusLine, headers, body };
}

const DEFECTIVE: readonly (readonly [name: string, bytes: string, statusLine: string])[] = [
  ['what is no HTTP', 'nonsense\r\n\r\n', '400 Bad Request'],
  ['an unknown method', `BREW / HTTP/1.1\r\n${HOST}\r\n`, '400 Bad Request'],
  ['a control character in the path', `GET /\u0001 HTTP/1.1\r\n${HOST}\r\n`, '400 Bad Request'],
  ['a byte beyond ASCII in the path', `GET /\u00e9 HTTP/1.1\r\n${HOST}\r\n`, '400 Bad Request'],
  ['an unknown version', `GET / HTTP/1.2\r\n${HOST}\r\n`, '400 Bad Request'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 Bad Request'],
  ['a TLS handshake', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001', '400 Bad Request'],
  ['a folded header', `GET / HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`, '400 Bad Request'],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : metadata\r\n\r\n', '400 Bad Request'],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', '400 Bad Request'],
  ['two Hosts', `GET / HTTP/1.1\r\n${HOST}hOST: metadata\r\n\r\n`, '400 Bad Request'],
  [
    'two lengths',
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    '400 Bad Request',
  ],
  [
    'a length and chunks',
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    '400 Bad Request',
  ],
  [
    'a path beyond the limit',
    `GET /${'x'.repeat(TARGET_LIMIT_BYTES)} HTTP/1.1\r\n${HOST}\r\n`,
    '414 URI Too Long',
  ],
  [
    'a path beyond what is read at all',
    `GET /${'x'.repeat(2 * HEADER_LIMIT_BYTES)} HTTP/1.1\r\n${HOST}\r\n`,
    '414 URI Too Long',
  ],
  [
    'headers beyond the limit',
    `GET / HTTP/1.1\r\n${HOST}X: ${'x'.repeat(HEADER_LIMIT_BYTES)}\r\n\r\n`,
    '431 Request Header Fields Too Large',
  ],
];

for (const [name, bytes, statusLine] of DEFECTIVE) {
  test(`${name} is refused in the manner of the metadata server (metadata notes 4.5)`, async (t) => {
    const port = await serve(t);
    const answer = parseAnswer(await exchange(port, bytes));
    assert.equal(answer.statusLine, `HTTP/1.1 ${statusLine}`);
    assert.deepEqual(
      [...answer.headers.keys()],
      [
        'Metadata-Flavor',
        'Content-Type',
        'Date',
        'Server',
        'Content-Length',
        'X-XSS-Protection',
        'X-Frame-Options',
        'Connection',
      ],
    );
    assert.equal(answer.headers.get('Content-Type'), 'text/html; charset=UTF-8');
    assert.ok(answer.body.includes(`<h1>${statusLine}</h1>`));
  });
}

const ODD: readonly (readonly [name: string, bytes: string, status: number, body: RegExp])[] = [
  [
    'absolute form',
    `GET http://169.254.169.254${PATH} HTTP/1.1\r\n${HOST}${FLAVOR}${CLOSE}\r\n`,
    200,
    /^lab-project$/,
  ],
  [
    'absolute form without a path',
    `GET http://metadata HTTP/1.1\r\n${HOST}${CLOSE}\r\n`,
    200,
    /^computeMetadata\/\n$/,
  ],
  [
    'absolute form of a foreign host, whatever Host says (RFC 9112 §3.2.2)',
    `GET http://evil.example${PATH} HTTP/1.1\r\n${HOST}${FLAVOR}\r\n`,
    403,
    /Host header/,
  ],
  [
    'absolute form with user information',
    `GET http://metadata@evil.example/ HTTP/1.1\r\n${HOST}\r\n`,
    403,
    /Host header/,
  ],
  ['asterisk form', `OPTIONS * HTTP/1.1\r\n${HOST}${FLAVOR}${CLOSE}\r\n`, 405, /<code>\*<\/code>/],
  [
    'OPTIONS of a host',
    `OPTIONS http://metadata HTTP/1.1\r\n${HOST}${FLAVOR}${CLOSE}\r\n`,
    405,
    /<code>\*<\/code>/,
  ],
  ['CONNECT', `CONNECT metadata:80 HTTP/1.1\r\n${HOST}${FLAVOR}\r\n`, 405, /<code>metadata:80<\/code>/],
  [
    'CONNECT without the flavor',
    `CONNECT metadata:80 HTTP/1.1\r\n${HOST}\r\n`,
    403,
    /Missing Metadata-Flavor/,
  ],
  [
    'an upgrade, which is passed over',
    `GET / HTTP/1.1\r\n${HOST}Connection: upgrade, close\r\nUpgrade: websocket\r\n\r\n`,
    200,
    /^computeMetadata/,
  ],
  ['an unknown expectation', `GET / HTTP/1.1\r\n${HOST}${CLOSE}Expect: tea\r\n\r\n`, 200, /^computeMetadata/],
  [
    'a body of known length',
    `GET / HTTP/1.1\r\n${HOST}${CLOSE}Content-Length: 2\r\n\r\nhi`,
    200,
    /^computeMetadata/,
  ],
  [
    'a body in chunks',
    `GET / HTTP/1.1\r\n${HOST}${CLOSE}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    200,
    /^computeMetadata/,
  ],
  ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n', 200, /^computeMetadata/],
];

for (const [name, bytes, status, body] of ODD) {
  test(`an odd request has a whole answer: ${name}`, async (t) => {
    const port = await serve(t);
    const answer = parseAnswer(await exchange(port, bytes));
    assert.equal(answer.status, status);
    assert.match(answer.body, body);
  });
}

test('what comes in one packet behind an upgrade is not passed over in silence: the connection ends', async (t) => {
  const port = await serve(t);
  const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n';
  const two = `GET / HTTP/1.1\r\n${HOST}\r\n`;
  const answer = parseAnswer(await exchange(port, `GET / HTTP/1.1\r\n${HOST}${upgrade}\r\n${two}`));
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('Connection'), 'close');
  const kept = await exchange(
    port,
    `GET / HTTP/1.1\r\n${HOST}Upgrade: h2c\r\n\r\n${two.replace('\r\n\r\n', `\r\n${CLOSE}\r\n`)}`,
  );
  assert.equal(
    kept.match(/^HTTP\/1\.1 200 /gm)?.length,
    2,
    'an Upgrade that Connection does not name is none',
  );
});

test('who expects 100 Continue gets it, and then the answer', async (t) => {
  const port = await serve(t);
  const bytes = `PUT / HTTP/1.1\r\n${HOST}${CLOSE}Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi`;
  const got = await exchange(port, bytes);
  const interim = 'HTTP/1.1 100 Continue\r\n\r\n';
  assert.ok(got.startsWith(interim));
  assert.equal(parseAnswer(got.slice(interim.length)).status, 405);
});

test('headers that do not come to their end are 408', async (t) => {
  const port = await serve(t, { ...SERVER_TIMEOUTS, headersMs: 50, checkMs: 10 });
  assert.equal(
    parseAnswer(await exchange(port, `GET / HTTP/1.1\r\n${HOST}`)).statusLine,
    'HTTP/1.1 408 Request Timeout',
  );
  assert.equal(parseAnswer(await exchange(port, '')).status, 408, 'nor those that never begin');
});

test('a connection beyond the limit of its listener is 503', async (t) => {
  const port = await serve(t, SERVER_TIMEOUTS, 0);
  assert.equal(parseAnswer(await exchange(port, `GET / HTTP/1.1\r\n${HOST}\r\n`)).status, 503);
});

test('garbage behind a request is refused behind its answer', async (t) => {
  const port = await serve(t);
  const got = await exchange(port, `GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(3) + 'garbage');
  const statuses = got.match(/HTTP\/1\.1 \d+/g);
  assert.deepEqual(statuses, ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
  assert.equal(parseAnswer(got.slice(got.lastIndexOf('HTTP/1.1'))).status, 400);
});

test('a body that is garbage is refused, unless its request is answered already', async (t) => {
  const port = await serve(t);
  const garbage = `${HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`;
  assert.equal(parseAnswer(await exchange(port, `PUT / HTTP/1.1\r\n${garbage}`)).status, 400);
  assert.equal(parseAnswer(await exchange(port, `GET / HTTP/1.1\r\n${garbage}`)).status, 200);
});

test('a body that does not come to its end is 408', async (t) => {
  const port = await serve(t, { ...SERVER_TIMEOUTS, bodyMs: 50 });
  const path = '/computeMetadata/v1/instance/guest-attributes/a/b';
  const got = await exchange(port, `PUT ${path} HTTP/1.1\r\n${HOST}${FLAVOR}Content-Length: 10\r\n\r\nslow`);
  assert.equal(parseAnswer(got).status, 408);
});

test('a body that nobody reads may not go on for ever behind its answer', async (t) => {
  const port = await serve(t, { ...SERVER_TIMEOUTS, unreadBodyMs: 50 });
  const got = await exchange(port, `GET / HTTP/1.1\r\n${HOST}Content-Length: 1000000\r\n\r\nand so on`);
  assert.equal(parseAnswer(got).status, 200);
});
