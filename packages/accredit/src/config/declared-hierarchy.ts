import { folderName, organizationName } from '../kernel/resource-names.ts';
import type { Folder, ParentName } from '../resources/folders.ts';
import type { Organization } from '../resources/organizations.ts';
import { type Declared, settled } from './declared.ts';
import { type DeclaredCustomRole, toCustomRoles } from './declared-custom-roles.ts';
import { toGrants } from './declared-grants.ts';
import type { FileFolder, FileOrganization } from './hierarchy-schema.ts';
import type { Path } from './problems.ts';

export interface DeclaredOrganization
  extends Declared<Pick<Organization, 'displayName' | 'directoryCustomerId' | 'tags'>> {
  readonly organizationId: string;
  readonly displayName: string;
  readonly customRoles: readonly DeclaredCustomRole[];
}

export interface DeclaredFolder extends Declared<Pick<Folder, 'displayName' | 'parent' | 'tags'>> {
  readonly folderId: string;
  readonly displayName: string;
  readonly parent: ParentName;
}

/** @param index - its place in the file */
export function toOrganization(organization: FileOrganization, index: number): DeclaredOrganization {
  const { organizationId, displayName, directoryCustomerId, tags, iamPolicy } = organization;
  const path = ['organizations', index];
  return {
    path,
    organizationId,
    displayName,
    fields: settled({ displayName, directoryCustomerId, tags }),
    customRoles: toCustomRoles(organization.customRoles, organizationName(organizationId), path),
    grants: toGrants(iamPolicy, [...path, 'iamPolicy']),
  };
}

/** Returns the folders with all that are in them, each after what it is in. */
export function toFolders(
  folders: readonly FileFolder[],
  parent: ParentName,
  above: Path,
): readonly DeclaredFolder[] {
  return folders.flatMap(({ folderId, displayName, tags, iamPolicy, folders: inner }, index) => {
    const path = [...above, index];
    const declared = {
      path,
      folderId,
      displayName,
      parent,
      fields: settled({ displayName, parent, tags }),
      grants: toGrants(iamPolicy, [...path, 'iamPolicy']),
    };
    return [declared, ...toFolders(inner ?? [], folderName(folderId), [...path, 'folders'])];
  });
}
