import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_OPEN_FILES, parseOpenFilesLimit, readOpenFilesLimit } from './open-files.ts';

const HEAD = 'Limit                     Soft Limit           Hard Limit           Units     \n';
const line = (soft: string, hard: string) =>
  `${HEAD}Max processes             96365                96365                processes \n${'Max open files'.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} files     \n`;

const LIMITS: readonly (readonly [string, string, number | undefined])[] = [
  ['both limits alike', line('4096', '4096'), 4_096],
  ['the one in force is the soft one', line('1024', '1048576'), 1_024],
  ['no limit', line('unlimited', 'unlimited'), Number.POSITIVE_INFINITY],
  ['no such line', HEAD, undefined],
  ['no number', line('many', '4096'), undefined],
  ['nothing', '', undefined],
];

for (const [name, limits, expected] of LIMITS) {
  test(`how many files a process may open (proc_pid_limits(5)): ${name}`, () =>
    assert.equal(parseOpenFilesLimit(limits), expected));
}

test('this process may open some files, however it says so', () => {
  assert.ok(readOpenFilesLimit() >= 256);
  assert.equal(DEFAULT_OPEN_FILES, 4_096);
});
