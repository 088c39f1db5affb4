import { findPlaces } from '../../config/find.ts';
import { configure, putInPlace } from '../configured.ts';
import { findSession, type PlaceOptions, waitForSession } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { ConnectionLost, NobodyListens, OwnerClient } from '../owner-client.ts';
import { startDetached } from './detached-cloud.ts';

/** How long a cloud that is started for a program may take until it answers. */
const START_TIMEOUT_MS = 20_000;

/** How long we wait for a cloud that somebody else is starting. */
const OTHERS_START_TIMEOUT_MS = 5_000;

/** How often we start anew with a cloud that ended just when we came. */
const ATTEMPT_LIMIT = 3;

/** Which cloud is joined, and how one is started where none runs. */
export interface JoinOptions extends PlaceOptions {
  readonly memory?: true;
  readonly logLevel?: string;
}

/** A cloud that a program can be run on. */
export interface JoinedCloud {
  /** Calls it; where it has just ended, joins another one and calls that. */
  retried<T>(call: (owner: OwnerClient) => Promise<T>): Promise<T>;
  /** Ends it, if it is only ours. */
  close(): Promise<void>;
}

/**
 * Joins the cloud of the data directory, or starts one that lives until its last workload ends.
 *
 * @param options - `memory` asks for a cloud in this process instead, that is nobody else's
 */
export async function joinCloud(context: CliContext, options: JoinOptions): Promise<JoinedCloud> {
  return options.memory === true ? startOwnCloud(context, options) : joinStoredCloud(context, options);
}

async function startOwnCloud(context: CliContext, options: JoinOptions): Promise<JoinedCloud> {
  const configured = await configure(context, options);
  const { iamMode, operationDelayMs, propagationDelayMs, issuer, defaultProjectId } = configured.settings;
  const cloud = await context.startCloud({
    iamMode,
    operationDelayMs,
    propagationDelayMs,
    issuer,
    defaultProjectId,
    version: context.version,
    configure: (services) => putInPlace(configured, services, { prune: false, tell() {} }),
  });
  const owner = new OwnerClient(cloud.ownerSocket);
  return {
    retried: (call) => call(owner),
    close: () => cloud.close(),
  };
}

async function joinStoredCloud(context: CliContext, options: JoinOptions): Promise<JoinedCloud> {
  let { owner } = await findOrStart(context, options);
  return {
    async retried(call) {
      for (let left = ATTEMPT_LIMIT; ; left -= 1) {
        try {
          return await call(owner);
        } catch (error) {
          const isGone = error instanceof NobodyListens || error instanceof ConnectionLost;
          if (!isGone || left <= 1) throw error;
          ({ owner } = await findOrStart(context, options));
        }
      }
    },
    async close() {},
  };
}

async function findOrStart(
  context: CliContext,
  options: JoinOptions,
): Promise<{ readonly owner: OwnerClient }> {
  const { dataDirectory } = findPlaces(context, options);
  const running = await findSession(context, dataDirectory);
  if (running !== undefined) return running;
  try {
    const level = options.logLevel === undefined ? [] : [`--log-level=${options.logLevel}`];
    await startDetached(context, options, ['--stop-when-idle', ...level], START_TIMEOUT_MS);
  } catch (error) {
    // Somebody else may have been faster, and is not ready yet.
    const others = await waitForSession(context, dataDirectory, OTHERS_START_TIMEOUT_MS);
    if (others === undefined) throw error;
  }
  const started = await findSession(context, dataDirectory);
  if (started === undefined) throw new CliError('The cloud that was started has ended already; see its log.');
  return started;
}
