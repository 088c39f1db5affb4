import { type CallTarget, method } from '../../http/method.ts';
import { int32, optional } from '../../kernel/decode.ts';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import {
  readRequestedVersion,
  renderPolicy,
  setIamPolicyRequest,
  WRITTEN_VERSION,
} from '../../protocol/iam/policy-json.ts';
import { findRole } from '../../protocol/iam/roles/catalogue.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import {
  readTestedPermissions,
  renderHeldPermissions,
  testIamPermissionsRequest,
} from '../../protocol/iam/tested-permissions.ts';
import { setPolicy } from '../../resources/policy-requests.ts';
import { findServiceAccount, requireServiceAccount, serviceAccountResource } from './named-resources.ts';

type ResourceTarget = CallTarget<{ readonly resource: string }>;

const onAccount = ({ path, services }: ResourceTarget) => serviceAccountResource(path.resource, services);

/** Returns the resource of an account that is there; the policy of one that is not can be neither read nor written. */
async function requireResource({ path, services }: ResourceTarget): Promise<string> {
  const { projectId, email } = (await requireServiceAccount(path.resource, services)).value;
  return serviceAccountName(projectId, email);
}

export const getIamPolicy = method({
  id: 'iam.projects.serviceAccounts.getIamPolicy',
  http: 'POST /v1/{resource=projects/*/serviceAccounts/*}:getIamPolicy',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.getIamPolicy', on: onAccount },
  async handle(call) {
    const version = 'options.requestedPolicyVersion';
    const requested = readRequestedVersion(optional(int32)(call.query.get(version), version));
    const stored = await call.services.resources.policies.get(await requireResource(call));
    return { json: renderPolicy(stored.value, stored.revision, requested) };
  },
});

export const setIamPolicy = method({
  id: 'iam.projects.serviceAccounts.setIamPolicy',
  http: 'POST /v1/{resource=projects/*/serviceAccounts/*}:setIamPolicy',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.setIamPolicy', on: onAccount },
  body: { kind: 'json', decode: setIamPolicyRequest },
  async handle(call) {
    const resource = await requireResource(call);
    const written = await setPolicy(
      resource,
      call.body,
      { grantable: isGrantable, publicMembers: false },
      call.services.resources,
      (_before, _after, attributes) =>
        call.authorize('iam.serviceAccounts.setIamPolicy', resource, attributes),
    );
    return { json: renderPolicy(written.value, written.revision, WRITTEN_VERSION) };
  },
});

/**
 * Says whether a role may be given on a service account. Guess: Google lists those that hold a permission about service
 * accounts or their keys; `allUsers` is refused, which is on the safe side.
 */
function isGrantable(role: string): boolean {
  const permissions = findRole(role)?.permissions ?? [];
  for (const permission of permissions) if (permission.startsWith('iam.serviceAccount')) return true;
  return false;
}

export const testIamPermissions = method({
  id: 'iam.projects.serviceAccounts.testIamPermissions',
  http: 'POST /v1/{resource=projects/*/serviceAccounts/*}:testIamPermissions',
  scopes: IAM,
  open: 'it says what the caller may do, and shows nothing else',
  body: { kind: 'json', decode: testIamPermissionsRequest },
  async handle(call) {
    const asked = readTestedPermissions(call.body.permissions);
    const account = await findServiceAccount(call.path.resource, call.services);
    // On an account that is not there nothing is held, and the answer does not say which of the two it is. Guess: at
    // Google neither does it.
    if (account === undefined) return { json: {} };
    const resource = serviceAccountName(account.value.projectId, account.value.email);
    return { json: await renderHeldPermissions(asked, (permission) => call.may(permission, resource)) };
  },
});
