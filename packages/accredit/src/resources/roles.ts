import type { Clock } from '../kernel/ports.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import type { FindRole, RolePermissions } from '../protocol/iam/policies/policy.ts';
import type { CustomRoleFields } from '../protocol/iam/roles/custom-role-fields.ts';
import {
  CUSTOM_ROLE_LIMIT,
  type CustomRoleState,
  customRoleState,
  roleIdTaken,
  tooManyRoles,
} from '../protocol/iam/roles/custom-role-life.ts';
import type { DormantRole } from '../protocol/iam/roles/dormant-roles.ts';
import { toRoleSpelling } from '../protocol/iam/roles/permission-spelling.ts';
import {
  type CustomRoleName,
  customRoleName,
  parseCustomRoleName,
} from '../protocol/iam/roles/role-names.ts';
import type { Change, Precondition, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import type { FoundResource } from './found-resource.ts';
import { Turns } from './turns.ts';
import { WatchedCache } from './watched-cache.ts';

/** A custom role as it is stored. */
export interface CustomRole extends CustomRoleName, CustomRoleFields {
  /** Absent for a role that was not deleted, or was brought back. */
  readonly deletedAtMs?: number;
}

/** A record of a custom role, with where the role is in its life. */
export interface KeptRole extends Stored<CustomRole> {
  readonly state: CustomRoleState;
}

/** Which roles of a project or organization to list. */
export interface CustomRolePageRequest extends PageRequest {
  /** Whether deleted roles that can be brought back are listed too. */
  readonly showDeleted: boolean;
}

/**
 * The roles of a cloud: the custom ones, which it keeps under what they belong to (`customRoles/projects/p/ID`), and the
 * predefined ones, which never change.
 *
 * Deviation: a binding of a deleted role stays in its policy, and gives the role again that is made with its id after 37
 * days; pinned by 'the id of a deleted role is free after 37 days, and old bindings give the new role'.
 */
export class Roles {
  readonly #roles: Collection<CustomRole>;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #findPredefined: FindRole;
  readonly #granted: WatchedCache<RolePermissions | undefined>;
  /** For those who read a role and write what becomes of it. */
  readonly #turns = new Turns();

  constructor(store: Store, clock: Clock, findPredefined: FindRole) {
    this.#store = store;
    this.#clock = clock;
    this.#findPredefined = findPredefined;
    this.#roles = new Collection(store, 'customRoles');
    this.#granted = new WatchedCache(
      store,
      `${this.#roles.prefix}/`,
      (key) => this.#nameOf(key),
      async (name) => this.#loadGranted(name),
    );
  }

  /**
   * Finds what a role grants, by its full name.
   *
   * @returns `undefined` for a role that does not exist, is deleted, or is disabled: it grants nothing
   */
  async find(name: string): Promise<RolePermissions | undefined> {
    return parseCustomRoleName(name) === undefined ? this.#findPredefined(name) : this.#granted.get(name);
  }

  /** Finds what several roles grant; those that grant nothing are left out. */
  async findAll(names: Iterable<string>): Promise<ReadonlyMap<string, RolePermissions>> {
    const found = new Map<string, RolePermissions>();
    for (const name of new Set(names)) {
      const role = await this.find(name);
      if (role !== undefined) found.set(name, role);
    }
    return found;
  }

  /** Finds of several roles the custom ones that are kept and grant nothing: those that are disabled or deleted. */
  async findDormant(names: Iterable<string>): Promise<ReadonlyMap<string, DormantRole>> {
    const found = new Map<string, DormantRole>();
    for (const name of new Set(names)) {
      const named = parseCustomRoleName(name);
      const role = named === undefined ? undefined : (await this.#read(named))?.value;
      if (role === undefined || isInForce(role)) continue;
      const { deletedAtMs, stage } = role;
      found.set(name, {
        permissions: permissionsOf(role),
        isDisabled: stage === 'DISABLED',
        ...(deletedAtMs === undefined ? {} : { deletedAtMs }),
      });
    }
    return found;
  }

  async #loadGranted(name: string): Promise<RolePermissions | undefined> {
    const named = parseCustomRoleName(name);
    const role = named === undefined ? undefined : (await this.#read(named))?.value;
    return role !== undefined && isInForce(role) ? { permissions: permissionsOf(role) } : undefined;
  }

  /** Calls the listener with the full names of custom roles, after each change of them. */
  watch(listener: (names: readonly string[]) => void): () => void {
    return this.#store.watch(`${this.#roles.prefix}/`, (events) =>
      listener(events.map(({ key }) => this.#nameOf(key))),
    );
  }

  /** Returns a custom role that is active or can be brought back. */
  async get(named: CustomRoleName): Promise<Stored<CustomRole> | undefined> {
    const stored = await this.#read(named);
    return stored !== undefined && this.#isThere(stored) ? stored : undefined;
  }

  /** Returns what is kept of a role, in whichever state it is. */
  async getKept(named: CustomRoleName): Promise<KeptRole | undefined> {
    const stored = await this.#read(named);
    return stored && { ...stored, state: this.#stateOf(stored) };
  }

  /** Walks all that is kept of the roles of a project or organization, in whichever states they are. */
  async *keptOf(parent: ResourceName): AsyncGenerator<KeptRole> {
    for await (const stored of this.#roles.all(parent)) yield { ...stored, state: this.#stateOf(stored) };
  }

  /** The change that writes a role, for those who count the roles of its parent. */
  put(role: CustomRole): Change {
    return this.#roles.put(role, role.parent, role.roleId);
  }

  /** The change that removes all that is kept of a role: its id is free then. */
  remove({ parent, roleId }: CustomRoleName): Change {
    return this.#roles.remove(parent, roleId);
  }

  /** Says whether there is a role of this name, or was one: the bindings of a deleted role stay where they are. */
  async wasMade(named: CustomRoleName): Promise<boolean> {
    return (await this.#read(named)) !== undefined;
  }

  /** Lists the custom roles of a project or organization, in the byte order of their ids. */
  async list(
    parent: ResourceName,
    { limit, after, showDeleted }: CustomRolePageRequest,
  ): Promise<Page<Stored<CustomRole>>> {
    const shown: Stored<CustomRole>[] = [];
    let next = after;
    do {
      const page = await this.#roles.list([parent], { limit, after: next });
      shown.push(...page.items.filter((stored) => this.#isShown(stored, showDeleted)));
      next = page.next;
      // One more than asked for tells whether there is a next page.
    } while (shown.length <= limit && next !== undefined);
    const last = shown[limit - 1];
    return shown.length > limit && last !== undefined
      ? { items: shown.slice(0, limit), next: last.value.roleId }
      : { items: shown };
  }

  /** Walks the roles of a project, a folder (it has none) or an organization that were not deleted. */
  async *activeOf(parent: ResourceName): AsyncGenerator<Stored<CustomRole>> {
    for await (const stored of this.#roles.all(parent)) if (this.#isShown(stored, false)) yield stored;
  }

  /**
   * Stores a new role.
   *
   * @param parent - what the role belongs to, where that may go meanwhile
   * @throws {ApiError} where its id is taken or reserved, its parent has as many roles as it may, or the parent is gone
   */
  create(role: CustomRole, parent?: FoundResource): Promise<Stored<CustomRole>> {
    // Whether there is room depends on all roles of the parent.
    return this.#turns.run(role.parent, async () => {
      const conditions = parent === undefined ? [] : [await parent.stillThere()];
      const before = await this.#read(role);
      const state = before === undefined ? 'forgotten' : this.#stateOf(before);
      if (state !== 'forgotten') throw roleIdTaken(role.roleId, role.parent, state);
      if ((await this.#countOf(role.parent)) >= CUSTOM_ROLE_LIMIT) throw tooManyRoles(role.parent);
      return this.#write(role, [this.at(before?.revision ?? 0, role), ...conditions]);
    });
  }

  /**
   * Changes a role that is there.
   *
   * @param change - returns what becomes of it, or throws why nothing does
   * @returns `undefined` where there is no such role
   */
  change(
    named: CustomRoleName,
    change: (stored: Stored<CustomRole>, nowMs: number) => CustomRole,
  ): Promise<Stored<CustomRole> | undefined> {
    return this.#turns.run(named.parent, async () => {
      const stored = await this.get(named);
      if (stored === undefined) return undefined;
      return this.#write(change(stored, this.#clock.now()), [this.at(stored.revision, named)]);
    });
  }

  async #write(role: CustomRole, preconditions: readonly Precondition[]): Promise<Stored<CustomRole>> {
    const revision = await this.#store.commit([this.put(role)], preconditions);
    return { value: role, revision };
  }

  /** Holds where a role was last written at this revision; 0 where there must be none. */
  at(revision: number, { parent, roleId }: CustomRoleName): Precondition {
    return this.#roles.at(revision, parent, roleId);
  }

  #read({ parent, roleId }: CustomRoleName): Promise<Stored<CustomRole> | undefined> {
    return this.#roles.get(parent, roleId);
  }

  async #countOf(parent: ResourceName): Promise<number> {
    let count = 0;
    for await (const stored of this.#roles.all(parent)) if (this.#isThere(stored)) count += 1;
    return count;
  }

  #stateOf({ value }: Stored<CustomRole>): CustomRoleState {
    return customRoleState(value.deletedAtMs, this.#clock.now());
  }

  #isThere(stored: Stored<CustomRole>): boolean {
    return this.#isShown(stored, true);
  }

  #isShown(stored: Stored<CustomRole>, showDeleted: boolean): boolean {
    const state = this.#stateOf(stored);
    return state === 'active' || (state === 'deleted' && showDeleted);
  }

  /** `customRoles/projects/p/ID` is the key of `projects/p/roles/ID`. */
  #nameOf(key: string): string {
    const path = key.slice(this.#roles.prefix.length + 1);
    const end = path.lastIndexOf('/');
    return customRoleName({ parent: path.slice(0, end), roleId: path.slice(end + 1) });
  }
}

function isInForce({ deletedAtMs, stage }: CustomRole): boolean {
  return deletedAtMs === undefined && stage !== 'DISABLED';
}

function permissionsOf({ permissions }: CustomRole): ReadonlySet<string> {
  return new Set(permissions.map(toRoleSpelling));
}
