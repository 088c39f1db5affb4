import { anything, bytes, type Decoded, list, object, oneOf, optional, string } from '../../kernel/decode.ts';
import { parseEtag, toEtag } from '../../kernel/etags.ts';
import { concurrentPolicyChange } from '../../protocol/iam/policies/policy-json.ts';
import type { Role } from '../../protocol/iam/roles/catalogue.ts';
import { type CustomRoleFields, ROLE_STAGES } from '../../protocol/iam/roles/custom-role-fields.ts';
import { customRoleName } from '../../protocol/iam/roles/role-names.ts';
import type { Stored } from '../../resources/collection.ts';
import type { CustomRole } from '../../resources/roles.ts';

/** How much of a role is shown: `BASIC` leaves its permissions out. */
export const roleView = oneOf('BASIC', 'FULL');

/** How much of a role is shown. */
export type RoleView = ReturnType<typeof roleView>;

/** The role of a request; `deleted` is never the caller's to say. */
export const roleMessage = object({
  name: optional(string),
  title: optional(string),
  description: optional(string),
  includedPermissions: optional(list(string)),
  stage: optional(oneOf(...ROLE_STAGES)),
  etag: optional(bytes),
  deleted: anything,
});

/** What of a role a request says. */
export function givenFields(message: Decoded<typeof roleMessage>): Partial<CustomRoleFields> {
  const { title, description, stage, includedPermissions } = message;
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(stage === undefined ? {} : { stage }),
    ...(includedPermissions === undefined ? {} : { permissions: [...new Set(includedPermissions)].sort() }),
  };
}

/**
 * Refuses a change of a role that has moved on since the caller read it (IAM notes 1.2).
 *
 * @param etag - absent and empty do not ask
 * @throws {ApiError} `ABORTED`
 */
export function assertEtag(etag: Buffer | undefined, { revision }: Stored<CustomRole>): void {
  if (etag === undefined || etag.length === 0) return;
  if (parseEtag(etag.toString('base64')) !== revision) throw concurrentPolicyChange();
}

/** What every predefined role has as its etag (IAM notes 1.2). */
const PREDEFINED_ETAG = 'AA==';

/** Returns a custom role as IAM answers it. */
export function encodeCustomRole(
  { value, revision }: Stored<CustomRole>,
  view: RoleView = 'FULL',
): Readonly<Record<string, unknown>> {
  return {
    ...encode(customRoleName(value), value, view),
    etag: toEtag(revision),
    ...(value.deletedAtMs === undefined ? {} : { deleted: true }),
  };
}

/** Returns a predefined role as IAM answers it. */
export function encodePredefinedRole(role: Role, view: RoleView = 'FULL'): Readonly<Record<string, unknown>> {
  const permissions = view === 'FULL' ? [...role.permissions].sort() : [];
  return { ...encode(role.name, { ...role, permissions }, view), etag: PREDEFINED_ETAG };
}

/** Empty texts and the stage `ALPHA` are left out, as proto3 JSON does (IAM notes 1.5). */
function encode(
  name: string,
  { title, description, stage, permissions }: CustomRoleFields,
  view: RoleView,
): Readonly<Record<string, unknown>> {
  return {
    name,
    ...(title === '' ? {} : { title }),
    ...(description === '' ? {} : { description }),
    ...(view === 'BASIC' || permissions.length === 0 ? {} : { includedPermissions: permissions }),
    ...(stage === 'ALPHA' ? {} : { stage }),
  };
}
