import type { Member } from '../../kernel/principals.ts';
import { projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { customRoleName } from './role-names.ts';
import { isFitForCustomRole } from './testable-permissions.ts';

/** A custom role that holds what was used and nothing else. */
export interface CustomRoleProposal {
  /** `projects/{projectId}/roles/{roleId}`, or of an organization. */
  readonly role: string;
  readonly title: string;
  readonly permissions: readonly string[];
  /** Permissions that were used and that no custom role takes. */
  readonly unfit: readonly string[];
}

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

/** Proposes custom roles; what needs the same permissions in the same project for the same principal shares one. */
export class CustomRoleNames {
  readonly #made = new Map<string, CustomRoleProposal>();
  readonly #taken = new Set<string>();

  /** Returns a role of these permissions; `undefined` where a custom role cannot be given, or would hold nothing. */
  propose({ principal, resource, projectId, permissions }: CustomRoleNeeds): CustomRoleProposal | undefined {
    const parent = projectId === undefined ? resource : projectName(projectId);
    // A folder takes the roles of its organization, which is not known here.
    if (/^folders\/|^projects\/_/.test(parent)) return undefined;
    const kind = parent.startsWith('organizations/') ? 'organization' : 'project';
    const fit = permissions.filter((permission) => isFitForCustomRole(permission, kind));
    if (fit.length === 0) return undefined;
    const key = [parent, principal, ...fit].join('\n');
    const known = this.#made.get(key);
    const unfit = permissions.filter((permission) => !fit.includes(permission));
    if (known !== undefined) return { ...known, unfit };
    const name = shortName(principal);
    const role = this.#name(parent, name);
    const made = { role, title: `What ${name} uses`, permissions: fit, unfit };
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

/** `my-program` of its address; the subject of an identity of another provider. ASCII, so that its length is its bytes. */
function shortName(principal: Member): string {
  const whole = principal.slice(principal.lastIndexOf('/') + 1).replace(/^[A-Za-z]+:/, '');
  return whole
    .replace(/@.*$/, '')
    .replace(/[^\x20-\x7e]/g, '_')
    .slice(0, TITLE_LENGTH_LIMIT - 'What  uses'.length);
}
