import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePattern } from './filter-pattern.ts';

const matching: readonly (readonly [string, string, boolean])[] = [
  ['vm1', 'vm1', true],
  ['vm', 'vm1', false],
  ['vm.*', 'vm1', true],
  ['.*\\bvm1\\b.*', 'vm1', true],
  ['.*\\bvm1\\b.*', 'my-vm1-x', true],
  ['.*\\bvm1\\b.*', 'vm12', false],
  ['.*\\ba\\-b\\b.*', 'a-b', true],
  ['.*(^vm).*', 'vm1', true],
  ['.*(^vm).*', 'xvm1', false],
  ['.*(us-central1-a\\b).*', 'https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-a', true],
  ['.*(/default).*', 'global/networks/default', true],
  ['^cos(-.+)*-v.+', 'cos-stable-121-v2', true],
  ['^cos(-.+)*-v.+', 'cos-stable', false],
  ['a|bc', 'bc', true],
  ['a|bc', 'abc', false],
  ['[a-c]{2,3}', 'abc', true],
  ['[a-c]{2,3}', 'a', false],
  ['[a-c]{2,3}', 'abca', false],
  ['[a-c]{2}', 'ab', true],
  ['[a-c]{2,}', 'abcabc', true],
  ['[^0-9]+', 'abc', true],
  ['[^0-9]+', 'ab1', false],
  ['[]a]+', ']a', true],
  ['[a-]+', 'a-', true],
  ['\\d+\\.\\d+', '10.2', true],
  ['\\w\\W\\s\\S', 'a- b', true],
  ['a{', 'a{', true],
  ['(?:ab)+?', 'abab', true],
  ['', '', true],
  ['', 'a', false],
  ['a?b??c', 'bc', true],
  ['()*', '', true],
  ['(a*)*', 'aaaa', true],
  ['(a|b|)*c', 'abbac', true],
  ['ü.', 'ü😀', true],
  ['\\Aab\\z', 'ab', true],
];

for (const [pattern, text, expected] of matching) {
  test(`${JSON.stringify(pattern)} ${expected ? 'matches' : 'does not match'} ${JSON.stringify(text)} whole (RE2)`, () => {
    assert.equal(compilePattern(pattern)?.(text), expected);
  });
}

const invalid = [
  '*collector*',
  'a**',
  '(a',
  'a)',
  '[a',
  '[b-a]',
  'a\\',
  '(?=a)',
  '(?i)a',
  '\\p{L}',
  '[[:alpha:]]',
  '\\1',
  'a{1001}',
  'a{3,2}',
  '((a{1000}){1000}){1000}',
  '((){1000}){1000}',
  '('.repeat(100) + ')'.repeat(100),
  'a'.repeat(3000),
];

for (const pattern of invalid) {
  test(`${JSON.stringify(pattern.slice(0, 40))} is no pattern that is read`, () => {
    assert.equal(compilePattern(pattern), undefined);
  });
}

test('a hostile pattern costs no more than its length times that of the text', () => {
  const matches = compilePattern(`(${'a*'.repeat(40)})*b`);
  const startedMs = performance.now();
  assert.equal(matches?.('a'.repeat(500)), false);
  assert.ok(performance.now() - startedMs < 2000);
});

test('on patterns that both know it says what a backtracking engine says', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\b', '^', '$', '\\w', '-');
  const pattern = fc.letrec<{ readonly node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      atom,
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
      fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{1,2}')).map(([a, count]) => `(${a})${count}`),
    ),
  })).node;
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 6 });
  fc.assert(
    fc.property(pattern, text, (source, value) => {
      assert.equal(compilePattern(source)?.(value), new RegExp(`^(?:${source})$`).test(value));
    }),
    { numRuns: 500, seed: 1 },
  );
});
