import { inspect } from 'node:util';

/** What a secret prints as, wherever it is printed by mistake. */
export const MASK = '[secret]';

/**
 * A token, key or code: a value that must not reach a log, an error or a test name.
 *
 * String conversion, JSON and `util.inspect` all give the mask; only `reveal()` gives the value.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** Returns the value itself. Each call is a place to look at in a review. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
