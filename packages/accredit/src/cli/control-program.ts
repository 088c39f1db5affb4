import { execFile } from 'node:child_process';
import { type Control, type Fault, NotControllable } from '../conformance/control.ts';

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

/** Returns the control that a program of the user is: `PROGRAM set-attribute KEY VALUE`. */
export function programControl(program: ControlProgram): Control {
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
      const host = (await call('without-service-account')).trim();
      return { host, release: () => done('release', host) };
    },
  };
}

/** @throws {NotControllable} where the program cannot, or fails */
function runProgram({ program, cwd, env }: ControlProgram, args: readonly string[]): Promise<string> {
  const options = { cwd, env, timeout: CONTROL_TIMEOUT_MS, maxBuffer: OUTPUT_LIMIT_BYTES };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new NotControllable(whyItFailed(args[0] ?? '', error.code, stderr)));
    }).stdin?.end();
  });
}

function whyItFailed(action: string, code: string | number | null | undefined, stderr: string): string {
  if (code === CANNOT) return `the control cannot do ${action}`;
  const [said = ''] = stderr.trim().split('\n').slice(-1);
  return `the control failed at ${action} (${code ?? 'it took too long'})${said === '' ? '' : `: ${said}`}`;
}
