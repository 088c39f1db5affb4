import { anything, boolean, list, object, optional, string } from '../kernel/decode.ts';
import { type OwnerClient, path } from './owner-client.ts';
import { collectPages } from './pages.ts';

/** Where IAM answers. */
export const IAM_HOST = 'iam.googleapis.com';

const readAccounts = object({ accounts: list(anything) }, 'ignore');

/** What the CLI reads of a service account. */
export const readAccount = object(
  { email: string, uniqueId: string, displayName: optional(string), disabled: optional(boolean) },
  'ignore',
);

/** Returns the service accounts of a project, as the API gives them. */
export function listAccounts(owner: OwnerClient, projectId: string): Promise<readonly unknown[]> {
  const request = {
    method: 'GET' as const,
    host: IAM_HOST,
    path: path`/v1/projects/${projectId}/serviceAccounts`,
  };
  return collectPages(owner, request, (answer) => readAccounts(answer, '').accounts);
}
