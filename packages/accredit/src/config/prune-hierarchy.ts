/** Finds projects, folders and organizations as `prune.ts` asks for them: they go when nothing is in them any more. */
import {
  folderName,
  organizationName,
  projectName,
  type ResourceName,
  serviceAccountName,
} from '../kernel/resource-names.ts';
import type { ParentName } from '../resources/folders.ts';
import { computeDefaultEmail } from '../resources/service-accounts.ts';
import type { Draft } from './draft.ts';
import type { Found } from './found.ts';
import { firstRole, removeDeletedRoles } from './prune-roles.ts';
import { namesInside, walk } from './walk-resources.ts';

/** Finds a project; the account that Compute Engine has in it goes with it. */
export async function findProject(draft: Draft, projectId = ''): Promise<Found | undefined> {
  const { projects, serviceAccounts } = draft.resources;
  const stored = await projects.get(projectId);
  if (stored === undefined) return undefined;
  const { value: project, revision } = stored;
  const email = computeDefaultEmail(project.projectNumber);
  const compute = await serviceAccounts.get(projectId, email);
  const inside = await firstInside(draft, projectId, email);
  return {
    identity: `${project.projectNumber}/${project.createdAtMs}`,
    obstacle: inside && `it holds ${inside}`,
    changes: [
      ...projects.remove(project),
      ...(await draft.resources.denyPolicies.removeAll(projectName(projectId))),
      ...(await removeDeletedRoles(draft, projectName(projectId))),
      ...(compute === undefined ? [] : await serviceAccounts.remove(compute.value)),
    ],
    preconditions: [
      projects.at(revision, projectId),
      serviceAccounts.at(compute?.revision ?? 0, projectId, email),
    ],
    accounts: compute === undefined ? [] : [compute.value],
  };
}

/** Finds a folder. */
export async function findFolder(draft: Draft, folderId = ''): Promise<Found | undefined> {
  const { folders } = draft.resources;
  const stored = await folders.get(folderId);
  if (stored === undefined) return undefined;
  const inside = await firstBelow(draft, folderName(folderId));
  return {
    identity: `${folderId}/${stored.value.createdAtMs}`,
    obstacle: inside && `it holds ${inside}`,
    changes: [
      folders.remove(folderId),
      ...(await draft.resources.denyPolicies.removeAll(folderName(folderId))),
    ],
    preconditions: [folders.at(stored.revision, folderId)],
  };
}

/** Finds an organization. */
export async function findOrganization(draft: Draft, organizationId = ''): Promise<Found | undefined> {
  const { organizations } = draft.resources;
  const stored = await organizations.get(organizationId);
  if (stored === undefined) return undefined;
  const name = organizationName(organizationId);
  const inside = (await firstBelow(draft, name)) ?? (await firstRole(draft, name));
  return {
    identity: `${organizationId}/${stored.value.createdAtMs}`,
    obstacle: inside && `it holds ${inside}`,
    changes: [
      organizations.remove(organizationId),
      ...(await draft.resources.denyPolicies.removeAll(organizationName(organizationId))),
      ...(await removeDeletedRoles(draft, organizationName(organizationId))),
    ],
    preconditions: [organizations.at(stored.revision, organizationId)],
  };
}

/** Names a folder or a project that is in another one after the commit. */
async function firstBelow(draft: Draft, parent: ParentName): Promise<string | undefined> {
  const { folders, projects } = draft.resources;
  const isBelow = (name: ResourceName, stored: ParentName | undefined) =>
    !draft.isDeleted(name) && (draft.parents.get(name) ?? stored) === parent;
  for await (const folder of walk((after) => folders.list({ limit: 500, after }))) {
    if (isBelow(folderName(folder.folderId), folder.parent)) return folderName(folder.folderId);
  }
  for await (const project of walk((after) => projects.list({ limit: 500, after }))) {
    if (isBelow(projectName(project.projectId), project.parent)) return projectName(project.projectId);
  }
  return undefined;
}

/** Names something that a project still holds, beside what goes in this draft and what goes with the project. */
async function firstInside(
  draft: Draft,
  projectId: string,
  computeAccount: string,
): Promise<string | undefined> {
  for await (const name of namesInside(draft.resources, projectId)) {
    if (name === serviceAccountName(projectId, computeAccount) || draft.isDeleted(name)) continue;
    return name;
  }
  return firstRole(draft, projectName(projectId));
}
