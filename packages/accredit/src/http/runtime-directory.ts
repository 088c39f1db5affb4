import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';

/** Hexadecimal digits that tell one data directory's sockets from another's; short, since socket paths must be. */
const HASH_DIGITS = 12;

/** What others may do with a directory, or in it. */
export const OTHERS = 0o077;

/** A directory that should be ours alone is not, or cannot be made. */
export class UnsafeDirectory extends Error {
  override readonly name = 'UnsafeDirectory';
}

/**
 * Returns where everything is that lives as long as a process: `$XDG_RUNTIME_DIR/accredit`, else a directory of this
 * user under the temporary one. Owners' sockets are in it, and the files of every run, so a workload must not see it.
 */
export function runtimeBaseOf(xdgRuntimeDirectory: string | undefined): string {
  if (xdgRuntimeDirectory !== undefined && xdgRuntimeDirectory.startsWith('/')) {
    return join(xdgRuntimeDirectory, 'accredit');
  }
  return join(tmpdir(), `accredit-${userName().replace(/[^A-Za-z0-9_-]/g, '_')}`);
}

/**
 * Returns the directory that holds the sockets of every cloud of this user. Whoever reaches an owner's socket is that
 * cloud's owner, so a workload must not see it.
 */
function cloudsDirectoryOf(xdgRuntimeDirectory: string | undefined): string {
  return join(runtimeBaseOf(xdgRuntimeDirectory), 'clouds');
}

/**
 * Returns the directory for the sockets of a cloud.
 *
 * @param dataDirectory - its real path; whoever asks for the same one finds the same sockets
 */
export function runtimeDirectoryOf(dataDirectory: string, xdgRuntimeDirectory: string | undefined): string {
  const hash = createHash('sha256').update(dataDirectory).digest('hex').slice(0, HASH_DIGITS);
  return join(cloudsDirectoryOf(xdgRuntimeDirectory), hash);
}

/** Returns the directory that holds the private directories of running workloads. */
export function runsDirectoryOf(xdgRuntimeDirectory: string | undefined): string {
  return join(runtimeBaseOf(xdgRuntimeDirectory), 'runs');
}

/** Returns the path of the owner's socket in a runtime directory. */
export function ownerSocketIn(runtimeDirectory: string): string {
  return join(runtimeDirectory, 'owner.sock');
}

/** A user id that the system has no name for, as containers often run under, is its own name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'user');
  }
}

/** Returns the runtime directories from the base down to one below it. */
function waysDownTo(directory: string, xdgRuntimeDirectory: string | undefined): readonly string[] {
  const base = runtimeBaseOf(xdgRuntimeDirectory);
  const names = relative(base, directory).split(sep);
  return [base, ...names.map((_, index) => join(base, ...names.slice(0, index + 1)))];
}

/** The user of this process; `undefined` on systems without users in this sense. */
const thisUser = () => process.getuid?.();

/**
 * Makes a directory below the runtime directory for its owner alone (0700), with all that is above it up to there, or
 * checks that they are.
 *
 * The temporary directory is everybody's: what somebody else put there first is refused.
 *
 * @throws {UnsafeDirectory} also where no directory can be made there
 */
export function makePrivateDirectory(
  directory: string,
  xdgRuntimeDirectory: string | undefined,
  uid: number | undefined = thisUser(),
): void {
  for (const path of waysDownTo(directory, xdgRuntimeDirectory)) {
    try {
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) makeDirectory(path);
      requireOwnDirectory(path, lstatSync(path), uid);
      chmodSync(path, 0o700);
    } catch (error) {
      if (error instanceof UnsafeDirectory) throw error;
      throw new UnsafeDirectory(
        `The directory '${path}', for sockets and running programs, cannot be made: ${whyUnusable(error)}; ` +
          'set XDG_RUNTIME_DIR to another place.',
        { cause: error },
      );
    }
  }
}

/**
 * Says whether there is an owner's socket in a runtime directory, before anybody connects to it.
 *
 * The temporary directory is everybody's: a socket that somebody else put there would be told everything that is meant
 * for the cloud.
 *
 * @throws {UnsafeDirectory} where it, or a directory on the way to it, is another user's, a link, or open to others
 */
export function hasOwnerSocket(
  runtimeDirectory: string,
  xdgRuntimeDirectory: string | undefined,
  uid: number | undefined = thisUser(),
): boolean {
  for (const path of waysDownTo(runtimeDirectory, xdgRuntimeDirectory)) {
    const found = look(path);
    if (found === undefined) return false;
    requireOwnDirectory(path, found, uid);
    if (uid !== undefined && (found.mode & OTHERS) !== 0) {
      throw new UnsafeDirectory(
        `'${path}' is open to other users; close it with 'chmod 700', or set XDG_RUNTIME_DIR.`,
      );
    }
  }
  const path = ownerSocketIn(runtimeDirectory);
  const found = look(path);
  if (found !== undefined && (found.isSymbolicLink() || !isOwn(found, uid))) {
    throw new UnsafeDirectory(`'${path}' is not a socket of this user; remove it, or set XDG_RUNTIME_DIR.`);
  }
  return found !== undefined;
}

/** Returns what stands at a path, links not followed; `undefined` where there is nothing, nor can be. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new UnsafeDirectory(`'${path}' cannot be looked at: ${whyUnusable(error)}; set XDG_RUNTIME_DIR.`, {
      cause: error,
    });
  }
}

/** @throws {UnsafeDirectory} for a link, a file, and what belongs to another user */
function requireOwnDirectory(path: string, found: Stats, uid: number | undefined): void {
  if (found.isDirectory() && isOwn(found, uid)) return;
  throw new UnsafeDirectory(`'${path}' is not a directory of this user; remove it, or set XDG_RUNTIME_DIR.`);
}

function isOwn(found: Stats, uid: number | undefined): boolean {
  return uid === undefined || found.uid === uid;
}

/**
 * Makes a directory and those above it, for their owner alone; one that is there stays as it is.
 *
 * Node's own `recursive` never ends where nothing can be made, as in /proc.
 */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const above = dirname(directory);
    if (code === 'EEXIST' && statSync(directory).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(above)) throw error;
    makeDirectory(above);
    makeDirectory(directory);
  }
}

/** Says in words why a directory cannot be made or used. */
export function whyUnusable(error: unknown): string {
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
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
