import { chmodSync, realpathSync, statSync } from 'node:fs';
import {
  hasOwnerSocket,
  makeDirectory,
  OTHERS,
  ownerSocketIn,
  runtimeDirectoryOf,
  whyUnusable,
} from '../../http/runtime-directory.ts';
import { CliError, FAILURE } from '../errors.ts';

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
    if (error instanceof CliError) throw error;
    const why = whyUnusable(error);
    throw new CliError(`The data directory '${directory}' cannot be used: ${why}.`, FAILURE, error);
  }
}

/**
 * Returns the owner's socket of a data directory; `undefined` where there is none.
 *
 * @param uid - of this process; `undefined` on systems without users in this sense
 * @throws {UnsafeDirectory} where somebody else may have put it there
 */
export function findOwnerSocket(
  directory: string,
  xdgRuntimeDirectory: string | undefined,
  uid: number | undefined,
): string | undefined {
  const realDirectory = realPathOf(directory);
  if (realDirectory === undefined) return undefined;
  const runtimeDirectory = runtimeDirectoryOf(realDirectory, xdgRuntimeDirectory);
  return hasOwnerSocket(runtimeDirectory, xdgRuntimeDirectory, uid)
    ? ownerSocketIn(runtimeDirectory)
    : undefined;
}

/** Returns `undefined` where there is no such directory. */
function realPathOf(directory: string): string | undefined {
  try {
    return realpathSync(directory);
  } catch {
    return undefined;
  }
}
