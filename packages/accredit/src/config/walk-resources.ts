/** Goes through what is stored, page by page: nothing of it is ever in memory whole. */
import {
  bucketName,
  folderName,
  instanceName,
  organizationName,
  projectName,
  type ResourceName,
  serviceAccountName,
} from '../kernel/resource-names.ts';
import type { Page, Stored } from '../resources/collection.ts';
import type { Resources } from '../resources/resources.ts';

/** Everything in a project that has a policy of its own. */
export async function* namesInside(
  { serviceAccounts, buckets, instances }: Resources,
  projectId: string,
): AsyncGenerator<ResourceName> {
  for await (const { email } of walk((after) => serviceAccounts.list(projectId, { limit: 500, after }))) {
    yield serviceAccountName(projectId, email);
  }
  for await (const { name } of walk((after) => buckets.list(projectId, { limit: 500, after }))) {
    yield bucketName(name);
  }
  for await (const { zone, name } of walk((after) =>
    instances.listProject(projectId, { limit: 500, after }),
  )) {
    yield instanceName(projectId, zone, name);
  }
}

/** Goes through the pages of a list. */
export async function* walk<T>(list: (after?: string) => Promise<Page<Stored<T>>>): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const page = await list(after);
    for (const { value } of page.items) yield value;
    after = page.next;
  } while (after !== undefined);
}

/** Everything whose own policy may name accounts: organizations, folders, projects, and what is in these. */
export async function* namesWithPolicies(resources: Resources): AsyncGenerator<ResourceName> {
  const { organizations, folders } = resources;
  for await (const { organizationId } of walk((after) => organizations.list({ limit: 500, after }))) {
    yield organizationName(organizationId);
  }
  for await (const { folderId } of walk((after) => folders.list({ limit: 500, after }))) {
    yield folderName(folderId);
  }
  for await (const { projectId } of walk((after) => resources.projects.list({ limit: 500, after }))) {
    yield projectName(projectId);
    yield* namesInside(resources, projectId);
  }
}
