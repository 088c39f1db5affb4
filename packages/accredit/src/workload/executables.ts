import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Says whether this user may run a file. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the path of a program in the first of the directories that has it; `undefined` where none has. */
export function findExecutable(name: string, directories: readonly string[]): string | undefined {
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}
