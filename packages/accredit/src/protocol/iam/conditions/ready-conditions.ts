import type { CompiledCondition, ConditionContext, ConditionOutcome } from './condition.ts';
import { READY_COST_LIMIT } from './limits.ts';

/** An expression that was read, and what evaluates it. */
export interface ReadyCondition {
  readonly cost: number;
  evaluate(context: ConditionContext): ConditionOutcome;
}

/** Gives up what makes a condition ready; it is read anew when it is next asked for. */
interface Kept {
  readonly cost: number;
  readonly forget: () => void;
}

/**
 * Makes conditions ready when they are first asked for, and keeps so many of them ready: policies are kept, and hold on
 * to their conditions, but what an expression is read into takes many times its memory.
 */
export class ReadyConditions {
  readonly #prepare: (expression: string) => ReadyCondition;
  /** What is kept ready, what was read first standing first. */
  readonly #kept = new Set<Kept>();
  #cost = 0;

  /** @param prepare - reads an expression; never throws */
  constructor(prepare: (expression: string) => ReadyCondition) {
    this.#prepare = prepare;
  }

  /** Returns a condition that has not been read yet. */
  compile(expression: string): CompiledCondition {
    let cost: number | undefined;
    let ready: ReadyCondition | undefined;
    const makeReady = (): ReadyCondition => {
      if (ready !== undefined) return ready;
      const made = this.#prepare(expression);
      ({ cost } = made);
      ready = made;
      this.#keep({
        cost,
        forget() {
          ready = undefined;
        },
      });
      return made;
    };
    return {
      expression,
      get cost() {
        return cost ?? makeReady().cost;
      },
      evaluate: (context) => (ready ?? makeReady()).evaluate(context),
    };
  }

  #keep(condition: Kept): void {
    this.#kept.add(condition);
    this.#cost += condition.cost;
    for (const oldest of this.#kept) {
      if (this.#cost <= READY_COST_LIMIT) return;
      this.#kept.delete(oldest);
      this.#cost -= oldest.cost;
      oldest.forget();
    }
  }
}
