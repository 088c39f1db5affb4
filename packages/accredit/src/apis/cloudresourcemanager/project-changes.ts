import { OWNER_EMAIL } from '../../http/authenticate.ts';
import type { Call } from '../../http/method.ts';
import { ApiError, aborted, alreadyExists, permissionDenied } from '../../kernel/api-error.ts';
import { parseEtag } from '../../kernel/etags.ts';
import { toStoredMember } from '../../kernel/principals.ts';
import { projectName } from '../../kernel/resource-names.ts';
import { withMembers } from '../../protocol/iam/policies/policy.ts';
import {
  assertLabels,
  assertProjectDisplayName,
  assertProjectId,
} from '../../protocol/resource-manager/project-fields.ts';
import type { ParentName } from '../../resources/folders.ts';
import type { LongRunningOperation } from '../../resources/long-running-operations.ts';
import { planNewProject } from '../../resources/new-project.ts';
import { type Project, withoutDeletion } from '../../resources/projects.ts';
import { PreconditionFailed } from '../../store/store.ts';
import { findParent, findProject, type ResourceTarget } from './lookups.ts';
import { CREATE, type Version } from './refusals.ts';

/** What of a call the changes of a project need. */
export type ChangeCall = Pick<Call<unknown, unknown>, 'services' | 'caller' | 'authorize'>;

/** What the caller says of a new project. */
export interface NewProjectFields {
  readonly projectId: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `folders/N` or `organizations/N`. */
  readonly parent: string | undefined;
  readonly version: Version;
}

/** What stands in a commit beside the project, made when the project is known. */
export type Announce = (project: Project) => LongRunningOperation;

/**
 * Makes a project, whose owner is the caller.
 *
 * Deviation: the owner of the cloud is its owner too, and its Compute Engine account is there from the beginning; pinned
 * by 'who makes a project owns it, and so does the owner of the cloud (deviation)'. Deviation: `tags` in the request are an
 * unknown field, since the configuration alone gives tags; pinned by 'a project is not made', row 'tags, which only the
 * configuration gives'.
 *
 * @throws {ApiError} `ALREADY_EXISTS` for an id that is or was somebody's
 */
export async function createProject(
  call: ChangeCall,
  { projectId, name, labels, parent, version }: NewProjectFields,
  announce: Announce,
): Promise<LongRunningOperation> {
  const { resources } = call.services;
  const above = await authorizeParent(call, parent, version);
  assertProjectId(projectId);
  assertProjectDisplayName('display_name', name);
  assertLabels(labels);
  const project = { ...resources.projects.draft(projectId, name), labels, ...above };
  const plan = planNewProject(resources, project, OWNER_EMAIL);
  const policy = withMembers(plan.policy, 'roles/owner', [toStoredMember(call.caller.principal)]);
  const operation = announce(project);
  try {
    await resources.commit(
      [
        ...plan.changes,
        ...(await resources.policies.putFirst(
          projectName(projectId),
          policy,
          resources.serviceAccounts.bornIn(plan.changes),
        )),
        ...(await resources.longRunningOperations.put(operation)),
      ],
      plan.preconditions,
    );
    return operation;
  } catch (error) {
    // The text as it is seen in reports of Terraform's users.
    throw error instanceof PreconditionFailed ? alreadyExists('Requested entity already exists') : error;
  }
}

/**
 * Checks that the caller may put a project there, and returns where. People may make projects that are in nothing.
 *
 * @see https://cloud.google.com/resource-manager/docs/creating-managing-projects#creating_a_project
 */
async function authorizeParent(
  call: ChangeCall,
  name: string | undefined,
  version: Version,
): Promise<{ readonly parent?: ParentName }> {
  if (name === undefined) {
    if (call.caller.principal.kind === 'user') return {};
    throw permissionDenied('Service accounts cannot create projects without a parent.');
  }
  const parent = await findParent({ name, field: 'parent', version, permission: CREATE }, call.services);
  await call.authorize(CREATE, parent);
  return { parent };
}

/** One change of a project that is there. */
export interface ProjectChange {
  /** The project as it will be. @throws {ApiError} where it cannot be, or where the caller may not make it so */
  readonly change: (project: Project) => Project | Promise<Project>;
  /** The etag that the caller read; absent or empty overwrites. */
  readonly etag?: string | undefined;
  /** Makes the operation that tells of the change; absent for a call that answers without. */
  readonly announce?: Announce;
}

/**
 * Changes the project of a call, one change after the other, whether it is named by id or by number.
 *
 * @returns the changed project, and the operation where one was announced
 * @throws {ApiError} `ABORTED` for an etag that is past
 */
export async function changeProject(
  target: ResourceTarget,
  { change, etag = '', announce }: ProjectChange,
): Promise<{ readonly project: Project; readonly operation: LongRunningOperation | undefined }> {
  const { resources, clock } = target.services;
  const named = await findProject(target);
  return resources.projects.turns.run(named.value.projectId, async () => {
    const stored = await findProject(target);
    if (etag !== '' && parseEtag(etag) !== stored.revision) throw staleEtag();
    const project = { ...(await change(stored.value)), updatedAtMs: clock.now() };
    const operation = announce?.(project);
    const told = operation === undefined ? [] : await resources.longRunningOperations.put(operation);
    const { projectId } = project;
    const unchanged = resources.projects.at(stored.revision, projectId);
    await resources.commit([...resources.projects.put(project), ...told], [unchanged]);
    return { project, operation };
  });
}

/**
 * Checks that the caller may take a project out of what it is in and put it elsewhere. That he may update the project is
 * for the method to ask.
 *
 * It belongs into the turn of the change: the parent that counts is the one that is replaced. A right on the project does
 * not do: who holds the project alone would take it away from the policies above it.
 *
 * Guess: that the new parent is asked for both, since the reference names `projects.move` there, and gcloud's help and the
 * tables of permissions `projects.create` (IAM notes 3.6).
 *
 * @param parent - what it is to be in; it is there
 * @throws {ApiError} `PERMISSION_DENIED`
 * @see https://github.com/googleapis/googleapis/blob/master/google/cloud/resourcemanager/v3/projects.proto (MoveProject)
 * @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/move for a project that is in nothing
 */
export async function authorizeMove(
  call: Pick<ChangeCall, 'authorize'>,
  project: Project,
  parent: ParentName,
): Promise<void> {
  if (project.parent === undefined) {
    await call.authorize('resourcemanager.projects.setIamPolicy', projectName(project.projectId));
  } else {
    await call.authorize(MOVE, project.parent);
  }
  await call.authorize(MOVE, parent);
  await call.authorize(CREATE, parent);
}

/** What is asked for on both sides of a move. */
export const MOVE = 'resourcemanager.projects.move';

/** Guess: the text. */
function staleEtag(): ApiError {
  return aborted('The etag provided does not match the current etag of the project.');
}

/** Takes a project out of use; it can be brought back for 30 days. */
export function withDeletionRequested(project: Project, nowMs: number): Project {
  assertActive(project);
  return { ...project, state: 'DELETE_REQUESTED', deletedAtMs: nowMs };
}

/** Brings a project back whose deletion was asked for. */
export function withDeletionTakenBack(project: Project): Project {
  // Guess: the text.
  if (project.state === undefined) throw failedPrecondition('Cannot restore an active project.');
  return withoutDeletion(project);
}

/** @throws {ApiError} `FAILED_PRECONDITION` for a project whose deletion was asked for */
export function assertActive({ state }: Project): void {
  // Guess: the text.
  if (state !== undefined) throw failedPrecondition('Cannot change or delete an inactive project.');
}

function failedPrecondition(message: string): ApiError {
  return new ApiError('FAILED_PRECONDITION', message, { reason: 'failedPrecondition' });
}
