/** The cloud of the tour: `accredit up` in this very process, so that it ends with the tour, however that ends. */
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import process from 'node:process';
import { COMMANDS } from '../../packages/accredit/src/cli/commands.ts';
import type { CliContext, Output } from '../../packages/accredit/src/cli/context.ts';
import { runCli } from '../../packages/accredit/src/cli/program.ts';

/** A cloud that serves. */
export interface SampleCloud {
  /** `http://HOST:PORT` of its APIs. */
  readonly apiUrl: string;
  readonly iam: string;
  readonly dataDirectory: string;
  /** Fulfilled with the exit status of `accredit up` when it has ended. */
  readonly ended: Promise<number>;
  /** Asks it to stop. Once is enough: a second time says nothing. */
  stop(): void;
}

/** Where the cloud is started. */
export interface SampleCloudOptions {
  /** Where the configuration file is. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  /** Takes what it logs. */
  readonly err: Output;
}

/** @throws {Error} with what `accredit up` said, where it does not become ready */
export async function startSampleCloud(options: SampleCloudOptions): Promise<SampleCloud> {
  const started = Promise.withResolvers<void>();
  const stopListeners = new Set<(signal: NodeJS.Signals) => void>();
  let printed = '';
  const context: CliContext = {
    ...surroundings(options),
    out: { isTerminal: false, write: (text) => void (printed += text) },
    reportStart(outcome) {
      if (outcome.outcome === 'ready') started.resolve();
      else started.reject(new Error(outcome.why ?? 'The cloud ended before it was ready.'));
    },
    onStopSignal(listener) {
      stopListeners.add(listener);
      return () => void stopListeners.delete(listener);
    },
  };
  const ended = runCli(COMMANDS, ['up', '--format', 'json'], context);
  void ended.then((status) =>
    started.reject(new Error(`The cloud ended with ${status} before it was ready.`)),
  );
  await started.promise;
  const { apiUrl, iam, dataDirectory } = JSON.parse(printed) as Omit<SampleCloud, 'ended' | 'stop'>;
  const stop = () => {
    // To `accredit up`, a second signal means at once.
    for (const listener of stopListeners) listener('SIGINT');
    stopListeners.clear();
  };
  return { apiUrl, iam, dataDirectory, ended, stop };
}

/** What the command line sees of this process; what only other commands need is not there. */
function surroundings({ directory, env, version, err }: SampleCloudOptions) {
  return {
    version,
    cwd: directory,
    env,
    platform: process.platform,
    homeDirectory: homedir(),
    userHomeDirectory: userInfo().homedir,
    pid: process.pid,
    uid: process.getuid?.(),
    exists: existsSync,
    err,
    now: () => Date.now(),
    startCloud: async (options) => (await import('../../packages/accredit/src/cloud.ts')).startCloud(options),
    startInBackground: () => notInTheTour(),
    exit: (status) => process.exit(status),
    endAs: () => notInTheTour(),
  } satisfies Partial<CliContext>;
}

function notInTheTour(): never {
  throw new Error('The tour runs nothing in the background.');
}
