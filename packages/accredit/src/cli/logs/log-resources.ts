import { InvalidArgumentError } from 'commander';
import { parseResource, RESOURCE_EXAMPLES } from '../../protocol/iam/places/resource-spellings.ts';
import { CallFailed, type OwnerClient } from '../owner-client.ts';
import { askDecision, readExplanation } from '../why/refusals.ts';

/** What the names of the audit log begin with, besides those of resources that have decisions. */
const COLLECTIONS = ['projects', 'folders', 'organizations', 'policies', 'operations', 'roles'] as const;

/** A project by its number, and what follows; new numbers have 12 digits, ids begin with a letter. */
const BY_NUMBER = /^(projects\/\d+)(?=\/|$)/;

/** An account by its unique id, or in a project that is not said. */
const ACCOUNT = /^projects\/[^/]+\/serviceAccounts\/[^/]+/;

/** The end of a pattern that stands for anything. */
const ANYTHING = '*';

/**
 * Reads which resource of the audit log is meant by an option, as people write it: what `accredit why` takes, any other
 * name that the log has, or a beginning of one with a `*`.
 *
 * @returns the relative name, a project perhaps by its number
 */
export function parseLoggedResource(text: string): string {
  const name = text.endsWith(ANYTHING) ? parseBeginning(text.slice(0, -1)) : parseName(text);
  if (name !== undefined) return name;
  throw new InvalidArgumentError(
    `It names no resource: write ${RESOURCE_EXAMPLES}; a * at the end is anything.`,
  );
}

function parseName(text: string): string | undefined {
  const isLogged = COLLECTIONS.some((name) => text.startsWith(`${name}/`) && text.length > name.length + 1);
  return parseResource(text) ?? (isLogged ? text : undefined);
}

/** @param text - without its `*` */
function parseBeginning(text: string): string | undefined {
  const [, bucket, slash, path = ''] = /^gs:\/\/([^/]*)(\/?)([^]*)$/.exec(text) ?? [];
  if (bucket !== undefined)
    return `projects/_/buckets/${bucket}${slash === '' ? '' : `/objects/${path}`}${ANYTHING}`;
  const relative = /^\/\/[a-z]+\.googleapis\.com\/([^]*)$/.exec(text)?.[1] ?? text;
  const isOne = COLLECTIONS.some(
    (name) => `${name}/`.startsWith(relative) || relative.startsWith(`${name}/`),
  );
  return isOne ? relative + ANYTHING : undefined;
}

/** The names that a resource may have in the log. */
export interface LoggedNames {
  /** Any of them is the resource. */
  readonly names: readonly string[];
  /** The project that was named by a number which is not known: its id is not among the names. */
  readonly unknownProject?: string;
}

/**
 * Returns the names that a resource may have in the log: as it was named, which is how a call may have named it, and as it
 * is called where a project is known by its number, an account by its unique id.
 *
 * @param resource - as `parseLoggedResource` gives it
 */
export async function loggedNames(resource: string, owner: Pick<OwnerClient, 'call'>): Promise<LoggedNames> {
  const [, project] = BY_NUMBER.exec(resource) ?? [];
  const named = project === undefined ? undefined : await nameOf(project, owner);
  const byId = named === undefined ? resource : resource.replace(BY_NUMBER, named);
  const isAccount = ACCOUNT.test(byId) && !byId.endsWith(ANYTHING);
  const account = isAccount ? await nameOf(byId, owner) : undefined;
  return {
    names: [...new Set([resource, byId, ...(account === undefined ? [] : [account])])],
    ...(project !== undefined && named === undefined ? { unknownProject: project } : {}),
  };
}

/** Returns how the cloud calls a resource; `undefined` where it is not there, or not any more. */
async function nameOf(resource: string, owner: Pick<OwnerClient, 'call'>): Promise<string | undefined> {
  // Every decision says on what it is; which one it is does not matter.
  const question = { principal: 'allUsers', permission: 'resourcemanager.projects.get', resource };
  try {
    return readExplanation(await askDecision(owner, question), '').decision.resource;
  } catch (error) {
    if (error instanceof CallFailed) return undefined;
    throw error;
  }
}
