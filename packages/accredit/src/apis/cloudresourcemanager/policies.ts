import { OWNER_EMAIL } from '../../http/authenticate.ts';
import { type AnyMethod, method } from '../../http/method.ts';
import { invalidArgument } from '../../kernel/api-error.ts';
import type { ResourceName } from '../../kernel/resource-names.ts';
import type { Policy } from '../../protocol/iam/policy.ts';
import {
  getIamPolicyRequest,
  readRequestedVersion,
  renderPolicy,
  setIamPolicyRequest,
} from '../../protocol/iam/policy-json.ts';
import type { PolicyPlace } from '../../protocol/iam/policy-places.ts';
import { PROJECT_READ, PROJECT_WRITE } from '../../protocol/iam/scopes.ts';
import {
  readTestedPermissions,
  renderHeldPermissions,
  testIamPermissionsRequest,
} from '../../protocol/iam/tested-permissions.ts';
import { setPolicy } from '../../resources/policy-requests.ts';
import {
  nameOfFolder,
  nameOfFolderIfThere,
  nameOfOrganization,
  nameOfOrganizationIfThere,
  nameOfProject,
  nameOfProjectIfThere,
  type ResourceTarget,
} from './lookups.ts';

/** Who owns everything in the cloud. */
const OWNER = `user:${OWNER_EMAIL}`;

/** What has a policy here, and in which versions of the API. */
interface PolicyHolder {
  readonly kind: 'projects' | 'folders' | 'organizations';
  readonly place: PolicyPlace;
  readonly versions: readonly ('v1' | 'v2' | 'v3')[];
  /** @throws {ApiError} `PERMISSION_DENIED` where it is not there */
  readonly nameOf: (target: ResourceTarget) => Promise<ResourceName>;
  readonly findName: (target: ResourceTarget) => Promise<ResourceName | undefined>;
}

function getIamPolicy({ kind, versions, nameOf }: PolicyHolder) {
  return method({
    id: `cloudresourcemanager.${kind}.getIamPolicy`,
    http: versions.map((version) => `POST /${version}/${kind}/{resource}:getIamPolicy` as const),
    scopes: PROJECT_READ,
    permission: { check: `resourcemanager.${kind}.getIamPolicy`, on: nameOf },
    body: { kind: 'json', decode: getIamPolicyRequest },
    async handle(call) {
      const version = readRequestedVersion(call.body.options?.requestedPolicyVersion);
      const stored = await call.services.resources.policies.get(await nameOf(call));
      return { json: renderPolicy(stored.value, stored.revision, version) };
    },
  });
}

function setIamPolicy({ kind, place, versions, nameOf }: PolicyHolder) {
  return method({
    id: `cloudresourcemanager.${kind}.setIamPolicy`,
    http: versions.map((version) => `POST /${version}/${kind}/{resource}:setIamPolicy` as const),
    scopes: PROJECT_WRITE,
    permission: { check: `resourcemanager.${kind}.setIamPolicy`, on: nameOf },
    body: { kind: 'json', decode: setIamPolicyRequest },
    async handle(call) {
      const resource = await nameOf(call);
      const json = await setPolicy(
        { resource, place, within: resource },
        call.body,
        call.services.resources,
        async (before, after, attributes) => {
          await call.authorize(`resourcemanager.${kind}.setIamPolicy`, resource, attributes);
          assertOwnerStays(before, after);
        },
      );
      return { json };
    },
  });
}

/**
 * Refuses to take anything from the owner of the cloud, who would have nobody to ask for it back.
 *
 * Guess: Google refuses to remove the last owner of a project without an organization; its text is not known (IAM
 * notes 1.6).
 */
function assertOwnerStays(present: Policy, next: Policy): void {
  const holds = ({ bindings }: Policy) =>
    bindings.some(({ role, members }) => role === 'roles/owner' && members.includes(OWNER));
  if (!holds(present) || holds(next)) return;
  throw invalidArgument(`The policy must keep roles/owner for '${OWNER}', the owner of this cloud.`, {
    reason: 'badRequest',
  });
}

/**
 * Says which permissions the caller has: none on what is not there, so that it cannot be told from what is another's.
 *
 * Guess: the general contract of `testIamPermissions` says so, Resource Manager's own pages do not.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/iam/v1/iam_policy.proto
 */
function testIamPermissions({ kind, versions, findName }: PolicyHolder) {
  return method({
    id: `cloudresourcemanager.${kind}.testIamPermissions`,
    http: versions.map((version) => `POST /${version}/${kind}/{resource}:testIamPermissions` as const),
    // A folder's takes no read-only token (IAM notes 3.6).
    scopes: kind === 'folders' ? PROJECT_WRITE : PROJECT_READ,
    open: 'it says what the caller may do, and shows nothing else',
    body: { kind: 'json', decode: testIamPermissionsRequest },
    async handle(call) {
      const asked = readTestedPermissions(call.body.permissions);
      const resource = await findName(call);
      const isHeld = async (permission: string) =>
        resource !== undefined && (await call.may(permission, resource));
      return { json: await renderHeldPermissions(asked, isHeld) };
    },
  });
}

/** The policies of projects, folders and organizations, in the versions that have each (gcloud asks the older ones). */
export const policyMethods: readonly AnyMethod[] = (
  [
    {
      kind: 'projects',
      place: 'project',
      versions: ['v1', 'v3'],
      nameOf: nameOfProject,
      findName: nameOfProjectIfThere,
    },
    {
      kind: 'folders',
      place: 'folder',
      versions: ['v2', 'v3'],
      nameOf: nameOfFolder,
      findName: nameOfFolderIfThere,
    },
    {
      kind: 'organizations',
      place: 'organization',
      versions: ['v1', 'v3'],
      nameOf: nameOfOrganization,
      findName: nameOfOrganizationIfThere,
    },
  ] satisfies readonly PolicyHolder[]
).flatMap((holder) => [getIamPolicy(holder), setIamPolicy(holder), testIamPermissions(holder)]);
