/** Answers that one instance keeps for a second; a client that asks for more different things pays for each. */
const KEPT_ANSWER_LIMIT = 100;

/**
 * Answers that stay the same for a second: their date, and the remainder of a token's life, are whole seconds. A busy
 * client asks for the same thing thousands of times in that time.
 */
export class AnswerMemo<T> {
  #realSecond = 0;
  #cloudSecond = 0;
  readonly #answers = new Map<string, T>();

  /** The seconds of both clocks are asked for, so that neither can move without being seen. */
  get(target: string, realSecond: number, cloudSecond: number): T | undefined {
    if (realSecond === this.#realSecond && cloudSecond === this.#cloudSecond)
      return this.#answers.get(target);
    this.#realSecond = realSecond;
    this.#cloudSecond = cloudSecond;
    this.#answers.clear();
    return undefined;
  }

  put(target: string, answer: T): void {
    if (this.#answers.size < KEPT_ANSWER_LIMIT) this.#answers.set(target, answer);
  }
}
