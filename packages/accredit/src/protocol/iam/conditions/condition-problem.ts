import type { Condition } from './condition.ts';
import { conditionError } from './condition-error.ts';
import { readingCost } from './cost.ts';
import { POLICY_COST_LIMIT, WORD_COST } from './limits.ts';

/** Bytes of a title. Guess: Google's limits of titles and descriptions are not published. */
export const TITLE_LIMIT_BYTES = 100;

/** Bytes of a description. */
export const DESCRIPTION_LIMIT_BYTES = 256;

/** The roles that take no condition (IAM notes 1.4). */
export const BASIC_ROLES: ReadonlySet<string> = new Set(['roles/owner', 'roles/editor', 'roles/viewer']);

/** What it may still cost to read the conditions of a policy; each one that is looked at takes its part (`readingCost`). */
export interface ConditionBudget {
  left: number;
}

/** Returns what it may cost to read the conditions of one policy. */
export function policyBudget(): ConditionBudget {
  return { left: POLICY_COST_LIMIT };
}

/** Guess: the words. */
const OVER_BUDGET = `The conditions of the policy are too long: together they may have ${POLICY_COST_LIMIT.toLocaleString('en-US')} characters, a word counting as ${WORD_COST} at the least.`;

/**
 * Says why a binding may not have a condition, in the words of Google's linter, which looks at every policy write; the
 * answer is then 400.
 *
 * @param role - the role of the binding: a basic role takes no condition (IAM notes 1.4)
 * @param budget - of the policy that it is in: one that is beyond it is not even read
 * @returns `undefined` where there is nothing against it
 */
export function conditionProblem(
  condition: Condition,
  role: string,
  budget = policyBudget(),
): string | undefined {
  if (BASIC_ROLES.has(role)) {
    return "LintValidationUnits/BindingRoleAllowConditionCheck Error: Conditions can't be set on primitive roles";
  }
  const { title = '', description = '', expression } = condition;
  // Guess: the words of these three; that an expression is required is known, a title is not (IAM notes 1.4).
  if (expression === '') return 'The expression of a condition must not be empty.';
  if (Buffer.byteLength(title) > TITLE_LIMIT_BYTES) {
    return `The title of a condition must not be longer than ${TITLE_LIMIT_BYTES} bytes.`;
  }
  if (Buffer.byteLength(description) > DESCRIPTION_LIMIT_BYTES) {
    return `The description of a condition must not be longer than ${DESCRIPTION_LIMIT_BYTES} bytes.`;
  }
  if (expression.length > budget.left) return OVER_BUDGET;
  const check = conditionError(expression);
  // Guess: that the other units are written as the one that is known.
  if (!check.ok) return `LintValidationUnits/${check.unit} Error: ${check.error}`;
  budget.left -= readingCost(expression, check.words);
  return budget.left < 0 ? OVER_BUDGET : undefined;
}
