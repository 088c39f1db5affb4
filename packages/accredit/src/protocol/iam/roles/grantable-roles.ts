import type { ResourceName } from '../../../kernel/resource-names.ts';
import { type PolicyPlace, permissionPrefix } from '../places/policy-places.ts';
import { findRole, type Role } from './catalogue.ts';
import { parseCustomRoleName } from './role-names.ts';

/** Roles for the policies of buckets and objects alone (storage notes 9.1). */
const LEGACY_STORAGE = /^roles\/storage\.legacy/;

/** Roles about organizations themselves. */
const FOR_ORGANIZATIONS = /^roles\/(?:iam\.organizationRole|resourcemanager\.organizationViewer$)/;

/** Roles about folders, or about what is made in them. */
const FOR_FOLDERS = /^roles\/resourcemanager\.(?:folder|projectCreator$)/;

/** Permissions on the tags of a resource, which roles of every kind hold. */
const ABOUT_TAGS = /\.(?:createTagBinding|deleteTagBinding|listEffectiveTags|listTagBindings)$/;

type Rule = (role: Role) => boolean;

/** Takes the roles that hold a permission on the resource, tags aside. */
function holding(prefix: string): Rule {
  return ({ permissions }) =>
    permissions.values().some((permission) => permission.startsWith(prefix) && !ABOUT_TAGS.test(permission));
}

/** Takes all roles but those of the kinds that are named. */
function allBut(...kinds: readonly RegExp[]): Rule {
  return ({ name }) => !kinds.some((kind) => kind.test(name));
}

const ofStorage: Rule = ({ name }) => name.startsWith('roles/storage.');

/**
 * Which predefined roles may be given on which kind of resource.
 *
 * Guess: Google has a list for each role, of which a few lines are known: a bucket takes Storage's roles alone, legacy
 * ones are for buckets (IAM notes 1.5). Of organizations, folders and projects each takes all but the roles that are
 * about what is above it. A service account, and what Compute Engine keeps, takes the roles that hold a permission on
 * it, tags aside.
 */
const RULES: Readonly<Record<PolicyPlace, Rule>> = {
  organization: allBut(LEGACY_STORAGE),
  folder: allBut(LEGACY_STORAGE, FOR_ORGANIZATIONS),
  project: allBut(LEGACY_STORAGE, FOR_ORGANIZATIONS, FOR_FOLDERS),
  bucket: ofStorage,
  managedFolder: ofStorage,
  // Its keys have permissions of their own: `iam.serviceAccountKeys.create`.
  serviceAccount: holding('iam.serviceAccount'),
  instance: holding(permissionPrefix('instance')),
  disk: holding(permissionPrefix('disk')),
  image: holding(permissionPrefix('image')),
  snapshot: holding(permissionPrefix('snapshot')),
  instanceTemplate: holding(permissionPrefix('instanceTemplate')),
};

/**
 * Says whether a predefined role may be given on a kind of resource.
 *
 * Deviation: the roles of services that are not known here may be given nowhere; pinned by 'a policy is refused whole: …',
 * row 'a role of another service'.
 *
 * @param role - `roles/storage.objectViewer`
 */
export function isPredefinedRoleGrantable(role: string, place: PolicyPlace): boolean {
  const found = findRole(role);
  return found !== undefined && RULES[place](found);
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
