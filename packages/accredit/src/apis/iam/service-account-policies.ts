import { type CallTarget, method } from '../../http/method.ts';
import { int32, optional } from '../../kernel/decode.ts';
import { projectName, serviceAccountName } from '../../kernel/resource-names.ts';
import { readRequestedVersion, renderPolicy, setIamPolicyRequest } from '../../protocol/iam/policy-json.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import {
  readTestedPermissions,
  renderHeldPermissions,
  testIamPermissionsRequest,
} from '../../protocol/iam/tested-permissions.ts';
import { setPolicy } from '../../resources/policy-requests.ts';
import type { ServiceAccount } from '../../resources/service-accounts.ts';
import { findServiceAccount, requireServiceAccount, serviceAccountResource } from './named-resources.ts';

type ResourceTarget = CallTarget<{ readonly resource: string }>;

const onAccount = ({ path, services }: ResourceTarget) => serviceAccountResource(path.resource, services);

/** Returns an account that is there; the policy of one that is not can be neither read nor written. */
async function requireAccount({ path, services }: ResourceTarget): Promise<ServiceAccount> {
  return (await requireServiceAccount(path.resource, services)).value;
}

export const getIamPolicy = method({
  id: 'iam.projects.serviceAccounts.getIamPolicy',
  http: 'POST /v1/{resource=projects/*/serviceAccounts/*}:getIamPolicy',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.getIamPolicy', on: onAccount },
  async handle(call) {
    const version = 'options.requestedPolicyVersion';
    const requested = readRequestedVersion(optional(int32)(call.query.get(version), version));
    const { projectId, email } = await requireAccount(call);
    const stored = await call.services.resources.policies.get(serviceAccountName(projectId, email));
    return { json: renderPolicy(stored.value, stored.revision, requested) };
  },
});

/** Guess: `allUsers` is refused here too, which is on the safe side. */
export const setIamPolicy = method({
  id: 'iam.projects.serviceAccounts.setIamPolicy',
  http: 'POST /v1/{resource=projects/*/serviceAccounts/*}:setIamPolicy',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.setIamPolicy', on: onAccount },
  body: { kind: 'json', decode: setIamPolicyRequest },
  async handle(call) {
    const { projectId, email } = await requireAccount(call);
    const resource = serviceAccountName(projectId, email);
    const json = await setPolicy(
      { resource, place: 'serviceAccount', within: projectName(projectId) },
      call.body,
      call.services.resources,
      (_before, _after, attributes) =>
        call.authorize('iam.serviceAccounts.setIamPolicy', resource, attributes),
    );
    return { json };
  },
});

export const testIamPermissions = method({
  id: 'iam.projects.serviceAccounts.testIamPermissions',
  http: 'POST /v1/{resource=projects/*/serviceAccounts/*}:testIamPermissions',
  scopes: IAM,
  open: 'it says what the caller may do, and shows nothing else',
  body: { kind: 'json', decode: testIamPermissionsRequest },
  async handle(call) {
    const asked = readTestedPermissions(call.body.permissions, 'serviceAccount');
    const account = await findServiceAccount(call.path.resource, call.services);
    // On an account that is not there nothing is held, and the answer does not say which of the two it is. Guess: at
    // Google neither does it.
    if (account === undefined) return { json: {} };
    const resource = serviceAccountName(account.value.projectId, account.value.email);
    return { json: await renderHeldPermissions(asked, (permission) => call.may(permission, resource)) };
  },
});
