import type { RolePermissions } from '../policies/policy.ts';
import { customRoleState } from './custom-role-life.ts';

/** A custom role that is there and grants nothing as it is. */
export interface DormantRole extends RolePermissions {
  readonly isDisabled: boolean;
  /** Unix milliseconds; absent for one that was not deleted. */
  readonly deletedAtMs?: number;
}

/** Why a role grants nothing, and whether to bring it back, or to enable it, would be enough for the permission. */
export interface DormantRoleFinding {
  readonly rolePermission: 'unknownRole' | 'disabledRole' | 'deletedRole';
  readonly wouldHold?: true;
}

/**
 * Says why a role grants nothing.
 *
 * A role that can be brought back no more is one that is not there: nothing finds it (IAM notes 1.5).
 *
 * @param role - `undefined` for one that was never made
 * @param permission - as roles spell it
 * @param nowMs - the time that is asked about, Unix milliseconds
 */
export function findDormant(
  role: DormantRole | undefined,
  permission: string,
  nowMs: number,
): DormantRoleFinding {
  if (role === undefined) return { rolePermission: 'unknownRole' };
  const { isDisabled, deletedAtMs, permissions } = role;
  const holds = permissions.has(permission);
  const state = customRoleState(deletedAtMs, nowMs);
  if (state === 'active') return { rolePermission: 'disabledRole', ...(holds ? { wouldHold: true } : {}) };
  if (state !== 'deleted') return { rolePermission: 'unknownRole' };
  return { rolePermission: 'deletedRole', ...(holds && !isDisabled ? { wouldHold: true } : {}) };
}
