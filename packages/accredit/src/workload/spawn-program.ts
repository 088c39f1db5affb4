/** Runs a program beside this process, with its streams, its terminal and its signals. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { NamespaceError } from './namespace/errors.ts';
import type { ProgramExit } from './namespace/plan.ts';
import { passSignals } from './namespace/signals.ts';

/**
 * Runs a program to its end.
 *
 * @returns how the program ended
 * @throws {NamespaceError} `command-not-found` or `command-not-executable`
 */
export async function spawnProgram(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<ProgramExit> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { env, cwd, stdio: 'inherit' });
  // A terminal signals its whole foreground group, the program too; what is sent to this process alone is passed on.
  const passing = passSignals((name) => {
    if (name !== 'SIGINT' && name !== 'SIGQUIT' && name !== 'SIGWINCH') child.kill(name);
    else if (!process.stdin.isTTY) child.kill(name);
  });
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal === null ? { code: code ?? 1 } : { signal };
  } catch (error) {
    throw toStartError(error, file);
  } finally {
    passing.end();
  }
}

function toStartError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOENT') {
    return new NamespaceError('command-not-found', `The command '${file}' was not found.`);
  }
  return new NamespaceError(
    'command-not-executable',
    `The command '${file}' cannot be executed: ${error.message}.`,
  );
}
