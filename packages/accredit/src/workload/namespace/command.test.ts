import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { checkCommand } from './command.ts';
import { NamespaceError } from './errors.ts';

describe('checkCommand follows execvp, and the shell where it fails (POSIX 2.8.2)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-'));
  after(() => rmSync(directory, { recursive: true }));
  const files: Readonly<Record<string, readonly [content: string, mode: number]>> = {
    'one/run': ['#!/bin/sh\n', 0o755],
    'one/plain': ['text', 0o644],
    'one/both': ['text', 0o644],
    'two/both': ['', 0o755],
    'one/lost': ['#! /no/such/interpreter -x\n', 0o755],
    'one/relative': ['#!one/run\n', 0o755],
    'one/binary': ['\u007fELF#!/no/such', 0o755],
  };
  for (const name of ['one', 'two', 'one/directory']) mkdirSync(join(directory, name));
  for (const [name, [content, mode]] of Object.entries(files))
    writeFileSync(join(directory, name), content, { mode });

  const path = `/no/such:${join(directory, 'one')}:${join(directory, 'two')}`;
  const cases: readonly { command: string; PATH?: string; cwd?: string; expected: string }[] = [
    { command: 'run', expected: 'runs' },
    { command: './one/run', expected: 'runs' },
    { command: 'one/run', expected: 'runs' },
    { command: join(directory, 'one/run'), expected: 'runs' },
    { command: 'both', expected: 'runs' },
    { command: 'binary', expected: 'runs' },
    { command: 'relative', expected: 'runs' },
    { command: 'sh', PATH: '', cwd: '/bin', expected: 'runs' },
    { command: 'run', PATH: 'one', expected: 'runs' },
    { command: 'plain', expected: '126' },
    { command: './one/plain', expected: '126' },
    { command: './one/directory', expected: '126' },
    { command: 'lost', expected: '126' },
    { command: 'directory', expected: '127' },
    { command: 'absent', expected: '127' },
    { command: './run', expected: '127' },
    { command: 'one/run/', expected: '127' },
    { command: '', expected: '127' },
    { command: 'run', PATH: '/no/such', expected: '127' },
    { command: 'run', cwd: 'absent', expected: '125' },
    { command: 'run', cwd: 'one/run', expected: '125' },
  ];
  for (const { command, PATH = path, cwd = '.', expected } of cases) {
    test(`'${command}' on ${PATH === path ? 'the path' : `'${PATH}'`} in '${cwd}': ${expected}`, () => {
      let outcome = 'runs';
      try {
        checkCommand({
          command: [command],
          env: { PATH },
          cwd: cwd.startsWith('/') ? cwd : join(directory, cwd),
        });
      } catch (error) {
        assert.ok(error instanceof NamespaceError);
        outcome = String(error.exitCode);
      }
      assert.equal(outcome, expected);
    });
  }

  test('without PATH the usual directories are searched', () => {
    assert.doesNotThrow(() => checkCommand({ command: ['sh'], env: {}, cwd: directory }));
  });
});
