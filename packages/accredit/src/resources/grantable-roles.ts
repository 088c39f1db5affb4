import { projectName, type ResourceName } from '../kernel/resource-names.ts';
import type { PolicyPlace } from '../protocol/iam/places/policy-places.ts';
import type { Policy } from '../protocol/iam/policies/policy.ts';
import { isCustomRoleWithin, isPredefinedRoleGrantable } from '../protocol/iam/roles/grantable-roles.ts';
import { parseCustomRoleName } from '../protocol/iam/roles/role-names.ts';
import type { Resources } from './resources.ts';

/** Where roles are to be given. */
export interface GrantPlace {
  readonly place: PolicyPlace;
  /** What the resource is in: `projects/{projectId}`, `folders/N` or `organizations/N`. */
  readonly within: ResourceName;
}

/**
 * Returns what says whether a role that a policy names may be given where the policy is.
 *
 * A role that was deleted may stay in a policy: it grants nothing there, and who changes another binding sends all of
 * them back. Guess: Google lets it stay too.
 *
 * @param policy - only its roles are looked at
 */
export async function findGrantableRoles(
  policy: { readonly bindings: readonly Pick<Policy['bindings'][number], 'role'>[] },
  { place, within }: GrantPlace,
  { hierarchy, roles }: Pick<Resources, 'hierarchy' | 'roles'>,
): Promise<(role: string) => boolean> {
  const named = new Set(policy.bindings.map(({ role }) => role));
  const ancestors = await hierarchy.ancestorsOf(within);
  const grantable = new Set<string>();
  for (const role of named) {
    const custom = parseCustomRoleName(role);
    const may =
      custom === undefined
        ? isPredefinedRoleGrantable(role, place)
        : isCustomRoleWithin(role, ancestors) && (await roles.wasMade(custom));
    if (may) grantable.add(role);
  }
  return (role) => grantable.has(role);
}

/**
 * Returns what a resource with a policy of its own is in; `undefined` for a bucket that is not there.
 *
 * @param resource - with its project's id
 */
export async function holderOf(
  resource: ResourceName,
  { buckets }: Pick<Resources, 'buckets'>,
): Promise<ResourceName | undefined> {
  const [kind = '', id = '', , bucket = ''] = resource.split('/');
  if (id !== '_') return `${kind}/${id}`;
  const access = await buckets.accessOf(bucket);
  return access === undefined ? undefined : projectName(access.projectId);
}
