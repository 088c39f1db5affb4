import { list, object, optional, string } from '../../kernel/decode.ts';
import { type OwnerClient, type OwnerRequest, path } from '../owner-client.ts';
import { collectPages } from '../pages.ts';
import { IAM_HOST } from './account-calls.ts';

/** What the CLI reads of a role. */
export const readRole = object(
  { name: string, title: optional(string), includedPermissions: optional(list(string)) },
  'ignore',
);

const readRoles = object({ roles: list(readRole) }, 'ignore');

/** A role of a list. */
export type ListedRole = ReturnType<typeof readRole>;

/** Roles of a page: the most that IAM gives (IAM notes 1.2). */
const PAGE_SIZE = 1000;

/**
 * Lists roles with their permissions.
 *
 * @param projectId - whose custom roles; `undefined`: the predefined ones
 */
export function listRolesOf(
  owner: OwnerClient,
  projectId: string | undefined,
): Promise<readonly ListedRole[]> {
  const request: OwnerRequest = {
    method: 'GET',
    host: IAM_HOST,
    path: projectId === undefined ? '/v1/roles' : path`/v1/projects/${projectId}/roles`,
    query: { view: 'FULL', pageSize: PAGE_SIZE },
  };
  return collectPages(owner, request, (answer) => readRoles(answer, '').roles);
}

/** Returns a role as the API gives it, by its full name. */
export function fetchRole(owner: OwnerClient, name: string): Promise<unknown> {
  const place = name.split('/').map(encodeURIComponent).join('/');
  return owner.call({ method: 'GET', host: IAM_HOST, path: `/v1/${place}` });
}
