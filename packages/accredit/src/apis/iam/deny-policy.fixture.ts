/** What the tests of deny policies share. */
import type { DenyRule } from '../../protocol/iam/deny/deny-policy.ts';
import type { Resources } from '../../resources/resources.ts';
import { PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';

/** The deny policies of the project, by its id. */
export const POLICIES_URL = `https://iam.googleapis.com/v2/policies/cloudresourcemanager.googleapis.com%2Fprojects%2F${PROJECT_ID}/denypolicies`;

/** Their names, as answers show them. */
export const POLICIES_NAME = `policies/cloudresourcemanager.googleapis.com%2Fprojects%2F${PROJECT_NUMBER}/denypolicies`;

export const EVERYONE = 'principalSet://goog/public:all';

/** Returns the principal of deny policies that a service account is. */
export function accountPrincipal(email: string): string {
  return `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`;
}

/** Returns a rule of a request that denies permissions to everyone, unless it says otherwise. */
export function denyRule(permission: string, changed: Readonly<Record<string, unknown>> = {}) {
  return { denyRule: { deniedPrincipals: [EVERYONE], deniedPermissions: [permission], ...changed } };
}

/** Attaches a deny policy, past the API. */
export async function attach(
  { denyPolicies, commit }: Resources,
  attachedTo: string,
  policyId: string,
  ...rules: readonly Partial<DenyRule>[]
): Promise<void> {
  const whole = rules.map((rule) => ({
    deniedPrincipals: [EVERYONE],
    exceptionPrincipals: [],
    deniedPermissions: [],
    exceptionPermissions: [],
    ...rule,
  }));
  const policy = denyPolicies.draft(attachedTo, policyId, { displayName: '', rules: whole });
  await commit([await denyPolicies.put(policy)]);
}
