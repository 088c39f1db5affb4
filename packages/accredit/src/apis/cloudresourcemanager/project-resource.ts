import { toEtag } from '../../kernel/etags.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import type { FieldReader } from '../../protocol/resource-manager/query.ts';
import type { Project } from '../../resources/projects.ts';

/** A resource as v1 refers to it: its kind in the singular, and its id. */
export interface ResourceId {
  readonly type: string;
  readonly id: string;
}

/** Returns `{type: 'folder', id: '1'}` of `folders/1`. */
export function toResourceId(name: ResourceName): ResourceId {
  const [kind = '', id = ''] = name.split('/');
  return { type: kind.slice(0, -1), id };
}

/** Returns `ACTIVE`, or that its deletion was asked for. */
function stateOf({ state }: Pick<Project, 'state'>): 'ACTIVE' | 'DELETE_REQUESTED' {
  return state ?? 'ACTIVE';
}

/** A project as v1 shows it. Empty values are left out, as proto3 JSON does. */
export function encodeV1Project(project: Project): Readonly<Record<string, unknown>> {
  const { projectNumber, projectId, name, labels, createdAtMs, parent } = project;
  return {
    projectNumber,
    projectId,
    lifecycleState: stateOf(project),
    name,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    createTime: toRfc3339(createdAtMs),
    ...(parent === undefined ? {} : { parent: toResourceId(parent) }),
  };
}

/**
 * A project as v3 shows it: by number.
 *
 * @param revision - absent in the answer of an operation, which is written with the project: its etag is not known then
 */
export function encodeV3Project(project: Project, revision?: number): Readonly<Record<string, unknown>> {
  const { projectNumber, projectId, name, labels, createdAtMs, updatedAtMs, deletedAtMs, parent } = project;
  return {
    name: projectName(projectNumber),
    ...(parent === undefined ? {} : { parent }),
    projectId,
    state: stateOf(project),
    displayName: name,
    createTime: toRfc3339(createdAtMs),
    updateTime: toRfc3339(updatedAtMs ?? createdAtMs),
    ...(deletedAtMs === undefined ? {} : { deleteTime: toRfc3339(deletedAtMs) }),
    ...(revision === undefined ? {} : { etag: toEtag(revision) }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

type Fields = Readonly<Record<string, readonly string[]>>;

/**
 * Returns what filters and queries read of a project, by field in lower case.
 *
 * @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/search
 */
export function projectFields(project: Project): FieldReader {
  const { projectId, projectNumber, name, labels, createdAtMs, parent } = project;
  const parentId = parent === undefined ? undefined : toResourceId(parent);
  const fields: Fields = {
    name: [name],
    displayname: [name],
    id: [projectId],
    projectid: [projectId],
    projectnumber: [projectNumber],
    state: [stateOf(project)],
    lifecyclestate: [stateOf(project)],
    createtime: [toRfc3339(createdAtMs)],
    parent: parent === undefined ? [] : [parent],
    'parent.type': parentId === undefined ? [] : [parentId.type],
    'parent.id': parentId === undefined ? [] : [parentId.id],
    labels: Object.entries(labels).flat(),
  };
  return (field) => {
    if (Object.hasOwn(fields, field)) return fields[field];
    if (!field.startsWith('labels.')) return undefined;
    const key = field.slice('labels.'.length);
    return Object.hasOwn(labels, key) ? [labels[key] ?? ''] : [];
  };
}
