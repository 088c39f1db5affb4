import { randomFillSync } from 'node:crypto';
import type { Random } from '../kernel/ports.ts';

/** Random bytes that are drawn at once: each draw costs a call into the system's generator. */
const POOL_BYTES = 4096;

/** The system's random bytes, drawn in batches; a byte is given out once and wiped from the pool. */
export class SystemRandom implements Random {
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;

  bytes(length: number): Buffer {
    if (length > POOL_BYTES) return randomFillSync(Buffer.alloc(length));
    if (this.#used + length > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const taken = Buffer.from(this.#pool.subarray(this.#used, this.#used + length));
    this.#pool.fill(0, this.#used, this.#used + length);
    this.#used += length;
    return taken;
  }
}
