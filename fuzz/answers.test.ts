import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadAnswer, parseAnswers } from './answers.ts';

const HEAD = [
  'HTTP/1.1 200 OK',
  'Metadata-Flavor: Google',
  'Content-Type: application/text',
  'ETag: 9f0a8c3d5e6b7a12',
  'Date: Tue, 11 Feb 2025 10:20:30 GMT',
  'Server: Metadata Server for VM',
  'Content-Length: 2',
  'X-XSS-Protection: 0',
  'X-Frame-Options: SAMEORIGIN',
];
const GOOD = `${HEAD.join('\r\n')}\r\n\r\nvm`;

/** The good answer with a piece of it replaced. */
function spoil(piece: string | RegExp, replacement: string): string {
  const spoilt = GOOD.replace(piece, replacement);
  assert.notEqual(spoilt, GOOD);
  return spoilt;
}

test('whole answers are taken apart, one behind the other, and what comes before them passed over', () => {
  const answers = parseAnswers(`HTTP/1.1 100 Continue\r\n\r\n${GOOD}${GOOD}`, false);
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body]),
    [
      [200, 'vm'],
      [200, 'vm'],
    ],
  );
  assert.equal(answers[0]?.headers.get('etag'), '9f0a8c3d5e6b7a12');
  assert.deepEqual(parseAnswers('', false), []);
});

test('an answer to HEAD states a length and has no body', () => {
  const head = GOOD.slice(0, -2);
  const answers = parseAnswers(head + head, true);
  assert.deepEqual(
    answers.map(({ body }) => body),
    ['', ''],
  );
  assert.throws(() => parseAnswers(head, false), BadAnswer);
});

const BAD: readonly (readonly [name: string, got: string, message: RegExp])[] = [
  ['no head', 'HTTP/1.1 200 OK\r\n', /does not end/],
  ['another version', spoil('HTTP/1.1', 'HTTP/1.0'), /status line/],
  ['no reason', spoil(' OK', ''), /status line/],
  ['a wrong reason', spoil('OK', 'Fine'), /status line/],
  ['an undocumented status', spoil('200 OK', '500 Internal Server Error'), /status 500/],
  ['a bare line feed', spoil('Google\r\n', 'Google\n'), /header line/],
  ['a folded header', spoil('Google\r\n', 'Google\r\n folded\r\n'), /header line/],
  ['no space behind the colon', spoil('Server: ', 'Server:'), /header line/],
  ['an empty value', spoil(': SAMEORIGIN', ': '), /header line/],
  ['a header that a client injected', spoil('Server:', 'X-Injected: yes\r\nServer:'), /'X-Injected'/],
  ['a cookie', spoil('Server:', 'Set-Cookie: a=b\r\nServer:'), /'Set-Cookie'/],
  ['chunks', spoil('Content-Length: 2', 'Transfer-Encoding: chunked'), /'Transfer-Encoding'/],
  ['a header twice', spoil('Server:', 'ETag: 1\r\nServer:'), /comes twice/],
  ['no length', spoil('Content-Length: 2\r\n', ''), /Content-Length/],
  ['a length that is none', spoil('Length: 2', 'Length: 2e0'), /Content-Length/],
  ['a length beyond the body', spoil('Length: 2', 'Length: 3'), /cut off/],
  ['a body beyond the length', spoil('Length: 2', 'Length: 1'), /does not end/],
  ['no flavor', spoil('Metadata-Flavor: Google\r\n', ''), /Metadata-Flavor/],
  ['no server', spoil('Server: Metadata Server for VM\r\n', ''), /Server/],
  ['no content type', spoil('Content-Type: application/text\r\n', ''), /Content-Type/],
  ['no date', spoil(/Date: .*GMT\r\n/, ''), /Date/],
  ['no HTTP date', spoil('Tue, 11 Feb 2025', '2025-02-11'), /Date/],
  [
    'a redirect to elsewhere',
    spoil('ETag: 9f0a8c3d5e6b7a12', 'Location: http://evil.example/computeMetadata/'),
    /Location/,
  ],
  ['a stack trace', withBody('Error: x\n    at f (file:///a/b.ts:1:2)'), /stack trace/],
  ['a stack of Node', withBody('node:internal/modules'), /stack trace/],
];

function withBody(body: string): string {
  return GOOD.replace('Length: 2', `Length: ${body.length}`).replace(/vm$/, body);
}

for (const [name, got, message] of BAD) {
  test(`an answer is refused with ${name}`, () => {
    assert.throws(
      () => parseAnswers(got, false),
      (error) => error instanceof BadAnswer && message.test(error.message),
    );
  });
}
