import type { Clock, SetAlarm } from '../kernel/ports.ts';
import { DAY_MS } from '../kernel/timestamps.ts';
import type { Entry, Store } from '../store/store.ts';

/**
 * How far ahead of real time a cloud may be moved in all: ten years. Unix seconds then stay below 2^31 (January 2038),
 * which clients that count them in 32 bits need.
 */
export const CLOCK_AHEAD_LIMIT_MS = 3650 * DAY_MS;

/** Where the clock is stored. */
const CLOCK_KEY = 'clock/cloud';

/** The stored form of the clock. */
interface StoredClock {
  /** How far ahead of real time it was. */
  readonly aheadMs: number;
  /** The latest time that is known to have been shown; Unix milliseconds. */
  readonly latestMs: number;
}

/**
 * The cloud's time: real time, and what it was moved forward by.
 *
 * It never goes back, so that no token gets a longer life than it was given: where real time jumps back, the cloud's
 * runs on from the latest that it has shown, and is further ahead from then on. It is stored whenever it is moved and
 * when the cloud ends; after a crash it is at least what was stored last.
 */
export class CloudClock implements Clock {
  readonly #store: Store;
  readonly #real: Clock;
  readonly #listeners = new Set<() => void | Promise<void>>();
  #aheadMs: number;
  #latestMs: number;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, real: Clock, { aheadMs, latestMs }: StoredClock) {
    this.#store = store;
    this.#real = real;
    this.#aheadMs = aheadMs;
    this.#latestMs = latestMs;
  }

  /** Opens the clock of a store; that of a new one shows real time. */
  static async open(store: Store, real: Clock): Promise<CloudClock> {
    const entry = await store.get(CLOCK_KEY);
    return new CloudClock(store, real, entry === undefined ? { aheadMs: 0, latestMs: 0 } : readClock(entry));
  }

  now(): number {
    const nowMs = this.#real.now() + this.#aheadMs;
    if (nowMs < this.#latestMs) {
      this.#aheadMs += this.#latestMs - nowMs;
      return this.#latestMs;
    }
    this.#latestMs = nowMs;
    return nowMs;
  }

  /** How far ahead of real time it is; milliseconds. */
  get aheadMs(): number {
    // Real time may have jumped back since it was last asked for.
    this.now();
    return this.#aheadMs;
  }

  /**
   * Moves the cloud's time forward. It is stored before it counts; when the promise resolves, whoever listens has
   * followed.
   *
   * @param ms - whole milliseconds above 0
   * @throws {RangeError} for another number, and where the clock would be more than ten years ahead
   */
  advance(ms: number): Promise<void> {
    if (!(Number.isSafeInteger(ms) && ms > 0)) {
      return Promise.reject(
        new RangeError("A cloud's time only moves forward, by whole milliseconds above 0."),
      );
    }
    return this.#inTurn(async () => {
      if (this.aheadMs + ms > CLOCK_AHEAD_LIMIT_MS) {
        throw new RangeError("A cloud's time is at most ten years (87600h) ahead of real time.");
      }
      await this.#write(ms);
      this.#aheadMs += ms;
      await Promise.all([...this.#listeners].map(async (listener) => listener()));
    });
  }

  /**
   * Calls the listener each time that the clock was moved; `advance` waits for it. A listener must not throw.
   *
   * @returns a function that ends it
   */
  onAdvance(listener: () => void | Promise<void>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits until so much of the cloud's time has passed: as long as it says, and less where time is moved meanwhile.
   *
   * @param setAlarm - what rings after so much real time
   */
  sleep(delayMs: number, setAlarm: SetAlarm): Promise<void> {
    const untilMs = this.now() + delayMs;
    return new Promise((resolve) => {
      const end = () => {
        callOff();
        stop();
        resolve();
      };
      const callOff = setAlarm(delayMs, end);
      const stop = this.onAdvance(() => {
        if (this.now() >= untilMs) end();
      });
    });
  }

  /** Stores the latest time that was shown, so that none before it is shown after a restart. */
  save(): Promise<void> {
    return this.#inTurn(() => this.#write(0));
  }

  async #write(moreMs: number): Promise<void> {
    const latestMs = this.now() + moreMs;
    const value = { aheadMs: this.#aheadMs + moreMs, latestMs } satisfies StoredClock;
    await this.#store.commit([{ key: CLOCK_KEY, value }]);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function readClock({ value }: Entry): StoredClock {
  // Written by this class alone.
  return value as unknown as StoredClock;
}
