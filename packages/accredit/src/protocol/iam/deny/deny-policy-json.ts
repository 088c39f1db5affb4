import { type ApiError, invalidArgument } from '../../../kernel/api-error.ts';
import { clip } from '../../../kernel/clip.ts';
import { anything, type Decoded, list, map, object, optional, string } from '../../../kernel/decode.ts';
import { tagFunctionsOnly } from '../conditions/analyze.ts';
import type { Condition } from '../conditions/condition.ts';
import { conditionMessage, readCondition } from '../conditions/condition-json.ts';
import { type ConditionBudget, conditionProblem, policyBudget } from '../conditions/condition-problem.ts';
import { DENY_RULE_LIMIT } from './deny-limits.ts';
import { isDenySupported } from './deny-permissions.ts';
import type { DenyRule } from './deny-policy.ts';
import { PUBLIC_ALL, parseDenyPrincipal } from './deny-principals.ts';

const POLICY_ID_FORM = /^[a-z][a-z0-9.-]{2,62}$/;

/** Says whether a policy may have this id: 3 to 63 characters (IAM notes 1.3). */
export function isDenyPolicyId(policyId: string): boolean {
  return POLICY_ID_FORM.test(policyId);
}

/** The longest display name, in characters (IAM notes 1.3). */
export const DISPLAY_NAME_LIMIT = 63;

/**
 * The longest description of a rule, in characters.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v2/policies#PolicyRule
 */
export const RULE_DESCRIPTION_LIMIT = 256;

/**
 * Bounds of annotations, in characters.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v2/policies#Policy
 */
export const ANNOTATION_LIMIT = { key: 63, value: 255 } as const;

const denyRuleMessage = object({
  deniedPrincipals: list(string),
  exceptionPrincipals: list(string),
  deniedPermissions: list(string),
  exceptionPermissions: list(string),
  denialCondition: optional(conditionMessage),
});

/** The rules of a policy, as requests and `gcloud iam policies create --policy-file` have them. */
export const denyRulesMessage = list(
  object({ description: optional(string), denyRule: optional(denyRuleMessage) }),
);

/** A policy of a request, as it came. Times are IAM's to say, and not looked at, as at Google. */
export const denyPolicyMessage = object({
  name: optional(string),
  uid: optional(string),
  kind: optional(string),
  displayName: optional(string),
  annotations: optional(map(string)),
  etag: optional(string),
  managingAuthority: optional(string),
  createTime: anything,
  updateTime: anything,
  deleteTime: anything,
  rules: denyRulesMessage,
});

type DenyRuleMessage = Decoded<typeof denyRuleMessage>;

/**
 * Checks the rules of a policy and brings them into the form that is kept: principals in their canonical spelling, each
 * once.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`. Guess: the words of all of these.
 */
export function readDenyRules(message: Decoded<typeof denyRulesMessage>): readonly DenyRule[] {
  if (message.length > DENY_RULE_LIMIT) {
    throw bad(
      'rules',
      `The number of rules in the policy (${message.length}) is larger than the maximum allowed size ${DENY_RULE_LIMIT}.`,
    );
  }
  const budget = policyBudget();
  return message.map(({ description, denyRule }, index) => {
    const field = `rules[${index}]`;
    if (denyRule === undefined)
      throw bad(`${field}.denyRule`, 'A rule of a deny policy must be a deny rule.');
    assertLength(`${field}.description`, description, RULE_DESCRIPTION_LIMIT);
    return {
      ...(description === undefined || description === '' ? {} : { description }),
      ...readDenyRule(denyRule, `${field}.denyRule`, budget),
    };
  });
}

function readDenyRule(rule: DenyRuleMessage, field: string, budget: ConditionBudget): DenyRule {
  // Guess: a rule that denies nothing, or nobody, is refused.
  for (const name of ['deniedPrincipals', 'deniedPermissions'] as const) {
    if (rule[name].length === 0) throw bad(`${field}.${name}`, `A deny rule must have ${name}.`);
  }
  const condition = rule.denialCondition;
  return {
    deniedPrincipals: readPrincipals(rule.deniedPrincipals, `${field}.deniedPrincipals`),
    exceptionPrincipals: readExceptions(rule.exceptionPrincipals, `${field}.exceptionPrincipals`),
    deniedPermissions: readPermissions(rule.deniedPermissions, `${field}.deniedPermissions`),
    exceptionPermissions: readPermissions(rule.exceptionPermissions, `${field}.exceptionPermissions`),
    ...(condition === undefined
      ? {}
      : { denialCondition: readDenialCondition(condition, `${field}.denialCondition`, budget) }),
  };
}

function readPrincipals(texts: readonly string[], field: string): readonly string[] {
  const principals = texts.map((text, index) => {
    const parsed = parseDenyPrincipal(text);
    if (parsed === undefined) {
      throw bad(
        `${field}[${index}]`,
        `Invalid principal '${clip(text)}'. Deny policies take IAM v2 principals.`,
      );
    }
    return parsed.principal;
  });
  return [...new Set(principals)];
}

/**
 * Checks that deleted principals stand where they stood before and nowhere else: they would be denied, or spared, again when
 * they are undeleted.
 *
 * Guess: that IAM refuses them as it does in allow policies (IAM notes 1.1), and the text.
 *
 * @param before - the rules as they were; none for a new policy
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertNoneDeletedIsNew(rules: readonly DenyRule[], before: readonly DenyRule[]): void {
  for (const list of ['deniedPrincipals', 'exceptionPrincipals'] as const) {
    const present = new Set(before.flatMap((rule) => rule[list]));
    const added = rules
      .flatMap((rule) => rule[list])
      .find((principal) => principal.startsWith('deleted:') && !present.has(principal));
    if (added !== undefined) {
      throw bad(`policy.rules.${list}`, `The principal ${clip(added)} is deleted and cannot be added.`);
    }
  }
}

/** Everybody cannot be an exception (IAM notes 1.1). */
function readExceptions(texts: readonly string[], field: string): readonly string[] {
  const index = texts.indexOf(PUBLIC_ALL);
  if (index >= 0) throw bad(`${field}[${index}]`, `'${PUBLIC_ALL}' cannot be an exception principal.`);
  return readPrincipals(texts, field);
}

function readPermissions(texts: readonly string[], field: string): readonly string[] {
  const index = texts.findIndex((text) => !isDenySupported(text));
  if (index >= 0) {
    // Guess: that it is refused is from memory, the words are not known (IAM notes 1.3).
    throw bad(
      `${field}[${index}]`,
      `Permission '${clip(texts[index] ?? '')}' is not supported in deny policies.`,
    );
  }
  return [...new Set(texts)];
}

function readDenialCondition(
  message: Decoded<typeof conditionMessage>,
  field: string,
  budget: ConditionBudget,
): Condition {
  const condition = readCondition(message);
  const problem = denialConditionProblem(condition, budget);
  if (problem !== undefined) throw bad(field, problem);
  return condition;
}

/**
 * Says why a deny rule may not have a condition; `undefined` where there is nothing against it.
 *
 * @param budget - of the policy that it is in
 */
export function denialConditionProblem(condition: Condition, budget = policyBudget()): string | undefined {
  // No role stands in a deny policy; what is left are the checks of the condition itself.
  const problem = conditionProblem(condition, '', budget);
  if (problem !== undefined || tagFunctionsOnly(condition.expression)) return problem;
  return 'The condition of a deny rule may use resource tag functions only.';
}

/** @throws {ApiError} `INVALID_ARGUMENT` for a text that is too long. Guess: the words. */
export function assertLength(field: string, text: string | undefined, limit: number): void {
  if ((text ?? '').length <= limit) return;
  throw bad(field, `The field '${field}' must not be longer than ${limit} characters.`);
}

/** @throws {ApiError} `INVALID_ARGUMENT` for an annotation that is too long */
export function assertAnnotations(annotations: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(annotations)) {
    assertLength('annotations', key, ANNOTATION_LIMIT.key);
    assertLength(`annotations.${clip(key)}`, value, ANNOTATION_LIMIT.value);
  }
}

/** Renders rules; what is empty is left out, as proto3 JSON does. */
export function renderDenyRules(rules: readonly DenyRule[]): readonly Readonly<Record<string, unknown>>[] {
  return rules.map(({ description, ...denyRule }) => ({
    ...(description === undefined ? {} : { description }),
    denyRule: Object.fromEntries(
      Object.entries(denyRule).filter(([, value]) => !Array.isArray(value) || value.length > 0),
    ),
  }));
}

function bad(field: string, message: string): ApiError {
  return invalidArgument(message, {
    reason: 'badRequest',
    violations: [{ field: `policy.${field}`, description: message }],
  });
}
