import type { z } from 'zod';
import { bucket } from './bucket-schema.ts';
import { customRoles } from './custom-role-schema.ts';
import { denyPolicies } from './deny-policy-schema.ts';
import { roleRule } from './grants.ts';
import { instance } from './instance-schema.ts';
import { labels, metadata, resourceTags } from './label-schema.ts';
import { osLogin } from './os-login-schema.ts';
import { iamPolicy } from './policy-schema.ts';
import {
  ACCOUNT_DESCRIPTION,
  ACCOUNT_ID,
  DISPLAY_NAME,
  PARENT,
  PROJECT_ID,
  PROJECT_NAME,
  PROJECT_NUMBER,
  SERVICE,
} from './rules.ts';
import { boolean, list, mapping, number, text } from './schema-parts.ts';

const serviceAccount = mapping('a service account', {
  accountId: text(ACCOUNT_ID),
  displayName: text(DISPLAY_NAME).optional(),
  description: text(ACCOUNT_DESCRIPTION).optional(),
  disabled: boolean(),
  roles: list('roles', text(roleRule('project'))),
  iamPolicy: iamPolicy('serviceAccount'),
});

/** One of `projects`. */
export const project = mapping('a project', {
  projectId: text(PROJECT_ID),
  projectNumber: number(PROJECT_NUMBER).optional(),
  parent: text(PARENT).optional(),
  name: text(PROJECT_NAME).optional(),
  labels,
  metadata,
  osLogin,
  tags: resourceTags,
  disabledServices: list('services', text(SERVICE)),
  customRoles: customRoles('project'),
  iamPolicy: iamPolicy('project'),
  denyPolicies,
  serviceAccounts: list('service accounts', serviceAccount),
  buckets: list('buckets', bucket),
  instances: list('instances', instance),
});

/** A project as the file says it. */
export type FileProject = z.output<typeof project>;

/** A service account as the file says it. */
export type FileAccount = z.output<typeof serviceAccount>;
