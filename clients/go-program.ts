/** The program of clients/go: built once where there is a Go, kept under `.cache/`. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { capture } from './capture.ts';
import { findProgram } from './programs.ts';

const SOURCE = fileURLToPath(new URL('go/', import.meta.url));
const PROGRAMS = fileURLToPath(new URL('../.cache/go/', import.meta.url));

/** With the modules to fetch and Go's own library to compile, two busy cores need a minute. */
const BUILD_TIMEOUT_MS = 300_000;

/** No C compiler is needed, no other Go is fetched where this one is too old, and go.sum is believed as it stands. */
const BUILD = 'build -trimpath -mod=readonly -o'.split(' ');
const BUILD_VARIABLES = { CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' } as const;

/** Why the program cannot be had, in one line. */
export class GoUnavailable extends Error {
  override readonly name = 'GoUnavailable';
}

/** Returns the built program; `undefined` until it has been built. */
export function findGoProgram(): string | undefined {
  const program = programPath();
  return existsSync(program) ? program : undefined;
}

/** Another source is another program, so none is ever changed. */
function programPath(): string {
  const digest = createHash('sha256');
  for (const name of globSync('*', { cwd: SOURCE }).sort()) {
    digest.update(`${name}\n`).update(readFileSync(join(SOURCE, name)));
  }
  return join(PROGRAMS, digest.digest('hex').slice(0, 12));
}

/**
 * Builds the program, unless it was built. It appears under its name when it is whole. The modules come from wherever
 * the environment has Go look for them.
 *
 * @returns its path
 * @throws {GoUnavailable}
 */
export async function makeGoProgram(): Promise<string> {
  const existing = findGoProgram();
  if (existing !== undefined) return existing;
  const go = findProgram('go');
  if (go === undefined) throw new GoUnavailable('PATH leads to no go');
  const place = programPath();
  const draft = `${place}.${process.pid}`;
  await mkdir(PROGRAMS, { recursive: true });
  try {
    await build(go, draft);
    await rename(draft, place);
  } finally {
    await rm(draft, { force: true });
  }
  return place;
}

async function build(go: string, output: string): Promise<void> {
  const outcome = await capture([go, ...BUILD, output, '.'], {
    cwd: SOURCE,
    env: { ...process.env, ...BUILD_VARIABLES },
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  if (outcome.status === 0) return;
  const said = outcome.stderr.split('\n').filter((line) => line.trim() !== '');
  throw new GoUnavailable(`go build failed: ${said.at(-1)?.trim() ?? 'it said nothing'}`);
}
