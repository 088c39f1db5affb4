import type { Member } from '../../../kernel/principals.ts';
import { projectName, type ResourceName } from '../../../kernel/resource-names.ts';
import { customRoleName } from '../roles/role-names.ts';
import { isFitForCustomRole } from '../roles/testable-permissions.ts';

/** A custom role that holds what was used and nothing else. */
export interface CustomRoleProposal {
  /** `projects/{projectId}/roles/{roleId}`, or of an organization. */
  readonly role: string;
  readonly title: string;
  readonly permissions: readonly string[];
  /** Permissions that were used and that no custom role takes. */
  readonly unfit: readonly string[];
}

/** Why no custom role is proposed, in the order in which it is looked at. */
export const NO_CUSTOM_ROLE = ['everybody', 'noProject', 'noOrganization', 'unfit'] as const;

export type NoCustomRole = (typeof NO_CUSTOM_ROLE)[number];

/** A custom role, or why there is none: exactly one of the two. */
export interface CustomRoleOutcome {
  readonly customRole?: CustomRoleProposal;
  /**
   * `everybody`: has no roles but on buckets; `noProject`: of the bucket, it is not known; `noOrganization`: of the folder;
   * `unfit`: no custom role takes any of the permissions.
   */
  readonly noCustomRole?: NoCustomRole;
}

/** The organizations (`organizations/N`) that projects and folders are in, by `projects/{projectId}` and `folders/N`. */
export type Organizations = ReadonlyMap<ResourceName, ResourceName>;

/** What a custom role is wanted for. */
export interface CustomRoleNeeds {
  readonly principal: Member;
  readonly resource: ResourceName;
  /** Of the resource; absent for folders and organizations. */
  readonly projectId: string | undefined;
  /** Sorted. */
  readonly permissions: readonly string[];
}

/** Longest part of a role's id that is made of a name; with a number behind it the id has at most 64 characters. */
const STEM_LENGTH_LIMIT = 50;

/** Longest title that is made; a title has at most 100 bytes (IAM notes 1.2). */
const TITLE_LENGTH_LIMIT = 90;

/**
 * Proposes custom roles; what needs the same permissions in the same project for the same principal shares one.
 *
 * A folder takes the roles of its organization. So does a project, where its own roles cannot hold all that was used, as
 * `resourcemanager.projects.list` (IAM notes 1.5).
 */
export class CustomRoleNames {
  readonly #organizations: Organizations;
  readonly #made = new Map<string, CustomRoleProposal>();
  readonly #taken = new Set<string>();

  constructor(organizations: Organizations) {
    this.#organizations = organizations;
  }

  /** Returns a role of these permissions, or why there can be none. */
  propose(needs: CustomRoleNeeds): CustomRoleOutcome {
    const parents = this.#parentsFor(needs);
    if (typeof parents === 'string') return { noCustomRole: parents };
    const { principal, permissions } = needs;
    const [best] = parents
      .map((parent) => ({ parent, fit: permissions.filter(fitsIn(parent)) }))
      // The sort is stable: of two that hold as much the nearer one stays first.
      .sort((a, b) => b.fit.length - a.fit.length);
    if (best === undefined || best.fit.length === 0) return { noCustomRole: 'unfit' };
    const { parent, fit } = best;
    const unfit = permissions.filter((permission) => !fit.includes(permission));
    return { customRole: { ...this.#make(parent, principal, fit), unfit } };
  }

  /** Returns what a role for a resource can belong to, the nearest first. */
  #parentsFor({ resource, projectId }: CustomRoleNeeds): readonly ResourceName[] | NoCustomRole {
    if (resource.startsWith('organizations/')) return [resource];
    if (resource.startsWith('folders/')) {
      const organization = this.#organizations.get(resource);
      return organization === undefined ? 'noOrganization' : [organization];
    }
    if (projectId === undefined) return 'noProject';
    const project = projectName(projectId);
    const organization = this.#organizations.get(project);
    return organization === undefined ? [project] : [project, organization];
  }

  #make(parent: ResourceName, principal: Member, permissions: readonly string[]): CustomRoleProposal {
    const key = [parent, principal, ...permissions].join('\n');
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const name = shortName(principal);
    const made = { role: this.#name(parent, name), title: `What ${name} uses`, permissions, unfit: [] };
    this.#made.set(key, made);
    return made;
  }

  #name(parent: ResourceName, name: string): string {
    const stem = `${name.replace(/[^A-Za-z0-9]+/g, '_').slice(0, STEM_LENGTH_LIMIT)}_uses`;
    for (let number = 1; ; number += 1) {
      const role = customRoleName({ parent, roleId: number === 1 ? stem : `${stem}_${number}` });
      if (this.#taken.has(role)) continue;
      this.#taken.add(role);
      return role;
    }
  }
}

/** Says what the custom roles of a project or an organization may hold. */
function fitsIn(parent: ResourceName): (permission: string) => boolean {
  const kind = parent.startsWith('organizations/') ? 'organization' : 'project';
  return (permission) => isFitForCustomRole(permission, kind);
}

/** `my-program` of its address; the subject of an identity of another provider. ASCII, so that its length is its bytes. */
function shortName(principal: Member): string {
  const whole = principal.slice(principal.lastIndexOf('/') + 1).replace(/^[A-Za-z]+:/, '');
  return whole
    .replace(/@.*$/, '')
    .replace(/[^\x20-\x7e]/g, '_')
    .slice(0, TITLE_LENGTH_LIMIT - 'What  uses'.length);
}
