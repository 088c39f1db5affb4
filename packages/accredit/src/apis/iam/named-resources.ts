import type { Services } from '../../http/services.ts';
import { type ApiError, notFound } from '../../kernel/api-error.ts';
import { projectName, type ResourceName, serviceAccountName } from '../../kernel/resource-names.ts';
import {
  ANY_PROJECT,
  parseProjectName,
  parseServiceAccountName,
} from '../../protocol/iam/service-accounts/service-account-names.ts';
import type { Stored } from '../../resources/collection.ts';
import type { DeletedServiceAccount } from '../../resources/deleted-service-accounts.ts';
import type { ServiceAccount } from '../../resources/service-accounts.ts';

/**
 * Returns the resource whose permission a call on `projects/{project}` needs. A project that is not there is named
 * `projects/-`, on which nobody has a permission: it is refused like one that is not the caller's.
 */
export async function projectResource(name: string, services: Services): Promise<ResourceName> {
  return projectName((await findProjectId(name, services)) ?? ANY_PROJECT);
}

/**
 * Returns the id of the project that `projects/{project}` names by id or number. Guess: the text where there is none.
 *
 * @throws {ApiError} `NOT_FOUND`; only where refusals are not carried out, since IAM refuses such a call before
 */
export async function requireProjectId(name: string, services: Services): Promise<string> {
  const projectId = await findProjectId(name, services);
  if (projectId === undefined) throw notFound('Unknown project.');
  return projectId;
}

async function findProjectId(name: string, { resources }: Services): Promise<string | undefined> {
  const project = parseProjectName(name);
  return project === undefined ? undefined : (await resources.projects.find(project))?.value.projectId;
}

/**
 * Returns the resource whose permission a call on a service account needs.
 *
 * One that is not there is named as it was asked for, so that whoever has the permission on its project learns that it
 * is not there; through `projects/-` nobody does, and the answer is 403 (IAM notes 1.8).
 */
export async function serviceAccountResource(name: string, services: Services): Promise<ResourceName> {
  const found = await findServiceAccount(name, services);
  if (found !== undefined) return serviceAccountName(found.value.projectId, found.value.email);
  const [, project = ''] = name.split('/');
  const projectId = await findProjectId(`projects/${project}`, services);
  const { account = '' } = parseServiceAccountName(name) ?? {};
  return serviceAccountName(projectId ?? ANY_PROJECT, account);
}

/** Finds the account that `projects/{project}/serviceAccounts/{account}` names by address or unique id. */
export async function findServiceAccount(
  name: string,
  services: Services,
): Promise<Stored<ServiceAccount> | undefined> {
  const named = parseServiceAccountName(name);
  if (named === undefined) return undefined;
  const found = await services.resources.serviceAccounts.find(named.account);
  if (found === undefined || named.project === ANY_PROJECT) return found;
  const projectId = await findProjectId(`projects/${named.project}`, services);
  return found.value.projectId === projectId ? found : undefined;
}

/**
 * @throws {ApiError} `NOT_FOUND` `Unknown service account` (IAM notes 1.8)
 */
export async function requireServiceAccount(
  name: string,
  services: Services,
): Promise<Stored<ServiceAccount>> {
  const found = await findServiceAccount(name, services);
  if (found === undefined) throw unknownServiceAccount();
  return found;
}

export function unknownServiceAccount(): ApiError {
  return notFound('Unknown service account');
}

/**
 * Returns the resource whose permission a call on a deleted service account needs: the one that it was, but without its
 * own policy, which is there again only with the account.
 */
export async function deletedAccountResource(name: string, services: Services): Promise<ResourceName> {
  const found = await findDeletedAccount(name, services);
  if (found === undefined) return serviceAccountResource(name, services);
  return serviceAccountName(found.value.account.projectId, found.value.account.email);
}

/** Finds the deleted account that `projects/{project}/serviceAccounts/{uniqueId}` names. */
export async function findDeletedAccount(
  name: string,
  services: Services,
): Promise<Stored<DeletedServiceAccount> | undefined> {
  const { projects, serviceAccounts } = services.resources;
  const named = parseServiceAccountName(name);
  if (named === undefined) return undefined;
  const found = await serviceAccounts.deleted.find(named.account);
  if (found === undefined) return undefined;
  const { projectId, createdAtMs } = found.value.account;
  const project = (await projects.find(named.project === ANY_PROJECT ? projectId : named.project))?.value;
  // An account that is older than its project belonged to an earlier one of the same id.
  return project?.projectId === projectId && project.createdAtMs <= createdAtMs ? found : undefined;
}
