import { method } from '../../http/method.ts';
import { int32, object, optional } from '../../kernel/decode.ts';
import { instanceName, projectName } from '../../kernel/resource-names.ts';
import {
  policyMessage,
  readRequestedVersion,
  renderPolicy,
} from '../../protocol/iam/policies/policy-json.ts';
import {
  readTestedPermissions,
  renderHeldPermissions,
  testIamPermissionsRequest,
} from '../../protocol/iam/policies/tested-permissions.ts';
import { COMPUTE_READ, COMPUTE_WRITE } from '../../protocol/iam/scopes.ts';
import { type FoundResource, findResource } from '../../resources/found-resource.ts';
import { setPolicy } from '../../resources/policy-requests.ts';
import { findInstance, type InstanceTarget, nameOfInstance } from './instance-target.ts';
import { missing, placeOf } from './places.ts';

/** @throws {ApiError} `NOT_FOUND`: the policy of an instance that is not there can be neither read nor written */
function requireInstance(target: InstanceTarget): Promise<FoundResource> {
  const { instances } = target.services.resources;
  return findResource({
    find: () => findInstance(target),
    nameOf: ({ projectId, zone, name }) => instanceName(projectId, zone, name),
    identityOf: ({ id }) => id,
    at: ({ value, revision }) => instances.at(revision, value),
    missing: async () => missing(await nameOfInstance(target)),
  });
}

export const getIamPolicy = method({
  id: 'compute.instances.getIamPolicy',
  http: 'GET /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/getIamPolicy',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.instances.getIamPolicy', on: nameOfInstance },
  async handle(call) {
    const parameter = 'optionsRequestedPolicyVersion';
    const version = readRequestedVersion(optional(int32)(call.query.get(parameter), parameter));
    const { resource } = await requireInstance(call);
    const stored = await call.services.resources.policies.get(resource);
    return { json: renderPolicy(stored.value, stored.revision, version) };
  },
});

/** The older way, `bindings` and `etag` in place of `policy`, is not taken: an unknown field is refused. */
const zoneSetPolicyRequest = object({ policy: policyMessage });

export const setIamPolicy = method({
  id: 'compute.instances.setIamPolicy',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/setIamPolicy',
  scopes: COMPUTE_WRITE,
  permission: { check: 'compute.instances.setIamPolicy', on: nameOfInstance },
  body: { kind: 'json', decode: zoneSetPolicyRequest },
  async handle(call) {
    const on = await requireInstance(call);
    const { projectId } = await placeOf(call);
    const json = await setPolicy(
      { on, place: 'instance', within: projectName(projectId) },
      call.body,
      call.services.resources,
      (_before, _after, attributes) =>
        call.authorize('compute.instances.setIamPolicy', on.resource, attributes),
    );
    return { json };
  },
});

/** Guess: an instance that is not there is 404 for everybody, as a bucket is seen to be (IAM notes 1.7). */
export const testIamPermissions = method({
  id: 'compute.instances.testIamPermissions',
  http: 'POST /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/testIamPermissions',
  scopes: COMPUTE_READ,
  open: 'it says what the caller may do, and shows nothing else',
  body: { kind: 'json', decode: testIamPermissionsRequest },
  async handle(call) {
    const { resource } = await requireInstance(call);
    const asked = readTestedPermissions(call.body.permissions, 'instance');
    return { json: renderHeldPermissions(await call.held(asked, resource)) };
  },
});
