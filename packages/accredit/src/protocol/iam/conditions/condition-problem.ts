import type { Condition } from './condition.ts';
import { conditionError } from './condition-error.ts';

/** Bytes of a title. Guess: Google's limits of titles and descriptions are not published. */
export const TITLE_LIMIT_BYTES = 100;

/** Bytes of a description. */
export const DESCRIPTION_LIMIT_BYTES = 256;

/** The roles that take no condition (IAM notes 1.4). */
export const BASIC_ROLES: ReadonlySet<string> = new Set(['roles/owner', 'roles/editor', 'roles/viewer']);

/**
 * Says why a binding may not have a condition, in the words of Google's linter, which looks at every policy write; the
 * answer is then 400.
 *
 * @param role - the role of the binding: a basic role takes no condition (IAM notes 1.4)
 * @returns `undefined` where there is nothing against it
 */
export function conditionProblem(condition: Condition, role: string): string | undefined {
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
  const check = conditionError(expression);
  // Guess: that the other units are written as the one that is known.
  return check.ok ? undefined : `LintValidationUnits/${check.unit} Error: ${check.error}`;
}
