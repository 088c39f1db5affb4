import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutTokens, openScreen } from './screen.ts';

test('of an access token 8 characters are shown, wherever it stands', () => {
  const cases: readonly (readonly [text: string, shown: string])[] = [
    ['ya29.c.AbCdEf-gh_ij', 'ya29.c.A…'],
    ['{"access_token":"ya29.c.AbCdEf","expires_in":3599}', '{"access_token":"ya29.c.A…","expires_in":3599}'],
    ['Bearer ya29.c.AbC ya29.c.XyZ', 'Bearer ya29.c.A… ya29.c.X…'],
    ['ya29.c.A… is a secret', 'ya29.c.A… is a secret'],
    ['nothing of the kind', 'nothing of the kind'],
  ];
  for (const [text, shown] of cases) assert.equal(cutTokens(text), shown);
});

test('what a command printed is indented, and its tokens are cut', () => {
  let printed = '';
  const screen = openScreen({ isTerminal: false, write: (text) => void (printed += text) }, {});
  screen.heading('1  Title');
  screen.command('accredit run -- true');
  screen.output('one\n\nya29.c.AbCdEf\n');
  screen.output('');
  screen.failure('It ended with 1.');
  assert.equal(
    printed,
    '\n1  Title\n   $ accredit run -- true\n   one\n\n   ya29.c.A…\n   ✗ It ended with 1.\n',
  );
});

test('a terminal gets colour, unless NO_COLOR says otherwise (no-color.org)', () => {
  const heading = (env: Readonly<Record<string, string>>) => {
    let printed = '';
    openScreen({ isTerminal: true, write: (text) => void (printed += text) }, env).heading('Title');
    return printed;
  };
  assert.equal(heading({}), '\n\u001b[1mTitle\u001b[0m\n');
  assert.equal(heading({ NO_COLOR: '1' }), '\nTitle\n');
});
