/** What IAM asks the callers of its methods for (IAM notes 3.3). */
import { PROJECT_ID } from '../api.fixture.ts';
import type { Asked, ExpectedMethod, ExpectedMethods } from '../permission-suite.fixture.ts';

export const ORGANIZATION = 'organizations/123456789';
export const ON_PROJECT = `projects/${PROJECT_ID}`;
/** The account that the tests ask about. */
export const ON_ACCOUNT = `${ON_PROJECT}/serviceAccounts/robot-1@${PROJECT_ID}.iam.gserviceaccount.com`;

/** The older scope is in the header that production sends. */
const SCOPES = ['cloud-platform', 'iam'];

function asks(...asked: readonly Asked[]): ExpectedMethod {
  return { scopes: SCOPES, asks: asked };
}

const open: ExpectedMethod = { scopes: SCOPES };

export const IAM_PERMISSIONS: ExpectedMethods = {
  'iam.projects.serviceAccounts.create': asks(['iam.serviceAccounts.create', ON_PROJECT]),
  'iam.projects.serviceAccounts.get': asks(['iam.serviceAccounts.get', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.list': asks(['iam.serviceAccounts.list', ON_PROJECT]),
  'iam.projects.serviceAccounts.patch': asks(
    ['iam.serviceAccounts.update', ON_ACCOUNT],
    ['iam.serviceAccounts.get', ON_ACCOUNT],
  ),
  'iam.projects.serviceAccounts.update': asks(['iam.serviceAccounts.update', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.disable': asks(['iam.serviceAccounts.disable', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.enable': asks(['iam.serviceAccounts.enable', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.delete': asks(['iam.serviceAccounts.delete', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.undelete': asks(['iam.serviceAccounts.undelete', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.keys.create': asks(['iam.serviceAccountKeys.create', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.keys.upload': asks(['iam.serviceAccountKeys.create', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.keys.get': asks(['iam.serviceAccountKeys.get', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.keys.list': asks(['iam.serviceAccountKeys.list', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.keys.disable': asks(['iam.serviceAccountKeys.disable', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.keys.enable': asks(['iam.serviceAccountKeys.enable', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.keys.delete': asks(['iam.serviceAccountKeys.delete', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.getIamPolicy': asks(['iam.serviceAccounts.getIamPolicy', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.setIamPolicy': asks(['iam.serviceAccounts.setIamPolicy', ON_ACCOUNT]),
  'iam.projects.serviceAccounts.testIamPermissions': open,
  // The rows of two methods are for a body that names the project.
  'iam.iamPolicies.lintPolicy': {
    scopes: SCOPES,
    asksInside: [
      ['resourcemanager.projects.get', ON_PROJECT],
      ['resourcemanager.projects.getIamPolicy', ON_PROJECT],
      ['resourcemanager.projects.setIamPolicy', ON_PROJECT],
    ],
  },
  'iam.roles.list': open,
  'iam.roles.get': open,
  'iam.roles.queryGrantableRoles': {
    scopes: SCOPES,
    asksInside: [['resourcemanager.projects.getIamPolicy', ON_PROJECT]],
  },
  ...customRoles('projects', ON_PROJECT),
  ...customRoles('organizations', ORGANIZATION),
  'iam.permissions.queryTestablePermissions': open,
  'iam.iamPolicies.queryAuditableServices': open,
  'iam.policies.createPolicy': asks(['iam.denypolicies.create', ON_PROJECT]),
  'iam.policies.get': asks(['iam.denypolicies.get', ON_PROJECT]),
  'iam.policies.listPolicies': asks(['iam.denypolicies.list', ON_PROJECT]),
  'iam.policies.update': asks(['iam.denypolicies.update', ON_PROJECT]),
  'iam.policies.delete': asks(['iam.denypolicies.delete', ON_PROJECT]),
  'iam.policies.operations.get': open,
};

/** The methods of custom roles, which are asked for on what the roles are of. */
function customRoles(kind: string, parent: string): ExpectedMethods {
  return {
    [`iam.${kind}.roles.create`]: asks(['iam.roles.create', parent]),
    [`iam.${kind}.roles.list`]: asks(['iam.roles.list', parent]),
    [`iam.${kind}.roles.get`]: asks(['iam.roles.get', parent]),
    [`iam.${kind}.roles.patch`]: asks(['iam.roles.update', parent], ['iam.roles.get', parent]),
    [`iam.${kind}.roles.delete`]: asks(['iam.roles.delete', parent]),
    [`iam.${kind}.roles.undelete`]: asks(['iam.roles.undelete', parent]),
  };
}
