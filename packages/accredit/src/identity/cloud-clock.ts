import type { Clock } from '../kernel/ports.ts';

/** The cloud's time: real time that never goes back, so that no token gets a longer life than it was given. */
export class CloudClock implements Clock {
  readonly #real: Clock;
  #latestMs = 0;

  constructor(real: Clock) {
    this.#real = real;
  }

  now(): number {
    this.#latestMs = Math.max(this.#latestMs, this.#real.now());
    return this.#latestMs;
  }
}
