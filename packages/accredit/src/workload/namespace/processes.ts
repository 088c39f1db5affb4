/** Finding and ending what runs in a namespace: the kernel names the namespace of each process in /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { NamespaceIds } from './plan.ts';

const POLL_MS = 20;
/** After this long a process that SIGKILL did not end is stuck in the kernel, and nobody can end it. */
const KILL_PATIENCE_MS = 5_000;

/** Reads the namespaces of a process; throws if it is gone or may not be looked at. */
export function readNamespaceIds(pid: number | 'self'): NamespaceIds {
  const read = (kind: string) => readlinkSync(`/proc/${pid}/ns/${kind}`);
  return { user: read('user'), net: read('net'), mnt: read('mnt') };
}

/** Lists the processes, but for the calling one, that are in the network or the mount namespace given. */
function listProcesses({ net, mnt }: NamespaceIds): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  return pids.map(Number).filter((pid) => {
    if (pid === process.pid) return false;
    try {
      const ids = readNamespaceIds(pid);
      return ids.net === net || ids.mnt === mnt;
    } catch {
      // Gone meanwhile, or another user's; neither is one of ours.
      return false;
    }
  });
}

async function waitUntilNone(ids: NamespaceIds, patienceMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += POLL_MS) {
    if (listProcesses(ids).length === 0) return true;
    await delay(POLL_MS);
  }
  return false;
}

function signalAll(ids: NamespaceIds, name: NodeJS.Signals): void {
  for (const pid of listProcesses(ids)) {
    try {
      process.kill(pid, name);
    } catch {
      // Gone between the look and the call.
    }
  }
}

/** Kills everything in a namespace but the calling process, until nothing is left. */
export async function killProcesses(ids: NamespaceIds): Promise<void> {
  for (let waitedMs = 0; waitedMs < KILL_PATIENCE_MS; waitedMs += POLL_MS) {
    signalAll(ids, 'SIGKILL');
    if (await waitUntilNone(ids, POLL_MS)) return;
  }
}

/**
 * Lets what a program left running come to its end, then ends it.
 *
 * @param patienceMs - how long it may take by itself, and again after SIGTERM
 */
export async function endProcesses(ids: NamespaceIds, patienceMs: number): Promise<void> {
  if (await waitUntilNone(ids, patienceMs)) return;
  signalAll(ids, 'SIGTERM');
  if (await waitUntilNone(ids, patienceMs)) return;
  await killProcesses(ids);
}

/** Tells whether a process is stopped, as by Ctrl-Z; false for one that is gone. */
export function isStopped(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may itself hold parentheses; the state follows the last one (proc_pid_stat(5)).
    return status.slice(status.lastIndexOf(')') + 2).startsWith('T');
  } catch {
    return false;
  }
}
