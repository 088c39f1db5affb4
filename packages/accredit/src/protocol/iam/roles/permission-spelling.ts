/** A permission of the IAM API in either spelling: the resource type, then the verb. */
const IAM_PERMISSION = /^iam(?:\.googleapis\.com\/|\.)(\w+)\.(\w+)$/;

/** The resource types of the IAM API whose permissions are spelled with a slash inside roles. */
const SLASHED_RESOURCE = /^(?:oauthClient|workforcePool|workloadIdentityPool|workspacePool)/;

/** What one of Google's pages writes for the permissions on managed folders; roles have a capital in them. */
const MANAGED_FOLDERS = 'storage.managedfolders.';

/** The exception: these verbs on workload identity pools are spelled with a dot. */
const DOTTED_VERB = /^(?:create|delete|search|update)PolicyBindings?$/;

/**
 * Returns a permission as roles spell it.
 *
 * The younger permissions of the IAM API stand in roles in their v2 form, `iam.googleapis.com/workloadIdentityPools.get`;
 * people and other documents write `iam.workloadIdentityPools.get`. Both mean the same. So do `storage.managedfolders.get`
 * and `storage.managedFolders.get`. Any other permission is returned as it is, known or not.
 *
 * @see IAM notes, fact 4, 3.1
 */
export function toRoleSpelling(permission: string): string {
  if (permission.startsWith(MANAGED_FOLDERS)) {
    return `storage.managedFolders.${permission.slice(MANAGED_FOLDERS.length)}`;
  }
  if (!permission.startsWith('iam.')) return permission;
  const [, resource, verb] = IAM_PERMISSION.exec(permission) ?? [];
  if (resource === undefined || verb === undefined) return permission;
  const dotted = resource === 'workloadIdentityPools' && DOTTED_VERB.test(verb);
  return SLASHED_RESOURCE.test(resource) && !dotted
    ? `iam.googleapis.com/${resource}.${verb}`
    : `iam.${resource}.${verb}`;
}
