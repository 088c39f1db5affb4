/** All decision tables. */
import { LIVES } from './account-lives.fixture.ts';
import { STATES } from './account-states.fixture.ts';
import { USES } from './account-uses.fixture.ts';
import { ATTACHMENTS } from './attachments.fixture.ts';
import { AUDIT_MODE } from './audit-mode.fixture.ts';
import { BOUNDARIES } from './boundaries.fixture.ts';
import { ATTRIBUTES } from './conditions-on-calls.fixture.ts';
import { RESOURCES } from './conditions-on-resources.fixture.ts';
import { TAGGED } from './conditions-on-tags.fixture.ts';
import { TIMES } from './conditions-on-time.fixture.ts';
import { DENIAL_CONDITIONS } from './denial-conditions.fixture.ts';
import { DENIED_PERMISSIONS } from './denied-permissions.fixture.ts';
import { DENIED_PRINCIPALS, EXCEPTED_PRINCIPALS } from './denied-principals.fixture.ts';
import { DOWNWARDS, LEAVES, UPWARDS } from './inheritance.fixture.ts';
import { COMPUTE_SCOPES, OTHER_SCOPES } from './other-scopes.fixture.ts';
import { ACCOUNT_SETS, KUBERNETES, WORKFORCE, WORKLOADS } from './principal-sets.fixture.ts';
import { GROUPS, NAMES, PUBLIC } from './principals.fixture.ts';
import { BASIC_ROLES, OTHER_ROLES, PREDEFINED_ROLES } from './roles.fixture.ts';
import type { Table } from './row.fixture.ts';
import { SCOPES_AND_IAM } from './scopes-and-iam.fixture.ts';
import { CONVENIENCE_MEMBERS, OBJECT_LISTS, PUBLIC_ACCESS_PREVENTION } from './storage-access.fixture.ts';
import { STORAGE_SCOPES } from './storage-scopes.fixture.ts';

export const TABLES: readonly Table[] = [
  NAMES,
  PUBLIC,
  GROUPS,
  ACCOUNT_SETS,
  WORKLOADS,
  KUBERNETES,
  WORKFORCE,
  DOWNWARDS,
  UPWARDS,
  LEAVES,
  BASIC_ROLES,
  PREDEFINED_ROLES,
  OTHER_ROLES,
  CONVENIENCE_MEMBERS,
  OBJECT_LISTS,
  PUBLIC_ACCESS_PREVENTION,
  STORAGE_SCOPES,
  COMPUTE_SCOPES,
  OTHER_SCOPES,
  SCOPES_AND_IAM,
  ATTACHMENTS,
  DENIED_PERMISSIONS,
  DENIED_PRINCIPALS,
  EXCEPTED_PRINCIPALS,
  DENIAL_CONDITIONS,
  TIMES,
  RESOURCES,
  TAGGED,
  ATTRIBUTES,
  BOUNDARIES,
  STATES,
  LIVES,
  USES,
  AUDIT_MODE,
];
