import { compareTexts } from '../../../kernel/compare-texts.ts';
import { ALL_USERS, type Member } from '../../../kernel/principals.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';
import type { PolicyPlace } from '../places/policy-places.ts';
import { findRole, listRoles, permissionCount, type Role } from '../roles/catalogue.ts';
import { isPredefinedRoleGrantable } from '../roles/grantable-roles.ts';
import { isForPeople, onlyReads } from '../roles/permission-kinds.ts';
import { CustomRoleNames, type CustomRoleOutcome, type Organizations } from './custom-role-proposals.ts';
import { type Births, groupNeeds, type Needs, type RecommendLevel } from './needs.ts';
import { type Candidate, smallestCover } from './smallest-cover.ts';
import type { CountedUse } from './uses.ts';

/** A permission that was used, and how often. */
export interface UsedPermission {
  readonly permission: string;
  readonly count: number;
}

/** A role, what it is proposed for, and what it gives beside that. */
export interface RoleProposal {
  readonly role: string;
  /** Of the permissions that were used. */
  readonly covers: readonly string[];
  /** Permissions that are known here and were not used, those that change something first. */
  readonly adds: readonly string[];
  /** How many the role adds at Google, where it has permissions of services that are unknown here. */
  readonly addsAtGoogle: number;
}

/** What one principal needs on one resource. */
export interface Proposal extends CustomRoleOutcome {
  readonly principal: Member;
  readonly resource: ResourceName;
  readonly place: PolicyPlace;
  /** The project that the resource is in, or is. */
  readonly projectId?: string;
  readonly permissions: readonly UsedPermission[];
  readonly roles: readonly RoleProposal[];
  /** Permissions that the roles proposed for the project give here too. */
  readonly inherited: readonly string[];
  /** Permissions that no role gives that may be given here. */
  readonly uncovered: readonly string[];
  /** Whether no smaller set of roles exists; else it is a good one. */
  readonly isSmallest: boolean;
}

/** What a cloud has, as far as it bears on what is proposed. */
export interface Surroundings {
  /** Of the resources that are there, as far as they are known; default: none is. */
  readonly births?: Births;
  /** Default: nothing is in an organization. */
  readonly organizations?: Organizations;
}

/**
 * Proposes the roles that cover what was used, for each principal and resource.
 *
 * Of all sets of roles it is the one that adds the fewest permissions, those that change something first, and of these the
 * one with the fewest roles. What a project's roles give is not given again below it. Basic roles, those of Google's own
 * services and the legacy ones are taken only where no other covers a permission.
 *
 * @param uses - in any order; those that are not to count are left out
 * @returns in the order of principals, the widest resources first
 */
export function recommend(
  uses: readonly CountedUse[],
  level: RecommendLevel,
  { births = new Map(), organizations = new Map() }: Surroundings = {},
): readonly Proposal[] {
  const names = new CustomRoleNames(organizations);
  const proposals: Proposal[] = [];
  for (const needs of groupNeeds(uses, level, births)) {
    const above = proposals.filter(
      ({ principal, place, projectId }) =>
        principal === needs.principal && place === 'project' && projectId === needs.projectId,
    );
    proposals.push(propose(needs, needs.place === 'project' ? [] : above, names));
  }
  return proposals;
}

function propose(needs: Needs, above: readonly Proposal[], names: CustomRoleNames): Proposal {
  const { principal, resource, place, projectId, counts } = needs;
  const permissions = [...counts]
    .map(([permission, count]) => ({ permission, count }))
    .sort((a, b) => compareTexts(a.permission, b.permission));
  const used = permissions.map(({ permission }) => permission);
  const given = new Set(
    above.flatMap(({ roles }) => roles.flatMap(({ covers, adds }) => [...covers, ...adds])),
  );
  const inherited = used.filter((permission) => given.has(permission));
  const open = used.filter((permission) => !given.has(permission));
  const candidates = mayHoldGrants(principal, place) ? candidatesFor(open, used, place) : [];
  const cover = smallestCover(open, candidates);
  const customRole: CustomRoleOutcome = mayHoldGrants(principal, place)
    ? names.propose({ principal, resource, projectId, permissions: used })
    : { noCustomRole: 'everybody' };
  return {
    principal,
    resource,
    place,
    ...(projectId === undefined ? {} : { projectId }),
    permissions,
    roles: cover.chosen.map(toRoleProposal),
    inherited,
    uncovered: cover.uncovered,
    isSmallest: cover.isExact,
    ...customRole,
  };
}

/** Buckets alone may be given to everybody (IAM notes 1.1). */
function mayHoldGrants(principal: Member, place: PolicyPlace): boolean {
  return principal !== ALL_USERS || place === 'bucket';
}

const BASIC: ReadonlySet<string> = new Set(['roles/owner', 'roles/editor', 'roles/viewer']);

/** Which roles are taken first: 0 those for people, 1 others, 2 basic roles. */
function rankOf({ name, stage }: Role): number {
  if (BASIC.has(name)) return 2;
  return !isForPeople(name) || stage === 'DEPRECATED' || stage === 'DISABLED' ? 1 : 0;
}

/** Returns the roles that may be chosen: of each further rank those that hold what no role of an earlier one does. */
function candidatesFor(
  open: readonly string[],
  used: readonly string[],
  place: PolicyPlace,
): readonly Candidate[] {
  const grantable = listRoles().filter(({ name }) => isPredefinedRoleGrantable(name, place));
  const chosen: Role[] = [];
  let missing = open;
  for (const rank of [0, 1, 2]) {
    const further = grantable.filter(
      (role) => rankOf(role) === rank && missing.some((permission) => role.permissions.has(permission)),
    );
    chosen.push(...further);
    missing = missing.filter((permission) => !further.some((role) => role.permissions.has(permission)));
  }
  return chosen.map((role) => toCandidate(role, open, new Set(used)));
}

/** As many permissions that only read are as bad as one that changes something. */
const CHANGING_PRICE = 1000;

function priceOf(permission: string): number {
  return onlyReads(permission) ? 1 : CHANGING_PRICE;
}

/** What is unknown here of a role that only reads is taken to read, of another to change something. */
function toCandidate(role: Role, open: readonly string[], used: ReadonlySet<string>): Candidate {
  const added = [...role.permissions.difference(used)].map((name) => [name, priceOf(name)] as const);
  const price = added.every(([, each]) => each === 1) ? 1 : CHANGING_PRICE;
  return {
    name: role.name,
    covers: new Set(open.filter((permission) => role.permissions.has(permission))),
    adds: new Map(added),
    weight: (permissionCount(role) - role.permissions.size) * price,
  };
}

function toRoleProposal({ name, covers, adds }: Candidate): RoleProposal {
  const role = findRole(name);
  const unknown = role === undefined ? 0 : permissionCount(role) - role.permissions.size;
  return {
    role: name,
    covers: [...covers].sort(),
    adds: [...adds.keys()].sort((a, b) => priceOf(b) - priceOf(a) || compareTexts(a, b)),
    addsAtGoogle: adds.size + unknown,
  };
}
