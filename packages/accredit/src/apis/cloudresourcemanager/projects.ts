import { OWNER_EMAIL } from '../../http/authenticate.ts';
import type { CallTarget } from '../../http/method.ts';
import { method } from '../../http/method.ts';
import { type ApiError, invalidArgument, permissionDenied } from '../../kernel/api-error.ts';
import { projectName } from '../../kernel/resource-names.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import type { Policy } from '../../protocol/iam/policy.ts';
import {
  getIamPolicyRequest,
  readRequestedVersion,
  renderPolicy,
  setIamPolicyRequest,
  WRITTEN_VERSION,
} from '../../protocol/iam/policy-json.ts';
import { PROJECT_READ, PROJECT_WRITE } from '../../protocol/iam/scopes.ts';
import {
  readTestedPermissions,
  renderHeldPermissions,
  testIamPermissionsRequest,
} from '../../protocol/iam/tested-permissions.ts';
import { findGrantableRoles } from '../../resources/grantable-roles.ts';
import { setPolicy } from '../../resources/policy-requests.ts';
import type { Project } from '../../resources/projects.ts';

/** Who owns every project of the cloud. */
const OWNER = `user:${OWNER_EMAIL}`;

type ProjectTarget = CallTarget<{ readonly project: string }>;

/** Finds the project of a call by id or number; one that is not there is refused like one that is not yours. */
async function findProject({ path, services }: ProjectTarget): Promise<Project> {
  const project = await services.resources.projects.find(path.project);
  if (project === undefined) throw unknownProject();
  return project.value;
}

function unknownProject(): ApiError {
  return permissionDenied('The caller does not have permission');
}

async function nameOfProject(target: ProjectTarget): Promise<string> {
  return projectName((await findProject(target)).projectId);
}

export const get = method({
  id: 'cloudresourcemanager.projects.get',
  http: 'GET /v1/projects/{project}',
  scopes: PROJECT_READ,
  permission: { check: 'resourcemanager.projects.get', on: nameOfProject },
  async handle(call) {
    return { json: encodeProject(await findProject(call)) };
  },
});

export const getIamPolicy = method({
  id: 'cloudresourcemanager.projects.getIamPolicy',
  http: 'POST /v1/projects/{project}:getIamPolicy',
  scopes: PROJECT_READ,
  permission: { check: 'resourcemanager.projects.getIamPolicy', on: nameOfProject },
  body: { kind: 'json', decode: getIamPolicyRequest },
  async handle(call) {
    const version = readRequestedVersion(call.body.options?.requestedPolicyVersion);
    const stored = await call.services.resources.policies.get(await nameOfProject(call));
    return { json: renderPolicy(stored.value, stored.revision, version) };
  },
});

export const setIamPolicy = method({
  id: 'cloudresourcemanager.projects.setIamPolicy',
  http: 'POST /v1/projects/{project}:setIamPolicy',
  scopes: PROJECT_WRITE,
  permission: { check: 'resourcemanager.projects.setIamPolicy', on: nameOfProject },
  body: { kind: 'json', decode: setIamPolicyRequest },
  async handle(call) {
    const resource = await nameOfProject(call);
    const place = { place: 'project', within: resource } as const;
    const grantable = await findGrantableRoles(call.body.policy, place, call.services.resources);
    const written = await setPolicy(
      resource,
      call.body,
      { grantable, publicMembers: false },
      call.services.resources,
      async (before, after, attributes) => {
        await call.authorize('resourcemanager.projects.setIamPolicy', resource, attributes);
        assertOwnerStays(before, after);
      },
    );
    return { json: renderPolicy(written.value, written.revision, WRITTEN_VERSION) };
  },
});

/**
 * Refuses to take the project from the owner of the cloud, who would have nobody to ask for it back.
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

export const testIamPermissions = method({
  id: 'cloudresourcemanager.projects.testIamPermissions',
  http: 'POST /v1/projects/{project}:testIamPermissions',
  scopes: PROJECT_READ,
  open: 'it says what the caller may do, and shows nothing else',
  body: { kind: 'json', decode: testIamPermissionsRequest },
  async handle(call) {
    const resource = await nameOfProject(call);
    const asked = readTestedPermissions(call.body.permissions);
    return { json: await renderHeldPermissions(asked, (permission) => call.may(permission, resource)) };
  },
});

function encodeProject(project: Project): Readonly<Record<string, unknown>> {
  return {
    projectNumber: project.projectNumber,
    projectId: project.projectId,
    lifecycleState: 'ACTIVE',
    name: project.name,
    ...(Object.keys(project.labels).length === 0 ? {} : { labels: project.labels }),
    createTime: toRfc3339(project.createdAtMs),
  };
}
