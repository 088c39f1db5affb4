import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AuditLogFiles, fileNameOf, STORED_LIMITS, TEMPORARY_LIMITS } from './audit-log-files.ts';
import { makeDirectory, readAll } from './audit-trail.fixture.ts';

const MIB = 1024 * 1024;

test('a file that is full is followed by the next one, and so many are kept', async (t) => {
  const directory = makeDirectory(t);
  const files = new AuditLogFiles(directory, { fileBytes: 20, files: 3 });
  for (let line = 0; line < 12; line += 1) await files.append(Buffer.from(`line ${line} ....\n`));
  await files.close();
  assert.deepEqual(readdirSync(directory).sort(), [4, 5, 6].map(fileNameOf));
  assert.equal(readFileSync(join(directory, fileNameOf(6)), 'utf8'), 'line 10 ....\nline 11 ....\n');
});

test('a log is its owner’s alone, and has 128 MiB at most; 8 MiB of a cloud in memory', async (t) => {
  const directory = makeDirectory(t);
  const files = new AuditLogFiles(directory, STORED_LIMITS);
  await files.append(Buffer.from('{}\n'));
  await files.close();
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(statSync(join(directory, fileNameOf(1))).mode & 0o777, 0o600);
  assert.equal(STORED_LIMITS.fileBytes * STORED_LIMITS.files, 128 * MIB);
  assert.equal(TEMPORARY_LIMITS.fileBytes * TEMPORARY_LIMITS.files, 8 * MIB);
});

for (const [what, torn] of [
  ['a part of a line', '{"logName":"proj'],
  ['a part that is longer than what is read at once', 'x'.repeat(200_000)],
] as const) {
  test(`what a cloud that was killed left is taken back by the next one: ${what}`, async (t) => {
    const directory = makeDirectory(t);
    const first = new AuditLogFiles(directory, STORED_LIMITS);
    await first.append(Buffer.from('one\ntwo\n'));
    await first.close();
    appendFileSync(join(directory, fileNameOf(1)), torn);
    const second = new AuditLogFiles(directory, STORED_LIMITS);
    await second.append(Buffer.from('three\n'));
    await second.close();
    assert.equal(readAll(directory), 'one\ntwo\nthree\n');
  });
}

test('a log goes on in its last file when the cloud starts again', async (t) => {
  const directory = makeDirectory(t);
  for (const line of ['a\n', 'b\n', 'c\n']) {
    const files = new AuditLogFiles(directory, STORED_LIMITS);
    await files.append(Buffer.from(line));
    await files.close();
  }
  assert.deepEqual(readdirSync(directory), [fileNameOf(1)]);
  assert.equal(readAll(directory), 'a\nb\nc\n');
});

test('where the log cannot be written it says so, and goes on when it can be', async (t) => {
  const directory = makeDirectory(t);
  mkdirSync(directory);
  const elsewhere = join(directory, 'elsewhere');
  writeFileSync(elsewhere, 'mine\n');
  symlinkSync(elsewhere, join(directory, fileNameOf(1)));
  const files = new AuditLogFiles(directory, STORED_LIMITS);
  await assert.rejects(files.append(Buffer.from('a\n')), { code: 'ELOOP' });
  assert.equal(readFileSync(elsewhere, 'utf8'), 'mine\n', 'a link is not followed');
  symlinkSync(elsewhere, join(directory, 'audit-1.jsonl'));
  writeFileSync(join(directory, fileNameOf(2)), '');
  await files.append(Buffer.from('b\n'));
  await files.close();
  assert.equal(readFileSync(join(directory, fileNameOf(2)), 'utf8'), 'b\n');
});
