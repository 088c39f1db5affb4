/** Signals, so that a program under `accredit run` gets each of them once, as if nothing stood between. */

import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/** What is passed on to the program. The others cannot be caught, or are about the process that got them. */
const PASSED: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
  'SIGCONT',
];

/** What a terminal stops a job with. The parent stops when the program has, since that may have other plans. */
const STOPPING: readonly NodeJS.Signals[] = ['SIGTSTP', 'SIGTTIN', 'SIGTTOU'];

/** How the agent's own copy of a signal and the parent's message about it may miss each other. */
const SETTLE_MS = 20;
const SAME_SIGNAL_MS = 1_000;

export interface SignalPassing {
  /** Catches the signals that stop a job, too; before that, they stop this process like any other. */
  catchStops(): void;
  /** Stops this process, so that the shell sees the job stopped. */
  suspend(): void;
  /** Gives the signals back. */
  end(): void;
}

/** Catches the signals of the parent, which wants to live as long as the program, and hands each to `pass`. */
export function passSignals(pass: (name: NodeJS.Signals) => void): SignalPassing {
  for (const name of PASSED) process.on(name, pass);
  return {
    catchStops() {
      for (const name of STOPPING) process.on(name, pass);
    },
    suspend() {
      // Not SIGTSTP: that would be discarded where no shell controls the job (setpgid(2), orphaned process groups).
      process.kill(process.pid, 'SIGSTOP');
    },
    end() {
      for (const name of [...PASSED, ...STOPPING]) process.off(name, pass);
    },
  };
}

/**
 * Outlives the signals that the agent gets itself, and remembers them: a terminal (and `kill -- -PGID`) signals the
 * parent, the agent and the program at once. What the parent reports is for the program only if the agent has no copy.
 *
 * A SIGCONT is the copy of a stop as well: the kernel takes a stop that is still pending away with it (signal(7)), and
 * the agent may be slower than the parent. A job that goes on is not to be stopped again.
 */
export function rememberOwnSignals(): { isForProgram(name: NodeJS.Signals): Promise<boolean> } {
  const lastAtMs = new Map<NodeJS.Signals, number>();
  for (const name of [...PASSED, ...STOPPING]) process.on(name, () => lastAtMs.set(name, performance.now()));
  return {
    async isForProgram(name) {
      await delay(SETTLE_MS);
      await nextTurn();
      const copies: readonly NodeJS.Signals[] = STOPPING.includes(name) ? [name, 'SIGCONT'] : [name];
      const sinceMs = performance.now() - SAME_SIGNAL_MS;
      return copies.every((copy) => (lastAtMs.get(copy) ?? Number.NEGATIVE_INFINITY) < sinceMs);
    },
  };
}
