import { type ApiError, invalidArgument } from '../../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../../kernel/clip.ts';
import type { RoleLaunchStage } from './role-definition.ts';
import { isFitForCustomRole } from './testable-permissions.ts';

/** What people say of a custom role. */
export interface CustomRoleFields {
  readonly title: string;
  readonly description: string;
  readonly stage: RoleLaunchStage;
  /** Sorted, each once. */
  readonly permissions: readonly string[];
}

/** What a role has where nobody says it. */
export const UNSAID: CustomRoleFields = { title: '', description: '', stage: 'ALPHA', permissions: [] };

/** The stages in Google's order; the first one is where nobody says it. */
export const ROLE_STAGES = ['ALPHA', 'BETA', 'GA', 'DEPRECATED', 'DISABLED', 'EAP'] as const;

/** The longest title, in bytes of UTF-8 (IAM notes 1.2). */
const TITLE_LIMIT_BYTES = 100;

/** The longest description, in bytes of UTF-8 (IAM notes 1.2). */
const DESCRIPTION_LIMIT_BYTES = 300;

/** Permissions of one role (IAM notes 1.2). */
export const PERMISSION_LIMIT = 3000;

/** Title, description and the names of the permissions together, in bytes of UTF-8 (IAM notes 1.2). */
export const TOTAL_LIMIT_BYTES = 64 * 1024;

const ROLE_ID_FORM = /^[a-zA-Z0-9_.]{3,64}$/;

/**
 * Checks the id of a custom role to be.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` with Google's text
 * @see https://github.com/GoogleCloudPlatform/k8s-config-connector/issues/210
 */
export function assertRoleId(roleId: string): void {
  if (ROLE_ID_FORM.test(roleId)) return;
  throw bad(
    `The role_id "${clip(roleId, SHORT_ECHO_LIMIT)}" is invalid. It doesn't match pattern "[a-zA-Z0-9_\\.]{3,64}". ` +
      'The role_id must be 3 to 64 characters long and can be a mix of uppercase and lowercase English letters, ' +
      'digits, underscores and periods.',
  );
}

/**
 * Checks what a custom role says and holds. Guess: the texts of the limits.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`; for a permission with Google's text (IAM notes 1.5)
 */
export function assertCustomRole(fields: CustomRoleFields, parent: 'organization' | 'project'): void {
  const { title, description, permissions } = fields;
  assertLength('title', title, TITLE_LIMIT_BYTES);
  assertLength('description', description, DESCRIPTION_LIMIT_BYTES);
  if (permissions.length > PERMISSION_LIMIT) {
    throw bad(`The role has ${permissions.length} permissions. It may have at most ${PERMISSION_LIMIT}.`);
  }
  const unfit = permissions.find((permission) => !isFitForCustomRole(permission, parent));
  if (unfit !== undefined) throw bad(`Permission ${clip(unfit, SHORT_ECHO_LIMIT)} is not valid.`);
  const sizeBytes = textBytes(fields);
  if (sizeBytes > TOTAL_LIMIT_BYTES) {
    throw bad(`The role has ${sizeBytes} bytes of text. It may have at most ${TOTAL_LIMIT_BYTES}.`);
  }
}

/** Returns the bytes of UTF-8 that count towards the limit of a role's texts. */
export function textBytes({
  title,
  description,
  permissions,
}: Pick<CustomRoleFields, 'title' | 'description' | 'permissions'>): number {
  return [title, description, ...permissions].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function assertLength(field: string, text: string, limitBytes: number): void {
  const length = Buffer.byteLength(text);
  if (length > limitBytes) {
    throw bad(`The ${field} length (${length}) is longer than the maximum allowed length ${limitBytes}.`);
  }
}

/** The fields of a role that a patch may name, in both spellings of a mask. */
const MASK_PATHS: Readonly<Record<string, keyof CustomRoleFields>> = Object.assign(Object.create(null), {
  title: 'title',
  description: 'description',
  stage: 'stage',
  includedPermissions: 'permissions',
  included_permissions: 'permissions',
});

/** Parts of a role that a mask may name, but that nobody can change. */
const FIXED_PATHS: ReadonlySet<string> = new Set(['name', 'etag', 'deleted']);

/**
 * Returns the fields that a patch changes. Guess: without a mask these are the ones that the request has; a mask of no role's
 * field is refused, and its text.
 *
 * @param updateMask - `title,includedPermissions`; absent and empty are none
 * @param given - the fields that the request has
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function patchedFields(
  updateMask: string | undefined,
  given: Partial<CustomRoleFields>,
): ReadonlySet<keyof CustomRoleFields> {
  if (updateMask === undefined || updateMask === '') {
    return new Set(Object.values(MASK_PATHS).filter((field) => given[field] !== undefined));
  }
  const fields = new Set<keyof CustomRoleFields>();
  for (const path of updateMask.split(',')) {
    const field = MASK_PATHS[path];
    if (field !== undefined) fields.add(field);
    else if (!FIXED_PATHS.has(path)) {
      throw bad(`Invalid update mask: a role has no field '${clip(path, SHORT_ECHO_LIMIT)}'.`);
    }
  }
  return fields;
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}
