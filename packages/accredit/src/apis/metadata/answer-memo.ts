/** What is kept under one instance, by request target; a client that asks for more different things pays for each. */
const KEPT_LIMIT = 100;

/** Characters of all that is kept under one instance: an ordinary recursive dump has 3,000, a VM asks for a few keys. */
export const KEPT_LENGTH_LIMIT = 64 * 1024;

/** Keeps what was made for a target, within bounds that no client can stretch; what does not fit is made anew. */
export class BoundedMemo<T> {
  readonly #kept = new Map<string, T>();
  #length = 0;

  get(target: string): T | undefined {
    return this.#kept.get(target);
  }

  /** @param length - characters that keeping it takes */
  put(target: string, value: T, length: number): void {
    const total = this.#length + target.length + length;
    if (this.#kept.size >= KEPT_LIMIT || total > KEPT_LENGTH_LIMIT || this.#kept.has(target)) return;
    this.#length = total;
    this.#kept.set(target, value);
  }

  clear(): void {
    this.#kept.clear();
    this.#length = 0;
  }
}

/**
 * Answers that stay the same for a second: their date, and the remainder of a token's life, are whole seconds. A busy
 * client asks for the same thing thousands of times in that time.
 */
export class AnswerMemo<T> {
  #realSecond = 0;
  #cloudSecond = 0;
  readonly #answers = new BoundedMemo<T>();

  /** The seconds of both clocks are asked for, so that neither can move without being seen. */
  get(target: string, realSecond: number, cloudSecond: number): T | undefined {
    if (realSecond === this.#realSecond && cloudSecond === this.#cloudSecond)
      return this.#answers.get(target);
    this.#realSecond = realSecond;
    this.#cloudSecond = cloudSecond;
    this.#answers.clear();
    return undefined;
  }

  put(target: string, answer: T, length: number): void {
    this.#answers.put(target, answer, length);
  }
}
