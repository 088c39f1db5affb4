import { type CallTarget, method } from '../../http/method.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../kernel/clip.ts';
import { anything, map, object, optional, string } from '../../kernel/decode.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { PROJECT_WRITE } from '../../protocol/iam/scopes.ts';
import {
  assertLabels,
  assertProjectDisplayName,
  badField,
} from '../../protocol/resource-manager/project-fields.ts';
import type { LongRunningOperation } from '../../resources/long-running-operations.ts';
import type { Project } from '../../resources/projects.ts';
import { findParent, named, type ResourceTarget } from './lookups.ts';
import { beginOperation, renderOperation, typed } from './operations.ts';
import {
  type Announce,
  assertActive,
  authorizeMove,
  changeProject,
  createProject,
  MOVE,
  type ProjectChange,
  withDeletionRequested,
  withDeletionTakenBack,
} from './project-changes.ts';
import { encodeV3Project } from './project-resource.ts';
import { CREATE, wordsOf } from './refusals.ts';

/** A project as a caller sends it: what is Google's to say is taken and not looked at, as at Google. */
const projectMessage = object({
  projectId: optional(string),
  displayName: optional(string),
  labels: optional(map(string)),
  parent: optional(string),
  etag: optional(string),
  name: anything,
  state: anything,
  createTime: anything,
  updateTime: anything,
  deleteTime: anything,
});

/** Makes the operation of a change: `Create` gives metadata of the type `CreateProjectMetadata`. */
function announced(
  verb: 'Create' | 'Update' | 'Move' | 'Delete' | 'Undelete',
  services: CallTarget<unknown>['services'],
  metadata?: (project: Project) => Readonly<Record<string, unknown>>,
): Announce {
  return (project): LongRunningOperation =>
    beginOperation(services, 'v3', {
      metadata: typed(`google.cloudresourcemanager.v3.${verb}ProjectMetadata`, metadata?.(project)),
      response: typed('google.cloudresourcemanager.v3.Project', encodeV3Project(project)),
    });
}

/** Changes a project and answers the operation that tells of it. */
async function change(target: ResourceTarget, asked: ProjectChange & { readonly announce: Announce }) {
  const { operation } = await changeProject(target, asked);
  if (operation === undefined) throw new Error('An announced change has its operation.');
  return renderOperation(operation, target.services);
}

export const createV3 = method({
  id: 'cloudresourcemanager.v3.projects.create',
  http: 'POST /v3/projects',
  scopes: PROJECT_WRITE,
  ...wordsOf('v3'),
  open: 'people may make projects that are in nothing; for a parent resourcemanager.projects.create is asked for there',
  body: { kind: 'json', decode: projectMessage },
  async handle(call) {
    const { projectId = '', displayName = projectId, labels = {}, parent } = call.body;
    const announce = announced('Create', call.services, ({ createdAtMs }) => ({
      createTime: toRfc3339(createdAtMs),
      gettable: true,
      ready: true,
    }));
    const operation = await createProject(
      call,
      { projectId, name: displayName, labels, parent, version: 'v3' },
      announce,
    );
    return renderOperation(operation, call.services);
  },
});

type ProjectMessage = ReturnType<typeof projectMessage>;

/** What a mask may name, by the names that it may have there. */
const MASKED: Readonly<Record<string, 'displayName' | 'labels'>> = {
  displayName: 'displayName',
  display_name: 'displayName',
  labels: 'labels',
};

/**
 * Returns the fields that a patch sets: those of the mask, or without one those that the project holds.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for a field that cannot be patched; a parent is changed by a move
 */
function patched(message: ProjectMessage, updateMask: string): Partial<Project> {
  const paths = updateMask === '' || updateMask === '*' ? Object.keys(MASKED) : updateMask.split(',');
  const fields = new Set(paths.map(maskedField));
  const isWhole = updateMask !== '';
  const { displayName, labels } = message;
  if (displayName !== undefined) assertProjectDisplayName('display_name', displayName);
  if (fields.has('displayName') && isWhole) assertProjectDisplayName('display_name', displayName ?? '');
  assertLabels(labels ?? {});
  return {
    ...(fields.has('displayName') && displayName !== undefined ? { name: displayName } : {}),
    ...(fields.has('labels') && (isWhole || labels !== undefined) ? { labels: labels ?? {} } : {}),
  };
}

function maskedField(path: string): 'displayName' | 'labels' {
  const field = Object.hasOwn(MASKED, path.trim()) ? MASKED[path.trim()] : undefined;
  if (field === undefined)
    throw badField('update_mask', `'${clip(path, SHORT_ECHO_LIMIT)}' cannot be updated`);
  return field;
}

export const patchV3 = method({
  id: 'cloudresourcemanager.v3.projects.patch',
  http: 'PATCH /v3/projects/{resource}',
  scopes: PROJECT_WRITE,
  ...wordsOf('v3'),
  permission: [
    { check: 'resourcemanager.projects.update', on: named('projects', 'v3') },
    { check: 'resourcemanager.projects.get', on: named('projects', 'v3') },
  ],
  body: { kind: 'json', decode: projectMessage },
  handle(call) {
    const fields = patched(call.body, call.query.get('updateMask') ?? '');
    return change(call, {
      etag: call.body.etag,
      announce: announced('Update', call.services),
      change: (project) => {
        assertActive(project);
        return { ...project, ...fields };
      },
    });
  },
});

const moveRequest = object({ destinationParent: string });

function onDestination(
  {
    body: { destinationParent: name },
    services,
  }: Pick<CallTarget<unknown>, 'services'> & { readonly body: ReturnType<typeof moveRequest> },
  permission: string,
) {
  return findParent({ name, field: 'destination_parent', version: 'v3', permission }, services);
}

export const moveV3 = method({
  id: 'cloudresourcemanager.v3.projects.move',
  http: 'POST /v3/projects/{resource}:move',
  scopes: PROJECT_WRITE,
  ...wordsOf('v3'),
  permission: [
    { check: 'resourcemanager.projects.update', on: named('projects', 'v3') },
    { check: MOVE, onBody: onDestination },
    { check: CREATE, onBody: onDestination },
  ],
  body: { kind: 'json', decode: moveRequest },
  async handle(call) {
    const parent = await onDestination(call, MOVE);
    return change(call, {
      announce: announced('Move', call.services),
      change: async (project) => {
        await authorizeMove(call, project, parent);
        assertActive(project);
        return { ...project, parent };
      },
    });
  },
});

export const removeV3 = method({
  id: 'cloudresourcemanager.v3.projects.delete',
  http: 'DELETE /v3/projects/{resource}',
  scopes: PROJECT_WRITE,
  ...wordsOf('v3'),
  permission: { check: 'resourcemanager.projects.delete', on: named('projects', 'v3') },
  handle(call) {
    const nowMs = call.services.clock.now();
    return change(call, {
      announce: announced('Delete', call.services),
      change: (project) => withDeletionRequested(project, nowMs),
    });
  },
});

const emptyRequest = object({});

export const undeleteV3 = method({
  id: 'cloudresourcemanager.v3.projects.undelete',
  http: 'POST /v3/projects/{resource}:undelete',
  scopes: PROJECT_WRITE,
  ...wordsOf('v3'),
  permission: { check: 'resourcemanager.projects.undelete', on: named('projects', 'v3') },
  body: { kind: 'json', decode: emptyRequest },
  handle(call) {
    return change(call, {
      announce: announced('Undelete', call.services),
      change: withDeletionTakenBack,
    });
  },
});
