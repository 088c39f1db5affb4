import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../../kernel/api-error.ts';
import { METADATA_LIMIT_BYTES, multipartBoundary, readMultipart } from './multipart.ts';

/** Gives bytes in pieces of a size, so that every delimiter is cut somewhere. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(body: Buffer | string, boundary: string, pieceSize = 65_536) {
  const bytes = Buffer.from(body);
  const upload = await readMultipart(inPieces(bytes, pieceSize), boundary);
  const media: Buffer[] = [];
  for await (const chunk of upload.media) media.push(chunk);
  return {
    metadata: upload.metadata.toString(),
    mediaType: upload.mediaType,
    media: Buffer.concat(media).toString('latin1'),
  };
}

const APITOOLS =
  '--===============4475822611507238652==\nContent-Type: application/json\nMIME-Version: 1.0\n\n{"name": "d/h.txt"}\n' +
  '--===============4475822611507238652==\nContent-Type: text/plain\nMIME-Version: 1.0\n' +
  'Content-Transfer-Encoding: binary\n\nhello\n\n--===============4475822611507238652==--\n';

const framings: readonly (readonly [string, string, string, object])[] = [
  [
    'apitools: bare LF, media that ends in a newline',
    '===============4475822611507238652==',
    APITOOLS,
    { metadata: '{"name": "d/h.txt"}', mediaType: 'text/plain', media: 'hello\n' },
  ],
  [
    'Node: CRLF',
    'abc',
    '--abc\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{}\r\n--abc\r\nContent-Type: a/b\r\n\r\nhi\r\n--abc--',
    { metadata: '{}', mediaType: 'a/b', media: 'hi' },
  ],
  [
    'Go: no headers on the media part, JSON that ends in LF',
    'abc',
    '--abc\r\nContent-Type: application/json\r\n\r\n{}\n\r\n--abc\r\n\r\ndata\r\n--abc--\r\n',
    { metadata: '{}\n', mediaType: undefined, media: 'data' },
  ],
  [
    'empty media',
    'abc',
    '--abc\r\nContent-Type: application/json\r\n\r\n{}\r\n--abc\r\n\r\n\r\n--abc--',
    { metadata: '{}', mediaType: undefined, media: '' },
  ],
  [
    'media left out',
    'abc',
    '--abc\r\nContent-Type: application/json\r\n\r\n{}\r\n--abc\r\nContent-Type: a/b\r\n\r\n--abc--',
    { metadata: '{}', mediaType: 'a/b', media: '' },
  ],
  [
    'preamble, padding and epilogue',
    'abc',
    'hello\r\n--abc  \r\nContent-Type: application/json\r\n\r\n{}\r\n--abc\r\nA: b\r\n\r\nx\r\n--abc--\r\nbye\r\n--abc\r\n',
    { metadata: '{}', mediaType: undefined, media: 'x' },
  ],
  [
    'LF framing keeps CRLF in the media',
    'abc',
    '--abc\nContent-Type: application/json\n\n{}\n--abc\n\n\r\n\r\n\n--abc--\n',
    { metadata: '{}', mediaType: undefined, media: '\r\n\r\n' },
  ],
  [
    'what only begins like a delimiter is content',
    'abc',
    '--abc\r\nA: b\r\n\r\n{}\r\n--abc\r\n\r\n--abcd\r\n--abcde\r\n-\r\n--ab\r\n\r\n--abc--',
    { metadata: '{}', mediaType: undefined, media: '--abcd\r\n--abcde\r\n-\r\n--ab\r\n' },
  ],
];

for (const [name, boundary, body, expected] of framings) {
  test(`multipart framing: ${name} (clients notes 0.3, storage notes 5.3)`, async () => {
    for (const size of [1, 2, 3, 7, 65_536]) assert.deepEqual(await read(body, boundary, size), expected);
  });
}

const json = 'Content-Type: application/json\r\n\r\n{}';

const refused: readonly (readonly [string, string, string])[] = [
  ['no body', '', 'Invalid multipart request with 0 mime parts'],
  ['no boundary in it', 'hello', 'Invalid multipart request with 0 mime parts'],
  ['no part', '--abc--\r\n', 'Invalid multipart request with 0 mime parts'],
  ['one part', `--abc\r\n${json}\r\n--abc--`, 'Invalid multipart request with 1 mime parts'],
  [
    'three parts',
    `--abc\r\n${json}\r\n--abc\r\n\r\nx\r\n--abc\r\n\r\ny\r\n--abc--`,
    'Invalid multipart request with 3 mime parts',
  ],
  [
    'no closing boundary',
    `--abc\r\n${json}\r\n--abc\r\n\r\nmedia`,
    'Invalid multipart request: it ends before its closing boundary.',
  ],
  [
    'a closing boundary that is cut',
    `--abc\r\n${json}\r\n--abc\r\n\r\nmedia\r\n--abc-`,
    'Invalid multipart request: it ends before its closing boundary.',
  ],
  [
    'cut in the metadata',
    `--abc\r\n${json}`,
    'Invalid multipart request: it ends before its closing boundary.',
  ],
  [
    'cut in the headers',
    '--abc\r\nContent-Ty',
    'Invalid multipart request: it ends before its closing boundary.',
  ],
  [
    'a header without a colon',
    '--abc\r\nhello\r\n\r\n',
    'Invalid multipart request: a part has headers that cannot be read.',
  ],
  [
    'text behind a boundary',
    '--abcd\r\n\r\n',
    'Invalid multipart request: a boundary is followed by other text.',
  ],
  [
    'a preamble without end',
    'x'.repeat(100_000),
    'Invalid multipart request: its first boundary does not come.',
  ],
  [
    'a header without end',
    `--abc\r\nA: ${'x'.repeat(100_000)}`,
    'Invalid multipart request: a header is too long.',
  ],
  [
    'headers without end',
    `--abc\r\n${'A: b\r\n'.repeat(20_000)}`,
    'Invalid multipart request: a part has headers that cannot be read.',
  ],
  [
    'too much metadata',
    `--abc\r\n\r\n${'x'.repeat(METADATA_LIMIT_BYTES + 1)}\r\n--abc`,
    'Metadata part is too large.',
  ],
];

for (const [name, body, message] of refused) {
  test(`a multipart upload is refused: ${name} (storage notes 5.3)`, async () => {
    await assert.rejects(
      read(body, 'abc', 1000),
      (error) =>
        error instanceof ApiError &&
        error.message === message &&
        error.detail.reason === 'badRequest' &&
        error.httpStatus === 400,
    );
  });
}

const boundaries: readonly (readonly [string, string | undefined])[] = [
  ['multipart/related; boundary=abc', 'abc'],
  ['multipart/related; boundary="a b"', 'a b'],
  ['multipart/related; boundary="a\\"b"', 'a"b'],
  ["multipart/related; boundary='===============123=='", '===============123=='],
  ['multipart/mixed; charset=utf-8; boundary=abc; x=y', 'abc'],
  ['Multipart/Form-Data;boundary=abc', 'abc'],
  ['multipart/related', undefined],
  ['multipart/related; boundary=', undefined],
  ['multipart/related; boundary=""', undefined],
  [`multipart/related; boundary=${'x'.repeat(200)}`, undefined],
  ['application/json; boundary=abc', undefined],
];

for (const [contentType, boundary] of boundaries) {
  test(`the boundary of '${contentType.slice(0, 60)}' is ${boundary ?? 'none'}`, () => {
    assert.equal(multipartBoundary(contentType), boundary);
  });
}

test('any media comes through any framing, cut anywhere', async () => {
  const piece = fc.constantFrom('\r', '\n', '-', '--', '--abc', '\r\n--abc', 'x', '\u0000');
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 30 }),
      fc.constantFrom('\r\n', '\n'),
      fc.integer({ min: 1, max: 40 }),
      async (pieces, end, size) => {
        // A delimiter is a line of its own: pieces that happen to make one would rightly end the part.
        const media = `${pieces.join('')}.`;
        fc.pre(!new RegExp(`${end}--abc([ \\t\\r\\n]|--)`).test(`${end}${media}`));
        const body = `--abc${end}A: b${end}${end}{}${end}--abc${end}${end}${media}${end}--abc--`;
        assert.deepEqual(await read(body, 'abc', size), { metadata: '{}', mediaType: undefined, media });
      },
    ),
    { seed: 20261123, numRuns: 500 },
  );
});

test('media that resembles its boundary comes in as few pieces as other media', async () => {
  const media = Buffer.from('\r\n--Bx'.repeat(1_000_000));
  const body = Buffer.concat([Buffer.from('--B\r\n\r\n{}\r\n--B\r\n\r\n'), media, Buffer.from('\r\n--B--')]);
  const sizeBytes = 64 * 1024;
  let given = 0;
  async function* chunks() {
    for (let at = 0; at < body.length; at += sizeBytes) {
      given += 1;
      yield body.subarray(at, at + sizeBytes);
    }
  }
  const upload = await readMultipart(chunks(), 'B');
  const parts: Buffer[] = [];
  for await (const part of upload.media) parts.push(part);
  assert.ok(parts.length <= given + 1, `${parts.length} pieces of ${given} chunks`);
  assert.ok(Buffer.concat(parts).equals(media));
});

test('media is passed on as it comes, not gathered', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let given = 0;
  async function* chunks() {
    yield Buffer.from('--abc\n\n{}\n--abc\n\n');
    for (let index = 0; index < 64; index += 1) {
      given += 1;
      yield chunk;
    }
    yield Buffer.from('\n--abc--\n');
  }
  const upload = await readMultipart(chunks(), 'abc');
  let passed = 0;
  for await (const part of upload.media) {
    passed += part.length;
    assert.ok(given * chunk.length - passed <= 2 * chunk.length, 'at most one chunk is held back');
  }
  assert.equal(passed, 64 * chunk.length);
});
