/** How members stand in stored policies, allow and deny; those of groups are in `group-members.ts`. */
import { accountMember, type Member, namedAccount } from '../kernel/principals.ts';
import type { DenyRule } from '../protocol/iam/deny/deny-policy.ts';
import { DENY_ACCOUNT_PREFIX } from '../protocol/iam/deny/deny-principals.ts';
import { mapMembers, type Policy } from '../protocol/iam/policies/policy.ts';
import { noSuchAccount } from './members.ts';
import type { ServiceAccounts } from './service-accounts.ts';

/** Unique ids of accounts that are written in the same commit, by address. */
export type NewAccounts = ReadonlyMap<string, string>;

const NONE: NewAccounts = new Map();

/**
 * Turns the members of policies from how people write them to how they are stored, and back.
 *
 * A service account is stored with its unique id, so that whoever gets its address later inherits nothing; where the
 * account is gone it is shown as `deleted:serviceAccount:EMAIL?uid=UID` (IAM notes 1.8). So the deletion of an account
 * writes no policy, and neither does its return.
 */
export class StoredMembers {
  readonly #accounts: ServiceAccounts;

  constructor(accounts: ServiceAccounts) {
    this.#accounts = accounts;
  }

  /**
   * Returns a policy as it is stored.
   *
   * Whoever writes a policy has looked whether its accounts are there; one that was deleted since is refused here, since
   * stored by its address alone it would be whoever gets that address later.
   *
   * @param born - accounts that the same commit makes
   * @throws {ApiError} `INVALID_ARGUMENT` where an account is not there
   */
  async seal(policy: Policy, born: NewAccounts = NONE): Promise<Policy> {
    const sealed = await this.#mapAll(membersOf(policy), (member) => this.#sealMember(member, born));
    return mapMembers(policy, (member) => sealed.get(member) ?? member);
  }

  /** Returns a stored policy as people see it. */
  async open(policy: Policy): Promise<Policy> {
    const opened = await this.#mapAll(membersOf(policy), (member) => this.#openMember(member));
    return mapMembers(policy, (member) => opened.get(member) ?? member);
  }

  /**
   * Returns the rules of a deny policy as they are stored.
   *
   * @throws {ApiError} `INVALID_ARGUMENT` where an account is not there
   */
  sealRules(rules: readonly DenyRule[], born: NewAccounts = NONE): Promise<readonly DenyRule[]> {
    return this.#mapRules(rules, (member) => this.#sealMember(member, born));
  }

  /** Returns the stored rules of a deny policy as people see them. */
  openRules(rules: readonly DenyRule[]): Promise<readonly DenyRule[]> {
    return this.#mapRules(rules, (member) => this.#openMember(member));
  }

  async #mapRules(
    rules: readonly DenyRule[],
    map: (member: Member) => Promise<Member>,
  ): Promise<readonly DenyRule[]> {
    const mapAll = (principals: readonly string[]) =>
      Promise.all(principals.map(async (principal) => fromMember(await map(asMember(principal)))));
    return Promise.all(
      rules.map(async (rule) => ({
        ...rule,
        deniedPrincipals: await mapAll(rule.deniedPrincipals),
        exceptionPrincipals: await mapAll(rule.exceptionPrincipals),
      })),
    );
  }

  async #mapAll(
    members: ReadonlySet<Member>,
    map: (member: Member) => Promise<Member>,
  ): Promise<ReadonlyMap<Member, Member>> {
    const mapped = new Map<Member, Member>();
    for (const member of members) {
      if (namedAccount(member) !== undefined) mapped.set(member, await map(member));
    }
    return mapped;
  }

  async #sealMember(member: Member, born: NewAccounts): Promise<Member> {
    const account = namedAccount(member);
    if (account === undefined) return member;
    const { email } = account;
    const uniqueId =
      account.uniqueId ?? born.get(email) ?? (await this.#accounts.find(email))?.value.uniqueId;
    if (uniqueId === undefined) throw noSuchAccount(email);
    return accountMember(email, uniqueId);
  }

  async #openMember(member: Member): Promise<Member> {
    const account = namedAccount(member);
    if (account?.uniqueId === undefined) return member;
    const state = await this.#accounts.stateOf(account.email, account.uniqueId);
    return state === 'deleted' ? `deleted:${member}` : `serviceAccount:${account.email}`;
  }
}

function membersOf({ bindings }: Policy): ReadonlySet<Member> {
  return new Set(bindings.flatMap(({ members }) => members));
}

/** Returns a principal of a deny policy as a member, where it is a service account; else as it is. */
function asMember(principal: string): Member {
  return principal.replace(DENY_ACCOUNT_PREFIX, 'serviceAccount:');
}

function fromMember(member: Member): string {
  return namedAccount(member) === undefined ? member : member.replace('serviceAccount:', DENY_ACCOUNT_PREFIX);
}
