import { deniableNamesOfPermissions } from '../protocol/iam/deny/deniable-permissions.ts';
import { isDenySupported } from '../protocol/iam/deny/deny-permissions.ts';
import {
  DISPLAY_NAME_LIMIT,
  isDenyPolicyId,
  RULE_DESCRIPTION_LIMIT,
} from '../protocol/iam/deny/deny-policy-json.ts';
import { PUBLIC_ALL, parseDenyPrincipal } from '../protocol/iam/deny/deny-principals.ts';
import type { Rule } from './rules.ts';

/** The id of a deny policy (IAM notes 1.3). */
export const DENY_POLICY_ID: Rule = {
  expected: "an id of a deny policy (3 to 63 letters a-z, digits, '-' and '.', first a letter)",
  fits: isDenyPolicyId,
};

export const DENY_DISPLAY_NAME: Rule = {
  expected: `a display name of at most ${DISPLAY_NAME_LIMIT} characters`,
  fits: (text) => text.length <= DISPLAY_NAME_LIMIT,
};

export const DENY_RULE_DESCRIPTION: Rule = {
  expected: `a description of at most ${RULE_DESCRIPTION_LIMIT} characters`,
  fits: (text) => text.length <= RULE_DESCRIPTION_LIMIT,
};

/** The principals of deny policies are not spelled like members of allow policies. */
export const DENIED_PRINCIPAL: Rule = {
  expected: `a principal of deny policies, such as 'principal://goog/subject/ada@example.com', 'principalSet://goog/group/team@example.com', 'principal://iam.googleapis.com/projects/-/serviceAccounts/EMAIL' or '${PUBLIC_ALL}'`,
  fits: (text) => parseDenyPrincipal(text) !== undefined,
};

export const EXCEPTION_PRINCIPAL: Rule = {
  expected:
    "a principal of deny policies other than everyone, such as 'principalSet://goog/group/team@example.com'",
  fits: (text) => text !== PUBLIC_ALL && parseDenyPrincipal(text) !== undefined,
};

export const DENIED_PERMISSION: Rule = {
  expected:
    "a permission that can be denied, such as 'storage.googleapis.com/objects.delete', or 'storage.googleapis.com/objects.*'",
  fits: isDenySupported,
  choices: () => [...deniableNamesOfPermissions()],
};
