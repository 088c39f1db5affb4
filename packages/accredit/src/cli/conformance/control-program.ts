import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { BadTarget, parseServer } from '../../conformance/address.ts';
import { type Control, ControlFailed, type Fault, NotControllable } from '../../conformance/control.ts';
import { isExecutable } from '../../workload/executables.ts';
import { usageError } from '../errors.ts';

/** The exit status by which a control program says that it cannot do something. */
const CANNOT = 3;

/** How long a control program may take; gcloud takes seconds to change metadata. */
const CONTROL_TIMEOUT_MS = 60_000;

/** What a control program may print: an address, or why it failed. */
const OUTPUT_LIMIT_BYTES = 65_536;

/** How a control program is run. */
export interface ControlProgram {
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Returns the control that a program of the user is: `PROGRAM set-attribute KEY VALUE`.
 *
 * @throws {CliError} `USAGE` where there is no such program, or it cannot be run
 */
export function programControl(program: ControlProgram): Control {
  mustBeRunnable(program);
  const call = (...args: readonly string[]) => runProgram(program, args);
  const done = async (...args: readonly string[]) => void (await call(...args));
  return {
    setAttribute: (key, value) => done('set-attribute', key, value),
    removeAttribute: (key) => done('remove-attribute', key),
    setMaintenanceEvent: (value) => done('set-maintenance-event', value),
    advanceClock: (seconds) => done('advance-clock', String(seconds)),
    addFault: (fault: Fault) => done('add-fault', JSON.stringify(fault)),
    clearFaults: () => done('clear-faults'),
    async withoutServiceAccount() {
      const host = readHost(await call('without-service-account'));
      return { host, release: () => done('release', host) };
    },
  };
}

/** A name with a slash is a file; any other one is looked for in `PATH`, as `execvp` does. */
function mustBeRunnable({ program, cwd, env }: ControlProgram): void {
  const directories = program.includes('/') ? [''] : (env.PATH ?? '').split(delimiter);
  const files = directories.map((directory) => resolve(cwd, join(directory, program)));
  const there = files.filter(isFile);
  if (there.length === 0) {
    const where = program.includes('/') ? '' : ' in PATH; one of this directory is written with ./ before it';
    throw usageError(`--control: there is no program '${program}'${where}.`);
  }
  if (!there.some(isExecutable)) {
    throw usageError(`--control: '${program}' is not executable. Make it so: chmod +x '${program}'.`);
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function readHost(printed: string): string {
  const host = printed.trim();
  try {
    parseServer(host);
    return host;
  } catch (error) {
    if (!(error instanceof BadTarget)) throw error;
    throw new ControlFailed('the control failed at without-service-account: it printed no HOST:PORT', {
      cause: error,
    });
  }
}

/**
 * @throws {NotControllable} where the program says that it cannot
 * @throws {ControlFailed} where it fails
 */
function runProgram({ program, cwd, env }: ControlProgram, args: readonly string[]): Promise<string> {
  const options = { cwd, env, timeout: CONTROL_TIMEOUT_MS, maxBuffer: OUTPUT_LIMIT_BYTES };
  return new Promise((done, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else reject(toControlError(args[0] ?? '', error.code, stderr));
    }).stdin?.end();
  });
}

function toControlError(action: string, code: string | number | null | undefined, stderr: string): Error {
  if (code === CANNOT) return new NotControllable(`the control cannot do ${action}`);
  const [said = ''] = stderr.trim().split('\n').slice(-1);
  const why = code ?? 'it was killed, or took too long';
  return new ControlFailed(`the control failed at ${action} (${why})${said === '' ? '' : `: ${said}`}`);
}
