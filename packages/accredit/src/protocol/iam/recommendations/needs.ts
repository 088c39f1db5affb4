import { compareTexts } from '../../../kernel/compare-texts.ts';
import { type Member, toMember } from '../../../kernel/principals.ts';
import { projectName, type ResourceName } from '../../../kernel/resource-names.ts';
import { type PolicyHolder, policyHolderOf, projectIdIn } from '../places/policy-holders.ts';
import { POLICY_PLACES, type PolicyPlace, permissionPrefix } from '../places/policy-places.ts';
import { toRoleSpelling } from '../roles/permission-spelling.ts';
import { isTestable } from '../roles/testable-permissions.ts';
import type { CountedUse } from './uses.ts';

/** Where roles are proposed: on what was used, or on its project. */
export type RecommendLevel = 'resource' | 'project';

/** When resources came to be: Unix milliseconds, the cloud's time. */
export type Births = ReadonlyMap<ResourceName, number>;

/** A use is recorded when its call has ended, and what the call made is older by as much as that took. */
const CREATION_SLACK_MS = 60_000;

/** Says when each principal first used each permission in each project. */
function firstUsesOf(uses: readonly CountedUse[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const use of uses) {
    const key = `${toMember(use.principal)} ${use.permission} ${projectIdOf(use)}`;
    first.set(key, Math.min(use.firstMs, first.get(key) ?? Number.POSITIVE_INFINITY));
  }
  return first;
}

/** What one principal used on one resource. */
export interface Needs extends PolicyHolder {
  readonly principal: Member;
  readonly projectId: string | undefined;
  /** How often, by permission. */
  readonly counts: Map<string, number>;
}

/** Returns what each principal needs, and where it is to be given: in the order of principals, the widest resources first. */
export function groupNeeds(
  uses: readonly CountedUse[],
  level: RecommendLevel,
  births: Births,
): readonly Needs[] {
  const firstUses = firstUsesOf(uses);
  const groups = new Map<string, Needs>();
  for (const use of uses) {
    const principal = toMember(use.principal);
    const projectId = projectIdOf(use);
    const permission = toRoleSpelling(use.permission);
    const holder = level === 'project' ? liftToProject(use) : holderFor(use, firstUses, births);
    const key = `${principal}\n${holder.resource}`;
    const group = groups.get(key) ?? { ...holder, principal, projectId, counts: new Map<string, number>() };
    group.counts.set(permission, (group.counts.get(permission) ?? 0) + use.count);
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (a, b) =>
      compareTexts(a.principal, b.principal) ||
      POLICY_PLACES.indexOf(a.place) - POLICY_PLACES.indexOf(b.place) ||
      compareTexts(a.resource, b.resource),
  );
}

/**
 * Returns where a permission is to be given: on what was used, but on the project where a resource of this kind cannot give
 * it, and where the principal makes such resources itself: what is not there yet has no policy.
 */
function holderFor(use: CountedUse, firstUses: ReadonlyMap<string, number>, births: Births): PolicyHolder {
  const holder = policyHolderOf(use.resource);
  const create = `${permissionPrefix(holder.place)}create`;
  const createdMs = firstUses.get(`${toMember(use.principal)} ${create} ${projectIdOf(use)}`);
  const bornMs = births.get(holder.resource) ?? Number.POSITIVE_INFINITY;
  // What was there before keeps its own policy.
  const isOwnWork = createdMs !== undefined && bornMs >= createdMs - CREATION_SLACK_MS;
  return isOwnWork || !mayBeGivenOn(holder.place, use.permission) ? liftToProject(use) : holder;
}

/** Returns the project that a use was in; what is in none, or in one that is not known, stays where it is. */
function liftToProject(use: CountedUse): PolicyHolder {
  const projectId = projectIdOf(use);
  if (projectId === undefined) return policyHolderOf(use.resource);
  return { place: 'project', resource: projectName(projectId) };
}

function projectIdOf({ resource, projectId }: CountedUse): string | undefined {
  return projectIdIn(resource) ?? projectId;
}

/** What is used on a project, or above it, is given there, whatever it is. */
function mayBeGivenOn(place: PolicyPlace, permission: string): boolean {
  const isWide = place === 'project' || place === 'folder' || place === 'organization';
  return isWide || isTestable(permission, place);
}
