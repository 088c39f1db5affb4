import { type PolicyPlace, permissionPrefix } from './policy-places.ts';
import { listRoles } from './roles/catalogue.ts';
import { toRoleSpelling } from './roles/permission-spelling.ts';

/** What is above projects has permissions of its own, which say nothing on a project (IAM notes 1.5). */
const NOT_ON_PROJECTS =
  /^resourcemanager\.(?:organizations\.|folders\.|projects\.(?:create|list)$)|^iam\.googleapis\.com\/(?:workforcePool|workspacePool)/;

/** What is above folders. */
const NOT_ON_FOLDERS =
  /^resourcemanager\.organizations\.|^iam\.googleapis\.com\/(?:workforcePool|workspacePool)/;

/** What can be done in a bucket, and with what lies in it. */
const ON_BUCKETS =
  /^storage\.(?:(?:anywhereCaches|bucketOperations|folders|managedFolders|multipartUploads|objects)\.|buckets\.(?!create$|list$))/;

const ON_MANAGED_FOLDERS = /^storage\.(?:folders|managedFolders|multipartUploads|objects)\./;

/** What can be done with an account that is there, and with its keys. */
const ON_SERVICE_ACCOUNTS =
  /^iam\.(?:serviceAccounts\.(?!create$|list$)|serviceAccountKeys\.|serviceAccountApiKeyBindings\.)/;

let inNameOrder: readonly string[] | undefined;
let known: ReadonlySet<string> | undefined;

/** Every permission that a role of the catalogue holds, sorted. */
function permissionsInNameOrder(): readonly string[] {
  inNameOrder ??= [...new Set(listRoles().flatMap(({ permissions }) => [...permissions]))].sort();
  return inNameOrder;
}

/**
 * Says whether a role that is given on this kind of resource can have a use for a permission.
 *
 * Guess: which permissions Google lists for which kind; that `resourcemanager.projects.list` is not for projects is known
 * (IAM notes 1.5).
 */
function appliesTo(permission: string, place: PolicyPlace): boolean {
  switch (place) {
    case 'organization':
      return true;
    case 'folder':
      return !NOT_ON_FOLDERS.test(permission);
    case 'project':
      return !NOT_ON_PROJECTS.test(permission);
    case 'bucket':
      return ON_BUCKETS.test(permission);
    case 'managedFolder':
      return ON_MANAGED_FOLDERS.test(permission);
    case 'serviceAccount':
      return ON_SERVICE_ACCOUNTS.test(permission);
    default:
      return permission.startsWith(permissionPrefix(place)) && !/\.(?:create|list)$/.test(permission);
  }
}

/** Lists the permissions that can be had on a kind of resource, sorted by name. */
export function listTestablePermissions(place: PolicyPlace): readonly string[] {
  return permissionsInNameOrder().filter((permission) => appliesTo(permission, place));
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
  known ??= new Set(permissionsInNameOrder());
  const spelled = toRoleSpelling(permission);
  return known.has(spelled) && appliesTo(spelled, parent);
}
