import { CallFailed, type OwnerClient, type OwnerRequest } from '../owner-client.ts';
import { askDecision } from '../why/refusals.ts';

/** HTTP statuses of a refusal and of what is not there. */
const FORBIDDEN = 403;
const NOT_FOUND = 404;

/**
 * Calls a method of a resource; where that is not there, the error names it, and the name nearest to it.
 *
 * @param resource - its name: `projects/-/serviceAccounts/E`
 * @throws {CallFailed}
 */
export function callOn(
  owner: Pick<OwnerClient, 'call'>,
  resource: string,
  request: OwnerRequest,
): Promise<unknown> {
  return owner.call(request).catch(async (error: unknown) => {
    throw await explainMissing(error, resource, owner);
  });
}

/**
 * Says of a call that failed whether its resource is there at all: Resource Manager refuses everybody what is not, and
 * other APIs do not say what they did not find. The owner of the cloud may know.
 *
 * @returns the error that is to be shown: the API's own, or that there is no such resource, with the name nearest to it
 */
async function explainMissing(
  error: unknown,
  resource: string,
  owner: Pick<OwnerClient, 'call'>,
): Promise<unknown> {
  if (!(error instanceof CallFailed) || !leavesOpen(error, resource)) return error;
  // The answer does not matter: a question about what is not there has none.
  const question = { principal: 'allUsers', permission: 'resourcemanager.projects.get', resource };
  return askDecision(owner, question).then(
    () => error,
    (other: unknown) => (other instanceof CallFailed && other.httpStatus === NOT_FOUND ? other : error),
  );
}

/** Says whether it may be the resource that is not there, and is not named. */
function leavesOpen({ httpStatus, message }: CallFailed, resource: string): boolean {
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  return httpStatus === FORBIDDEN || (httpStatus === NOT_FOUND && !message.includes(name));
}
