import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { CONTROL_HOST } from '../apis/control/host.ts';
import type { Cloud, CloudOptions } from '../cloud.ts';
import { findPlaces, type Places } from '../config/find.ts';
import { DATABASE_FILE } from '../store/sqlite-store.ts';
import { StoreUnavailable } from '../store/store.ts';
import { type CloudStatus, dataFlag, fetchStatus } from './cloud/cloud-status.ts';
import { findOwnerSocket, prepareDataDirectory } from './cloud/data-directory.ts';
import { configure } from './configured.ts';
import type { CliContext } from './context.ts';
import { CliError } from './errors.ts';
import { ConnectionLost, NobodyListens, OwnerClient, WatchedOwnerClient } from './owner-client.ts';

/** The options that say which cloud is meant. */
export interface PlaceOptions {
  readonly data?: string;
  readonly config?: string;
}

/** Adds the options that say which cloud is meant. */
export function addPlaceOptions(command: Command): Command {
  return command
    .addOption(new Option('--data <directory>', 'data directory of the cloud (ACCREDIT_DATA)'))
    .addOption(new Option('--config <file>', 'configuration file (ACCREDIT_CONFIG)'));
}

/** A cloud that a command talks to. */
export interface Session {
  readonly owner: OwnerClient;
  readonly status: CloudStatus;
}

/** How often a cloud that is just starting or ending is asked again. */
const RETRY_MS = 50;

/**
 * How long a command waits for another process to let go of the data directory: several commands may stand before it,
 * and each takes a second or more where the machine is busy.
 */
const TAKE_OVER_LIMIT_MS = 15_000;

/**
 * Talks to the running cloud of the data directory.
 *
 * @throws {CliError} where none runs
 */
export async function withCloud<T>(
  context: CliContext,
  options: PlaceOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const places = findPlaces(context, options);
  const session = await findSession(context, places.dataDirectory);
  if (session === undefined) throw noCloud(places);
  return use(session);
}

/**
 * Talks to the running cloud of the data directory; where none runs, starts what is stored there for this moment.
 *
 * For commands that only read: what a cloud was asked, and refused, outlives it. Those that write have
 * {@link withWritableCloud}.
 *
 * @param use - called again where the cloud ends in the middle of it, so it prints last
 * @throws {CliError} where there is neither a cloud nor a stored one
 */
export async function withStoredCloud<T>(
  context: CliContext,
  options: PlaceOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  return retryUse(context, options, use, () => true);
}

/**
 * Talks to the running cloud of the data directory; where none runs, changes what is stored there.
 *
 * @param use - called again where the cloud ends before anything may have been written
 * @throws {CliError} where there is neither a cloud nor a stored one
 * @throws {ConnectionLost} where the cloud goes away in the middle of a write: whether it was done is not known
 */
export async function withWritableCloud<T>(
  context: CliContext,
  options: PlaceOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  let mayHaveWritten = false;
  const watched = ({ owner, status }: Session) =>
    use({
      owner: new WatchedOwnerClient(owner.socketPath, () => {
        mayHaveWritten = true;
      }),
      status,
    });
  return retryUse(context, options, watched, () => !mayHaveWritten);
}

async function retryUse<T>(
  context: CliContext,
  options: PlaceOptions,
  use: (session: Session) => Promise<T>,
  mayRetry: () => boolean,
): Promise<T> {
  const places = findPlaces(context, options);
  const deadlineMs = context.now() + TAKE_OVER_LIMIT_MS;
  for (;;) {
    try {
      const session = await findSession(context, places.dataDirectory);
      if (session !== undefined) return await use(session);
      if (!existsSync(join(places.dataDirectory, DATABASE_FILE))) throw noCloud(places);
      return await withMomentaryCloud(context, options, use);
    } catch (error) {
      if (!mayRetry() || !isPassing(error) || context.now() > deadlineMs) throw error;
      await wait(RETRY_MS);
    }
  }
}

/** Says whether another process has the data directory for a moment, is about to answer, or was about to end. */
function isPassing(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return error.problem === 'alreadyServed';
  return error instanceof NobodyListens || error instanceof ConnectionLost;
}

/** How long a cloud that was started for one command may live; one that is older is somebody's. */
const MOMENT_LIMIT_SECONDS = 2;

/**
 * Starts a cloud; where the data directory is taken for a moment by a command, once that has ended.
 *
 * @throws {StoreUnavailable} `alreadyServed` where another cloud serves it
 */
export async function startCloudWhenFree(context: CliContext, options: CloudOptions): Promise<Cloud> {
  const { dataDirectory } = options;
  const deadlineMs = context.now() + MOMENT_LIMIT_SECONDS * 1000;
  for (;;) {
    try {
      return await context.startCloud(options);
    } catch (error) {
      const isTaken = error instanceof StoreUnavailable && error.problem === 'alreadyServed';
      if (!isTaken || dataDirectory === undefined || context.now() > deadlineMs) throw error;
      const session = await findSession(context, dataDirectory);
      // Of two that were started for programs one serves both; whoever starts a cloud to stay takes over.
      const takesOver = options.stopWhenIdle !== true;
      if (takesOver && session !== undefined && isWaitingForNobody(session)) await stopIdle(session);
      else if ((session?.status.uptimeSeconds ?? 0) >= MOMENT_LIMIT_SECONDS) throw error;
      await wait(RETRY_MS);
    }
  }
}

/** A cloud that was started for a program, and lingers in case that another one comes. */
function isWaitingForNobody({ status }: Session): boolean {
  return status.stopsWhenIdle && status.workloads === 0;
}

async function stopIdle({ owner }: Session): Promise<void> {
  // It may have ended by itself just now.
  await owner.call({ method: 'POST', host: CONTROL_HOST, path: '/v1/stop' }).catch(() => undefined);
}

/**
 * Starts what is stored for one command. Its sockets are where no other process looks: whoever found them would be cut
 * off when this command is done, perhaps in a write, and waits for the data directory instead.
 */
async function withMomentaryCloud<T>(
  context: CliContext,
  options: PlaceOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { places, settings } = await configure(context, options);
  const { dataDirectory } = places;
  prepareDataDirectory(dataDirectory, context.uid);
  // Short, as socket paths must be.
  const sockets = mkdtempSync(join(tmpdir(), 'acm-'));
  try {
    const cloud = await context.startCloud({
      dataDirectory,
      xdgRuntimeDirectory: sockets,
      defaultProjectId: settings.defaultProjectId,
      version: context.version,
    });
    try {
      const owner = new OwnerClient(cloud.ownerSocket);
      return await use({ owner, status: await fetchStatus(owner) });
    } finally {
      await cloud.close();
    }
  } finally {
    rmSync(sockets, { recursive: true, force: true });
  }
}

/**
 * Returns a session with the running cloud of a data directory; `undefined` where none runs.
 *
 * @throws {UnsafeDirectory} where somebody else may have put its socket there
 */
export async function findSession(
  { env, uid }: Pick<CliContext, 'env' | 'uid'>,
  dataDirectory: string,
): Promise<Session | undefined> {
  const socket = findOwnerSocket(dataDirectory, env.XDG_RUNTIME_DIR, uid);
  if (socket === undefined) return undefined;
  const owner = new OwnerClient(socket);
  try {
    return { owner, status: await fetchStatus(owner) };
  } catch (error) {
    // One that goes away while it is asked is ending.
    if (error instanceof NobodyListens || error instanceof ConnectionLost) return undefined;
    throw error;
  }
}

/**
 * Waits until a cloud of the data directory answers.
 *
 * @returns `undefined` where none did in time
 */
export async function waitForSession(
  context: Pick<CliContext, 'env' | 'now' | 'uid'>,
  dataDirectory: string,
  timeoutMs: number,
): Promise<Session | undefined> {
  const deadlineMs = context.now() + timeoutMs;
  for (;;) {
    const session = await findSession(context, dataDirectory);
    if (session !== undefined || context.now() >= deadlineMs) return session;
    await wait(RETRY_MS);
  }
}

/** The error of a command that needs a running cloud. */
export function noCloud({ dataDirectory, dataFrom }: Places): CliError {
  const up = `accredit up${dataFrom === '--data' ? dataFlag(dataDirectory) : ''}`;
  return new CliError(`No cloud runs for the data directory '${dataDirectory}'. Start one with '${up}'.`);
}
