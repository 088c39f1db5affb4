import type { ResourceName } from '../kernel/resource-names.ts';
import { isCustomRoleWithin } from '../protocol/iam/roles/grantable-roles.ts';
import { parseCustomRoleName } from '../protocol/iam/roles/role-names.ts';
import { type DeclaredGrant, rolePath } from './declared-grants.ts';
import type { Draft } from './draft.ts';
import { describeValue } from './problems.ts';

/**
 * Checks that each custom role that is given is there, now or after the commit, and belongs to what the policy is in
 * (IAM notes 1.5).
 *
 * @param within - the project, folder or organization of the policy
 */
export async function checkRoles(
  draft: Draft,
  within: ResourceName,
  grants: readonly DeclaredGrant[],
): Promise<void> {
  // A binding is looked at once, however many members it has.
  const bindings = new Map(grants.map((grant) => [JSON.stringify(rolePath(grant)), grant]));
  for (const grant of bindings.values()) {
    const { role } = grant;
    const named = parseCustomRoleName(role);
    if (named === undefined) continue;
    if (!(await isThere(draft, role))) {
      draft.complain(rolePath(grant), `expected a custom role that there is, got ${describeValue(role)}.`);
    } else if (!isCustomRoleWithin(role, await ancestorsAfter(draft, within))) {
      const fitting = `a custom role of '${within}' or of what that is in`;
      draft.complain(rolePath(grant), `expected ${fitting}, got ${describeValue(role)}.`);
    }
  }
}

async function isThere(draft: Draft, role: string): Promise<boolean> {
  if (draft.isDeclared(role)) return true;
  const named = parseCustomRoleName(role);
  const kept = named && (await draft.resources.roles.getKept(named));
  return kept?.state === 'active' && !draft.isLeaving(role);
}

/** Returns a project, folder or organization and all that it will be in after the commit, nearest first. */
async function ancestorsAfter(draft: Draft, name: ResourceName): Promise<readonly ResourceName[]> {
  const ancestors = [name];
  for (let next = await parentAfter(draft, name); next !== undefined; next = await parentAfter(draft, next)) {
    // Folders that are only stored may be in a folder that the file puts into them.
    if (ancestors.includes(next)) break;
    ancestors.push(next);
  }
  return ancestors;
}

async function parentAfter(draft: Draft, name: ResourceName): Promise<ResourceName | undefined> {
  return draft.parents.get(name) ?? (await draft.resources.hierarchy.ancestorsOf(name))[1];
}
