/** All decision tables. */
import { DOWNWARDS, LEAVES, UPWARDS } from './inheritance.fixture.ts';
import { ACCOUNT_SETS, KUBERNETES, WORKFORCE, WORKLOADS } from './principal-sets.fixture.ts';
import { GROUPS, NAMES, PUBLIC } from './principals.fixture.ts';
import { BASIC_ROLES, OTHER_ROLES, PREDEFINED_ROLES } from './roles.fixture.ts';
import type { Table } from './row.fixture.ts';

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
];
