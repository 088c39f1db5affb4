/** Whether docs/deviations.md is true: its tests are there, and every comment in the code that it stands for is in it. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, 'docs');
const [deviations = '', guesses = ''] = readFileSync(join(docs, 'deviations.md'), 'utf8').split(
  '\n## Guesses\n',
);

/** A test that the page names, with the rows of its table that are meant. */
interface Pin {
  /** From the root of the repository. */
  readonly file: string;
  readonly name: string;
  readonly rows: readonly string[];
}

/** `[x.test.ts](../path/x.test.ts) “name”, row “row”, row “row”` */
const PIN = /\[[^\]]+\]\(([^)]+\.test\.ts)\) “([^”]+)”((?:, row “[^”]+”)*)/g;

function pinsOf(markdown: string): readonly Pin[] {
  return [...markdown.matchAll(PIN)].map(([, path = '', name = '', rows = '']) => ({
    file: relative(root, join(docs, path)),
    name,
    rows: [...rows.matchAll(/“([^”]+)”/g)].map(([, row = '']) => row),
  }));
}

/** The cells of the rows of all tables, without their headings. */
function tableRows(markdown: string): readonly (readonly string[])[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (Difference|Guess|Error) \|/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
}

/** The names of a file's tests; what a template puts in is `…`. */
function testNames(source: string): ReadonlySet<string> {
  const calls = source.matchAll(/\b(?:test|describe)\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g);
  const names = [...calls].map(([, , name = '']) => name.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…'));
  return new Set(names.map((name) => name.replace(/\\(.)/g, '$1')));
}

/** The comments of a source file, each as one line of text. */
function commentsOf(source: string): readonly string[] {
  const blocks = source.match(/\/\*[^]*?\*\/|(?:^[ \t]*\/\/.*\n)+/gm) ?? [];
  return blocks.map((block) => block.replace(/^[ \t]*(?:\/\/|\/\*\*?|\*\/|\*)/gm, ' ').replace(/\s+/g, ' '));
}

const sources = globSync('packages/*/src/**/*.ts', { cwd: root })
  .filter((file) => !/\.(test|fixture|contract)\.ts$/.test(file))
  .sort()
  .map((file) => ({ file, comments: commentsOf(readFileSync(join(root, file), 'utf8')) }));

test('every test that the page names is there, with its rows', () => {
  const pins = pinsOf(deviations);
  assert.ok(pins.length > 0);
  for (const { file, name, rows } of pins) {
    assert.ok(existsSync(join(root, file)), file);
    const source = readFileSync(join(root, file), 'utf8');
    assert.ok(testNames(source).has(name), `${file} has no test “${name}”`);
    for (const row of rows) assert.ok(source.includes(row), `${file} has no row “${row}”`);
  }
});

test('no row stands twice', () => {
  const rows = [...tableRows(deviations), ...tableRows(guesses)].map((cells) => cells.join(' | '));
  assert.deepEqual(
    rows.filter((row, index) => rows.indexOf(row) !== index),
    [],
  );
});

test('every difference has its test', () => {
  const rows = tableRows(deviations);
  assert.ok(rows.length > 0);
  for (const [difference = '', pinned = ''] of rows) assert.ok(pinsOf(pinned).length > 0, difference);
});

test('every Deviation in the code names a test of the page', () => {
  const named = pinsOf(deviations).flatMap(({ name, rows }) => [name, ...rows]);
  const found = sources.flatMap(({ file, comments }) =>
    comments.flatMap((comment) =>
      comment
        .split(/\bDeviation\b/)
        .slice(1)
        .map((deviation) => ({ file, deviation })),
    ),
  );
  assert.ok(found.length > 0);
  for (const { file, deviation } of found) {
    const [, after = ''] = /pinned by(.*)/i.exec(deviation) ?? [];
    const quoted = [...after.matchAll(/'([^']+)'/g)].map(([, text = '']) => text);
    assert.ok(quoted.length > 0, `${file}: no test is named: Deviation${deviation}`);
    for (const text of quoted) {
      assert.ok(
        named.some((name) => name.includes(text)),
        `${file}: “${text}” is not on the page`,
      );
    }
  }
});

test('every file with a Guess is on the page, and every file of the page has one', () => {
  const guessing = sources.filter(({ comments }) =>
    comments.some((text) => /\bGuess:|\bguess\b|\bare a? ?guess/.test(text)),
  );
  const linked = tableRows(guesses).flatMap(([, where = '']) =>
    [...where.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => relative(root, join(docs, path))),
  );
  assert.deepEqual(
    [...new Set(linked)].sort(),
    guessing.map(({ file }) => file),
  );
});
