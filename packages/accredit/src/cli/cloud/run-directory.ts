import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory, runsDirectoryOf, whyUnusable } from '../../http/runtime-directory.ts';
import { CliError, RUN_FAILED } from '../errors.ts';

/** How the directory of a run begins; the process that runs it follows. */
const PREFIX = 'run-';

/** A private directory for one run. */
export interface RunDirectory {
  readonly path: string;
  remove(): void;
}

/**
 * Makes a private directory for one run, and removes those whose process is gone.
 *
 * @throws {UnsafeDirectory}, {@link CliError} where it cannot be made
 */
export function makeRunDirectory(xdgRuntimeDirectory: string | undefined, pid: number): RunDirectory {
  const parent = runsDirectoryOf(xdgRuntimeDirectory);
  makePrivateDirectory(parent, xdgRuntimeDirectory);
  for (const name of readdirSync(parent)) {
    const owner = Number(/^run-(\d+)-/.exec(name)?.[1]);
    if (Number.isInteger(owner) && !isRunning(owner))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
  const path = makeTemporaryDirectory(parent, pid);
  return {
    path,
    remove() {
      if (existsSync(path)) rmSync(path, { recursive: true, force: true });
    },
  };
}

function makeTemporaryDirectory(parent: string, pid: number): string {
  try {
    return mkdtempSync(join(parent, `${PREFIX}${pid}-`));
  } catch (error) {
    const message = `No directory for the program can be made in '${parent}': ${whyUnusable(error)}.`;
    throw new CliError(message, RUN_FAILED, error);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
