import { type ApiError, invalidArgument } from '../../../kernel/api-error.ts';
import type { Member } from '../../../kernel/principals.ts';

/** Principals that one policy may name, counting every appearance, exemptions from audit logs too (IAM quotas). */
export const PRINCIPAL_LIMIT = 1500;

/** Groups, each counted once, and domains, counted every time, that one policy may name (IAM quotas). */
export const GROUP_AND_DOMAIN_LIMIT = 250;

/** Bindings of one role to one principal on different conditions (IAM quotas). */
export const CONDITION_VARIANT_LIMIT = 20;

/** The parts of a policy that have limits. */
interface Counted {
  readonly bindings: readonly {
    readonly role: string;
    readonly members: readonly Member[];
    readonly condition?: unknown;
  }[];
  readonly auditConfigs?: readonly {
    readonly auditLogConfigs: readonly { readonly exemptedMembers?: readonly Member[] | undefined }[];
  }[];
}

/**
 * Checks that a policy is not too large (IAM notes 1.2). Guess: the texts.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertWithinLimits(policy: Counted): void {
  const members = policy.bindings.flatMap((binding) => binding.members);
  assertPrincipals(members.length + exemptedCount(policy));
  const groups = new Set(members.filter((member) => member.startsWith('group:')));
  const domains = members.filter((member) => member.startsWith('domain:'));
  if (groups.size + domains.length > GROUP_AND_DOMAIN_LIMIT) {
    throw tooMany('domains and groups', groups.size + domains.length, GROUP_AND_DOMAIN_LIMIT);
  }
  for (const [grant, count] of countVariants(policy)) {
    if (count > CONDITION_VARIANT_LIMIT) {
      throw bad(
        `The role and member (${grant}) are in ${count} bindings with different conditions; there may be ` +
          `${CONDITION_VARIANT_LIMIT}.`,
      );
    }
  }
}

/** @throws {ApiError} `INVALID_ARGUMENT` where so many appearances are more than a policy may have */
function assertPrincipals(count: number): void {
  if (count > PRINCIPAL_LIMIT) throw tooMany('members', count, PRINCIPAL_LIMIT);
}

function exemptedCount({ auditConfigs = [] }: Counted): number {
  return auditConfigs
    .flatMap(({ auditLogConfigs }) => auditLogConfigs)
    .reduce((sum, { exemptedMembers = [] }) => sum + exemptedMembers.length, 0);
}

/** Counts the conditional bindings of each role to each member. */
function countVariants({ bindings }: Counted): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { role, members, condition } of bindings) {
    if (condition === undefined) continue;
    for (const member of new Set(members)) {
      const grant = `${role}, ${member}`;
      counts.set(grant, (counts.get(grant) ?? 0) + 1);
    }
  }
  return counts;
}

function tooMany(what: string, count: number, limit: number): ApiError {
  return bad(
    `The number of ${what} in the policy (${count.toLocaleString('en-US')}) is larger than the maximum ` +
      `allowed size ${limit.toLocaleString('en-US')}.`,
  );
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}
