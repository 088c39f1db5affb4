/** The permissions that one `testIamPermissions` call asks about, and its answer. */

import { invalidArgument } from '../../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../../kernel/clip.ts';
import { list, object, string } from '../../../kernel/decode.ts';
import type { PolicyPlace } from '../places/policy-places.ts';
import { isKnown, isTestable } from '../roles/testable-permissions.ts';

/** Permissions that one call may test (IAM notes 1.2). */
const TESTED_PERMISSION_LIMIT = 100;

/** The body of a `testIamPermissions` request. */
export const testIamPermissionsRequest = object({ permissions: list(string) });

/**
 * Checks the permissions of a `testIamPermissions` request: wildcards and other texts are none, and those of other kinds of
 * resources cannot be had on this one.
 *
 * Guess: a permission that no role of the catalogue holds is one that nobody holds, since Google knows more of them; that all
 * kinds refuse what is another's, as projects are seen to (IAM notes 1.7).
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 * @see https://github.com/googleapis/google-cloud-java/issues/722
 */
export function readTestedPermissions(permissions: readonly string[], place: PolicyPlace): readonly string[] {
  if (permissions.length > TESTED_PERMISSION_LIMIT) {
    throw invalidArgument(`Must specify <= ${TESTED_PERMISSION_LIMIT} permissions.`);
  }
  const wrong = permissions.find(
    (permission) =>
      !/^[a-z][A-Za-z0-9]*(\.[A-Za-z0-9]+){2,3}$/.test(permission) ||
      (isKnown(permission) && !isTestable(permission, place)),
  );
  // Guess: the text (IAM notes 1.7).
  if (wrong !== undefined) {
    throw invalidArgument(`Permission ${clip(wrong, SHORT_ECHO_LIMIT)} is not valid for this resource.`);
  }
  return permissions;
}

/** Returns the answer of `testIamPermissions`: those that the caller holds; no list where none. */
export function renderHeldPermissions(held: readonly string[]): { readonly permissions?: readonly string[] } {
  return held.length === 0 ? {} : { permissions: held };
}
