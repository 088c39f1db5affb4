import { type ApiError, invalidArgument } from '../kernel/api-error.ts';
import type { Policy } from '../protocol/iam/policy.ts';
import type { ServiceAccounts } from './service-accounts.ts';

/**
 * Checks that every service account that a policy names is there; other principals live elsewhere and are taken on
 * trust.
 *
 * Deviation: Google refuses people, groups and domains that do not exist; pinned by 'people, groups and domains are taken on
 * trust'. A group that is not declared has nobody in it.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` `Service account X does not exist.` (IAM notes 1.6)
 */
export async function assertMembersExist(policy: Policy, accounts: ServiceAccounts): Promise<void> {
  const emails = new Set(
    policy.bindings
      .flatMap(({ members }) => members)
      .filter((member) => member.startsWith('serviceAccount:') && !member.includes('['))
      .map((member) => member.slice('serviceAccount:'.length)),
  );
  for (const email of emails) {
    if ((await accounts.find(email)) === undefined) throw missing(email);
  }
}

function missing(email: string): ApiError {
  return invalidArgument(`Service account ${email} does not exist.`, { reason: 'badRequest' });
}
