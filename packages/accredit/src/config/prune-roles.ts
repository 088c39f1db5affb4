import type { ResourceName } from '../kernel/resource-names.ts';
import { customRoleName } from '../protocol/iam/roles/role-names.ts';
import type { Change } from '../store/store.ts';
import type { Draft } from './draft.ts';
import type { Found } from './found.ts';

/** Finds a role as `prune.ts` asks for it. */
export async function findCustomRole(
  { resources: { roles } }: Draft,
  parent = '',
  roleId = '',
): Promise<Found | undefined> {
  const kept = await roles.getKept({ parent, roleId });
  if (kept?.state !== 'active') return undefined;
  return {
    identity: customRoleName({ parent, roleId }),
    // Nobody has to bring back what a file made: the id is free at once.
    changes: [roles.remove({ parent, roleId })],
    preconditions: [roles.at(kept.revision, { parent, roleId })],
  };
}

/** Returns what removes the records of roles that were deleted; those that are there are in the way. */
export async function removeDeletedRoles(
  { resources: { roles } }: Draft,
  parent: ResourceName,
): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const { value, state } of roles.keptOf(parent)) {
    if (state !== 'active') changes.push(roles.remove(value));
  }
  return changes;
}

/** Names a custom role that stays. */
export async function firstRole(draft: Draft, parent: ResourceName): Promise<string | undefined> {
  for await (const { value } of draft.resources.roles.activeOf(parent)) {
    if (!draft.isDeleted(customRoleName(value))) return customRoleName(value);
  }
  return undefined;
}
