import type { ApiError } from '../kernel/api-error.ts';
import { folderName, organizationName, projectName, type ResourceName } from '../kernel/resource-names.ts';
import { type FoundResource, findResource } from './found-resource.ts';
import type { Resources } from './resources.ts';

type Nodes = Pick<Resources, 'projects' | 'folders' | 'organizations'>;

/**
 * Finds a project, folder or organization that something is to be kept beside.
 *
 * @param name - `projects/{projectId}`, `folders/N`, `organizations/N`
 * @param missing - the error where it is not there, or not any more
 */
export function findNode(name: ResourceName, nodes: Nodes, missing: () => ApiError): Promise<FoundResource> {
  const [kind, id = ''] = name.split('/');
  const { projects, folders, organizations } = nodes;
  if (kind === 'folders') {
    return findResource({
      find: () => folders.get(id),
      nameOf: ({ folderId }) => folderName(folderId),
      identityOf: ({ createdAtMs }) => String(createdAtMs),
      at: ({ value, revision }) => folders.at(revision, value.folderId),
      missing,
    });
  }
  if (kind === 'organizations') {
    return findResource({
      find: () => organizations.get(id),
      nameOf: ({ organizationId }) => organizationName(organizationId),
      identityOf: ({ createdAtMs }) => String(createdAtMs),
      at: ({ value, revision }) => organizations.at(revision, value.organizationId),
      missing,
    });
  }
  return findResource({
    find: () => projects.get(id),
    nameOf: ({ projectId }) => projectName(projectId),
    identityOf: ({ projectNumber, createdAtMs }) => `${projectNumber}/${createdAtMs}`,
    at: ({ value, revision }) => projects.at(revision, value.projectId),
    missing,
  });
}
