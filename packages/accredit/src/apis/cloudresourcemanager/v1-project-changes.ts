import { type Call, method } from '../../http/method.ts';
import { anything, map, object, optional, string } from '../../kernel/decode.ts';
import { projectName } from '../../kernel/resource-names.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { PROJECT_WRITE } from '../../protocol/iam/scopes.ts';
import {
  assertLabels,
  assertProjectDisplayName,
  badField,
} from '../../protocol/resource-manager/project-fields.ts';
import type { Project } from '../../resources/projects.ts';
import { findParent, findProject, nameOfProject } from './lookups.ts';
import { beginOperation, renderOperation, typed } from './operations.ts';
import {
  type Announce,
  assertActive,
  changeProject,
  createProject,
  withDeletionRequested,
  withDeletionTakenBack,
} from './project-changes.ts';
import { encodeV1Project, type ResourceId } from './project-resource.ts';

/** A project as a caller sends it: what is Google's to say is taken and not looked at, as at Google. */
const projectMessage = object({
  projectId: optional(string),
  name: optional(string),
  labels: optional(map(string)),
  parent: optional(object({ type: string, id: string })),
  projectNumber: anything,
  lifecycleState: anything,
  createTime: anything,
});

/** Returns `folders/1` of `{type: 'folder', id: '1'}`. @throws {ApiError} `INVALID_ARGUMENT` for another type */
function toParentName({ type, id }: ResourceId): string {
  if (type !== 'folder' && type !== 'organization') {
    throw badField('parent.type', "must be 'organization' or 'folder'");
  }
  return `${type}s/${id}`;
}

export const create = method({
  id: 'cloudresourcemanager.projects.create',
  http: 'POST /v1/projects',
  scopes: PROJECT_WRITE,
  open: 'people may make projects that are in nothing; for a parent resourcemanager.projects.create is asked for there',
  body: { kind: 'json', decode: projectMessage },
  async handle(call) {
    const { projectId = '', name = projectId, labels = {}, parent } = call.body;
    const operation = await createProject(
      call,
      { projectId, name, labels, parent: parent && toParentName(parent) },
      announceCreation(call),
    );
    return renderOperation(operation, call.services);
  },
});

function announceCreation({ services }: Pick<Call<unknown, unknown>, 'services'>): Announce {
  return (project) =>
    beginOperation(services, 'v1', {
      metadata: typed('google.cloudresourcemanager.v1.ProjectCreationStatus', {
        createTime: toRfc3339(project.createdAtMs),
        gettable: true,
        ready: true,
      }),
      response: typed('google.cloudresourcemanager.v1.Project', encodeV1Project(project)),
    });
}

export const update = method({
  id: 'cloudresourcemanager.projects.update',
  http: 'PUT /v1/projects/{resource}',
  scopes: PROJECT_WRITE,
  permission: { check: 'resourcemanager.projects.update', on: nameOfProject },
  body: { kind: 'json', decode: projectMessage },
  async handle(call) {
    const { name, labels = {} } = call.body;
    if (name !== undefined) assertProjectDisplayName('name', name);
    assertLabels(labels);
    const moved = await newParent(call);
    const { project } = await changeProject(call, {
      change: (present) => {
        assertActive(present);
        return { ...present, labels, name: name ?? present.name, ...moved };
      },
    });
    return { json: encodeV1Project(project) };
  },
});

/**
 * Says where an update puts the project; nowhere without a parent, since one that is set cannot be taken away.
 *
 * Guess: to change it asks for what v3's move asks for.
 *
 * @see https://cloud.google.com/resource-manager/reference/rest/v1/projects (parent)
 */
async function newParent(
  call: Call<{ readonly resource: string }, ReturnType<typeof projectMessage>>,
): Promise<Pick<Project, 'parent'>> {
  if (call.body.parent === undefined) return {};
  const { value: project } = await findProject(call);
  const parent = await findParent(toParentName(call.body.parent), 'parent', call.services);
  if (parent === project.parent) return {};
  await call.authorize('resourcemanager.projects.move', projectName(project.projectId));
  await call.authorize('resourcemanager.projects.create', parent);
  return { parent };
}

/** `delete` is a word of the language. */
export const remove = method({
  id: 'cloudresourcemanager.projects.delete',
  http: 'DELETE /v1/projects/{resource}',
  scopes: PROJECT_WRITE,
  permission: { check: 'resourcemanager.projects.delete', on: nameOfProject },
  async handle(call) {
    const nowMs = call.services.clock.now();
    await changeProject(call, { change: (project) => withDeletionRequested(project, nowMs) });
    return { json: {} };
  },
});

const emptyRequest = object({});

export const undelete = method({
  id: 'cloudresourcemanager.projects.undelete',
  http: 'POST /v1/projects/{resource}:undelete',
  scopes: PROJECT_WRITE,
  permission: { check: 'resourcemanager.projects.undelete', on: nameOfProject },
  body: { kind: 'json', decode: emptyRequest },
  async handle(call) {
    await changeProject(call, { change: withDeletionTakenBack });
    return { json: {} };
  },
});
