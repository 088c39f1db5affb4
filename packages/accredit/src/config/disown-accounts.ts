import { mapMembers } from '../protocol/iam/policies/policy.ts';
import type { ServiceAccount } from '../resources/service-accounts.ts';
import type { Draft } from './draft.ts';
import { namesWithPolicies } from './walk-resources.ts';

/**
 * Marks deleted accounts in every policy that names them, so that later accounts of the same addresses inherit nothing
 * (IAM notes 1.8). IAM keeps such members for a while; they grant nothing.
 */
export async function disownAccounts(draft: Draft, accounts: readonly ServiceAccount[]): Promise<void> {
  if (accounts.length === 0) return;
  const marked = new Map(
    accounts.map(({ email, uniqueId }) => [
      `serviceAccount:${email}`,
      `deleted:serviceAccount:${email}?uid=${uniqueId}`,
    ]),
  );
  for await (const name of namesWithPolicies(draft.resources)) {
    if (draft.isDeleted(name)) continue;
    const policy = await draft.policies.get(name);
    if (!policy.bindings.some(({ members }) => members.some((member) => marked.has(member)))) continue;
    await draft.policies.change(
      name,
      mapMembers(policy, (member) => marked.get(member) ?? member),
    );
  }
}
