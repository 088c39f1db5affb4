import type { ResourceName } from '../../kernel/resource-names.ts';
import { type PolicyPlace, permissionPrefix } from './policy-places.ts';
import { parseCustomRoleName } from './role-names.ts';
import { findRole } from './roles/catalogue.ts';

/** Roles for the policies of buckets and objects alone (storage notes 9.1). */
const LEGACY_STORAGE = /^roles\/storage\.legacy/;

/** Roles about organizations themselves. */
const FOR_ORGANIZATIONS = /^roles\/(?:iam\.organizationRole|resourcemanager\.organizationViewer$)/;

/** Roles about folders, or about what is made in them. */
const FOR_FOLDERS = /^roles\/resourcemanager\.(?:folder|projectCreator$)/;

/**
 * Says whether a predefined role may be given on a kind of resource.
 *
 * Guess: Google has a list for each role, of which a few lines are known: a bucket takes Storage's roles alone, legacy
 * ones are for buckets (IAM notes 1.5). Of organizations, folders and projects each takes all but the roles that are
 * about what is above it. A service account, and what Compute Engine keeps, takes the roles that hold a permission on
 * it, tags aside.
 *
 * @param role - `roles/storage.objectViewer`; a role that the catalogue does not have may be given nowhere
 */
export function isPredefinedRoleGrantable(role: string, place: PolicyPlace): boolean {
  const found = findRole(role);
  if (found === undefined) return false;
  switch (place) {
    case 'bucket':
    case 'managedFolder':
      return role.startsWith('roles/storage.');
    case 'organization':
      return !LEGACY_STORAGE.test(role);
    case 'folder':
      return !LEGACY_STORAGE.test(role) && !FOR_ORGANIZATIONS.test(role);
    case 'project':
      return !LEGACY_STORAGE.test(role) && !FOR_ORGANIZATIONS.test(role) && !FOR_FOLDERS.test(role);
    case 'serviceAccount':
      return holdsOneOf(found.permissions, 'iam.serviceAccount');
    default:
      return holdsOneOf(found.permissions, permissionPrefix(place));
  }
}

/** Permissions on the tags of a resource, which roles of every kind hold. */
const ABOUT_TAGS = /\.(?:createTagBinding|deleteTagBinding|listEffectiveTags|listTagBindings)$/;

function holdsOneOf(permissions: ReadonlySet<string>, prefix: string): boolean {
  for (const permission of permissions) {
    if (permission.startsWith(prefix) && !ABOUT_TAGS.test(permission)) return true;
  }
  return false;
}

/**
 * Says whether a custom role may be given on a resource: its parent must be the resource's project, or an organization
 * that this is in (IAM notes 1.5).
 *
 * @param ancestors - the resource's project, folder or organization and all above it
 */
export function isCustomRoleWithin(role: string, ancestors: readonly ResourceName[]): boolean {
  const named = parseCustomRoleName(role);
  return named !== undefined && ancestors.includes(named.parent);
}
