import type { ResourceName } from '../kernel/resource-names.ts';
import { denyLimitProblem } from '../protocol/iam/deny/deny-limits.ts';
import type { Stored } from '../resources/collection.ts';
import type { DenyPolicy } from '../resources/deny-policies.ts';
import { accountsOfDenyPolicies, type DeclaredDenyPolicy } from './declared-deny-policies.ts';
import { differingFields } from './differing-fields.ts';
import type { Draft } from './draft.ts';

/**
 * Takes in the deny policies of organizations, folders and projects; comes when the accounts that they name were looked
 * for.
 */
export async function settleDenyPolicies(draft: Draft): Promise<void> {
  const byPlace = Map.groupBy(draft.configuration.denyPolicies, ({ attachedTo }) => attachedTo);
  for (const [attachedTo, declared] of byPlace) await settlePlace(draft, attachedTo, declared);
}

async function settlePlace(
  draft: Draft,
  attachedTo: ResourceName,
  declared: readonly DeclaredDenyPolicy[],
): Promise<void> {
  const present = await draft.resources.denyPolicies.all(attachedTo);
  const byId = new Map(present.map((stored) => [stored.value.policyId, stored]));
  for (const policy of declared) {
    await settleDenyPolicy(draft, policy, byId.get(policy.policyId));
    byId.delete(policy.policyId);
  }
  const staying = [...byId.values()].filter(
    ({ value }) => !draft.isLeaving(denyPolicyName(attachedTo, value.policyId)),
  );
  const rules = [...staying.map(({ value }) => value.rules), ...declared.map((policy) => policy.rules)];
  const problem = denyLimitProblem(rules);
  if (problem !== undefined) draft.complain(declared[0]?.path.slice(0, -1) ?? [], problem);
}

/** Returns how reports and the memory of declarations name a deny policy. */
export function denyPolicyName(attachedTo: ResourceName, policyId: string): ResourceName {
  return `${attachedTo}/denyPolicies/${policyId}`;
}

async function settleDenyPolicy(
  draft: Draft,
  declared: DeclaredDenyPolicy,
  stored: Stored<DenyPolicy> | undefined,
): Promise<void> {
  // What names an account that is not there cannot be written; the problem of it is reported already.
  if ([...accountsOfDenyPolicies([declared])].some(({ email }) => !draft.accounts.has(email))) return;
  const { attachedTo, policyId, displayName, rules } = declared;
  const { denyPolicies } = draft.resources;
  const texts = { displayName, rules };
  const policy =
    stored === undefined
      ? denyPolicies.draft(attachedTo, policyId, texts)
      : denyPolicies.changed(stored.value, texts);
  await draft.settle({
    name: denyPolicyName(attachedTo, policyId),
    identity: policy.uid,
    isNew: stored === undefined,
    differing: stored === undefined ? [] : differingFields(stored.value, texts),
    grants: [],
    changes: [await denyPolicies.put(policy, draft.born)],
    preconditions: [denyPolicies.at(stored?.revision ?? 0, attachedTo, policyId)],
  });
}
