import { setImmediate as turn } from 'node:timers/promises';
import { type Control, ControlFailed } from './control.ts';

/** The control of one check: it knows what is under way, and does nothing more once the check is over. */
export class WatchedControl {
  readonly control: Control;
  readonly #underWay = new Set<Promise<unknown>>();
  #isOver = false;

  constructor(control: Control) {
    const watched = Object.entries(control).map(([name, act]: readonly [string, Act]) => [
      name,
      (...values: readonly never[]) => this.#watch(() => act(...values)),
    ]);
    // Each takes and gives what the one does that it stands for.
    this.control = Object.fromEntries(watched) as Control;
  }

  /** Lets nothing more begin, and waits for what has begun: what is half done cannot be taken back. */
  async end(): Promise<void> {
    this.#isOver = true;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    // Whoever waited for it goes on first, and may say what is to be taken back.
    await turn();
  }

  async #watch<T>(act: () => Promise<T>): Promise<T> {
    if (this.#isOver) throw new ControlFailed('the check was over before it changed everything');
    const work = act();
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }
}

/** Any part of a control. */
type Act = (...values: readonly never[]) => Promise<unknown>;
