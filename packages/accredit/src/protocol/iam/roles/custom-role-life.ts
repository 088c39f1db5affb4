import { ApiError, alreadyExists } from '../../../kernel/api-error.ts';
import { DAY_MS } from '../../../kernel/timestamps.ts';

/** How long a deleted role can be brought back (IAM notes 1.5). */
const UNDELETE_MS = 7 * DAY_MS;

/** How long the id of a deleted role cannot be used again, from its deletion on (IAM notes 1.5). */
const ID_RESERVED_MS = 37 * DAY_MS;

/**
 * Where a custom role is in its life: `active`; `deleted`, it can be brought back; `purged`, it is gone and its id cannot
 * be used; `forgotten`, its id is free. Only an active one grants anything.
 */
export type CustomRoleState = 'active' | 'deleted' | 'purged' | 'forgotten';

/**
 * Returns where a role is in its life.
 *
 * @param deletedAtMs - `undefined` for one that was not deleted
 * @param nowMs - the cloud's time
 */
export function customRoleState(deletedAtMs: number | undefined, nowMs: number): CustomRoleState {
  if (deletedAtMs === undefined) return 'active';
  const ageMs = nowMs - deletedAtMs;
  if (ageMs < UNDELETE_MS) return 'deleted';
  return ageMs < ID_RESERVED_MS ? 'purged' : 'forgotten';
}

/** Custom roles of one project or organization (IAM notes 1.2). Guess: deleted ones count while they can come back. */
export const CUSTOM_ROLE_LIMIT = 300;

/**
 * The error of an id that cannot be used for a new role. Guess: the text where a role has the id; which of the other two
 * is when.
 *
 * @param state - of the role that has the id
 * @see https://github.com/hashicorp/terraform-provider-google/issues/1668
 * @see https://github.com/GoogleCloudPlatform/gke-autoneg-controller/issues/71
 */
export function roleIdTaken(
  roleId: string,
  parent: string,
  state: 'active' | 'deleted' | 'purged',
): ApiError {
  if (state === 'active') {
    return alreadyExists(`A role named ${roleId} in ${parent} already exists.`, { echoes: true });
  }
  return wrongState(
    state === 'purged'
      ? `You can't create a role_id (${roleId}) which has been marked for deletion.`
      : `You can't create a role with role_id (${roleId}) where there is an existing role with that role_id in a ` +
          'deleted state.',
  );
}

/** The error of a project or organization that has as many roles as it may. Guess: status and text. */
export function tooManyRoles(parent: string): ApiError {
  return new ApiError(
    'RESOURCE_EXHAUSTED',
    `Maximum number of roles reached on ${parent}. Maximum is: ${CUSTOM_ROLE_LIMIT}`,
  );
}

/**
 * The error of a change that a role in this state does not take. Guess: the texts of `delete` and `undelete`; that of
 * `update` is known from a transcript.
 */
export function roleInWrongState(change: 'update' | 'delete' | 'undelete', name: string): ApiError {
  const state = change === 'undelete' ? 'which is not in a deleted state' : 'which is in a deleted state';
  return wrongState(`You can't ${change} a role (${name}) ${state}.`);
}

function wrongState(message: string): ApiError {
  return new ApiError('FAILED_PRECONDITION', message, { reason: 'failedPrecondition', echoes: true });
}
