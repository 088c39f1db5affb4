import type { Clock } from '../../kernel/ports.ts';
import { SECOND_MS } from '../../kernel/timestamps.ts';

/**
 * Requests for tokens that cannot be cached, a second and an instance.
 *
 * @see https://cloud.google.com/compute/docs/access/authenticate-workloads ("50 requests per second")
 */
export const UNCACHED_REQUESTS_PER_SECOND = 50;

/** Counts the uncached token requests of one instance: at most 50 in any one second. */
export class TokenRate {
  readonly #clock: Clock;
  /** Times of the last requests that were let through, as a ring. */
  readonly #times = new Float64Array(UNCACHED_REQUESTS_PER_SECOND).fill(Number.NEGATIVE_INFINITY);
  #next = 0;

  /** @param clock - real time: a rate is how often a client really asks */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Says whether one more request may be answered now, and counts it if so. */
  admit(): boolean {
    const nowMs = this.#clock.now();
    const fiftiethBefore = this.#times[this.#next] ?? 0;
    if (nowMs - fiftiethBefore < SECOND_MS) return false;
    this.#times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % UNCACHED_REQUESTS_PER_SECOND;
    return true;
  }
}
