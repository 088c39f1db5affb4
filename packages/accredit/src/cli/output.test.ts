import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellWord } from '../kernel/shell-word.ts';
import {
  commaList,
  flatten,
  keyValue,
  painter,
  printList,
  renderFields,
  renderTable,
  wholeNumber,
} from './output.ts';

test('columns are as wide as their widest cell, and no line ends in spaces', () => {
  assert.equal(
    renderTable(
      ['NAME', 'ZONE', 'ACCOUNT'],
      [
        ['a', 'us-central1-a', ''],
        ['longer-name', 'x', 'e@p'],
      ],
    ),
    'NAME         ZONE           ACCOUNT\na            us-central1-a\nlonger-name  x              e@p\n',
  );
  assert.equal(
    renderFields([
      ['IAM', 'x'],
      ['Default', 'y'],
    ]),
    '  IAM      x\n  Default  y\n',
  );
});

test('an empty list is a sentence for people and an empty list for programs', () => {
  const print = (format: 'table' | 'json', items: readonly string[]) => {
    let printed = '';
    const out = { isTerminal: false, write: (text: string) => void (printed += text) };
    printList(out, format, items, { headers: ['NAME'], row: (item) => [item], none: 'There is none.' });
    return printed;
  };
  assert.equal(print('table', []), 'There is none.\n');
  assert.equal(print('json', []), '[]\n');
  assert.equal(print('table', ['a']), 'NAME\na\n');
  assert.equal(print('json', ['a']), '[\n  "a"\n]\n');
});

const colourCases: readonly (readonly [string, boolean, Readonly<Record<string, string>>, boolean])[] = [
  ['on a terminal', true, {}, true],
  ['not into a file', false, {}, false],
  ['not where NO_COLOR is set (no-color.org)', true, { NO_COLOR: '1' }, false],
  ['where NO_COLOR is set and empty (no-color.org)', true, { NO_COLOR: '' }, true],
  ['not on a dumb terminal', true, { TERM: 'dumb' }, false],
];
for (const [name, isTerminal, env, isColoured] of colourCases) {
  test(`there is colour ${name}`, () => {
    const painted = painter({ isTerminal, write() {} }, env)('red', 'x');
    assert.equal(painted, isColoured ? '\u001b[31mx\u001b[0m' : 'x');
  });
}

const words: readonly (readonly [string, string])[] = [
  ['serviceAccount:a@b.c', 'serviceAccount:a@b.c'],
  ['/tmp/a-b_c', '/tmp/a-b_c'],
  ['/tmp/a b', "'/tmp/a b'"],
  ["it's", "'it'\\''s'"],
  ['$(reboot)', "'$(reboot)'"],
  ['', "''"],
];
for (const [text, word] of words) {
  test(`a shell gets ${word} for '${text}'`, () => assert.equal(shellWord(text), word));
}

test('options are read: numbers in their bounds, lists, and keys with values', () => {
  const port = wholeNumber(1, 10);
  assert.equal(port('10'), 10);
  for (const wrong of ['0', '11', '1.5', '-1', 'x', '', '1e1'])
    assert.throws(() => port(wrong), /from 1 to 10/);
  assert.deepEqual(commaList('a,b', ['c']), ['c', 'a', 'b']);
  assert.deepEqual(commaList(',a,', undefined), ['a']);
  assert.deepEqual(keyValue('a=b=c', { x: 'y' }), { x: 'y', a: 'b=c' });
  assert.deepEqual(keyValue('a=', undefined), { a: '' });
  for (const wrong of ['a', '=b', '']) assert.throws(() => keyValue(wrong, undefined), /KEY=VALUE/);
});

test('a value is shown leaf by leaf with the way to each', () => {
  assert.deepEqual(flatten({ a: 1, b: { c: [true, { d: null }] } }), [
    ['a', '1'],
    ['b.c[0]', 'true'],
    ['b.c[1].d', 'null'],
  ]);
});
