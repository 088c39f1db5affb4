import { invalidArgument } from '../../kernel/api-error.ts';

/** Permissions that one call may test (IAM notes 1.2). */
const TESTED_PERMISSION_LIMIT = 100;

/**
 * Checks the permissions of a `testIamPermissions` request; wildcards and other texts are no permissions.
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
    throw invalidArgument(`Permission ${wrong.slice(0, 100)} is not valid for this resource.`);
  }
  return permissions;
}
