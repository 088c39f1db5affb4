import { join } from 'node:path';
import { findPlaces } from '../../config/find.ts';
import { findSession, type PlaceOptions } from '../connect.ts';
import type { CliContext, StartOutcome } from '../context.ts';
import { CliError } from '../errors.ts';
import { rotateBackgroundLog } from './background-log.ts';
import { type CloudStatus, dataFlag } from './cloud-status.ts';
import { prepareDataDirectory } from './data-directory.ts';

/** The file in the data directory that a cloud in the background logs to. */
export const LOG_FILE = 'accredit.log';

/**
 * Starts a cloud in the background, and waits until it answers.
 *
 * @param upArgs - options of `accredit up`, without those that say which cloud
 * @throws {CliError} where it does not become ready in time, or ends before; the message says why
 */
export async function startDetached(
  context: CliContext,
  options: PlaceOptions,
  upArgs: readonly string[],
  timeoutMs: number,
): Promise<CloudStatus> {
  const { dataDirectory } = findPlaces(context, options);
  prepareDataDirectory(dataDirectory, context.uid);
  const logFile = join(dataDirectory, LOG_FILE);
  if ((await findSession(context, dataDirectory)) === undefined) rotateBackgroundLog(logFile);
  const background = context.startInBackground(
    ['up', '--background', ...placeArgs(options), ...upArgs],
    logFile,
  );
  const started = await firstOf(context, background.outcome, timeoutMs);
  if (started === 'late' || started === 'interrupted') await background.stop();
  background.release();
  if (started === 'interrupted')
    throw new CliError('Interrupted: the cloud was stopped before it was ready.');
  if (started === 'late') {
    const seconds = timeoutMs / 1000;
    throw new CliError(
      `The cloud was not ready within ${seconds} seconds and was stopped; see '${logFile}'.`,
    );
  }
  if (started.outcome === 'failed') {
    throw new CliError(started.why ?? `The cloud ended before it was ready; see '${logFile}'.`);
  }
  const session = await findSession(context, dataDirectory);
  if (session === undefined) {
    throw new CliError(
      `The cloud was ready and is gone already; see '${logFile}', or 'accredit status${dataFlag(dataDirectory)}'.`,
    );
  }
  return session.status;
}

/** Waits for the start to go one way or the other; at most so long, and until a signal asks us to stop. */
async function firstOf(
  context: CliContext,
  outcome: Promise<StartOutcome>,
  timeoutMs: number,
): Promise<StartOutcome | 'late' | 'interrupted'> {
  const { promise, resolve } = Promise.withResolvers<'late' | 'interrupted'>();
  const timer = setTimeout(() => resolve('late'), timeoutMs);
  const end = context.onStopSignal(() => resolve('interrupted'));
  try {
    return await Promise.race([outcome, promise]);
  } finally {
    clearTimeout(timer);
    end();
  }
}

function placeArgs({ data, config }: PlaceOptions): readonly string[] {
  return [
    ...(data === undefined ? [] : [`--data=${data}`]),
    ...(config === undefined ? [] : [`--config=${config}`]),
  ];
}
