import { groupName, serviceAccountName } from '../kernel/resource-names.ts';
import { type FindUniqueId, toKeptMembers } from '../resources/group-members.ts';
import type { DeclaredGroup } from './declared-groups.ts';
import type { Draft } from './draft.ts';
import { differingFields } from './settle-project.ts';

/** Takes in a group, when the accounts of all projects are settled: its members are told apart by their unique ids. */
export async function settleGroup(draft: Draft, declared: DeclaredGroup): Promise<void> {
  const { groups } = draft.resources;
  const { email, displayName, members } = declared;
  const stored = await groups.get(email);
  const before = stored?.value ?? groups.draft(email);
  const fields = {
    ...(displayName === undefined ? {} : { displayName }),
    ...(members === undefined ? {} : { members: await toKeptMembers(members, uniqueIdsAfter(draft)) }),
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

/** Tells the unique ids that accounts have after the commit. */
function uniqueIdsAfter(draft: Draft): FindUniqueId {
  return async (email) => {
    const account = (await draft.resources.serviceAccounts.find(email))?.value;
    const isLeaving = account !== undefined && draft.isLeaving(serviceAccountName(account.projectId, email));
    return draft.accountIds.get(email) ?? (isLeaving ? undefined : account?.uniqueId);
  };
}
