import type { ResourceName } from '../kernel/resource-names.ts';
import type { CustomRoleFields } from '../protocol/iam/roles/custom-role-fields.ts';
import type { FileCustomRoles } from './custom-role-schema.ts';
import type { Path } from './problems.ts';

/** A custom role as the file declares it. */
export interface DeclaredCustomRole {
  readonly path: Path;
  readonly parent: ResourceName;
  readonly roleId: string;
  /** What the file says and nothing else: what it leaves out stays as it is. */
  readonly fields: Partial<CustomRoleFields>;
}

/**
 * Returns the custom roles of a project or an organization, their permissions in the order in which they are kept.
 *
 * @param path - of the project or organization
 */
export function toCustomRoles(
  roles: FileCustomRoles,
  parent: ResourceName,
  path: Path,
): readonly DeclaredCustomRole[] {
  return (roles ?? []).map(({ roleId, title, description, stage, permissions }, index) => ({
    path: [...path, 'customRoles', index],
    parent,
    roleId,
    fields: {
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      ...(stage === undefined ? {} : { stage }),
      // A key with nothing behind it says that the role holds none.
      ...(permissions === undefined ? {} : { permissions: [...new Set(permissions ?? [])].sort() }),
    },
  }));
}
