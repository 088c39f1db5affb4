/** `npm test`: every test of the packages, in parallel processes, none of which needs the network or root. */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import process from 'node:process';

/** One test file may take this long before it counts as hung; the slowest takes a fraction of it. */
const TEST_TIMEOUT_MS = 120_000;

const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const files = named.length > 0 ? named : globSync('{packages/*/src,scripts,fuzz}/**/*.test.ts').sort();

const child = spawn(
  process.execPath,
  [
    '--conditions=accredit-source',
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-reporter=./scripts/test-reporter.ts',
    '--test-reporter-destination=stdout',
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    ...flags,
    ...files,
  ],
  { stdio: 'inherit' },
);
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
