import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory, runsDirectoryOf } from '../http/runtime-directory.ts';

/** How the directory of a run begins; the process that runs it follows. */
const PREFIX = 'run-';

/** A private directory for one run. */
export interface RunDirectory {
  readonly path: string;
  remove(): void;
}

/** Makes a private directory for one run, and removes those whose process is gone. */
export function makeRunDirectory(xdgRuntimeDirectory: string | undefined, pid: number): RunDirectory {
  const parent = runsDirectoryOf(xdgRuntimeDirectory);
  makePrivateDirectory(parent, xdgRuntimeDirectory);
  for (const name of readdirSync(parent)) {
    const owner = Number(/^run-(\d+)-/.exec(name)?.[1]);
    if (Number.isInteger(owner) && !isRunning(owner))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
  const path = mkdtempSync(join(parent, `${PREFIX}${pid}-`));
  return {
    path,
    remove() {
      if (existsSync(path)) rmSync(path, { recursive: true, force: true });
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
