import { folderName, organizationName } from '../kernel/resource-names.ts';
import type { Policy } from '../protocol/iam/policies/policy.ts';
import { ownerMember } from '../resources/new-project.ts';
import type { DeclaredFolder, DeclaredOrganization } from './declared-hierarchy.ts';
import type { DeclaredProject } from './declared-projects.ts';
import { differingFields } from './differing-fields.ts';
import type { Draft } from './draft.ts';
import { describeValue } from './problems.ts';

/** What the owner of the cloud may do in every organization: everything that there is to do in it. */
const OWNER_ROLES = [
  'roles/owner',
  'roles/resourcemanager.folderAdmin',
  'roles/resourcemanager.organizationAdmin',
  'roles/resourcemanager.projectCreator',
] as const;

function bornWith(ownerEmail: string): Policy {
  return { bindings: OWNER_ROLES.map((role) => ({ role, members: [ownerMember(ownerEmail)] })) };
}

/** Takes in an organization. */
export async function settleOrganization(draft: Draft, declared: DeclaredOrganization): Promise<void> {
  const { organizations } = draft.resources;
  const { organizationId, displayName, fields, grants } = declared;
  const stored = await organizations.get(organizationId);
  const before = stored?.value ?? organizations.draft(organizationId, displayName);
  const organization = { ...before, ...fields };
  await draft.settle({
    name: organizationName(organizationId),
    identity: `${organizationId}/${before.createdAtMs}`,
    isNew: stored === undefined,
    differing: stored === undefined ? [] : differingFields(before, fields),
    grants,
    bornWith: bornWith(draft.options.ownerEmail),
    changes: [organizations.put(organization)],
    preconditions: [organizations.at(stored?.revision ?? 0, organizationId)],
  });
}

/** Takes in a folder. What it is in is declared too, so none is ever in itself. */
export async function settleFolder(draft: Draft, declared: DeclaredFolder): Promise<void> {
  const { folders } = draft.resources;
  const { folderId, displayName, parent, fields, grants } = declared;
  const stored = await folders.get(folderId);
  const before = stored?.value ?? folders.draft(folderId, displayName, parent);
  draft.parents.set(folderName(folderId), parent);
  await draft.settle({
    name: folderName(folderId),
    identity: `${folderId}/${before.createdAtMs}`,
    isNew: stored === undefined,
    differing: stored === undefined ? [] : differingFields(before, fields),
    grants,
    changes: [folders.put({ ...before, ...fields })],
    preconditions: [folders.at(stored?.revision ?? 0, folderId)],
  });
}

/** Says whether what a project is declared to be in will be there; asked when organizations and folders are settled. */
export async function checkParent(draft: Draft, { fields, path }: DeclaredProject): Promise<boolean> {
  const { parent } = fields;
  if (parent === undefined || draft.isDeclared(parent)) return true;
  const [kind, id = ''] = parent.split('/');
  const { folders, organizations } = draft.resources;
  const parents = kind === 'folders' ? folders : organizations;
  const stored = await parents.get(id);
  if (stored === undefined || draft.isLeaving(parent)) {
    const known = 'an organization or a folder that there is';
    draft.complain([...path, 'parent'], `expected ${known}, got ${describeValue(parent)}.`);
    return false;
  }
  draft.relyOn(parents.at(stored.revision, id));
  return true;
}
