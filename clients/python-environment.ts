/** The virtual environment with the packages that the Python examples import: made once, kept under `.cache/`. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { capture } from './capture.ts';
import { findProgram } from './programs.ts';

const REQUIREMENTS = fileURLToPath(new URL('python-requirements.txt', import.meta.url));
const ENVIRONMENTS = fileURLToPath(new URL('../.cache/python/', import.meta.url));

/** A registry that answers brings everything in 20 seconds; one that cannot be reached makes pip wait and try again. */
const INSTALL_TIMEOUT_MS = 180_000;

/** Why the packages cannot be had, in one line. */
export class PythonUnavailable extends Error {
  override readonly name = 'PythonUnavailable';
}

/** Returns the Python of the environment; `undefined` until it has been made. */
export function findPython(): string | undefined {
  const python = join(environmentDirectory(), 'bin', 'python');
  return existsSync(python) ? python : undefined;
}

/** Another list of packages is another environment, so none is ever changed. */
function environmentDirectory(): string {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  return join(ENVIRONMENTS, digest.slice(0, 12));
}

/**
 * Makes the environment, unless there is one. It appears under its name when everything is installed, so that
 * nobody finds half of one.
 *
 * @returns the path of its Python
 * @throws {PythonUnavailable}
 */
export async function makePython(): Promise<string> {
  const existing = findPython();
  if (existing !== undefined) return existing;
  const base = findProgram('python3');
  if (base === undefined) throw new PythonUnavailable('PATH leads to no python3');
  const place = environmentDirectory();
  const draft = `${place}.${process.pid}`;
  await mkdir(ENVIRONMENTS, { recursive: true });
  try {
    await run('venv', [base, '-m', 'venv', draft]);
    await run('pip', [join(draft, 'bin', 'python'), ...INSTALL, REQUIREMENTS]);
    // Somebody else may have been faster.
    await rename(draft, place).catch(() => undefined);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const made = findPython();
  if (made === undefined) throw new PythonUnavailable(`'${place}' could not be put in place`);
  return made;
}

/** Wheels only: nothing is built and nothing of a package runs before it is checked against its hash. */
const INSTALL =
  '-m pip install --quiet --disable-pip-version-check --only-binary=:all: --require-hashes -r'.split(' ');

async function run(what: string, command: readonly string[]): Promise<void> {
  const outcome = await capture(command, { env: process.env, timeoutMs: INSTALL_TIMEOUT_MS });
  if (outcome.status === 0) return;
  const said = `${outcome.stderr}\n${outcome.stdout}`.split('\n').filter((line) => /error|fail/i.test(line));
  throw new PythonUnavailable(`${what} failed: ${said.at(-1)?.trim() ?? 'it said nothing'}`);
}
