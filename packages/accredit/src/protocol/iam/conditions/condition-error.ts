import { analyzeExpression, type CheckedExpression } from './analyze.ts';
import { ERROR_UNITS } from './lint-errors.ts';
import type { LintUnit } from './lint-result.ts';

/** An expression that a policy may hold, or the first reason why none may. */
export type ConditionCheck =
  | ({ readonly ok: true } & CheckedExpression)
  | { readonly ok: false; readonly unit: LintUnit; readonly error: string };

/** Checks an expression with the linter's units that find errors, as a policy write does. */
export function conditionError(expression: string): ConditionCheck {
  const analysis = analyzeExpression(expression);
  if (!analysis.ok) return { ok: false, unit: 'ConditionCompileCheck', error: analysis.problem.message };
  for (const [unit, find] of Object.entries(ERROR_UNITS)) {
    const [finding] = find(analysis);
    // The keys of a constant table are the names that it is written with.
    if (finding !== undefined) return { ok: false, unit: unit as LintUnit, error: finding.message };
  }
  return analysis;
}
