import { type CallTarget, method } from '../../http/method.ts';
import { int32, optional } from '../../kernel/decode.ts';
import { serviceAccountName } from '../../kernel/resource-names.ts';
import {
  readRequestedVersion,
  renderPolicy,
  setIamPolicyRequest,
} from '../../protocol/iam/policies/policy-json.ts';
import {
  readTestedPermissions,
  renderHeldPermissions,
  testIamPermissionsRequest,
} from '../../protocol/iam/policies/tested-permissions.ts';
import { IAM } from '../../protocol/iam/scopes.ts';
import { nodeOf } from '../../resources/facts.ts';
import { type FoundResource, findResource } from '../../resources/found-resource.ts';
import { setPolicy } from '../../resources/policy-requests.ts';
import {
  findServiceAccount,
  requireServiceAccount,
  serviceAccountResource,
  unknownServiceAccount,
} from './named-resources.ts';

type ResourceTarget = CallTarget<{ readonly resource: string }>;

const onAccount = ({ path, services }: ResourceTarget) => serviceAccountResource(path.resource, services);

/** Finds an account that is to have another policy. @throws {ApiError} `NOT_FOUND` */
function findAccount({ path, services }: ResourceTarget): Promise<FoundResource> {
  const { serviceAccounts } = services.resources;
  return findResource({
    find: () => findServiceAccount(path.resource, services),
    nameOf: ({ projectId, email }) => serviceAccountName(projectId, email),
    identityOf: ({ uniqueId }) => uniqueId,
    at: ({ value, revision }) => serviceAccounts.at(revision, value.projectId, value.email),
    missing: unknownServiceAccount,
  });
}

export const getIamPolicy = method({
  id: 'iam.projects.serviceAccounts.getIamPolicy',
  http: 'POST /v1/{resource=projects/*/serviceAccounts/*}:getIamPolicy',
  scopes: IAM,
  permission: { check: 'iam.serviceAccounts.getIamPolicy', on: onAccount },
  async handle(call) {
    const version = 'options.requestedPolicyVersion';
    const requested = readRequestedVersion(optional(int32)(call.query.get(version), version));
    const { projectId, email } = (await requireServiceAccount(call.path.resource, call.services)).value;
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
    const on = await findAccount(call);
    const json = await setPolicy(
      { on, place: 'serviceAccount', within: nodeOf(on.resource) },
      call.body,
      call.services.resources,
      (_before, _after, attributes) =>
        call.authorize('iam.serviceAccounts.setIamPolicy', on.resource, attributes),
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
    return { json: renderHeldPermissions(await call.held(asked, resource)) };
  },
});
