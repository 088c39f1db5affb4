import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Hexadecimal digits that tell one data directory's sockets from another's; short, since socket paths must be. */
const HASH_DIGITS = 12;

/** A directory that should be ours alone is not. */
export class UnsafeDirectory extends Error {
  override readonly name = 'UnsafeDirectory';
}

/**
 * Returns the directory for the sockets of a cloud: `$XDG_RUNTIME_DIR/accredit/HASH`, else under the temporary one.
 *
 * @param dataDirectory - its real path; whoever asks for the same one finds the same sockets
 */
export function runtimeDirectoryOf(dataDirectory: string, xdgRuntimeDirectory: string | undefined): string {
  const hash = createHash('sha256').update(dataDirectory).digest('hex').slice(0, HASH_DIGITS);
  return join(runtimeRoot(xdgRuntimeDirectory), hash);
}

/** Returns the path of the owner's socket in a runtime directory. */
export function ownerSocketIn(runtimeDirectory: string): string {
  return join(runtimeDirectory, 'owner.sock');
}

function runtimeRoot(xdgRuntimeDirectory: string | undefined): string {
  if (xdgRuntimeDirectory !== undefined && xdgRuntimeDirectory.startsWith('/')) {
    return join(xdgRuntimeDirectory, 'accredit');
  }
  return join(tmpdir(), `accredit-${userName().replace(/[^A-Za-z0-9_-]/g, '_')}`);
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
 * Makes a directory, and its parent, for their owner alone (0700), or checks that they are.
 *
 * The temporary directory is everybody's: a directory that somebody else put there first is refused.
 *
 * @throws {UnsafeDirectory}
 */
export function makePrivateDirectory(directory: string): void {
  for (const path of [join(directory, '..'), directory]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { uid } = lstatSync(path);
    const isOurs = process.getuid === undefined || uid === process.getuid();
    if (!lstatSync(path).isDirectory() || !isOurs) {
      throw new UnsafeDirectory(
        `'${path}' is not a directory of this user; remove it, or set XDG_RUNTIME_DIR.`,
      );
    }
  }
  chmodSync(directory, 0o700);
}
