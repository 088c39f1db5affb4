import type { Cloud, CloudOptions } from '../../cloud.ts';
import type { CliContext } from '../context.ts';
import { CutShort } from '../errors.ts';

/** How long a cloud may take to end what it is doing; what it acknowledged is safe long before. */
export const STOP_DEADLINE_MS = 10_000;

/** What is to happen at the turns of a cloud's life. */
export interface ServeEvents {
  /** Called once the cloud answers. */
  readonly ready: (cloud: Cloud) => Promise<void>;
  /** Called when the first signal has asked it to stop. */
  readonly stopping: () => void;
  readonly stopDeadlineMs?: number;
}

/**
 * Runs a cloud in this process until it is asked to stop: by a signal, by its owner, or because it is idle.
 *
 * @throws {CutShort} where it does not stop before the deadline, or a second signal comes
 */
export async function serveCloud(
  context: CliContext,
  options: CloudOptions,
  { ready, stopping, stopDeadlineMs = STOP_DEADLINE_MS }: ServeEvents,
): Promise<void> {
  const signals = listenForSignals(context, stopping);
  try {
    const cloud = await Promise.race([context.startCloud(options), signals.second]);
    try {
      await ready(cloud);
      await Promise.race([cloud.stopRequested, signals.first]);
    } finally {
      await Promise.race([closeWithin(cloud, stopDeadlineMs), signals.second]);
    }
  } finally {
    signals.end();
  }
}

/** The signals that ask the process to stop. */
interface StopSignals {
  readonly first: Promise<void>;
  /** Rejects with {@link CutShort}. */
  readonly second: Promise<never>;
  end(): void;
}

function listenForSignals(context: CliContext, stopping: () => void): StopSignals {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<never>();
  // It may reject when nobody waits for it any more.
  second.promise.catch(() => undefined);
  let count = 0;
  const end = context.onStopSignal((signal) => {
    count += 1;
    if (count > 1) {
      second.reject(new CutShort(`Ended by a second ${signal}; what the cloud had acknowledged is kept.`));
      return;
    }
    stopping();
    first.resolve();
  });
  return { first: first.promise, second: second.promise, end };
}

/** @throws {CutShort} at the deadline */
async function closeWithin(cloud: Cloud, deadlineMs: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const seconds = deadlineMs / 1000;
  const message = `The cloud did not stop within ${seconds} seconds; what it had acknowledged is kept.`;
  const timer = setTimeout(() => late.reject(new CutShort(message)), deadlineMs);
  try {
    await Promise.race([cloud.close(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
