/** The programs of the system that namespaces are made with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { findExecutable } from '../executables.ts';
import type { Tools } from './plan.ts';

/** Where systems keep them; `ip` is often in a directory that is not on an ordinary user's PATH. */
export const TOOL_DIRECTORIES: readonly string[] = [
  '/usr/sbin',
  '/sbin',
  '/usr/bin',
  '/bin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/run/current-system/sw/bin', // NixOS
];

/** Who brings each, in words for someone who misses it. */
const PACKAGES: Readonly<Record<keyof Tools, string>> = {
  unshare: 'util-linux',
  ip: 'iproute2',
  mount: 'util-linux',
};

/** Enters new namespaces with the caller as their root; nothing mounted inside is seen outside, nor the other way. */
export const ENTER_ARGUMENTS: readonly string[] = [
  '--user',
  '--map-root-user',
  '--net',
  '--mount',
  '--propagation',
  'private',
];

/**
 * The way back to the caller's own ids and no rights: a user namespace below that of the agent, so that the program has
 * no capability over the agent's network and mounts, and cannot look into the agent or any process outside (ptrace(2)).
 */
export function renderLeaveArguments(uid: number, gid: number): readonly string[] {
  return ['--user', `--map-user=${uid}`, `--map-group=${gid}`];
}

/** Finds the tools, or says which one is missing. */
export function findTools(
  directories: readonly string[] = TOOL_DIRECTORIES,
): Tools | { readonly missing: string } {
  const unshare = findExecutable('unshare', directories);
  const ip = findExecutable('ip', directories);
  const mount = findExecutable('mount', directories);
  if (unshare !== undefined && ip !== undefined && mount !== undefined) return { unshare, ip, mount };
  const name = unshare === undefined ? 'unshare' : ip === undefined ? 'ip' : 'mount';
  return {
    missing: `The program '${name}' (package ${PACKAGES[name]}) was not found in ${directories.join(', ')}.`,
  };
}

/**
 * Runs a tool to its end, out of the reach of the terminal: Ctrl-C is the program's, and must not look like a failure
 * of a tool.
 *
 * @param input - what the tool reads from its standard input
 * @throws {Error} with what the tool wrote, if it could not be started or its status is not 0
 */
export async function runTool(path: string, commandArguments: readonly string[], input = ''): Promise<void> {
  const child = spawn(path, commandArguments, { detached: true, stdio: ['pipe', 'ignore', 'pipe'] });
  // A tool may end before it has read everything; its status says how it ended.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0)
    throw new Error(said.trim() || `'${path}' ended with ${child.signalCode ?? child.exitCode}`);
}
