import type { Clock } from '../../kernel/ports.ts';
import { SECOND_MS } from '../../kernel/timestamps.ts';

/** Counts the requests of one instance: at most so many in any one second. */
class RequestRate {
  /** Times of the last requests that were let through, as a ring. */
  readonly #times: Float64Array;
  #next = 0;

  constructor(perSecond: number) {
    this.#times = new Float64Array(perSecond).fill(Number.NEGATIVE_INFINITY);
  }

  get perSecond(): number {
    return this.#times.length;
  }

  admit(nowMs: number): boolean {
    const oldest = this.#times[this.#next] ?? 0;
    if (nowMs - oldest < SECOND_MS) return false;
    this.#times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#times.length;
    return true;
  }
}

/** Limits requests of one kind, an instance and a second. */
export class RequestRates {
  readonly #clock: Clock;
  readonly #rates = new Map<string, RequestRate>();

  /** @param clock - real time: a rate is how often a client really asks */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Says whether an instance may have one more answered now, and counts it if so. */
  admit(instance: string, perSecond: number): boolean {
    const known = this.#rates.get(instance);
    const rate = known?.perSecond === perSecond ? known : new RequestRate(perSecond);
    if (rate !== known) this.#rates.set(instance, rate);
    return rate.admit(this.#clock.now());
  }

  forget(instance: string): void {
    this.#rates.delete(instance);
  }
}
