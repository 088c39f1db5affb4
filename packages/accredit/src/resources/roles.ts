import type { FindRole, RolePermissions } from '../protocol/iam/policy.ts';

/** The roles of a cloud: those of the catalogue, and the custom ones of its projects and organizations. */
export class Roles {
  readonly #findPredefined: FindRole;

  constructor(findPredefined: FindRole) {
    this.#findPredefined = findPredefined;
  }

  /** Finds a role by its full name; `undefined` for one that does not exist, or grants nothing. */
  async find(name: string): Promise<RolePermissions | undefined> {
    return this.#findPredefined(name);
  }

  /** Finds several roles, each once. */
  async findAll(names: readonly string[]): Promise<ReadonlyMap<string, RolePermissions>> {
    const found = new Map<string, RolePermissions>();
    for (const name of new Set(names)) {
      const role = await this.find(name);
      if (role !== undefined) found.set(name, role);
    }
    return found;
  }

  /** Calls the listener when a custom role changes. */
  watch(_listener: () => void): void {}
}
