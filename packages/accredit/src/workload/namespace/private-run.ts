/**
 * A /run of the namespace's own: all that the machine's has, and the two files by which clients find TLS of the metadata
 * server (metadata notes 11.3). The directory for them is not there on the machine, nor may it be made there, so the parts
 * of /run are bound into a directory of the run, and that over /run.
 */
import { chmod, mkdir, readdir, readlink, rmdir, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toMessage } from './errors.ts';
import type { MetadataTlsFiles } from './plan.ts';
import { runTool } from './tools.ts';

/** The directory of the two files, in /run (metadata notes 11.3). */
const MTLS_DIRECTORY = 'google-mds-mtls';

/** A thing of the machine's /run, and where it is to appear. */
interface Part {
  readonly source: string;
  /** An empty directory or file, until it is covered. */
  readonly target: string;
}

/** What takes the place of /run. */
export interface PrivateRun {
  readonly source: string;
  /** The real path of /run. */
  readonly target: string;
  readonly parts: readonly Part[];
  /** The files that are only ours, relative to both. */
  readonly files: readonly string[];
}

/**
 * Lays out the directory that becomes /run, with an empty place for each thing that the machine has there. What the
 * program adds to it, it adds to this directory, which is thrown away.
 *
 * @param source - the path of the directory, which is made
 * @param target - the real path of /run
 * @returns undefined where /run cannot be listed; then there is plain HTTP, as on a VM without the files
 */
export async function layOutRun(
  { rootPem, clientPem }: MetadataTlsFiles,
  source: string,
  target: string,
): Promise<PrivateRun | undefined> {
  const entries = await readdir(target, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return undefined;
  await makeOpenDirectory(source);
  const parts: Part[] = [];
  // A VM of Google's that this runs on has its own files there; they are not the program's.
  for (const entry of entries.filter(({ name }) => name !== MTLS_DIRECTORY)) {
    const part = { source: join(target, entry.name), target: join(source, entry.name) };
    if (entry.isSymbolicLink()) await copyLink(part);
    else {
      await (entry.isDirectory() ? mkdir(part.target) : writeFile(part.target, ''));
      parts.push(part);
    }
  }
  const directory = join(source, MTLS_DIRECTORY);
  await makeOpenDirectory(directory);
  await writeFile(join(directory, 'root.crt'), rootPem, { mode: 0o600 });
  await writeFile(join(directory, 'client.key'), clientPem, { mode: 0o600 });
  const files = ['root.crt', 'client.key'].map((name) => join(MTLS_DIRECTORY, name));
  return { source, target, parts, files };
}

/** Whatever the umask is, since /run is everybody's to look into. */
async function makeOpenDirectory(path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o755);
}

/** A link that is gone by now is left out. */
async function copyLink({ source, target }: Part): Promise<void> {
  const destination = await readlink(source).catch(() => undefined);
  if (destination !== undefined) await symlink(destination, target);
}

/**
 * Binds the parts and then the whole, with all that is mounted below.
 *
 * @throws {Error} with one sentence about a part that could not be bound and is still there
 */
export async function mountPrivateRun(run: PrivateRun, mountTool: string): Promise<void> {
  await bindParts(run, mountTool);
  try {
    await runTool(mountTool, ['--no-mtab', '--rbind', run.source, run.target]);
  } catch (cause) {
    throw new Error(`'${run.target}' could not be covered: ${toMessage(cause)}`, { cause });
  }
}

/** One process binds them all: there are dozens of them on a desktop. */
async function bindParts({ source, parts }: PrivateRun, mountTool: string): Promise<void> {
  if (parts.length === 0) return;
  const table = `${source}.fstab`;
  await writeFile(table, renderTable(parts), { mode: 0o600 });
  const places = await Promise.all(parts.map(({ target }) => stat(target)));
  const failure = await runTool(mountTool, ['--no-mtab', '--all', '--fstab', table]).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  for (const [index, part] of parts.entries()) {
    const seen = await stat(part.target);
    const isCovered = seen.dev !== places[index]?.dev || seen.ino !== places[index].ino;
    if (!isCovered) await dropVanished(part, seen.isDirectory(), failure);
  }
}

/** Things come and go in /run: what went in the meantime is not missed, and its empty place is removed. */
async function dropVanished({ source, target }: Part, isDirectory: boolean, failure: unknown): Promise<void> {
  const isThere = await stat(source).then(
    () => true,
    () => false,
  );
  if (isThere) throw new Error(`'${source}' could not be kept: ${toMessage(failure)}`, { cause: failure });
  await (isDirectory ? rmdir(target) : unlink(target));
}

/** Lines of fstab(5). */
function renderTable(parts: readonly Part[]): string {
  return parts
    .map(({ source, target }) => `${escapeField(source)} ${escapeField(target)} none rbind 0 0\n`)
    .join('');
}

/** What would end a field is written in octal (getmntent(3)). */
function escapeField(path: string): string {
  return path.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
