import { CallFailed, type OwnerClient } from './owner-client.ts';
import { askDecision } from './refusals.ts';

/** HTTP statuses of a refusal and of what is not there. */
const FORBIDDEN = 403;
const NOT_FOUND = 404;

/**
 * Says of a refused call whether its resource is there at all: Resource Manager refuses everybody what is not, and the
 * owner of the cloud may know.
 *
 * @param resource - its name: `projects/p`
 * @returns the error that is to be shown: the refusal itself, or that there is no such resource, with the name nearest to it
 */
export async function explainForbidden(
  error: unknown,
  resource: string,
  owner: Pick<OwnerClient, 'call'>,
): Promise<unknown> {
  if (!(error instanceof CallFailed) || error.httpStatus !== FORBIDDEN) return error;
  // The answer does not matter: a question about what is not there has none.
  const question = { principal: 'allUsers', permission: 'resourcemanager.projects.get', resource };
  return askDecision(owner, question).then(
    () => error,
    (other: unknown) => (other instanceof CallFailed && other.httpStatus === NOT_FOUND ? other : error),
  );
}
