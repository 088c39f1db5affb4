import { randomDigits } from '../kernel/identifiers.ts';
import type { Clock, Random } from '../kernel/ports.ts';
import type { Member } from '../kernel/principals.ts';
import { CONTAINING_GROUP_LIMIT, GROUP_DEPTH_LIMIT, tooManyGroups } from '../protocol/iam/groups.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import { Turns } from './turns.ts';
import { WatchedCache } from './watched-cache.ts';

/** A group as it is stored. */
export interface Group {
  /** Lower case. Policies and other groups name it by this. */
  readonly email: string;
  /** 21 decimal digits, never reused; tells a group from a later one of its address. */
  readonly uniqueId: string;
  readonly displayName: string;
  /** Sorted, each once, as `toKeptMembers` spells them. */
  readonly members: readonly Member[];
  readonly createdAtMs: number;
}

/** Digits of a group's unique id. */
const UNIQUE_ID_DIGITS = 21;

/**
 * The groups of a cloud, and who is in them.
 *
 * Deviation: a group is known by its address alone, in policies and in other groups, also where it is made anew; Google
 * turns what named a deleted one into `deleted:group:`; pinned by 'a group that is made anew is in what its address is in'.
 */
export class Groups {
  readonly #store: Store;
  readonly #groups: Collection<Group>;
  /** The other way round: `groupsByMember/{member}/{group's email}` to the group's address. */
  readonly #byMember: Collection<string>;
  readonly #containing: WatchedCache<readonly Member[]>;
  readonly #turns = new Turns();
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(store: Store, clock: Clock, random: Random) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#groups = new Collection(store, 'groups');
    this.#byMember = new Collection(store, 'groupsByMember');
    const prefix = `${this.#byMember.prefix}/`;
    this.#containing = new WatchedCache(
      store,
      prefix,
      (key) => key,
      (member) => this.#climb(member),
    );
    // A membership may stand between any member and any group, and memberships change seldom.
    store.watch(prefix, () => this.#containing.clear());
  }

  get(email: string): Promise<Stored<Group> | undefined> {
    return this.#groups.get(email);
  }

  list(page: PageRequest): Promise<Page<Stored<Group>>> {
    return this.#groups.list([], page);
  }

  /**
   * Returns the groups that hold a member, directly or through other groups, as members: `group:EMAIL`.
   *
   * @param member - as groups keep it: `user:EMAIL`, `serviceAccount:EMAIL?uid=UID`, `group:EMAIL`
   * @throws {ApiError} `INVALID_ARGUMENT` where there are more than there may be, since to leave some out would leave
   *   out what is denied to them
   */
  containing(member: Member): Promise<readonly Member[]> {
    return this.#containing.get(member);
  }

  /** Level by level; a group that was met before is not gone through again, so circles end. */
  async #climb(member: Member): Promise<readonly Member[]> {
    const met = new Set<Member>();
    let level: readonly Member[] = [member];
    for (let depth = 0; level.length > 0; depth += 1) {
      const holding = (await Promise.all(level.map((inner) => this.#directlyContaining(inner)))).flat();
      level = [...new Set(holding)].filter((group) => !met.has(group));
      for (const group of level) met.add(group);
      if (met.size > CONTAINING_GROUP_LIMIT || (level.length > 0 && depth >= GROUP_DEPTH_LIMIT)) {
        throw tooManyGroups(member);
      }
    }
    return [...met];
  }

  async #directlyContaining(member: Member): Promise<readonly Member[]> {
    // One more than there may be is enough to see that there are too many.
    const page = await this.#byMember.list([member], { limit: CONTAINING_GROUP_LIMIT + 1 });
    return page.items.map(({ value }) => `group:${value}`);
  }

  /** Returns a new group record with nobody in it. */
  draft(email: string, displayName = ''): Group {
    const uniqueId = randomDigits(this.#random, UNIQUE_ID_DIGITS);
    return { email, uniqueId, displayName, members: [], createdAtMs: this.#clock.now() };
  }

  /**
   * The changes that write a group.
   *
   * @param before - the group as it is stored; `undefined` for a new one
   */
  put(group: Group, before: Group | undefined): readonly Change[] {
    const [past, present] = [new Set(before?.members), new Set(group.members)];
    return [
      this.#groups.put(group, group.email),
      ...[...past.difference(present)].map((member) => this.#byMember.remove(member, group.email)),
      ...[...present.difference(past)].map((member) => this.#byMember.put(group.email, member, group.email)),
    ];
  }

  /** The changes that remove a group. Who names it goes on naming it. */
  remove({ email, members }: Group): readonly Change[] {
    return [this.#groups.remove(email), ...members.map((member) => this.#byMember.remove(member, email))];
  }

  /** Holds where the group was last written at this revision; 0 where there must be none. */
  at(revision: number, email: string): Precondition {
    return this.#groups.at(revision, email);
  }

  /**
   * Changes a group, one writer after the other.
   *
   * @param decide - returns the group as it is to be; the same object leaves it as it is
   * @returns the group as it is then; `undefined` where it is not there
   */
  change(email: string, decide: (group: Group) => Promise<Group>): Promise<Group | undefined> {
    return this.#turns.run(email, async () => {
      const stored = await this.get(email);
      if (stored === undefined) return undefined;
      const changed = await decide(stored.value);
      if (changed === stored.value) return changed;
      await this.#store.commit(this.put(changed, stored.value), [this.at(stored.revision, email)]);
      return changed;
    });
  }

  /**
   * Deletes a group.
   *
   * @returns whether it was there
   */
  delete(email: string): Promise<boolean> {
    return this.#turns.run(email, async () => {
      const stored = await this.get(email);
      if (stored === undefined) return false;
      await this.#store.commit(this.remove(stored.value), [this.at(stored.revision, email)]);
      return true;
    });
  }
}
