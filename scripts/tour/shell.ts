/** The shell of the tour: runs one line after another, and remembers the variables that they set. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { shellWord } from '../../packages/accredit/src/kernel/shell-word.ts';
import type { TourCommand } from './steps.ts';

/** How a line ended. */
interface LineOutcome {
  readonly status: number | undefined;
  /** Both outputs, without the value of a variable that the line set. */
  readonly shown: string;
  /** Whether it did what it should. */
  readonly isAsExpected: boolean;
}

/** A shell with variables. */
export interface TourShell {
  run(command: TourCommand): Promise<LineOutcome>;
  /** Ends what is running. */
  interrupt(): void;
}

/**
 * Opens a shell in which `accredit` is the command line from source.
 *
 * @param accredit - the command and its first arguments
 */
export function openShell(accredit: readonly string[], cwd: string, env: NodeJS.ProcessEnv): TourShell {
  const variables = new Map<string, string>();
  const definition = `accredit() { ${accredit.map(shellWord).join(' ')} "$@"; }`;
  let running: ReturnType<typeof spawn> | undefined;
  return {
    async run({ line, sets, expected }) {
      const assignments = [...variables].map(([name, value]) => `${name}=${shellWord(value)}`);
      const tell = sets === undefined ? [] : [`printf %s "$${sets}"`];
      const script = [definition, ...assignments, line, ...tell].join('\n');
      // A process group of its own: what Ctrl-C ends is the tour's to say.
      const child = spawn('sh', ['-c', script], {
        cwd,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running = child;
      const [stdout, stderr] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ]);
      running = undefined;
      if (sets !== undefined) variables.set(sets, stdout);
      const status = child.exitCode ?? undefined;
      return {
        status,
        shown: sets === undefined ? `${stdout}${stderr}` : stderr,
        isAsExpected: status === 0 && expected.test(stdout),
      };
    },
    interrupt() {
      if (running?.pid === undefined) return;
      try {
        process.kill(-running.pid, 'SIGTERM');
      } catch {
        // It has just ended.
      }
    },
  };
}
