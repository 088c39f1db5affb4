import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpServer, rawServer } from './raw-server.fixture.ts';
import { renderJUnit } from './reports.ts';
import { runChecks } from './run-checks.ts';
import { selectChecks } from './select-checks.ts';
import { CHECKS } from './suite.ts';

/** Every check that needs no control. */
const ALL = selectChecks(CHECKS, 'gce', undefined);

/** The longest text of a result: twelve findings of one line each. */
const TEXT_LIMIT = 5_000;

/** A title for a terminal's window, its screen cleared, C1's CSI, a direction, invalid UTF-8, half a character. */
const TRAP = Buffer.concat([
  Buffer.from('\u001b]0;mine\u0007\u001b[2J\u009b2J\u202e\u2028\r\b', 'utf8'),
  Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
]);

const bodies: Readonly<Record<string, Buffer>> = {
  'escape sequences and invalid UTF-8': TRAP,
  'names of keys that are escape sequences': Buffer.concat([
    TRAP,
    Buffer.from('/\n'),
    TRAP,
    Buffer.from('\n'),
  ]),
  'JSON of such strings': Buffer.from(JSON.stringify({ [TRAP.toString()]: [TRAP.toString()] })),
  'JSON of 50,000 levels': Buffer.from(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
  'quotes that never end': Buffer.alloc(100_000, '"'),
  'blanks alone': Buffer.alloc(100_000, ' '),
  'a listing of 50,000 keys': Buffer.alloc(100_000, 'x\n'),
};

for (const [name, body] of Object.entries(bodies)) {
  test(`nothing that a terminal obeys is shown of a server that answers with ${name}`, async (t) => {
    const target = await httpServer(t, (request, response) => {
      request.resume();
      const headers = {
        'Content-Type': 'application/json',
        ETag: 'a\u0085\u009b2J',
        Location: 'http://\u009b2J',
      };
      response.writeHead(200, headers).end(body);
    });
    const results = await runChecks(ALL, { ...target, mayWrite: true });
    for (const { number, expected, seen } of results) {
      for (const text of [expected, seen]) {
        assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u, `check ${number}`);
        assert.ok(text.length <= TEXT_LIMIT, `check ${number}`);
      }
    }
    assert.doesNotMatch(renderJUnit(target, results), /[^\n\P{Cc}]/u);
  });
}

test('a server that answers 404 with a trap in its status line and headers shows none of it', async (t) => {
  const target = await rawServer(t, (socket) =>
    socket.on('data', () => {
      socket.write(
        'HTTP/1.1 404 \u001b[2J\r\nServer: \u001b]0;mine\u0007\r\nContent-Length: 0\r\n\r\n',
        'latin1',
      );
    }),
  );
  const results = await runChecks(ALL, target);
  assert.equal(results.length, ALL.length);
  for (const { expected, seen } of results) assert.doesNotMatch(expected + seen, /\p{Cc}/u);
});
