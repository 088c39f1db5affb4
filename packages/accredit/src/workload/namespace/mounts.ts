/** What is put over the system's files inside a namespace, and putting it there. */
import { chmod, copyFile, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { toMessage } from './errors.ts';
import type { NamespacePlan } from './plan.ts';
import { layOutRun, mountPrivateRun, type PrivateRun } from './private-run.ts';
import {
  CA_BUNDLE_FILES,
  RESOLV_CONF,
  RESOLVER_DIRECTORIES,
  renderHosts,
  renderNsswitchConf,
} from './system-files.ts';
import { runTool } from './tools.ts';

/** One thing put over another; both are real paths (no symbolic links). */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly kind: 'file' | 'directory';
  /** The real path at which it is found in the end, where that is not the target. */
  readonly seenAt?: string;
}

export interface MountPlan {
  /** What is mounted before all else, where clients are to find files for TLS. */
  readonly run?: PrivateRun;
  /** Mounts that may be made at the same time, in groups that follow each other. */
  readonly groups: readonly (readonly Mount[])[];
  /** Which content a path, as programs spell it, must show once everything is mounted. */
  readonly expected: readonly { readonly path: string; readonly source: string }[];
}

/** A file that is replaced: the path that programs use, its real place, what takes its place. */
interface Replacement {
  readonly path: string;
  readonly target: string;
  readonly source: string;
}

/**
 * Writes the files to be mounted into the work directory and says what goes where.
 *
 * A path that does not exist is left out. Without resolv.conf every resolver asks 127.0.0.1, ours; without hosts or
 * nsswitch.conf the C library goes on to DNS.
 *
 * @param root - where the system's files are; "/" but in tests
 */
export async function planMounts(plan: NamespacePlan, root = '/'): Promise<MountPlan> {
  const replacements = await planReplacements(plan, root);
  const masks = await planMasks(plan, root);
  const isMasked = ({ target }: Replacement) => masks.find((mask) => isWithin(target, mask.target));
  const visible = replacements.filter((one) => isMasked(one) === undefined);
  // resolv.conf is often a link into systemd-resolved's directory, which is masked: the file then lies in the mask.
  for (const one of replacements) {
    const mask = isMasked(one);
    if (mask?.kind === 'directory') await layInto(mask, one);
  }
  const files = visible.map(({ source, target }): Mount => ({ source, target, kind: 'file' }));
  // Two of the well-known bundles are often one file. Masks come after the files, whose sources they may hide, and the
  // mask over the work directory, where all sources are, comes last.
  const distinct = [...new Map(files.map((mount) => [mount.target, mount])).values()];
  const seen = await planSeenDirectory(plan, masks);
  const groups = [[...distinct, ...seen], masks.slice(0, -1), masks.slice(-1)];
  const run = await planRun(plan, masks, root);
  if (run === undefined) return { groups, expected: replacements };
  const shown = run.files.map((file) => ({
    path: join(root, 'run', file),
    source: join(run.source, file),
  }));
  return { run, groups, expected: [...replacements, ...shown] };
}

/** Undefined where there are no files for TLS, and where there is no /run or it is masked as a whole. */
async function planRun(
  { metadataTlsFiles, workDir }: NamespacePlan,
  masks: readonly Mount[],
  root: string,
): Promise<PrivateRun | undefined> {
  const target = await findRealPath(join(root, 'run'));
  if (metadataTlsFiles === undefined || target === undefined) return undefined;
  if (masks.some((mask) => isWithin(target, mask.target))) return undefined;
  return layOutRun(metadataTlsFiles, join(workDir, 'run'), target);
}

async function planReplacements(plan: NamespacePlan, root: string): Promise<readonly Replacement[]> {
  const replacements: Replacement[] = [];
  const replace = async (path: string, makeSource: (target: string) => Promise<string>) => {
    const target = await findRealPath(join(root, path));
    if (target !== undefined)
      replacements.push({ path: join(root, path), target, source: await makeSource(target) });
  };
  const written = (name: string, content: string) => writeReadOnly(join(plan.workDir, name), content);
  await replace('/etc/resolv.conf', () => written('resolv.conf', RESOLV_CONF));
  await replace('/etc/hosts', () => written('hosts', renderHosts(hostname())));
  await replace('/etc/nsswitch.conf', async (target) =>
    written('nsswitch.conf', renderNsswitchConf(await readFile(target, 'utf8'))),
  );
  for (const path of CA_BUNDLE_FILES) await replace(path, async () => realpath(plan.caBundlePath));
  return replacements;
}

/** One mask for each directory or file, none for what lies inside another; the one over the work directory is last. */
async function planMasks(plan: NamespacePlan, root: string): Promise<readonly Mount[]> {
  const wanted = [...RESOLVER_DIRECTORIES.map((path) => join(root, path)), ...plan.maskedPaths];
  const found = await Promise.all(wanted.map(findRealPath));
  const targets = [...new Set(found.filter((path) => path !== undefined))];
  const outer = targets.filter((path) => !targets.some((other) => other !== path && isWithin(path, other)));
  const workDir = await realpath(plan.workDir);
  outer.sort((one, other) => Number(isWithin(workDir, one)) - Number(isWithin(workDir, other)));
  return await Promise.all(outer.map((target, index) => makeMask(plan.workDir, target, index)));
}

/**
 * What is to be seen through a mask is bound into the mask before that covers it, since afterwards no path leads there.
 *
 * @returns one mount, or none where nothing masks the directory
 */
async function planSeenDirectory(
  { seenDirectory }: NamespacePlan,
  masks: readonly Mount[],
): Promise<readonly Mount[]> {
  if (seenDirectory === undefined) return [];
  const source = await realpath(seenDirectory);
  const mask = masks.find(({ kind, target }) => kind === 'directory' && isWithin(source, target));
  if (mask === undefined) return [];
  const target = join(mask.source, relative(mask.target, source));
  await mkdir(target, { recursive: true, mode: 0o700 });
  return [{ source, target, kind: 'directory', seenAt: source }];
}

async function makeMask(workDir: string, target: string, index: number): Promise<Mount> {
  const isDirectory = (await stat(target)).isDirectory();
  const source = join(workDir, `mask-${index}`);
  if (!isDirectory) return { source: await writeReadOnly(source, ''), target, kind: 'file' };
  await mkdir(source, { mode: 0o700 });
  return { source, target, kind: 'directory' };
}

async function layInto(mask: Mount, { source, target }: Replacement): Promise<void> {
  const copy = join(mask.source, relative(mask.target, target));
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  await copyFile(source, copy);
}

/** Written by us, read by the program: it is the same user, but its umask may be narrow. */
async function writeReadOnly(path: string, content: string): Promise<string> {
  await writeFile(path, content, { flag: 'wx' });
  await chmod(path, 0o444);
  return path;
}

/** Undefined for what is not there, and for what the user (and so the program) has no way to. */
async function findRealPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw error;
  }
}

function isWithin(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith('../');
}

/**
 * Mounts everything, then looks at each target to see that it is so.
 *
 * @throws {Error} with one sentence about the first mount that is not in force
 */
export async function applyMounts(plan: MountPlan, mountTool: string): Promise<void> {
  const mounts = plan.groups.flat();
  const contents = await Promise.all(plan.expected.map(({ source }) => readFile(source)));
  const sources = await Promise.all(mounts.map(({ source }) => stat(source)));
  if (plan.run !== undefined) await mountPrivateRun(plan.run, mountTool);
  for (const group of plan.groups) await Promise.all(group.map((mount) => bind(mount, mountTool)));
  for (const [index, { target, seenAt = target }] of mounts.entries()) {
    const [seen, source] = [await stat(seenAt), sources[index]];
    if (seen.dev !== source?.dev || seen.ino !== source.ino) throw new Error(`'${seenAt}' is not covered`);
  }
  for (const [index, { path }] of plan.expected.entries()) {
    if (contents[index]?.equals(await readFile(path)) !== true)
      throw new Error(`'${path}' has not the content it was given`);
  }
}

/**
 * Directories are bound with what is mounted in them. Files are bound read-only; the flags that take rights away must be
 * given, since a user namespace may not drop those that the source's file system carries (mount_namespaces(7),
 * "Restrictions on mount namespaces").
 */
async function bind({ source, target, kind }: Mount, mountTool: string): Promise<void> {
  const options = kind === 'file' ? ['--bind', '-o', 'ro,nosuid,nodev,noexec'] : ['--rbind'];
  try {
    await runTool(mountTool, ['--no-mtab', ...options, source, target]);
  } catch (cause) {
    throw new Error(`'${target}' could not be covered by '${source}': ${toMessage(cause)}`, { cause });
  }
}
