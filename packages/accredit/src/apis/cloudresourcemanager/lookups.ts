import type { CallTarget } from '../../http/method.ts';
import { type ApiError, permissionDenied } from '../../kernel/api-error.ts';
import { folderName, organizationName, projectName } from '../../kernel/resource-names.ts';
import { badField } from '../../protocol/resource-manager/project-fields.ts';
import type { Stored } from '../../resources/collection.ts';
import type { Folder, ParentName } from '../../resources/folders.ts';
import type { Organization } from '../../resources/organizations.ts';
import type { Project } from '../../resources/projects.ts';

/** A call on one project, folder or organization: its id, or a project's number. */
export type ResourceTarget = CallTarget<{ readonly resource: string }>;

/** What is not there is refused like what is not yours: Resource Manager never says which (IAM notes 4.3). */
export function refuse(): ApiError {
  return permissionDenied('The caller does not have permission');
}

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
  if (thing === undefined) throw refuse();
  return thing;
}

/** Returns the name of the project of a call; `undefined` where it is not there. */
export async function nameOfProjectIfThere({ path, services }: ResourceTarget) {
  const stored = await services.resources.projects.find(path.resource);
  return stored && projectName(stored.value.projectId);
}

/** Returns the name of the folder of a call; `undefined` where it is not there. */
export async function nameOfFolderIfThere({ path, services }: ResourceTarget) {
  const stored = await services.resources.folders.get(path.resource);
  return stored && folderName(stored.value.folderId);
}

/** Returns the name of the organization of a call; `undefined` where it is not there. */
export async function nameOfOrganizationIfThere({ path, services }: ResourceTarget) {
  const stored = await services.resources.organizations.get(path.resource);
  return stored && organizationName(stored.value.organizationId);
}

/** @throws {ApiError} `PERMISSION_DENIED` where it is not there, as all that find a name here */
export async function nameOfProject(target: ResourceTarget) {
  return found(await nameOfProjectIfThere(target));
}

export async function nameOfFolder(target: ResourceTarget) {
  return found(await nameOfFolderIfThere(target));
}

export async function nameOfOrganization(target: ResourceTarget) {
  return found(await nameOfOrganizationIfThere(target));
}

/**
 * Finds what a project or a folder is in, or is to be put into.
 *
 * @param field - where the name stands, for the error
 * @throws {ApiError} `INVALID_ARGUMENT` for another name, `PERMISSION_DENIED` where it is not there
 */
export async function findParent(
  name: string,
  field: string,
  services: ResourceTarget['services'],
): Promise<ParentName> {
  const [, kind, resource = ''] = /^(folders|organizations)\/(\d{1,25})$/.exec(name) ?? [];
  const target = { path: { resource }, query: NO_QUERY, services };
  if (kind === 'folders') return nameOfFolder(target);
  if (kind === 'organizations') return nameOfOrganization(target);
  throw badField(field, "must be 'folders/{folder_id}' or 'organizations/{organization_id}'");
}

const NO_QUERY = { get: () => undefined, getAll: () => [] };

/** Finds the parent that a list names. */
export function parentOfQuery({ query, services }: CallTarget<unknown>): Promise<ParentName> {
  return findParent(query.get('parent') ?? '', 'parent', services);
}
