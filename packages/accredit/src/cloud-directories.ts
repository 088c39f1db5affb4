import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudOptions } from './cloud.ts';
import { runtimeDirectoryOf } from './http/runtime-directory.ts';

/** Where a cloud keeps its files and its sockets. */
export interface CloudDirectories {
  /** The data directory, or a temporary one that stands for it: the CLI finds the cloud by it. */
  readonly files: string;
  readonly runtime: string;
  removeTemporary(): void;
}

export function openDirectories({ dataDirectory, xdgRuntimeDirectory }: CloudOptions): CloudDirectories {
  const files = dataDirectory ?? mkdtempSync(join(tmpdir(), 'accredit-'));
  mkdirSync(files, { recursive: true, mode: 0o700 });
  return {
    files,
    runtime: runtimeDirectoryOf(realpathSync(files), xdgRuntimeDirectory),
    removeTemporary() {
      if (dataDirectory === undefined) rmSync(files, { recursive: true, force: true });
    },
  };
}

/** Removes the sockets that a cloud left which was killed. */
export function emptyDirectory(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, force: true });
}

/** Removes a directory; one that holds something, or is gone, is left as it is. */
export function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Then it stays; the next cloud of the data directory uses it again.
  }
}
