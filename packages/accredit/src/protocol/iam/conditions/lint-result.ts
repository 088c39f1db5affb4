/** What one unit of the linter says about an expression (IAM API, LintResult). */
export interface LintResult {
  readonly level: 'CONDITION';
  readonly validationUnitName: `LintValidationUnits/${LintUnit}`;
  readonly severity: LintSeverity;
  readonly fieldName: 'condition.expression';
  /** Code units from the start; absent where the finding is about the whole. */
  readonly locationOffset?: number;
  readonly debugMessage: string;
}

export type LintSeverity = 'ERROR' | 'WARNING' | 'NOTICE';

/** The units that look at conditions (IAM documentation, linting policies). */
export type LintUnit =
  | 'ConditionCompileCheck'
  | 'ConditionComplexityCheck'
  | 'DateTimeCheck'
  | 'DateTimeRangeCheck'
  | 'DrgGetAttributeDefaultValueCheck'
  | 'EffectiveTimeRangeCheck'
  | 'HasOnlyListConstCheck'
  | 'HasOnlyListLengthCheck'
  | 'ResourceServiceLiteralCheck'
  | 'ResourceTypeLiteralCheck'
  | 'RestrictedAttributesCheck';

/** What a unit found, and where. */
export interface Finding {
  readonly offset?: number;
  readonly message: string;
}

/** Writes a finding as the API shows it. */
export function toLintResult(
  unit: LintUnit,
  severity: LintSeverity,
  { offset, message }: Finding,
): LintResult {
  return {
    level: 'CONDITION',
    validationUnitName: `LintValidationUnits/${unit}`,
    severity,
    fieldName: 'condition.expression',
    ...(offset === undefined ? {} : { locationOffset: offset }),
    debugMessage: message,
  };
}
