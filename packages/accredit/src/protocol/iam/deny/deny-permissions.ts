/** What a deny policy may write as a permission: one of `deniable-permissions.ts`, or a group of them with `*`. */
import { deniableNamesOfPermissions } from './deniable-permissions.ts';

let groups: ReadonlySet<string> | undefined;

/**
 * Says whether a deny policy may name a permission or a group of permissions: one that can be denied, or `FQDN/*.*`,
 * `FQDN/res.*`, `FQDN/*.verb` with at least one such permission in it (IAM notes 1.3).
 *
 * Guess: which groups Google supports; it publishes a list that is not known here.
 *
 * Deviation: permissions of services that are not served here cannot be denied; pinned by 'a deny policy is refused
 * whole', row 'a permission of a service that is not here'.
 */
export function isDenySupported(pattern: string): boolean {
  if (!pattern.includes('*')) return deniableNamesOfPermissions().has(pattern);
  groups ??= groupsOf(deniableNamesOfPermissions());
  return groups.has(pattern);
}

/** Returns every group that one of the permissions is in. */
function groupsOf(permissions: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const permission of permissions) {
    const slash = permission.indexOf('/');
    const dot = permission.lastIndexOf('.');
    const service = permission.slice(0, slash);
    found.add(`${service}/*.*`);
    found.add(`${permission.slice(0, dot)}.*`);
    found.add(`${service}/*${permission.slice(dot)}`);
  }
  return found;
}
