/** The permissions that one `testIamPermissions` call asks about, and its answer. */

import { invalidArgument } from '../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../kernel/clip.ts';
import { list, object, string } from '../../kernel/decode.ts';

/** Permissions that one call may test (IAM notes 1.2). */
const TESTED_PERMISSION_LIMIT = 100;

/** The body of a `testIamPermissions` request. */
export const testIamPermissionsRequest = object({ permissions: list(string) });

/**
 * Checks the permissions of a `testIamPermissions` request; wildcards and other texts are no permissions.
 *
 * Guess: a well-formed permission that is none of this kind of resource, or of none, is one that nobody holds; from memory
 * a project refuses it (IAM notes 1.7).
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function readTestedPermissions(permissions: readonly string[]): readonly string[] {
  if (permissions.length > TESTED_PERMISSION_LIMIT) {
    throw invalidArgument(`Must specify <= ${TESTED_PERMISSION_LIMIT} permissions.`);
  }
  const wrong = permissions.find(
    (permission) => !/^[a-z][A-Za-z0-9]*(\.[A-Za-z0-9]+){2,3}$/.test(permission),
  );
  // Guess: the text for a name that is no permission (IAM notes 1.7).
  if (wrong !== undefined) {
    throw invalidArgument(`Permission ${clip(wrong, SHORT_ECHO_LIMIT)} is not valid for this resource.`);
  }
  return permissions;
}

/** Returns the answer of `testIamPermissions`: those that the caller holds, in the order asked; no list where none. */
export async function renderHeldPermissions(
  asked: readonly string[],
  holds: (permission: string) => boolean | Promise<boolean>,
): Promise<{ readonly permissions?: readonly string[] }> {
  const held: string[] = [];
  for (const permission of asked) if (await holds(permission)) held.push(permission);
  return held.length === 0 ? {} : { permissions: held };
}
