import type { Member } from '../kernel/principals.ts';
import type { ServiceAccounts } from './service-accounts.ts';

/** What stands between a service account's address and its unique id where a member is kept. */
const UNIQUE_ID_MARK = '?uid=';

const ACCOUNT_KIND = 'serviceAccount:';

/** Tells the unique id of the account that has an address; `undefined` where there is none. */
export type FindUniqueId = (email: string) => Promise<string | undefined>;

/** Looks accounts up among those that are stored. */
export function storedUniqueIds(accounts: ServiceAccounts): FindUniqueId {
  return async (email) => (await accounts.find(email))?.value.uniqueId;
}

/**
 * Returns members as groups keep them: sorted, each once, and a service account as `serviceAccount:EMAIL?uid=UID`, so
 * that a later account of its address is not in the group. An account that is not here is kept by its address.
 *
 * @param members - as people write them: `user:EMAIL`, `serviceAccount:EMAIL`, `group:EMAIL`
 */
export async function toKeptMembers(
  members: readonly Member[],
  findUniqueId: FindUniqueId,
): Promise<readonly Member[]> {
  const kept = await Promise.all(members.map((member) => toKeptMember(member, findUniqueId)));
  return toSorted(kept);
}

async function toKeptMember(member: Member, findUniqueId: FindUniqueId): Promise<Member> {
  if (!member.startsWith(ACCOUNT_KIND)) return member;
  const uniqueId = await findUniqueId(member.slice(ACCOUNT_KIND.length));
  return uniqueId === undefined ? member : `${member}${UNIQUE_ID_MARK}${uniqueId}`;
}

/** Returns members in the order in which groups keep them, each once. */
export function toSorted(members: readonly Member[]): readonly Member[] {
  return [...new Set(members)].sort();
}

/**
 * Returns a kept member as people see it: `serviceAccount:EMAIL` while that account lives, else
 * `deleted:serviceAccount:EMAIL?uid=UID` (IAM notes 1.1).
 */
export async function renderKeptMember(member: Member, findUniqueId: FindUniqueId): Promise<Member> {
  const mark = member.startsWith(ACCOUNT_KIND) ? member.indexOf(UNIQUE_ID_MARK) : -1;
  if (mark < 0) return member;
  const uniqueId = await findUniqueId(member.slice(ACCOUNT_KIND.length, mark));
  const isAlive = member.slice(mark + UNIQUE_ID_MARK.length) === uniqueId;
  return isAlive ? member.slice(0, mark) : `deleted:${member}`;
}
