import { invalidArgument } from '../../../kernel/api-error.ts';
import type { DenyRule } from './deny-policy.ts';
import { parseDenyPrincipal } from './deny-principals.ts';

/** Deny policies that one resource may have (IAM notes 1.2). */
export const DENY_POLICY_LIMIT = 500;

/** Rules of one deny policy, and of all that are attached to one resource (IAM notes 1.2). */
export const DENY_RULE_LIMIT = 500;

/** Groups and domains in all deny policies of one resource (IAM notes 1.2). */
export const DENY_GROUP_LIMIT = 500;

/** Principals in all deny policies of one resource, counting every appearance (IAM notes 1.2). */
export const DENY_PRINCIPAL_LIMIT = 2500;

/**
 * Says which limit the deny policies of one resource would exceed together; `undefined` where none.
 *
 * Guess: a group counts once and each appearance of a domain, as in allow policies; exceptions count; and the words.
 *
 * @param policies - the rules of each policy on the resource, the one that is being written among them
 */
export function denyLimitProblem(policies: readonly (readonly DenyRule[])[]): string | undefined {
  const rules = policies.flat();
  const principals = rules.flatMap(({ deniedPrincipals, exceptionPrincipals }) => [
    ...deniedPrincipals,
    ...exceptionPrincipals,
  ]);
  const counts: readonly (readonly [what: string, count: number, limit: number])[] = [
    ['deny policies', policies.length, DENY_POLICY_LIMIT],
    ['rules in the deny policies', rules.length, DENY_RULE_LIMIT],
    ['groups and domains in the deny policies', countGroups(principals), DENY_GROUP_LIMIT],
    ['principals in the deny policies', principals.length, DENY_PRINCIPAL_LIMIT],
  ];
  const exceeded = counts.find(([, count, limit]) => count > limit);
  if (exceeded === undefined) return undefined;
  const [what, count, limit] = exceeded;
  const [is, most] = [count.toLocaleString('en-US'), limit.toLocaleString('en-US')];
  return `The number of ${what} of the resource (${is}) is larger than the maximum allowed size ${most}.`;
}

/** @throws {ApiError} `INVALID_ARGUMENT` for deny policies that are too much for one resource */
export function assertWithinDenyLimits(policies: readonly (readonly DenyRule[])[]): void {
  const problem = denyLimitProblem(policies);
  if (problem !== undefined) throw invalidArgument(problem, { reason: 'badRequest' });
}

function countGroups(principals: readonly string[]): number {
  const groups = new Set<string>();
  let domains = 0;
  for (const principal of principals) {
    const kind = parseDenyPrincipal(principal)?.kind;
    if (kind === 'group') groups.add(principal);
    else if (kind === 'domain') domains += 1;
  }
  return groups.size + domains;
}
