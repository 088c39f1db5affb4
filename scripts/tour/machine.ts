/** What the tour finds on this machine; Node is always there. */
import { execFile } from 'node:child_process';
import { findProgram } from '../../clients/programs.ts';

/** The programs that the tour would use. */
export interface Machine {
  readonly hasCurl: boolean;
  readonly hasJq: boolean;
  readonly hasGcloud: boolean;
  /** The name of a Python that can import google-cloud-storage. */
  readonly python: string | undefined;
}

/** Says whether a module is there, without loading it. */
const FIND_STORAGE =
  'import importlib.util, sys; sys.exit(importlib.util.find_spec("google.cloud.storage") is None)';

export async function lookAround(env: NodeJS.ProcessEnv): Promise<Machine> {
  const has = (name: string) => findProgram(name, env.PATH) !== undefined;
  return {
    hasCurl: has('curl'),
    hasJq: has('jq'),
    hasGcloud: has('gcloud'),
    python: await findStoragePython(env),
  };
}

async function findStoragePython(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const name of ['python3', 'python']) {
    const python = findProgram(name, env.PATH);
    if (python !== undefined && (await succeeds(python, ['-c', FIND_STORAGE], env))) return name;
  }
  return undefined;
}

function succeeds(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(file, args, { env }, (error) => resolve(error === null));
  });
}
