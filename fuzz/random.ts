/** Weyl constant of mulberry32: the fractional part of the golden ratio, odd, in 32 bits. */
const INCREMENT = 0x6d2b79f5;

/** Spreads the index of a case over the seeds (Knuth's multiplicative hash). */
const INDEX_FACTOR = 0x9e3779b1;

/** A deterministic source of chance (mulberry32): the same seed gives the same sequence anywhere. */
export class Random {
  #state: number;

  /** @param seed - 32 bits count */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** The chance of one case of a run, whatever was drawn for the others. */
  static forCase(seed: number, index: number): Random {
    const random = new Random(seed ^ Math.imul(index + 1, INDEX_FACTOR));
    random.below(2);
    return random;
  }

  /** @returns an integer from 0 to `limit` - 1 */
  below(limit: number): number {
    this.#state = (this.#state + INCREMENT) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) * limit) / 2 ** 32) | 0;
  }

  /** @param oneIn - true once in so many times */
  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  /** @throws {RangeError} for an empty list */
  pick<T>(items: readonly T[]): T {
    const index = this.below(items.length);
    const item = items[index];
    if (index >= items.length || item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  }
}
