import { anything, boolean, list, object, optional, string } from '../../kernel/decode.ts';
import { userManagedEmail } from '../../resources/service-accounts.ts';
import { CliError } from '../errors.ts';
import { type OwnerClient, path } from '../owner-client.ts';
import { collectPages } from '../pages.ts';

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

/**
 * Adds to a refusal how the service account is made that it may be for.
 *
 * @returns the error itself where the account is there, or is of another project
 */
export async function hintAtAccount(
  error: unknown,
  owner: OwnerClient,
  projectId: string,
  email: string,
): Promise<unknown> {
  const [accountId = ''] = email.split('@');
  if (!(error instanceof CliError) || email !== userManagedEmail(accountId, projectId)) return error;
  const accounts = await listAccounts(owner, projectId);
  if (accounts.some((account) => readAccount(account, '').email === email)) return error;
  const hint = `Make it with 'accredit service-accounts create ${accountId}'.`;
  return new CliError(`${error.message} ${hint}`, error.status, error);
}
