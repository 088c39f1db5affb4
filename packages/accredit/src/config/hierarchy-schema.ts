import type { z } from 'zod';
import { FOLDER_DEPTH_LIMIT } from '../resources/hierarchy.ts';
import { customRoles } from './custom-role-schema.ts';
import { denyPolicies, type FileDenyPolicies } from './deny-policy-schema.ts';
import { resourceTags } from './label-schema.ts';
import { iamPolicy } from './policy-schema.ts';
import { CUSTOMER_ID, DOMAIN, FOLDER_NAME, HIERARCHY_NUMBER } from './rules.ts';
import { list, mapping, number, text } from './schema-parts.ts';

/** A folder as the file has it, with those that are in it. */
export interface FileFolder {
  readonly folderId: string;
  readonly displayName: string;
  readonly tags?: z.output<typeof resourceTags>;
  readonly iamPolicy?: z.output<ReturnType<typeof iamPolicy>>;
  readonly denyPolicies?: FileDenyPolicies;
  readonly folders?: readonly FileFolder[] | null | undefined;
}

const folderShape = {
  folderId: number(HIERARCHY_NUMBER),
  displayName: text(FOLDER_NAME),
  tags: resourceTags,
  iamPolicy: iamPolicy('folder'),
  denyPolicies,
};

/** @param levels - how many folders may be one in another, from this one on */
function folder(levels: number): z.ZodType<FileFolder> {
  if (levels <= 1) return mapping('a folder', folderShape);
  return mapping('a folder', { ...folderShape, folders: list('folders', folder(levels - 1)) });
}

/** One of `organizations`. */
export const organization = mapping('an organization', {
  organizationId: number(HIERARCHY_NUMBER),
  displayName: text(DOMAIN),
  directoryCustomerId: text(CUSTOMER_ID).optional(),
  tags: resourceTags,
  customRoles: customRoles('organization'),
  iamPolicy: iamPolicy('organization'),
  denyPolicies,
  folders: list('folders', folder(FOLDER_DEPTH_LIMIT)),
});

/** An organization as the file says it. */
export type FileOrganization = z.output<typeof organization>;
