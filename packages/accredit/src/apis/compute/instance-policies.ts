import { method } from '../../http/method.ts';
import { int32, object, optional } from '../../kernel/decode.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { policyMessage, readRequestedVersion, renderPolicy } from '../../protocol/iam/policy-json.ts';
import { COMPUTE_READ, COMPUTE_WRITE } from '../../protocol/iam/scopes.ts';
import {
  readTestedPermissions,
  renderHeldPermissions,
  testIamPermissionsRequest,
} from '../../protocol/iam/tested-permissions.ts';
import { setPolicy } from '../../resources/policy-requests.ts';
import { findInstance, type InstanceTarget, nameOfInstance } from './instance-target.ts';
import { missing, placeOf } from './places.ts';

/** @throws {ApiError} `NOT_FOUND`: the policy of an instance that is not there can be neither read nor written */
async function requireName(target: InstanceTarget): Promise<ResourceName> {
  const name = await nameOfInstance(target);
  if ((await findInstance(target)) === undefined) throw missing(name);
  return name;
}

export const getIamPolicy = method({
  id: 'compute.instances.getIamPolicy',
  http: 'GET /compute/v1/projects/{project}/zones/{zone}/instances/{instance}/getIamPolicy',
  scopes: COMPUTE_READ,
  permission: { check: 'compute.instances.getIamPolicy', on: nameOfInstance },
  async handle(call) {
    const parameter = 'optionsRequestedPolicyVersion';
    const version = readRequestedVersion(optional(int32)(call.query.get(parameter), parameter));
    const stored = await call.services.resources.policies.get(await requireName(call));
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
    const resource = await requireName(call);
    const { projectId } = await placeOf(call);
    const json = await setPolicy(
      { resource, place: 'instance', within: projectName(projectId) },
      call.body,
      call.services.resources,
      (_before, _after, attributes) => call.authorize('compute.instances.setIamPolicy', resource, attributes),
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
    const resource = await requireName(call);
    const asked = readTestedPermissions(call.body.permissions, 'instance');
    return { json: await renderHeldPermissions(asked, (permission) => call.may(permission, resource)) };
  },
});
