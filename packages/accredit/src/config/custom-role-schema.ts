import type { z } from 'zod';
import { ROLE_STAGES } from '../protocol/iam/custom-role-fields.ts';
import { CUSTOM_ROLE_LIMIT } from '../protocol/iam/custom-role-life.ts';
import {
  isRole,
  permissionRule,
  ROLE_DESCRIPTION,
  ROLE_ID,
  ROLE_TITLE,
  type RoleParent,
} from './custom-role-rules.ts';
import { choice, list, mapping, text } from './schema-parts.ts';

/** The custom roles of a project or an organization. */
export function customRoles(parent: RoleParent) {
  const role = mapping('a custom role', {
    roleId: text(ROLE_ID),
    title: text(ROLE_TITLE).optional(),
    description: text(ROLE_DESCRIPTION).optional(),
    stage: choice(...ROLE_STAGES),
    permissions: list('permissions', text(permissionRule(parent))),
  }).refine(
    ({ title = '', description = '', permissions }) =>
      isRole({ title, description, permissions: permissions ?? [] }, parent),
    { error: 'at most 3,000 permissions and 64 KiB of text in a role' },
  );
  return list('custom roles', role).refine((roles) => (roles?.length ?? 0) <= CUSTOM_ROLE_LIMIT, {
    error: `at most ${CUSTOM_ROLE_LIMIT} custom roles`,
  });
}

/** The custom roles as the file has them. */
export type FileCustomRoles = z.output<ReturnType<typeof customRoles>>;
