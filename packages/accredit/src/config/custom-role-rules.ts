import {
  assertCustomRole,
  assertRoleId,
  type CustomRoleFields,
  PERMISSION_LIMIT,
  TOTAL_LIMIT_BYTES,
  textBytes,
} from '../protocol/iam/roles/custom-role-fields.ts';
import { isFitForCustomRole, listTestablePermissions } from '../protocol/iam/roles/testable-permissions.ts';
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

/** A limit of IAM that a role is beyond: what goes on after `expected`, and after `got`. */
export interface Excess {
  readonly expected: string;
  readonly got: string;
}

/** Returns the limits that a role as a whole is beyond; what each of its parts must be are rules of their own. */
export function excessesOf(
  fields: Pick<CustomRoleFields, 'title' | 'description' | 'permissions'>,
): readonly Excess[] {
  const count = fields.permissions.length;
  const sizeBytes = textBytes(fields);
  return [
    ...(count > PERMISSION_LIMIT
      ? [{ expected: `at most ${PERMISSION_LIMIT} permissions in a role`, got: `${count}` }]
      : []),
    ...(sizeBytes > TOTAL_LIMIT_BYTES
      ? [{ expected: `at most ${TOTAL_LIMIT_BYTES} bytes of text in a role`, got: `${sizeBytes}` }]
      : []),
  ];
}

/** Says whether a role of this text alone is within IAM's limits. */
function isRole(fields: Partial<CustomRoleFields>): boolean {
  const role: CustomRoleFields = { title: '', description: '', stage: 'GA', permissions: [], ...fields };
  return passes(() => assertCustomRole(role, 'project'));
}
