import { assertCustomRole, assertRoleId, type CustomRoleFields } from '../protocol/iam/custom-role-fields.ts';
import { isFitForCustomRole, listTestablePermissions } from '../protocol/iam/testable-permissions.ts';
import { passes, type Rule } from './rules.ts';

/** What can have custom roles. */
export type RoleParent = 'organization' | 'project';

export const ROLE_ID: Rule = {
  expected: "a role id (3 to 64 letters, digits, '_' and '.')",
  fits: (text) => passes(() => assertRoleId(text)),
};

export const ROLE_TITLE: Rule = {
  expected: 'a title in quotes, of at most 100 bytes',
  fits: (title) => isRole({ title }),
};

export const ROLE_DESCRIPTION: Rule = {
  expected: 'a description in quotes, of at most 300 bytes',
  fits: (description) => isRole({ description }),
};

/** Which permissions a custom role may hold. */
export function permissionRule(parent: RoleParent): Rule {
  return {
    expected: `a permission that a custom role of ${parent === 'project' ? 'a project' : 'an organization'} can hold`,
    fits: (permission) => isFitForCustomRole(permission, parent),
    choices: () => listTestablePermissions(parent),
  };
}

/** Says whether a role of these permissions and texts is within IAM's limits. */
export function isRole(fields: Partial<CustomRoleFields>, parent: RoleParent = 'project'): boolean {
  const role: CustomRoleFields = { title: '', description: '', stage: 'GA', permissions: [], ...fields };
  return passes(() => assertCustomRole(role, parent));
}
