import { z } from 'zod';
import { DENY_RULE_LIMIT } from '../protocol/iam/deny/deny-limits.ts';
import { denialConditionProblem } from '../protocol/iam/deny/deny-policy-json.ts';
import {
  DENIED_PERMISSION,
  DENIED_PRINCIPAL,
  DENY_DISPLAY_NAME,
  DENY_POLICY_ID,
  DENY_RULE_DESCRIPTION,
  EXCEPTION_PRINCIPAL,
} from './deny-policy-rules.ts';
import type { Rule } from './rules.ts';
import { list, mapping, text } from './schema-parts.ts';

/** A list that names something. */
function someOf(what: string, rule: Rule) {
  const expected = `a list of ${what}, at least one`;
  return z.array(text(rule), { error: expected }).min(1, { error: expected });
}

const anyText = (what: string) => z.string({ error: what }).optional();

const denialCondition = mapping('a condition', {
  title: anyText('a title'),
  description: anyText('a description'),
  location: anyText('a location'),
  expression: z.string({ error: "an expression, such as \"resource.matchTag('123456789012/env', 'prod')\"" }),
}).superRefine((condition, context) => {
  const problem = denialConditionProblem({ expression: condition.expression });
  if (problem === undefined) return;
  const expected = `a condition of resource tag functions only (${problem})`;
  context.addIssue({ code: 'custom', message: expected, path: ['expression'] });
});

const rule = mapping('a rule', {
  description: text(DENY_RULE_DESCRIPTION).optional(),
  denyRule: mapping('a deny rule', {
    deniedPrincipals: someOf('principals', DENIED_PRINCIPAL),
    exceptionPrincipals: list('principals', text(EXCEPTION_PRINCIPAL)),
    deniedPermissions: someOf('permissions', DENIED_PERMISSION),
    exceptionPermissions: list('permissions', text(DENIED_PERMISSION)),
    denialCondition: denialCondition.optional(),
  }),
});

/** The deny policies of a project, a folder or an organization; rules as `gcloud iam policies create` takes them. */
export const denyPolicies = list(
  'deny policies',
  mapping('a deny policy', {
    id: text(DENY_POLICY_ID),
    displayName: text(DENY_DISPLAY_NAME).optional(),
    rules: z
      .array(rule, { error: 'a list of rules' })
      .max(DENY_RULE_LIMIT, { error: `at most ${DENY_RULE_LIMIT} rules` }),
  }),
);

/** What a file declares of deny policies. */
export type FileDenyPolicies = z.output<typeof denyPolicies>;
