import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BODY_LIMIT_BYTES,
  CHUNK_LIMIT,
  CHUNK_LINE_LIMIT_BYTES,
  HEAD_LIMIT_BYTES,
  headerOf,
  INTERIM_LIMIT,
  MalformedAnswer,
  parseAnswer,
  renderRequest,
} from './http-message.ts';

function parse(text: string, { isHead = false, hasEnded = false } = {}) {
  return parseAnswer(Buffer.from(text, 'latin1'), isHead, hasEnded);
}

test('a request is sent as it is given, header by header', () => {
  const headers = [
    ['Host', 'h'],
    ['metadata-flavor', 'Google'],
    ['metadata-flavor', 'again'],
  ] as const;
  const bytes = renderRequest({ method: 'PUT', target: '/a?b', version: '1.0', headers, body: 'xyz' });
  assert.equal(
    bytes.toString(),
    'PUT /a?b HTTP/1.0\r\nHost: h\r\nmetadata-flavor: Google\r\nmetadata-flavor: again\r\n\r\nxyz',
  );
});

test('an answer keeps the order and spelling of its headers', () => {
  const parsed = parse('HTTP/1.1 200 OK\r\nETag: a\r\ncontent-length:  2 \r\netag: b\r\n\r\nhi and more');
  assert.deepEqual(parsed?.answer.headers, [
    ['ETag', 'a'],
    ['content-length', '2'],
    ['etag', 'b'],
  ]);
  assert.deepEqual(
    [parsed?.answer.status, parsed?.answer.reason, parsed?.answer.body.toString()],
    [200, 'OK', 'hi'],
  );
  assert.equal(headerOf(parsed?.answer ?? { headers: [] }, 'etag'), 'a');
});

const cases: readonly (readonly [string, string, object, string | undefined])[] = [
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi', {}, 'hi'],
  ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi', {}, undefined],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-Le', {}, undefined],
  [
    'chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n1\r\n!\r\n0\r\n\r\n',
    {},
    'hi!',
  ],
  ['half the chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n', {}, undefined],
  ['no length, open', 'HTTP/1.0 200 OK\r\n\r\nhi', {}, undefined],
  ['no length, closed', 'HTTP/1.0 200 OK\r\n\r\nhi', { hasEnded: true }, 'hi'],
  ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n', { isHead: true }, ''],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', {}, ''],
  [
    'an interim answer first',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi',
    {},
    'hi',
  ],
];
for (const [name, text, options, body] of cases) {
  test(`the end of an answer is found: ${name} (RFC 9112 §6.3)`, () => {
    assert.equal(parse(text, options)?.answer.body.toString(), body);
  });
}

test('as much as a server may send is read: interim answers, chunks, blanks in a header', () => {
  const interim = 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(INTERIM_LIMIT);
  const value = `x${' '.repeat(HEAD_LIMIT_BYTES - 100)}y`;
  const head = `HTTP/1.1 200 OK\r\nA: \t${value} \t \r\nTransfer-Encoding: chunked\r\n\r\n`;
  const parsed = parse(`${interim}${head}${'1\r\na\r\n'.repeat(CHUNK_LIMIT)}0\r\n\r\n`);
  assert.equal(parsed?.answer.body.length, CHUNK_LIMIT);
  assert.equal(headerOf(parsed?.answer ?? { headers: [] }, 'a'), value);
});

const malformed: readonly (readonly [string, string])[] = [
  ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
  ['a folded header', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n'],
  ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n'],
  ['a body that is too long', `HTTP/1.1 200 OK\r\nContent-Length: ${BODY_LIMIT_BYTES + 1}\r\n\r\n`],
  ['a chunk that is too long', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n'],
  ['a chunk size that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
  [
    'too many chunks',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(CHUNK_LIMIT + 1)}`,
  ],
  [
    'a chunk extension without end',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(CHUNK_LINE_LIMIT_BYTES)}`,
  ],
  ['interim answers without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(INTERIM_LIMIT + 1)],
  ['a name without a header', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n'],
  ['headers without end', `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(HEAD_LIMIT_BYTES)}`],
];
for (const [name, text] of malformed) {
  test(`what is not HTTP, or too much of it, is malformed: ${name}`, () => {
    assert.throws(() => parse(text), MalformedAnswer);
  });
}
