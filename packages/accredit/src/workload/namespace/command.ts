/** Looking a command up before it is run, so that its absence is told in our words and not in a tool's. */
import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { NamespaceError } from './errors.ts';
import type { NamespacePlan } from './plan.ts';

/** What `execvp` searches where the environment has no PATH (glibc's default since 2.24). */
const DEFAULT_PATH = '/bin:/usr/bin';

/** `unfit` is what a shell passes over on PATH: a directory, or something in a directory that may not be searched. */
type Finding = 'executable' | 'not-executable' | 'unfit' | 'absent';

/**
 * Checks that a command can be run, by the rules of `execvp`.
 *
 * @throws {NamespaceError} `command-not-found`, `command-not-executable`, or `setup-failed` for the working directory
 */
export function checkCommand({ command, env, cwd }: Pick<NamespacePlan, 'command' | 'env' | 'cwd'>): void {
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new NamespaceError(
      'setup-failed',
      `The working directory '${cwd}' is not there inside the namespace.`,
    );
  }
  const [name = ''] = command;
  const places = name.includes('/')
    ? [name]
    : (env['PATH'] ?? DEFAULT_PATH).split(':').map((directory) => `${directory || '.'}/${name}`);
  const findings = name === '' ? [] : places.map((place) => inspect(locate(cwd, place)));
  const found = findings.indexOf('executable');
  if (found >= 0) return checkInterpreter(name, locate(cwd, places[found] ?? ''), cwd);
  if (findings.includes('not-executable') || (name.includes('/') && findings.includes('unfit'))) {
    throw new NamespaceError(
      'command-not-executable',
      `The command '${name}' is there, but it cannot be executed.`,
    );
  }
  const where = name.includes('/') ? '' : ' in any directory of PATH';
  throw new NamespaceError('command-not-found', `The command '${name}' was not found${where}.`);
}

/** Not `path.resolve`: that forgives a slash at the end, which the kernel does not. */
function locate(cwd: string, path: string): string {
  return isAbsolute(path) ? path : `${cwd}/${path}`;
}

/** A script whose first line names an interpreter that is not there would fail as if the script itself were not there. */
function checkInterpreter(name: string, path: string, cwd: string): void {
  const interpreter = /^#![ \t]*([^\s]+)/.exec(readBeginning(path))?.[1];
  if (interpreter === undefined || existsSync(locate(cwd, interpreter))) return;
  throw new NamespaceError(
    'command-not-executable',
    `The command '${name}' needs the interpreter '${interpreter}', which was not found.`,
  );
}

/** As much as the kernel looks at (BINPRM_BUF_SIZE); '' for what may be executed but not read. */
function readBeginning(path: string): string {
  const beginning = Buffer.alloc(256);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return beginning.toString('latin1', 0, readSync(file, beginning));
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function inspect(path: string): Finding {
  try {
    if (statSync(path).isDirectory()) return 'unfit';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES' ? 'unfit' : 'absent';
  }
  try {
    accessSync(path, constants.X_OK);
    return 'executable';
  } catch {
    return 'not-executable';
  }
}
