import { chmodSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ownerSocketIn, runtimeDirectoryOf } from '../http/runtime-directory.ts';
import { CliError, FAILURE } from './errors.ts';

/** What others may do with a private directory. */
const OTHERS = 0o077;

/**
 * Makes the data directory for its owner alone (0700), or makes it so.
 *
 * @param uid - of this process; `undefined` on systems without users in this sense
 * @throws {CliError} where it belongs to another user, or cannot be made
 */
export function prepareDataDirectory(directory: string, uid: number | undefined): void {
  try {
    makeDirectory(directory);
    const { uid: owner, mode } = statSync(directory);
    if (uid !== undefined && owner !== uid) {
      throw new CliError(
        `The data directory '${directory}' belongs to another user; name one of your own with --data.`,
      );
    }
    if (uid !== undefined && (mode & OTHERS) !== 0) chmodSync(directory, 0o700);
  } catch (error) {
    throw error instanceof CliError ? error : unusable(directory, error);
  }
}

/** Makes a directory and those above it. Node's own `recursive` never ends where nothing can be made, as in /proc. */
function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const above = dirname(directory);
    if (code === 'EEXIST' && statSync(directory).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(above)) throw error;
    makeDirectory(above);
    mkdirSync(directory, { mode: 0o700 });
  }
}

function unusable(directory: string, error: unknown): CliError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'this user has no right to write there',
    EPERM: 'this user has no right to write there',
    EROFS: 'the file system is read-only',
    ENOENT: 'no directory can be made there',
    ENOSPC: 'the disk is full',
    ENOTDIR: 'a part of its path is not a directory',
    EEXIST: 'it is not a directory',
  };
  const why = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new CliError(`The data directory '${directory}' cannot be used: ${why}.`, FAILURE, error);
}

/** Returns the owner's socket of a data directory; `undefined` where there is no such directory. */
export function findOwnerSocket(
  directory: string,
  xdgRuntimeDirectory: string | undefined,
): string | undefined {
  try {
    return ownerSocketIn(runtimeDirectoryOf(realpathSync(directory), xdgRuntimeDirectory));
  } catch {
    return undefined;
  }
}
