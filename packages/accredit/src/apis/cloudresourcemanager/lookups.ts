import type { CallTarget } from '../../http/method.ts';
import { folderName, organizationName, projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { badField } from '../../protocol/resource-manager/project-fields.ts';
import type { Stored } from '../../resources/collection.ts';
import type { Folder, ParentName } from '../../resources/folders.ts';
import type { Organization } from '../../resources/organizations.ts';
import type { Project } from '../../resources/projects.ts';
import { missing, refuse, type Version } from './refusals.ts';

/** A call on one project, folder or organization: its id, or a project's number. */
export type ResourceTarget = CallTarget<{ readonly resource: string }>;

/** Finds the project of a call by id or number. @throws {ApiError} `PERMISSION_DENIED` */
export async function findProject({ path, services }: ResourceTarget): Promise<Stored<Project>> {
  return found(await services.resources.projects.find(path.resource));
}

/** Finds the folder of a call. @throws {ApiError} `PERMISSION_DENIED` */
export async function findFolder({ path, services }: ResourceTarget): Promise<Stored<Folder>> {
  return found(await services.resources.folders.get(path.resource));
}

/** Finds the organization of a call. @throws {ApiError} `PERMISSION_DENIED` */
export async function findOrganization({ path, services }: ResourceTarget): Promise<Stored<Organization>> {
  return found(await services.resources.organizations.get(path.resource));
}

function found<T>(thing: T | undefined): T {
  // Found for its permission, and gone since.
  if (thing === undefined) throw refuse({ permission: '' });
  return thing;
}

/** What there is in the hierarchy, as addresses say it. */
export type Kind = 'projects' | 'folders' | 'organizations';

/** Returns the name of what a call is on; `undefined` where it is not there. */
export const nameIfThere: Readonly<
  Record<Kind, (target: ResourceTarget) => Promise<ResourceName | undefined>>
> = {
  async projects({ path, services }) {
    const stored = await services.resources.projects.find(path.resource);
    return stored && projectName(stored.value.projectId);
  },
  async folders({ path, services }) {
    const stored = await services.resources.folders.get(path.resource);
    return stored && folderName(stored.value.folderId);
  },
  async organizations({ path, services }) {
    const stored = await services.resources.organizations.get(path.resource);
    return stored && organizationName(stored.value.organizationId);
  },
};

/** What finds the resource of a permission, and refuses where it is not there. */
export type FindNamed = (target: ResourceTarget, permission: string) => Promise<ResourceName>;

/** Returns what finds the resource of a permission, in the words of a version. */
export function named(kind: Kind, version: Version): FindNamed {
  return async (target, permission) => {
    const name = await nameIfThere[kind](target);
    if (name === undefined) throw missing(version, permission, `${kind}/${target.path.resource}`);
    return name;
  };
}

/** A parent as a call names it: `folders/5`, and for what permission in which version it is looked for. */
export interface AskedParent {
  readonly name: string;
  /** Where the name stands, for the error. */
  readonly field: string;
  readonly version: Version;
  readonly permission: string;
}

/**
 * Finds what a project or a folder is in, or is to be put into.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for another name, `PERMISSION_DENIED` where it is not there
 */
export async function findParent(
  { name, field, version, permission }: AskedParent,
  services: ResourceTarget['services'],
): Promise<ParentName> {
  const [, kind, resource = ''] = /^(folders|organizations)\/(\d{1,25})$/.exec(name) ?? [];
  if (kind !== 'folders' && kind !== 'organizations') {
    throw badField(field, "must be 'folders/{folder_id}' or 'organizations/{organization_id}'");
  }
  const found = await nameIfThere[kind]({ path: { resource }, query: NO_QUERY, services });
  if (found === undefined) throw missing(version, permission, name);
  return kind === 'folders' ? folderName(resource) : organizationName(resource);
}

const NO_QUERY = { get: () => undefined, getAll: () => [] };

/** Returns what finds the parent that a list names. */
export function parentOfQuery(version: Version) {
  return ({ query, services }: CallTarget<unknown>, permission: string): Promise<ParentName> =>
    findParent({ name: query.get('parent') ?? '', field: 'parent', version, permission }, services);
}
