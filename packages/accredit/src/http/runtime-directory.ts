import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, relative, sep } from 'node:path';

/** Hexadecimal digits that tell one data directory's sockets from another's; short, since socket paths must be. */
const HASH_DIGITS = 12;

/** A directory that should be ours alone is not. */
export class UnsafeDirectory extends Error {
  override readonly name = 'UnsafeDirectory';
}

/**
 * Returns where everything is that lives as long as a process: `$XDG_RUNTIME_DIR/accredit`, else a directory of this
 * user under the temporary one.
 */
function runtimeBaseOf(xdgRuntimeDirectory: string | undefined): string {
  if (xdgRuntimeDirectory !== undefined && xdgRuntimeDirectory.startsWith('/')) {
    return join(xdgRuntimeDirectory, 'accredit');
  }
  return join(tmpdir(), `accredit-${userName().replace(/[^A-Za-z0-9_-]/g, '_')}`);
}

/**
 * Returns the directory that holds the sockets of every cloud of this user. Whoever reaches an owner's socket is that
 * cloud's owner, so a workload must not see it.
 */
export function cloudsDirectoryOf(xdgRuntimeDirectory: string | undefined): string {
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

/**
 * Makes a directory below the runtime directory for its owner alone (0700), with all that is above it up to there, or
 * checks that they are.
 *
 * The temporary directory is everybody's: what somebody else put there first is refused.
 *
 * @throws {UnsafeDirectory}
 */
export function makePrivateDirectory(directory: string, xdgRuntimeDirectory: string | undefined): void {
  const base = runtimeBaseOf(xdgRuntimeDirectory);
  const names = relative(base, directory).split(sep);
  for (let depth = 0; depth <= names.length; depth += 1) {
    const path = join(base, ...names.slice(0, depth));
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { uid } = lstatSync(path);
    const isOurs = process.getuid === undefined || uid === process.getuid();
    if (!lstatSync(path).isDirectory() || !isOurs) {
      throw new UnsafeDirectory(
        `'${path}' is not a directory of this user; remove it, or set XDG_RUNTIME_DIR.`,
      );
    }
    chmodSync(path, 0o700);
  }
}
