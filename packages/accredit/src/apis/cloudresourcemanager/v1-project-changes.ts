import { type Call, method } from '../../http/method.ts';
import { anything, map, object, optional, string } from '../../kernel/decode.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { PROJECT_WRITE } from '../../protocol/iam/scopes.ts';
import {
  assertLabels,
  assertProjectDisplayName,
  badField,
} from '../../protocol/resource-manager/project-fields.ts';
import type { ParentName } from '../../resources/folders.ts';
import { findParent, named } from './lookups.ts';
import { beginOperation, renderOperation, typed } from './operations.ts';
import {
  type Announce,
  assertActive,
  authorizeMove,
  changeProject,
  createProject,
  MOVE,
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
      { projectId, name, labels, parent: parent && toParentName(parent), version: 'v1' },
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
  permission: { check: 'resourcemanager.projects.update', on: named('projects', 'v1') },
  body: { kind: 'json', decode: projectMessage },
  async handle(call) {
    const { name, labels = {} } = call.body;
    if (name !== undefined) assertProjectDisplayName('name', name);
    assertLabels(labels);
    const parent = await namedParent(call);
    const { project } = await changeProject(call, {
      change: async (present) => {
        const moved = parent === undefined || parent === present.parent ? {} : { parent };
        if (moved.parent !== undefined) await authorizeMove(call, present, moved.parent);
        assertActive(present);
        return { ...present, labels, name: name ?? present.name, ...moved };
      },
    });
    return { json: encodeV1Project(project) };
  },
});

/**
 * Finds the parent that an update names; `undefined` where it names none, since one that is set cannot be taken away.
 *
 * Guess: to change it asks for what v3's move asks for.
 *
 * @see https://cloud.google.com/resource-manager/reference/rest/v1/projects (parent)
 */
async function namedParent({
  body: { parent },
  services,
}: Pick<Call<unknown, ReturnType<typeof projectMessage>>, 'body' | 'services'>): Promise<
  ParentName | undefined
> {
  if (parent === undefined) return undefined;
  const asked = { name: toParentName(parent), field: 'parent', version: 'v1', permission: MOVE } as const;
  return findParent(asked, services);
}

/** `delete` is a word of the language. */
export const remove = method({
  id: 'cloudresourcemanager.projects.delete',
  http: 'DELETE /v1/projects/{resource}',
  scopes: PROJECT_WRITE,
  permission: { check: 'resourcemanager.projects.delete', on: named('projects', 'v1') },
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
  permission: { check: 'resourcemanager.projects.undelete', on: named('projects', 'v1') },
  body: { kind: 'json', decode: emptyRequest },
  async handle(call) {
    await changeProject(call, { change: withDeletionTakenBack });
    return { json: {} };
  },
});
