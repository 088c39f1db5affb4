import type { z } from 'zod';
import { ROLE_STAGES } from '../protocol/iam/roles/custom-role-fields.ts';
import { CUSTOM_ROLE_LIMIT } from '../protocol/iam/roles/custom-role-life.ts';
import {
  excessesOf,
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
  }).superRefine(({ title = '', description = '', permissions }, context) => {
    for (const { expected, got } of excessesOf({ title, description, permissions: permissions ?? [] }))
      context.addIssue({ code: 'custom', message: expected, params: { got } });
  });
  return list('custom roles', role).refine((roles) => (roles?.length ?? 0) <= CUSTOM_ROLE_LIMIT, {
    error: `at most ${CUSTOM_ROLE_LIMIT} custom roles`,
  });
}

/** The custom roles as the file has them. */
export type FileCustomRoles = z.output<ReturnType<typeof customRoles>>;
