import {
  accountMember,
  type Member,
  type Principal,
  toMember,
  toStoredMember,
} from '../kernel/principals.ts';
import type { PrincipalState } from '../protocol/iam/decide.ts';
import { identitiesOf, NO_BELONGINGS } from '../protocol/iam/identities.ts';
import type { Store } from '../store/store.ts';
import type { Groups } from './groups.ts';
import type { Hierarchy } from './hierarchy.ts';
import type { Organizations } from './organizations.ts';
import type { Projects } from './projects.ts';
import type { ServiceAccounts } from './service-accounts.ts';
import { KEPT_NAME_LIMIT } from './watched-cache.ts';

/** What a principal counts as, and whether it can act. */
export interface KnownPrincipal {
  readonly identities: readonly Member[];
  readonly state: PrincipalState;
}

/** Where it is known from. */
export interface IdentitySources {
  readonly serviceAccounts: ServiceAccounts;
  readonly projects: Projects;
  readonly organizations: Organizations;
  readonly hierarchy: Hierarchy;
  readonly groups: Groups;
}

/** What an identity is made of; a change of any of them is rare beside the calls that ask. */
const PREFIXES = ['serviceAccounts/', 'projects/', 'folders/', 'organizations/', 'group'] as const;

/** Organizations that are looked through for a user's domain; a cloud declares one or two. */
const ORGANIZATION_LIMIT = 100;

/** Resolves callers, once for each and again when something changed that they are made of. */
export class Identities {
  readonly #sources: IdentitySources;
  #known = new Map<string, Promise<KnownPrincipal>>();

  constructor(store: Store, sources: IdentitySources) {
    this.#sources = sources;
    for (const prefix of PREFIXES) {
      store.watch(prefix, () => {
        this.#known = new Map();
      });
    }
  }

  /** Returns what a principal counts as. */
  of(principal: Principal): Promise<KnownPrincipal> {
    const key = keyOf(principal);
    if (key === undefined) return this.#resolve(principal);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const kept = this.#known;
    const resolving = this.#resolve(principal);
    kept.set(key, resolving);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_NAME_LIMIT && oldest !== undefined) kept.delete(oldest);
    resolving.catch(() => kept.delete(key));
    return resolving;
  }

  async #resolve(principal: Principal): Promise<KnownPrincipal> {
    switch (principal.kind) {
      case 'anonymous':
        return { identities: identitiesOf(principal, NO_BELONGINGS), state: 'active' };
      case 'user': {
        const [groups, customerIds] = await Promise.all([
          this.#groupsOf([toMember(principal)]),
          this.#customersOf(principal.email),
        ]);
        return { identities: identitiesOf(principal, { groups, nodes: [], customerIds }), state: 'active' };
      }
      case 'serviceAccount':
        return this.#resolveAccount(principal);
      case 'federated': {
        const groups = await this.#groupsOf([toMember(principal)]);
        return { identities: identitiesOf(principal, { ...NO_BELONGINGS, groups }), state: 'active' };
      }
    }
  }

  async #resolveAccount(principal: Extract<Principal, { kind: 'serviceAccount' }>): Promise<KnownPrincipal> {
    const { email, uniqueId } = principal;
    const { serviceAccounts } = this.#sources;
    const [groups, state, account] = await Promise.all([
      this.#groupsOf([accountMember(email, uniqueId)]),
      serviceAccounts.stateOf(email, uniqueId),
      serviceAccounts.find(email),
    ]);
    const nodes = account === undefined ? [] : await this.#nodesAbove(account.value.projectId);
    return { identities: identitiesOf(principal, { groups, nodes, customerIds: [] }), state };
  }

  async #groupsOf(members: readonly Member[]): Promise<readonly Member[]> {
    const groups = await Promise.all(members.map((member) => this.#sources.groups.containing(member)));
    return [...new Set(groups.flat())];
  }

  /** Returns a project and all that it is in, by number. */
  async #nodesAbove(projectId: string): Promise<readonly string[]> {
    const { hierarchy, projects } = this.#sources;
    const [, ...above] = await hierarchy.ancestorsOf(`projects/${projectId}`);
    const project = await projects.get(projectId);
    return project === undefined ? above : [`projects/${project.value.projectNumber}`, ...above];
  }

  async #customersOf(email: string): Promise<readonly string[]> {
    const domain = email.slice(email.indexOf('@') + 1);
    const { items } = await this.#sources.organizations.list({ limit: ORGANIZATION_LIMIT });
    return items.flatMap(({ value: { displayName, directoryCustomerId } }) =>
      displayName === domain && directoryCustomerId !== undefined ? [directoryCustomerId] : [],
    );
  }
}

/** A federated identity carries all that it is in its token, so there is nothing to keep. */
function keyOf(principal: Principal): string | undefined {
  return principal.kind === 'federated' ? undefined : toStoredMember(principal);
}
