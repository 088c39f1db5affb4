import { OWNER_EMAIL } from '../../http/authenticate.ts';
import { type AnyMethod, method } from '../../http/method.ts';
import { invalidArgument } from '../../kernel/api-error.ts';
import type { PolicyPlace } from '../../protocol/iam/places/policy-places.ts';
import type { Policy } from '../../protocol/iam/policies/policy.ts';
import {
  getIamPolicyRequest,
  readRequestedVersion,
  renderPolicy,
  setIamPolicyRequest,
} from '../../protocol/iam/policies/policy-json.ts';
import {
  readTestedPermissions,
  renderHeldPermissions,
  testIamPermissionsRequest,
} from '../../protocol/iam/policies/tested-permissions.ts';
import { PROJECT_READ, PROJECT_WRITE } from '../../protocol/iam/scopes.ts';
import { findNode } from '../../resources/found-node.ts';
import { setPolicy } from '../../resources/policy-requests.ts';
import { type FindNamed, type Kind, named, nameIfThere } from './lookups.ts';
import { missing, type Version, wordsOf } from './refusals.ts';

/** Who owns everything in the cloud. */
const OWNER = `user:${OWNER_EMAIL}`;

/** What has a policy here, in one version of the API. */
interface PolicyHolder {
  readonly kind: Kind;
  readonly place: PolicyPlace;
  readonly version: Version;
  /** What stands before the verb in the ids of its methods. */
  readonly id: string;
  readonly nameOf: FindNamed;
}

function getIamPolicy({ kind, version, id, nameOf }: PolicyHolder) {
  const permission = `resourcemanager.${kind}.getIamPolicy`;
  return method({
    id: `${id}.getIamPolicy`,
    http: `POST /${version}/${kind}/{resource}:getIamPolicy` as const,
    scopes: PROJECT_READ,
    ...wordsOf(version),
    permission: { check: permission, on: nameOf },
    body: { kind: 'json', decode: getIamPolicyRequest },
    async handle(call) {
      const asked = readRequestedVersion(call.body.options?.requestedPolicyVersion);
      const stored = await call.services.resources.policies.get(await nameOf(call, permission));
      return { json: renderPolicy(stored.value, stored.revision, asked) };
    },
  });
}

function setIamPolicy({ kind, place, version, id, nameOf }: PolicyHolder) {
  const permission = `resourcemanager.${kind}.setIamPolicy`;
  return method({
    id: `${id}.setIamPolicy`,
    http: `POST /${version}/${kind}/{resource}:setIamPolicy` as const,
    scopes: PROJECT_WRITE,
    ...wordsOf(version),
    permission: { check: permission, on: nameOf },
    body: { kind: 'json', decode: setIamPolicyRequest },
    async handle(call) {
      const resource = await nameOf(call, permission);
      const gone = () => missing(version, permission, `${kind}/${call.path.resource}`);
      const on = await findNode(resource, call.services.resources, gone);
      const json = await setPolicy(
        { on, place, within: resource },
        call.body,
        call.services.resources,
        async (before, after, attributes) => {
          await call.authorize(permission, resource, attributes);
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
function testIamPermissions({ kind, place, version, id }: PolicyHolder) {
  return method({
    id: `${id}.testIamPermissions`,
    http: `POST /${version}/${kind}/{resource}:testIamPermissions` as const,
    // A folder's takes no read-only token (IAM notes 3.6).
    scopes: kind === 'folders' ? PROJECT_WRITE : PROJECT_READ,
    open: 'it says what the caller may do, and shows nothing else',
    body: { kind: 'json', decode: testIamPermissionsRequest },
    async handle(call) {
      const asked = readTestedPermissions(call.body.permissions, place);
      const resource = await nameIfThere[kind](call);
      const held = resource === undefined ? [] : await call.held(asked, resource);
      return { json: renderHeldPermissions(held) };
    },
  });
}

/** What has a policy, and the versions that have it: gcloud asks the older ones. */
const HOLDERS: readonly (readonly [Kind, PolicyPlace, readonly Version[]])[] = [
  ['projects', 'project', ['v1', 'v3']],
  ['folders', 'folder', ['v2', 'v3']],
  ['organizations', 'organization', ['v1', 'v3']],
];

/** The policies of projects, folders and organizations. */
export const policyMethods: readonly AnyMethod[] = HOLDERS.flatMap(([kind, place, versions]) =>
  versions.flatMap((version) => {
    const id = version === 'v1' ? `cloudresourcemanager.${kind}` : `cloudresourcemanager.${version}.${kind}`;
    const holder: PolicyHolder = { kind, place, version, id, nameOf: named(kind, version) };
    return [getIamPolicy(holder), setIamPolicy(holder), testIamPermissions(holder)];
  }),
);
