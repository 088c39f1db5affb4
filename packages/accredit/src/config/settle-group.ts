import { groupName, serviceAccountName } from '../kernel/resource-names.ts';
import { type FindUniqueId, toKeptMembers } from '../resources/group-members.ts';
import type { DeclaredGroup } from './declared-groups.ts';
import { differingFields } from './differing-fields.ts';
import type { Draft } from './draft.ts';

/** Takes the groups in, when the accounts of all projects are settled: members are told apart by their unique ids. */
export async function settleGroups(draft: Draft): Promise<void> {
  const findUniqueId = uniqueIdsAfter(draft);
  for (const group of draft.configuration.groups) await settleGroup(draft, group, findUniqueId);
}

async function settleGroup(
  draft: Draft,
  { email, displayName, members }: DeclaredGroup,
  findUniqueId: FindUniqueId,
): Promise<void> {
  const { groups } = draft.resources;
  const stored = await groups.get(email);
  const before = stored?.value ?? groups.draft(email);
  const fields = {
    ...(displayName === undefined ? {} : { displayName }),
    ...(members === undefined ? {} : { members: await toKeptMembers(members, findUniqueId) }),
  };
  const group = { ...before, ...fields };
  await draft.settle({
    name: groupName(email),
    identity: group.uniqueId,
    isNew: stored === undefined,
    differing: stored === undefined ? [] : differingFields(before, fields),
    grants: [],
    changes: groups.put(group, stored?.value),
    preconditions: [groups.at(stored?.revision ?? 0, email)],
  });
}

/** Tells the unique ids that accounts have after the commit; one that goes with it has none. */
function uniqueIdsAfter(draft: Draft): FindUniqueId {
  const { born } = draft;
  return async (email) => {
    const made = born.get(email);
    if (made !== undefined) return made;
    const account = (await draft.resources.serviceAccounts.find(email))?.value;
    if (account === undefined) return undefined;
    return draft.isLeaving(serviceAccountName(account.projectId, email)) ? undefined : account.uniqueId;
  };
}
