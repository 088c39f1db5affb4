/** Something did not happen in its time. */
export class TimeLimit extends Error {
  override readonly name = 'TimeLimit';
}

/** Somebody has asked a run to stop. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * Waits for some work, and no longer than it may take.
 *
 * The work goes on behind the scenes: whoever began it ends it.
 *
 * @throws {TimeLimit}
 * @throws {Stopped} as soon as the signal says so
 */
export async function within<T>(limitMs: number, work: Promise<T>, stop?: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stopped = () => reject(new Stopped('the run was stopped'));
  const timer = setTimeout(() => reject(new TimeLimit(`nothing within ${limitMs} ms`)), limitMs);
  stop?.addEventListener('abort', stopped);
  if (stop?.aborted === true) stopped();
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', stopped);
  }
}
