import type { CompileCondition, Condition, ConditionCompiler } from '../protocol/iam/conditions/condition.ts';

/** Loads what compiles conditions when the first policy holds one: it is large, and most clouds have none. */
export class PolicyConditions {
  readonly #load: () => Promise<ConditionCompiler>;

  /** @param load - of the compiler; asked whenever there is something to compile */
  constructor(load: () => Promise<ConditionCompiler>) {
    this.#load = load;
  }

  /** Returns what compiles these conditions; `undefined` where there is none to compile. */
  async compilerFor(conditions: readonly (Condition | undefined)[]): Promise<CompileCondition | undefined> {
    if (conditions.every((condition) => condition === undefined)) return undefined;
    return (await this.#load()).compileCondition;
  }
}
