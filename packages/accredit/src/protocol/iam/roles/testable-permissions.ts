/** Which permissions there are to have on a kind of resource (`queryTestablePermissions`), and what custom roles may hold. */
import { type PolicyPlace, permissionPrefix } from '../places/policy-places.ts';
import { listRoles } from './catalogue.ts';
import { toRoleSpelling } from './permission-spelling.ts';

/** What is above folders, and above projects, has permissions of its own, which say nothing below (IAM notes 1.5). */
const NOT_ON_FOLDERS =
  /^resourcemanager\.organizations\.|^iam\.googleapis\.com\/(?:workforcePool|workspacePool)/;
const NOT_ON_PROJECTS = /^resourcemanager\.(?:folders\.|projects\.(?:create|list)$)/;

/** What can be done in a bucket, and with what lies in it. */
const ON_BUCKETS =
  /^storage\.(?:(?:anywhereCaches|bucketOperations|folders|managedFolders|multipartUploads|objects)\.|buckets\.(?!create$|list$))/;

const ON_MANAGED_FOLDERS = /^storage\.(?:folders|managedFolders|multipartUploads|objects)\./;

/** What can be done with an account that is there, and with its keys. */
const ON_SERVICE_ACCOUNTS =
  /^iam\.(?:serviceAccounts\.(?!create$|list$)|serviceAccountKeys\.|serviceAccountApiKeyBindings\.)/;

type Rule = (permission: string) => boolean;

/** What can be done with a resource of Compute Engine that is there. */
function onOne(prefix: string): Rule {
  return (permission) => permission.startsWith(prefix) && !/\.(?:create|list)$/.test(permission);
}

/**
 * Which permissions a role can have a use for that is given on a kind of resource.
 *
 * Guess: which permissions Google lists for which kind; that `resourcemanager.projects.list` is not for projects is known
 * (IAM notes 1.5).
 */
const RULES: Readonly<Record<PolicyPlace, Rule>> = {
  organization: () => true,
  folder: (permission) => !NOT_ON_FOLDERS.test(permission),
  project: (permission) => !NOT_ON_FOLDERS.test(permission) && !NOT_ON_PROJECTS.test(permission),
  bucket: (permission) => ON_BUCKETS.test(permission),
  managedFolder: (permission) => ON_MANAGED_FOLDERS.test(permission),
  serviceAccount: (permission) => ON_SERVICE_ACCOUNTS.test(permission),
  instance: onOne(permissionPrefix('instance')),
  disk: onOne(permissionPrefix('disk')),
  image: onOne(permissionPrefix('image')),
  snapshot: onOne(permissionPrefix('snapshot')),
  instanceTemplate: onOne(permissionPrefix('instanceTemplate')),
};

let inNameOrder: readonly string[] | undefined;
let known: ReadonlySet<string> | undefined;

/** Every permission that a role of the catalogue holds, sorted. */
function permissionsInNameOrder(): readonly string[] {
  inNameOrder ??= [...new Set(listRoles().flatMap(({ permissions }) => [...permissions]))].sort();
  return inNameOrder;
}

/** Lists the permissions that can be had on a kind of resource, sorted by name. */
export function listTestablePermissions(place: PolicyPlace): readonly string[] {
  return permissionsInNameOrder().filter(RULES[place]);
}

/**
 * Says whether a permission can be had on a kind of resource; one that no role of the catalogue holds can be had nowhere.
 *
 * @param permission - in either spelling, see `toRoleSpelling`
 */
export function isTestable(permission: string, place: PolicyPlace): boolean {
  return isKnown(permission) && RULES[place](toRoleSpelling(permission));
}

/** Says whether a role of the catalogue holds a permission. @param permission - in either spelling */
export function isKnown(permission: string): boolean {
  known ??= new Set(permissionsInNameOrder());
  return known.has(toRoleSpelling(permission));
}

/**
 * Says whether a custom role of this kind of parent may hold a permission.
 *
 * Deviation: permissions that no role of the catalogue holds are unknown here, and so is which permissions Google supports
 * in predefined roles alone; pinned by 'a role with … is refused', row 'a permission of a service that is not known here'.
 *
 * @param permission - in either spelling, see `toRoleSpelling`
 */
export function isFitForCustomRole(permission: string, parent: 'organization' | 'project'): boolean {
  return isTestable(permission, parent);
}
