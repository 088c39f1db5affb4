/** How members stand in stored groups. */
import { accountMember, type Member, namedAccount } from '../kernel/principals.ts';
import type { ServiceAccounts } from './service-accounts.ts';

/** Tells the unique id of the account that has an address; `undefined` where there is none. */
export type FindUniqueId = (email: string) => Promise<string | undefined>;

/** Looks accounts up among those that are stored. */
export function storedUniqueIds(accounts: ServiceAccounts): FindUniqueId {
  return async (email) => (await accounts.find(email))?.value.uniqueId;
}

/**
 * Returns members as groups keep them: sorted, each once, and a service account as `serviceAccount:EMAIL?uid=UID`, so
 * that a later account of its address is not in the group. An account that is not here is kept by its address alone, which
 * is nobody.
 *
 * @param members - as people write them: `user:EMAIL`, `serviceAccount:EMAIL`, `group:EMAIL`
 */
export async function toKeptMembers(
  members: readonly Member[],
  findUniqueId: FindUniqueId,
): Promise<readonly Member[]> {
  return toSorted(await Promise.all(members.map((member) => toKeptMember(member, findUniqueId))));
}

async function toKeptMember(member: Member, findUniqueId: FindUniqueId): Promise<Member> {
  const account = namedAccount(member);
  const uniqueId = account === undefined ? undefined : await findUniqueId(account.email);
  return account === undefined || uniqueId === undefined ? member : accountMember(account.email, uniqueId);
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
  const account = namedAccount(member);
  if (account?.uniqueId === undefined) return member;
  const isAlive = (await findUniqueId(account.email)) === account.uniqueId;
  return isAlive ? `serviceAccount:${account.email}` : `deleted:${member}`;
}
