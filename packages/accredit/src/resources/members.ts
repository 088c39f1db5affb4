/** Whether the service accounts that a policy names are there; how they are kept is in `stored-members.ts`. */
import { type ApiError, invalidArgument } from '../kernel/api-error.ts';
import { namedAccount } from '../kernel/principals.ts';
import type { Policy } from '../protocol/iam/policies/policy.ts';
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
  const named = policy.bindings.flatMap(({ members }) => members.map(namedAccount));
  const emails = new Set(
    // One with a unique id is a deleted member that keeps what it had.
    named.flatMap((account) => (account === undefined || 'uniqueId' in account ? [] : [account.email])),
  );
  for (const email of emails) {
    if ((await accounts.find(email)) === undefined) throw noSuchAccount(email);
  }
}

/** The refusal of a policy that names an account that is not there. */
export function noSuchAccount(email: string): ApiError {
  return invalidArgument(`Service account ${email} does not exist.`, { reason: 'badRequest' });
}
