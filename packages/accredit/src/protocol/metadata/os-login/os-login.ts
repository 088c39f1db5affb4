import { hash } from 'node:crypto';
import type { Query } from '../queries.ts';
import { type Refused, refuse } from '../refusal.ts';
import { queryLeaf, type TreeNode } from '../tree/nodes.ts';
import type { InstanceSelection, OsLogin, OsLoginGroup, OsLoginUser } from './os-login-users.ts';

/**
 * Entries of a page, by default and at most.
 *
 * Guess: Google's limit is not known; its client refuses a page that is longer than the one that it asked for.
 */
export const PAGE_LIMIT = 1000;

/** The token of the last page (metadata notes 8.7). */
const LAST_PAGE = '0';

/** An answer to a query: JSON, or why there is none. */
type Answer = string | Refused;

/** The keys of `oslogin/` that answer queries (metadata notes 8.7). */
export function osLoginKeys(osLogin: OsLogin, instanceName: string): Readonly<Record<string, TreeNode>> {
  return {
    users: queryLeaf((query) => answerUsers(osLogin, query)),
    groups: queryLeaf((query) => answerGroups(osLogin, query)),
    authorize: queryLeaf((query) => answerAuthorize(osLogin, instanceName, query)),
    certificates: queryLeaf(() => answerCertificates(osLogin)),
  };
}

/** One user by name or number, the names of those in a group, or all page by page. */
function answerUsers({ users, groups }: OsLogin, query: Query): Answer {
  const username = query.get('username');
  if (username !== undefined)
    return answerUser(
      users.find((user) => user.username === username),
      query,
    );
  const uid = query.get('uid');
  if (uid !== undefined) return isNumber(uid) ? answerUser(findById(users, uid), query) : invalid();
  const groupName = query.get('groupname');
  if (groupName === undefined) return answerAllUsers(users, query);
  const group = groups.find(({ name }) => name === groupName);
  return group === undefined ? refuse('not-found') : answerMembers(group, query);
}

function findById(users: readonly OsLoginUser[], uid: string): OsLoginUser | undefined {
  return users.find((user) => user.uid === Number(uid));
}

/** Guess: a single user comes without a page token, as in the fixtures of Google's client. */
function answerUser(user: OsLoginUser | undefined, query: Query): Answer {
  return user === undefined
    ? refuse('not-found')
    : JSON.stringify({ loginProfiles: [toProfile(user, query)] });
}

/** The last page has a token and no users: Google's client drops those that come with the token `0`. */
function answerAllUsers(users: readonly OsLoginUser[], query: Query): Answer {
  const page = pageOf(users, query);
  if (page === undefined) return invalid();
  if (page.items.length === 0) return JSON.stringify({ nextPageToken: LAST_PAGE });
  const nextPageToken = String(page.start + page.items.length);
  return JSON.stringify({
    loginProfiles: page.items.map((user) => toProfile(user, query)),
    nextPageToken,
  });
}

function answerMembers({ members }: OsLoginGroup, query: Query): Answer {
  const page = pageOf(members, query);
  return page === undefined ? invalid() : renderLastingPage('usernames', page);
}

/** One group by name or number, those of a user, or all; page by page. Guess: what is not there is 404. */
function answerGroups(osLogin: OsLogin, query: Query): Answer {
  const groups = selectGroups(osLogin, query);
  if ('kind' in groups) return groups;
  const page = pageOf(groups, query);
  if (page === undefined) return invalid();
  return renderLastingPage('posixGroups', {
    ...page,
    items: page.items.map(({ name, gid }) => ({ name, gid })),
  });
}

function selectGroups({ users, groups }: OsLogin, query: Query): readonly OsLoginGroup[] | Refused {
  const [name, gid, email] = [query.get('groupname'), query.get('gid'), query.get('email')];
  if (email !== undefined) {
    const user = findByEmail(users, email);
    if (user === undefined) return refuse('not-found');
    return groups.filter(({ members }) => members.includes(user.username));
  }
  if (name === undefined && gid === undefined) return groups;
  if (gid !== undefined && !isNumber(gid)) return invalid();
  const group = groups.find((known) =>
    name === undefined ? known.gid === Number(gid) : known.name === name,
  );
  return group === undefined ? refuse('not-found') : [group];
}

function findByEmail(users: readonly OsLoginUser[], email: string): OsLoginUser | undefined {
  return users.find((user) => user.email === email);
}

/**
 * Says whether a user may log in to the instance, or become root on it; who may become root may log in.
 *
 * Deviation: what `accredit.yaml` declares decides, and not the roles of the user; pinned by 'who may log in, and who may
 * become root, is declared'. Guess: a refusal is 200 with `false`, since Google's client repeats every status but 200,
 * 400 and 404; `fingerprint`, of an SSH certificate, is not looked at.
 */
function answerAuthorize({ users }: OsLogin, instanceName: string, query: Query): Answer {
  const email = query.get('email') ?? '';
  const policy = query.get('policy');
  if (email === '' || (policy !== 'login' && policy !== 'adminLogin')) return invalid();
  const user = findByEmail(users, email);
  if (user === undefined) return refuse('not-found');
  const isAdmin = isSelected(user.adminLogin, instanceName);
  const success = isAdmin || (policy === 'login' && isSelected(user.login, instanceName));
  return JSON.stringify({ success });
}

function isSelected(selection: InstanceSelection, instanceName: string): boolean {
  return selection === 'all' || selection.includes(instanceName);
}

function answerCertificates({ certificateAuthorities }: OsLogin): string {
  return JSON.stringify({
    trustedCertificateAuthorities: certificateAuthorities.map((publicKey) => ({ publicKey })),
  });
}

/** Guess: security keys come with their view alone; numbers are bare, as in the fixtures of Google's client. */
function toProfile(user: OsLoginUser, query: Query): object {
  const { username, uid, gid, homeDirectory, shell } = user;
  return {
    name: user.email,
    posixAccounts: [{ primary: true, username, uid, gid, homeDirectory, shell }],
    sshPublicKeys: Object.fromEntries(
      user.sshPublicKeys.map(({ key, expiresAtMs }) => [
        fingerprintOf(key),
        expiresAtMs === undefined ? { key } : { key, expirationTimeUsec: `${expiresAtMs}000` },
      ]),
    ),
    ...(query.get('view') === 'securityKey' && {
      securityKeys: user.securityKeys.map((publicKey) => ({ publicKey })),
    }),
  };
}

/** @see https://cloud.google.com/compute/docs/oslogin/rest/v1/users (`SshPublicKey.fingerprint`: SHA-256 of the key) */
function fingerprintOf(key: string): string {
  return hash('sha256', key);
}

interface Page<T> {
  readonly start: number;
  readonly items: readonly T[];
  readonly isLast: boolean;
}

/**
 * Cuts a page out of a list; a page token is the number of entries before it.
 *
 * @returns `undefined` where the query does not name a page
 */
function pageOf<T>(entries: readonly T[], query: Query): Page<T> | undefined {
  const size = query.get('pagesize') ?? String(PAGE_LIMIT);
  const token = query.get('pagetoken') ?? '0';
  if (!isNumber(size) || Number(size) === 0 || !isNumber(token)) return undefined;
  const start = Number(token);
  const end = start + Math.min(Number(size), PAGE_LIMIT);
  return { start, items: entries.slice(start, end), isLast: end >= entries.length };
}

/** A page whose last one has entries too; no entries are no list, as in all JSON that Google makes of messages. */
function renderLastingPage(key: string, { start, items, isLast }: Page<unknown>): string {
  const nextPageToken = isLast ? LAST_PAGE : String(start + items.length);
  return JSON.stringify(items.length === 0 ? { nextPageToken } : { [key]: items, nextPageToken });
}

/** Decimal digits, few enough for a number. */
function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}

function invalid(): Refused {
  return refuse('invalid-parameter');
}
