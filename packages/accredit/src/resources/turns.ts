import { PreconditionFailed } from '../store/store.ts';

/** How often a write is tried again after somebody else's; each loss means that another writer won. */
const ATTEMPT_LIMIT = 20;

/**
 * Lets those who read, decide and write do so one after the other, each thing for itself, so that many at once do not
 * make each other try again. A write that another process's overtakes is tried again all the same.
 */
export class Turns {
  /** The last turn of each thing that is being written to. */
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Runs an attempt when those before it on the same thing have ended.
   *
   * @param thing - what is written to
   * @param attempt - reads what it depends on, and writes with the preconditions that this implies
   * @throws {PreconditionFailed} after 20 attempts
   */
  run<T>(thing: string, attempt: () => Promise<T>): Promise<T> {
    // Others of the process go first, also before the first turn: a thousand writes of one thing, one after the other, must
    // not be one long turn of the event loop.
    const before = this.#last.get(thing) ?? Promise.resolve();
    const turn = before.then(aPause).then(() => retried(attempt));
    const forget = () => {
      if (this.#last.get(thing) === ended) this.#last.delete(thing);
    };
    const ended: Promise<void> = turn.then(forget, forget);
    this.#last.set(thing, ended);
    return turn;
  }

  /** How many things are being written to. */
  get size(): number {
    return this.#last.size;
  }
}

function aPause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPT_LIMIT; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PreconditionFailed) || left <= 1) throw error;
    }
  }
}
