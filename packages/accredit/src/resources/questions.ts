import { type ApiError, invalidArgument, notFound } from '../kernel/api-error.ts';
import { clip, ECHO_LIMIT } from '../kernel/clip.ts';
import { parseMember } from '../kernel/members.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import { ANONYMOUS, namedAccount, type Principal } from '../kernel/principals.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import { DENY_ACCOUNT_PREFIX, DENY_USER_PREFIX } from '../protocol/iam/deny/deny-principals.ts';
import { parseResource, RESOURCE_EXAMPLES } from '../protocol/iam/places/resource-spellings.ts';
import { isAccountOnly, projectIdInEmail } from '../protocol/iam/service-accounts/service-account-names.ts';
import type { Resources } from './resources.ts';

/** Names that a misspelled one is compared with, at most. */
const COMPARED_NAME_LIMIT = 1000;

const FEDERATED =
  /^principal:\/\/iam\.googleapis\.com\/((?:projects\/\d+\/)?locations\/global\/(?:workloadIdentityPools|workforcePools)\/[^/]+)\/subject\/(.+)$/;

/** What an address is that stands for one principal. */
const EMAIL = /^[^@\s:/]+@[^@\s:/]+$/;

/**
 * Finds who is meant by a principal as people write it: `user:EMAIL`, `serviceAccount:EMAIL`, a bare e-mail address (the
 * account of that address, else the user), `allUsers` for nobody in particular, or `principal://…`. An account that is
 * deleted and can come back is found too; of several that had the address the one that went last.
 *
 * A federated identity is known by its subject alone: its groups and attributes are in its tokens.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` for what is no principal, `NOT_FOUND` for a service account that is not there
 */
export async function resolvePrincipal(text: string, resources: Resources): Promise<Principal> {
  if (text === 'allUsers') return ANONYMOUS;
  const account = nameAfter(DENY_ACCOUNT_PREFIX, text);
  if (account !== undefined) return resolveAccount(account.toLowerCase(), resources);
  const user = nameAfter(DENY_USER_PREFIX, text);
  if (user !== undefined) return { kind: 'user', email: user.toLowerCase() };
  const [, pool, subject] = FEDERATED.exec(text) ?? [];
  if (pool !== undefined && subject !== undefined) {
    return { kind: 'federated', pool, subject, groups: [], attributes: {} };
  }
  if (EMAIL.test(text)) return resolveEmail(text.toLowerCase(), resources);
  return resolveMember(text, resources);
}

/** Returns the one line that follows a prefix; `undefined` where the text does not begin so, or nothing follows. */
function nameAfter(prefix: string, text: string): string | undefined {
  const name = text.startsWith(prefix) ? text.slice(prefix.length) : '';
  return /^.+$/.test(name) ? name : undefined;
}

/**
 * Returns who has an e-mail address: the service account, else the user. An account that is not there is one that is
 * deleted, as nobody can say whether it was.
 *
 * @returns `undefined` for what is no e-mail address
 */
export async function principalOfEmail(
  text: string,
  { serviceAccounts }: Resources,
): Promise<Principal | undefined> {
  if (!EMAIL.test(text)) return undefined;
  const email = text.toLowerCase();
  const account = (await serviceAccounts.find(email))?.value;
  if (account !== undefined)
    return { kind: 'serviceAccount', email: account.email, uniqueId: account.uniqueId };
  return isAccountOnly(email) ? { kind: 'serviceAccount', email, uniqueId: '' } : { kind: 'user', email };
}

async function resolveEmail(email: string, resources: Resources): Promise<Principal> {
  const isAccount = isAccountOnly(email) || (await resources.serviceAccounts.find(email)) !== undefined;
  return isAccount ? resolveAccount(email, resources) : { kind: 'user', email };
}

async function resolveMember(text: string, resources: Resources): Promise<Principal> {
  const [kind = '', address = ''] = text.split(/:(.*)/s, 2);
  const parsed = parseMember(text);
  const account = parsed.ok ? namedAccount(parsed.member) : undefined;
  if (parsed.ok && kind === 'user' && address.includes('@')) {
    return { kind: 'user', email: parsed.member.slice('user:'.length) };
  }
  if (account !== undefined && account.email.includes('@')) {
    return account.uniqueId === undefined
      ? resolveAccount(account.email, resources)
      : { kind: 'serviceAccount', email: account.email, uniqueId: account.uniqueId };
  }
  const meant = nearestName(kind, ['user', 'serviceAccount']);
  const ending = meant === undefined || meant === kind ? '.' : `; did you mean '${meant}:${address}'?`;
  throw invalidArgument(
    `'${clip(text, ECHO_LIMIT, '…')}' is not one principal: it is written ` +
      "'user:EMAIL', 'serviceAccount:EMAIL', an e-mail address, " +
      `'allUsers' or 'principal://…'${clip(ending, ECHO_LIMIT, '…')}`,
  );
}

async function resolveAccount(email: string, resources: Resources): Promise<Principal> {
  const { serviceAccounts } = resources;
  const account =
    (await serviceAccounts.find(email))?.value ?? (await serviceAccounts.deleted.newestOf(email))?.account;
  if (account === undefined) throw await missingAccount(email, resources);
  return { kind: 'serviceAccount', email: account.email, uniqueId: account.uniqueId };
}

async function missingAccount(email: string, resources: Resources): Promise<ApiError> {
  const projectId = projectIdInEmail(email) ?? '';
  const { items } = await resources.serviceAccounts.list(projectId, { limit: COMPARED_NAME_LIMIT });
  return missing(
    'Service account',
    email,
    items.map(({ value }) => value.email),
  );
}

/**
 * Finds which resource is meant by a name as people write it: `projects/p`, `gs://b/o`,
 * `//storage.googleapis.com/projects/_/buckets/b`; a project by its id or number.
 *
 * An object, a managed folder, a key, a role, and what Compute Engine has beside instances, need not be there: what may
 * be done with it follows from what it is in.
 *
 * @returns the name with the project's id
 * @throws {ApiError} `INVALID_ARGUMENT` for what names nothing, `NOT_FOUND` for what is not there
 */
export async function resolveResource(text: string, resources: Resources): Promise<ResourceName> {
  const name = parseResource(text);
  if (name === undefined) {
    throw invalidArgument(
      `'${clip(text, ECHO_LIMIT, '…')}' names no resource that is known here; write ${RESOURCE_EXAMPLES}.`,
    );
  }
  const [kind = '', id = '', ...rest] = name.split('/');
  if (kind === 'organizations' || kind === 'folders') return resolveNode(name, kind, id, resources);
  if (name.startsWith('projects/_/buckets/')) return resolveInBucket(name, resources);
  if (rest[0] === 'serviceAccounts') return resolveOnAccount(id, rest, resources);
  const projectId = await resolveProject(id, resources);
  if (rest[0] === 'zones' && rest[2] === 'instances') return resolveInstance(projectId, rest, resources);
  return ['projects', projectId, ...rest].join('/');
}

async function resolveNode(
  name: ResourceName,
  kind: 'organizations' | 'folders',
  id: string,
  resources: Resources,
): Promise<ResourceName> {
  const found = kind === 'folders' ? await resources.folders.get(id) : await resources.organizations.get(id);
  if (found !== undefined) return name;
  throw missing(kind === 'folders' ? 'Folder' : 'Organization', id, []);
}

async function resolveProject(idOrNumber: string, { projects }: Resources): Promise<string> {
  const found = await projects.find(idOrNumber);
  if (found !== undefined) return found.value.projectId;
  const { items } = await projects.list({ limit: COMPARED_NAME_LIMIT });
  throw missing(
    'Project',
    idOrNumber,
    items.map(({ value }) => value.projectId),
  );
}

async function resolveInBucket(name: ResourceName, { buckets, projects }: Resources): Promise<ResourceName> {
  const bucket = name.split('/')[3] ?? '';
  if ((await buckets.accessOf(bucket)) !== undefined) return name;
  const { items } = await projects.list({ limit: COMPARED_NAME_LIMIT });
  const listed = await Promise.all(
    items.map(({ value }) => buckets.list(value.projectId, { limit: COMPARED_NAME_LIMIT })),
  );
  throw missing(
    'Bucket',
    bucket,
    listed.flatMap((page) => page.items.map(({ value }) => value.name)),
  );
}

async function resolveOnAccount(
  project: string,
  [, account = '', ...rest]: readonly string[],
  resources: Resources,
): Promise<ResourceName> {
  if (project !== '-') await resolveProject(project, resources);
  const stored = await resources.serviceAccounts.find(account);
  if (stored === undefined) throw await missingAccount(account, resources);
  const { projectId, email } = stored.value;
  return ['projects', projectId, 'serviceAccounts', email, ...rest].join('/');
}

async function resolveInstance(
  projectId: string,
  [, zone = '', , nameOrId = '']: readonly string[],
  { instances }: Resources,
): Promise<ResourceName> {
  const found = await instances.find(projectId, zone, nameOrId);
  if (found !== undefined) return `projects/${projectId}/zones/${zone}/instances/${found.value.name}`;
  const { items } = await instances.list(projectId, zone, { limit: COMPARED_NAME_LIMIT });
  throw missing(
    'Instance',
    nameOrId,
    items.map(({ value }) => value.name),
  );
}

function missing(kind: string, name: string, others: readonly string[]) {
  const near = nearestName(name, others);
  const ending = near === undefined ? '.' : `; did you mean '${near}'?`;
  return notFound(`${kind} '${clip(name, ECHO_LIMIT, '…')}' does not exist${ending}`, { echoes: true });
}
