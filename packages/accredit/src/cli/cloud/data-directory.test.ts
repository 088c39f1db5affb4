import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { CliError } from '../errors.ts';
import { prepareDataDirectory } from './data-directory.ts';

const uid = process.getuid?.();

function makeDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'adata-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('a data directory is made for its owner alone', (t) => {
  const directory = join(makeDirectory(t), 'a', 'b');
  prepareDataDirectory(directory, uid);
  assert.equal(modeOf(directory), 0o700);
});

test('one that others may read is closed to them', { skip: uid === undefined && 'no users here' }, (t) => {
  const directory = join(makeDirectory(t), 'open');
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  prepareDataDirectory(directory, uid);
  assert.equal(modeOf(directory), 0o700);
});

test("another user's is refused and left as it is", { skip: uid === undefined && 'no users here' }, (t) => {
  const directory = makeDirectory(t);
  chmodSync(directory, 0o755);
  assert.throws(
    () => prepareDataDirectory(directory, (uid ?? 0) + 1),
    new CliError(
      `The data directory '${directory}' belongs to another user; name one of your own with --data.`,
    ),
  );
  assert.equal(modeOf(directory), 0o755);
});

test('a file in its place is refused', (t) => {
  const file = join(makeDirectory(t), 'file');
  writeFileSync(file, '');
  assert.throws(() => prepareDataDirectory(file, uid), {
    name: 'CliError',
    message: `The data directory '${file}' cannot be used: it is not a directory.`,
  });
  assert.throws(() => prepareDataDirectory(join(file, 'below'), uid), {
    name: 'CliError',
    message: `The data directory '${join(file, 'below')}' cannot be used: a part of its path is not a directory.`,
  });
});

test('where no directory can be made, that is said', {
  skip: process.platform !== 'linux' && 'no /proc here',
}, () => {
  assert.throws(() => prepareDataDirectory('/proc/accredit/data', uid), {
    name: 'CliError',
    message: "The data directory '/proc/accredit/data' cannot be used: no directory can be made there.",
  });
});

test('one without rights is refused', { skip: uid === 0 && 'root has every right' }, (t) => {
  const closed = join(makeDirectory(t), 'closed');
  mkdirSync(closed, { mode: 0o500 });
  const directory = join(closed, 'data');
  assert.throws(() => prepareDataDirectory(directory, uid), {
    name: 'CliError',
    message: `The data directory '${directory}' cannot be used: this user has no right to write there.`,
  });
});
