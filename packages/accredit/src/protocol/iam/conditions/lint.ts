import { analyzeExpression, type CheckedExpression } from './analyze.ts';
import { LINT_RESULT_LIMIT } from './limits.ts';
import { ERROR_UNITS } from './lint-errors.ts';
import {
  type Finding,
  type LintResult,
  type LintSeverity,
  type LintUnit,
  toLintResult,
} from './lint-result.ts';
import { WARNING_UNITS } from './lint-warnings.ts';

/** What every other unit says of an expression that does not compile (IAM documentation, linting policies). */
const SKIPPED = 'The validation unit is skipped due to absence of a required object: CheckedExpr';

/**
 * Examines an expression as Google's linter does. Never throws.
 *
 * @param timeMs - Unix milliseconds, the cloud's time; what lies before it is past
 * @returns nothing where all is well
 */
export function lintCondition(expression: string, timeMs: number): readonly LintResult[] {
  const analysis = analyzeExpression(expression);
  if (!analysis.ok) {
    return [
      toLintResult('ConditionCompileCheck', 'ERROR', analysis.problem),
      ...[...unitNames(ERROR_UNITS), ...unitNames(WARNING_UNITS)].map((unit) =>
        toLintResult(unit, 'NOTICE', { message: SKIPPED }),
      ),
    ];
  }
  // A long chain is not looked into: what the other units cost is bounded by the operators that are allowed.
  const tooComplex = ERROR_UNITS.ConditionComplexityCheck(analysis);
  if (tooComplex.length > 0) return toResults('ConditionComplexityCheck', 'ERROR', tooComplex);
  const errors = examine('ERROR', ERROR_UNITS, analysis);
  return [...errors, ...examine('WARNING', forWarnings(timeMs), analysis)].slice(0, LINT_RESULT_LIMIT);
}

type Units = Readonly<Partial<Record<LintUnit, (expression: CheckedExpression) => readonly Finding[]>>>;

function forWarnings(timeMs: number): Units {
  const units = unitNames(WARNING_UNITS).map((unit) => [
    unit,
    ({ root }: CheckedExpression) => WARNING_UNITS[unit](root, timeMs),
  ]);
  return Object.fromEntries(units);
}

/** The names of units; a constant table has no keys but those that it is written with. */
function unitNames<U extends LintUnit>(units: Readonly<Record<U, unknown>>): readonly U[] {
  return Object.keys(units) as U[];
}

function examine(severity: LintSeverity, units: Units, expression: CheckedExpression): readonly LintResult[] {
  return Object.entries(units).flatMap(([unit, find]) =>
    toResults(unit as LintUnit, severity, find(expression)),
  );
}

function toResults(
  unit: LintUnit,
  severity: LintSeverity,
  findings: readonly Finding[],
): readonly LintResult[] {
  return findings.map((finding) => toLintResult(unit, severity, finding));
}
