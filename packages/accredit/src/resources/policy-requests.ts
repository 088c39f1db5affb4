import type { ApiAttributes } from '../protocol/iam/conditions/condition.ts';
import { modifiedGrants, type Policy } from '../protocol/iam/policies/policy.ts';
import {
  type PolicyRequest,
  type PolicyRules,
  type PolicyWrite,
  readPolicy,
  renderPolicy,
  WRITTEN_VERSION,
} from '../protocol/iam/policies/policy-json.ts';
import type { FoundResource } from './found-resource.ts';
import { findGrantableRoles, type GrantPlace } from './grantable-roles.ts';
import { assertMembersExist } from './members.ts';
import type { Resources } from './resources.ts';

/** What a resource says to a policy that is to be written on it. */
export interface PolicyApproval {
  /**
   * Asked before the write, each time it is tried.
   *
   * @param attributes - what the change says to the conditions of those who may make it
   * @throws {ApiError} where the caller may not make this change, or the resource does not take it
   */
  (before: Policy, after: Policy, attributes: ApiAttributes): Promise<void>;
}

type PolicyResources = Pick<Resources, 'policies' | 'serviceAccounts' | 'hierarchy' | 'roles'>;

/** What a policy is to be written on, and what it is in. */
export interface PolicyTarget extends GrantPlace {
  readonly on: FoundResource;
}

/**
 * Carries a `setIamPolicy` request out: checks it against what is there, asks whether the change is allowed, and writes
 * it whole or not at all. Buckets, whose etags and public members are their own, do it by themselves.
 *
 * @returns the policy as IAM answers it, and as a read right after gives it
 * @throws {ApiError} `INVALID_ARGUMENT`, `ABORTED`, what the approval throws, and what the resource answers once it is gone
 */
export async function setPolicy(
  { on, ...place }: PolicyTarget,
  request: PolicyRequest,
  resources: PolicyResources,
  approve: PolicyApproval,
): Promise<Readonly<Record<string, unknown>>> {
  const grantable = await findGrantableRoles(request.policy, place, resources);
  const rules = { grantable, publicMembers: false };
  const { value, revision } = await resources.policies.change(on, async (before) => {
    const write = await checkPolicy(request, rules, before, resources);
    await approve(before, write.policy, modifiedGrants(before, write.policy));
    return write;
  });
  return renderPolicy(value, revision, WRITTEN_VERSION);
}

/**
 * Checks the policy of a request against what is there.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` (IAM notes 1.6)
 */
export async function checkPolicy(
  request: PolicyRequest,
  rules: PolicyRules,
  before: Policy,
  { serviceAccounts }: Pick<Resources, 'serviceAccounts'>,
): Promise<PolicyWrite> {
  const write = readPolicy(request, rules, before);
  await assertMembersExist(write.policy, serviceAccounts);
  return write;
}
