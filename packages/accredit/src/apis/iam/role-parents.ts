import type { Services } from '../../http/services.ts';
import { type ApiError, notFound } from '../../kernel/api-error.ts';
import { organizationName, projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { parseProjectName } from '../../protocol/iam/service-accounts/service-account-names.ts';

/** What no role belongs to, and on which nobody has a permission. */
const NOWHERE: ResourceName = projectName('-');

/**
 * Returns the resource whose permission a call on custom roles needs: what they belong to. One that is not there is refused
 * like one that is not the caller's.
 *
 * @param name - begins with `projects/{project}` or `organizations/{organization}`
 */
export async function roleParentResource(name: string, services: Services): Promise<ResourceName> {
  return (await findRoleParent(name, services)) ?? NOWHERE;
}

/**
 * Returns what custom roles belong to, a project by its id. Guess: the text where there is none.
 *
 * @throws {ApiError} `NOT_FOUND`; only where refusals are not carried out, since IAM refuses such a call before
 */
export async function requireRoleParent(name: string, services: Services): Promise<ResourceName> {
  const parent = await findRoleParent(name, services);
  if (parent === undefined) throw unknownParent(name);
  return parent;
}

export function unknownParent(name: string): ApiError {
  const [kind] = name.split('/');
  return notFound(kind === 'organizations' ? 'Unknown organization.' : 'Unknown project.');
}

async function findRoleParent(name: string, { resources }: Services): Promise<ResourceName | undefined> {
  const [kind, id = ''] = name.split('/');
  if (kind === 'organizations') {
    const organization = await resources.organizations.get(id);
    return organization === undefined ? undefined : organizationName(organization.value.organizationId);
  }
  const project = parseProjectName(`${kind}/${id}`);
  const found = project === undefined ? undefined : await resources.projects.find(project);
  return found === undefined ? undefined : projectName(found.value.projectId);
}
