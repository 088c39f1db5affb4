import { basicRoles } from './basic.ts';
import { computeRoles } from './compute.ts';
import { expandPermissions } from './expand.ts';
import { iamRoles } from './iam.ts';
import { toRoleSpelling } from './permission-spelling.ts';
import { resourceManagerRoles } from './resource-manager.ts';
import type { RoleDefinition, RoleLaunchStage, RoleName, RoleTable } from './role-definition.ts';
import { serviceUsageRoles } from './service-usage.ts';
import { storageRoles } from './storage.ts';
import { tagRoles } from './tags.ts';

/** A basic or predefined role. */
export interface Role {
  /** `roles/` and the id. */
  readonly name: RoleName;
  readonly title: string;
  readonly description: string;
  readonly stage: RoleLaunchStage;
  /** Every permission of the role, as roles spell it; expanded when it is first read, then kept. */
  readonly permissions: ReadonlySet<string>;
}

const definitions: RoleTable = {
  ...basicRoles,
  ...storageRoles,
  ...computeRoles,
  ...iamRoles,
  ...resourceManagerRoles,
  ...tagRoles,
  ...serviceUsageRoles,
  __proto__: null,
};

// What has been asked for so far. The catalogue never changes, so nothing is ever dropped.
const rolesByName = new Map<string, Role>();
let rolesInNameOrder: readonly Role[] | undefined;
let rolesInGrantOrder: readonly Role[] | undefined;

/** Finds a basic or predefined role by its name, `roles/storage.objectViewer`; undefined if the catalogue has none. */
export function findRole(name: string): Role | undefined {
  const found = rolesByName.get(name);
  if (found !== undefined || !isRoleName(name)) return found;
  const definition = definitions[name];
  if (definition === undefined) return undefined;
  const role = toRole(name, definition);
  rolesByName.set(name, role);
  return role;
}

/** Lists every role of the catalogue, sorted by name. */
export function listRoles(): readonly Role[] {
  rolesInNameOrder ??= Object.keys(definitions).sort().map(requireRole);
  return rolesInNameOrder;
}

/**
 * Names the roles that hold a permission, the one that gives the least first: by the number of permissions that the role
 * has at Google, then by name; the basic roles come last.
 *
 * Whether a role may be granted on a certain resource is not considered.
 *
 * @param permission - in either spelling, see `toRoleSpelling`
 */
export function rolesWithPermission(permission: string): readonly string[] {
  const spelled = toRoleSpelling(permission);
  rolesInGrantOrder ??= listRoles().toSorted(compareForGrant);
  return rolesInGrantOrder.filter((role) => role.permissions.has(spelled)).map((role) => role.name);
}

function isRoleName(name: string): name is RoleName {
  return name.startsWith('roles/');
}

function toRole(name: RoleName, definition: RoleDefinition): Role {
  const { title, description, stage } = definition;
  let permissions: ReadonlySet<string> | undefined;
  return {
    name,
    title,
    description,
    stage,
    get permissions() {
      permissions ??= collectPermissions(definition);
      return permissions;
    },
  };
}

function collectPermissions({ includes = [], permissions = '' }: RoleDefinition): ReadonlySet<string> {
  const collected = new Set<string>();
  for (const name of includes) {
    for (const permission of requireRole(name).permissions) collected.add(permission);
  }
  for (const permission of expandPermissions(permissions)) collected.add(permission);
  return collected;
}

function requireRole(name: string): Role {
  const role = findRole(name);
  if (role === undefined) throw new Error(`The role catalogue refers to '${name}', which it does not hold.`);
  return role;
}

function compareForGrant(a: Role, b: Role): number {
  return (
    Number(a.name in basicRoles) - Number(b.name in basicRoles) ||
    permissionCount(a) - permissionCount(b) ||
    (a.name < b.name ? -1 : 1)
  );
}

/** The true size of a role: `iam.securityReviewer` does not become a small grant by the services that are unknown here. */
export function permissionCount(role: Role): number {
  return definitions[role.name]?.permissionCountAtGoogle ?? role.permissions.size;
}
