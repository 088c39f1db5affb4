/** Which programs there are, and which there must be. */
import { delimiter } from 'node:path';
import process from 'node:process';
import { findExecutable } from '../packages/accredit/src/workload/executables.ts';

/** The clients that suites drive, as `REQUIRE_CLIENTS` names them. */
export type Client = 'curl' | 'gcloud' | 'go' | 'gsutil' | 'node' | 'python';

/** Returns a program's path; `undefined` where PATH does not lead to it. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | undefined {
  const directories = path.split(delimiter).filter((directory) => directory !== '');
  return findExecutable(name, directories);
}

/** Returns why a suite cannot run, in one line; `undefined` where PATH leads to all of its programs. */
export function missingPrograms(...names: readonly string[]): string | undefined {
  const missing = names.filter((name) => findProgram(name) === undefined);
  return missing.length === 0 ? undefined : `PATH leads to no ${missing.join(' and no ')}`;
}

/** Whether the absence of a client is a failure here: `REQUIRE_CLIENTS` names it. */
export function isRequired(client: Client): boolean {
  return (process.env.REQUIRE_CLIENTS ?? '').split(',').some((name) => name.trim() === client);
}
