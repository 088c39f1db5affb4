import { readFileSync } from 'node:fs';

/** How many files a process may open where the system does not say: the fewest that servers are given today. */
export const DEFAULT_OPEN_FILES = 4_096;

/** Where Linux says it. */
const LIMITS_FILE = '/proc/self/limits';

/**
 * Returns how many files, sockets among them, this process may have open. Node has raised its own limit as far as it
 * may by the time that anything is asked.
 */
export function readOpenFilesLimit(): number {
  try {
    return parseOpenFilesLimit(readFileSync(LIMITS_FILE, 'utf8')) ?? DEFAULT_OPEN_FILES;
  } catch {
    return DEFAULT_OPEN_FILES;
  }
}

/**
 * Finds the limit that is in force among those of a process, as Linux prints them (proc_pid_limits(5)).
 *
 * @returns `Infinity` where there is none; `undefined` where the line is not there or says something else
 */
export function parseOpenFilesLimit(limits: string): number | undefined {
  const [, soft] = /^Max open files +(\d+|unlimited) /m.exec(limits) ?? [];
  if (soft === undefined) return undefined;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}
