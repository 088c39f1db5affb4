import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hclLabel, hclString, renderHclBlock } from './hcl.ts';

/** Reads a quoted template of HCL that holds no template sequence (HCL spec, template expressions). */
function readHclString(quoted: string): string {
  const inner = /^"([^]*)"$/.exec(quoted)?.[1];
  assert.ok(inner !== undefined && !/[\n\r]/.test(inner), 'one quoted line');
  const meanings: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
  assert.doesNotMatch(inner.replace(/\$\$\{|%%\{/g, ''), /[$%]\{/, 'no template begins');
  return inner.replace(
    /\\u([0-9a-f]{4})|\\(.)|([$%])\3\{/g,
    (_, hex: string, letter: string, sign: string) =>
      hex !== undefined
        ? String.fromCharCode(Number.parseInt(hex, 16))
        : letter !== undefined
          ? (meanings[letter] ?? assert.fail(letter))
          : `${sign}{`,
  );
}

const texts: readonly (readonly [string, string])[] = [
  ['plain', '"plain"'],
  ['a "quoted" \\ text', '"a \\"quoted\\" \\\\ text"'],
  ['${file("/etc/passwd")}', '"$${file(\\"/etc/passwd\\")}"'],
  ['%{ for x in y }', '"%%{ for x in y }"'],
  ['$ {', '"$ {"'],
  ['two\nlines\r\tand \u0000 nothing', '"two\\nlines\\r\\tand \\u0000 nothing"'],
  ['"\n}\nresource "x" "y" {', '"\\"\\n}\\nresource \\"x\\" \\"y\\" {"'],
];
for (const [text, quoted] of texts) {
  test(`HCL quotes ${JSON.stringify(text)} so that it means itself`, () => {
    assert.equal(hclString(text), quoted);
    assert.equal(readHclString(quoted), text);
  });
}

const labels: readonly (readonly [readonly string[], string])[] = [
  [['reader', 'storage.objectViewer'], 'reader_storage_objectviewer'],
  [['1st'], '_1st'],
  [['"} x'], 'x'],
  [['…'], '_'],
  [['a'.repeat(100)], 'a'.repeat(60)],
];
for (const [parts, label] of labels) {
  test(`a label made of ${JSON.stringify(parts)} is an identifier`, () => {
    assert.equal(hclLabel(...parts), label);
    assert.match(label, /^[a-z_][a-z0-9_]*$/);
  });
}

test('a block is aligned as terraform fmt aligns it, with blocks in it', () => {
  const block = renderHclBlock('resource "a" "b"', {
    attributes: [
      ['id', 'x'],
      ['disabled', false],
    ],
    blocks: [['inner', { attributes: [['title', 't']] }]],
  });
  assert.equal(
    block,
    'resource "a" "b" {\n  id       = "x"\n  disabled = false\n\n  inner {\n    title = "t"\n  }\n}\n',
  );
});
