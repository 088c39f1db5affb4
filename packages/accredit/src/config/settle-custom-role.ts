import type { ResourceName } from '../kernel/resource-names.ts';
import { UNSAID } from '../protocol/iam/roles/custom-role-fields.ts';
import { CUSTOM_ROLE_LIMIT } from '../protocol/iam/roles/custom-role-life.ts';
import { customRoleName } from '../protocol/iam/roles/role-names.ts';
import type { CustomRole } from '../resources/roles.ts';
import type { DeclaredCustomRole } from './declared-custom-roles.ts';
import { differingFields } from './differing-fields.ts';
import type { Draft } from './draft.ts';
import type { Path } from './problems.ts';

/**
 * Takes in the custom roles of a project or an organization.
 *
 * @param path - of the project or organization
 */
export async function settleCustomRoles(
  draft: Draft,
  parent: ResourceName,
  declared: readonly DeclaredCustomRole[],
  path: Path,
): Promise<void> {
  if (declared.length === 0) return;
  for (const role of declared) await settleCustomRole(draft, role);
  const count = declared.length + (await countOthers(draft, parent));
  if (count <= CUSTOM_ROLE_LIMIT) return;
  const most = `at most ${CUSTOM_ROLE_LIMIT} custom roles in '${parent}'`;
  draft.complain([...path, 'customRoles'], `expected ${most}, with those made by hand, got ${count}.`);
}

async function settleCustomRole(
  draft: Draft,
  { path, parent, roleId, fields }: DeclaredCustomRole,
): Promise<void> {
  const { roles } = draft.resources;
  const name = customRoleName({ parent, roleId });
  const kept = await roles.getKept({ parent, roleId });
  if (kept?.state === 'purged') {
    const held = 'which a role that was deleted holds for 37 days';
    draft.complain([...path, 'roleId'], `expected an id that is free, got '${roleId}', ${held}.`);
    return;
  }
  const isNew = kept === undefined || kept.state === 'forgotten';
  const before = isNew ? { parent, roleId, ...UNSAID } : withoutDeletion(kept.value);
  await draft.settle({
    name,
    // Whoever deletes a role by hand keeps its id from others for so long that the next start of a cloud forgets it.
    identity: name,
    isNew,
    differing: isNew
      ? []
      : [...differingFields(before, fields), ...(kept.state === 'deleted' ? ['deleted'] : [])],
    grants: [],
    changes: [roles.put({ ...before, ...fields })],
    preconditions: [roles.at(kept?.revision ?? 0, { parent, roleId })],
  });
}

/** A declared role is there: one that was deleted by hand comes back. */
function withoutDeletion(role: CustomRole): CustomRole {
  const { deletedAtMs: _, ...active } = role;
  return active;
}

/** Counts the roles that were made by hand, also deleted ones that can come back. */
async function countOthers(draft: Draft, parent: ResourceName): Promise<number> {
  let count = 0;
  for await (const { value, state } of draft.resources.roles.keptOf(parent)) {
    const name = customRoleName(value);
    if (draft.isDeclared(name) || draft.isLeaving(name)) continue;
    if (state === 'active' || state === 'deleted') count += 1;
  }
  return count;
}
