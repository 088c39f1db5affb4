import { z } from 'zod';
import { conditionError } from '../protocol/iam/conditions/condition-error.ts';
import { BASIC_ROLES } from '../protocol/iam/conditions/condition-problem.ts';
import { type GrantPlace, memberRule, roleRule } from './grants.ts';
import { CONDITION_DESCRIPTION, CONDITION_TITLE } from './rules.ts';
import { list, mapping, text } from './schema-parts.ts';

const EXPRESSION_EXPECTED = 'a condition in CEL that IAM takes';

/** An expression that a policy may hold; the reason why one is none comes with the issue. */
const expression = z.string({ error: EXPRESSION_EXPECTED }).superRefine((written, context) => {
  const check = conditionError(written);
  if (check.ok) return;
  // What follows the first line shows the place in the expression, which is in the file already.
  const [reason = ''] = check.error.replace('ERROR: ', '').split('\n');
  context.addIssue({ code: 'custom', message: EXPRESSION_EXPECTED, params: { reason } });
});

const condition = mapping('a condition', {
  title: text(CONDITION_TITLE).optional(),
  description: text(CONDITION_DESCRIPTION).optional(),
  expression,
});

/** The bindings of one allow policy. */
export function iamPolicy(place: GrantPlace) {
  const members = z.array(text(memberRule(place)), { error: 'a list of members' });
  const binding = mapping('a binding', {
    role: text(roleRule(place)),
    members,
    condition: condition.optional(),
  }).refine((written) => written.condition === undefined || !BASIC_ROLES.has(written.role), {
    error: 'no condition on a basic role',
    path: ['condition'],
  });
  return list('bindings', binding);
}

/** The bindings of a policy as the file has them. */
export type FilePolicy = z.output<ReturnType<typeof iamPolicy>>;
