import type { Api } from '../../http/method.ts';
import { customRoleMethods } from './custom-roles.ts';
import { getOperation, getPolicy, listPolicies } from './deny-policies.ts';
import { createPolicy, deletePolicy, updatePolicy } from './deny-policy-changes.ts';
import { lintPolicy } from './lint-policy.ts';
import { get as getRole, list as listRoles, queryGrantableRoles } from './predefined-roles.ts';
import { queryAuditableServices, queryTestablePermissions } from './resource-queries.ts';
import { disable, enable, patch, update } from './service-account-changes.ts';
import { deleteAccount, undelete } from './service-account-deletion.ts';
import { deleteKey, disableKey, enableKey } from './service-account-key-changes.ts';
import { createKey, getKey, listKeys, uploadKey } from './service-account-keys.ts';
import { getIamPolicy, setIamPolicy, testIamPermissions } from './service-account-policies.ts';
import { create, get, list } from './service-accounts.ts';

const serviceAccounts = [create, get, list, patch, update, disable, enable, deleteAccount, undelete];
const serviceAccountKeys = [createKey, uploadKey, getKey, listKeys, disableKey, enableKey, deleteKey];
const policies = [getIamPolicy, setIamPolicy, testIamPermissions, lintPolicy];
const predefinedRoles = [listRoles, getRole, queryGrantableRoles];

const denyPolicies = [createPolicy, getPolicy, listPolicies, updatePolicy, deletePolicy, getOperation];

/**
 * Identity and Access Management: v1 has service accounts, their keys and their policies, roles, and the linter of
 * conditions; v2 has deny policies.
 */
export const iam: Api = {
  name: 'iam',
  hosts: ['iam.googleapis.com'],
  family: 'esf',
  consumer: 'caller',
  methods: [
    ...serviceAccounts,
    ...serviceAccountKeys,
    ...policies,
    ...predefinedRoles,
    ...customRoleMethods('projects'),
    ...customRoleMethods('organizations'),
    queryTestablePermissions,
    queryAuditableServices,
    ...denyPolicies,
  ],
};
