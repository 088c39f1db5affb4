import type { ConditionCompiler } from './condition.ts';

let loading: Promise<ConditionCompiler> | undefined;

/**
 * Loads the evaluator of conditions, once. It costs some 100 ms, which a cloud without conditions is spared.
 *
 * @returns the one compiler of this process, whose cache all share; an expression means the same everywhere
 */
export function loadConditions(): Promise<ConditionCompiler> {
  loading ??= import('./compile.ts').then(({ createConditionCompiler }) => createConditionCompiler());
  return loading;
}
