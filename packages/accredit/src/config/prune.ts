import {
  bucketName,
  folderName,
  instanceName,
  organizationName,
  projectName,
  type ResourceName,
  serviceAccountName,
} from '../kernel/resource-names.ts';
import { mapMembers } from '../protocol/iam/policy.ts';
import type { Page, Stored } from '../resources/collection.ts';
import type { Declaration } from '../resources/declarations.ts';
import type { ParentName } from '../resources/folders.ts';
import type { Resources } from '../resources/resources.ts';
import { computeDefaultEmail, type ServiceAccount } from '../resources/service-accounts.ts';
import { type Draft, WOULD_GO } from './draft.ts';
import type { Found } from './found.ts';
import { findCustomRole, firstRole, removeDeletedRoles } from './prune-roles.ts';

/** One kind of resource: which names are its, and how one is found. */
interface Kind {
  readonly form: RegExp;
  readonly find: (draft: Draft, ...parts: readonly string[]) => Promise<Found | undefined>;
}

/** The kinds in the order in which they go: what is inside comes before what it is in. */
const KINDS: readonly Kind[] = [
  { form: /^projects\/([^/]+)\/zones\/([^/]+)\/instances\/([^/]+)$/, find: findInstance },
  { form: /^projects\/_\/buckets\/([^/]+)\/objects\/([^]+)$/, find: findObject },
  { form: /^projects\/_\/buckets\/([^/]+)$/, find: findBucket },
  { form: /^((?:projects|folders|organizations)\/[^/]+)\/denyPolicies\/([^/]+)$/, find: findDenyPolicy },
  { form: /^projects\/([^/]+)\/serviceAccounts\/([^/]+)$/, find: findServiceAccount },
  { form: /^((?:projects|organizations)\/[^/]+)\/roles\/([^/]+)$/, find: findCustomRole },
  { form: /^projects\/([^/_][^/]*)$/, find: findProject },
  { form: /^groups\/([^/]+)$/, find: findGroup },
  { form: /^folders\/(\d+)$/, find: findFolder },
  { form: /^organizations\/(\d+)$/, find: findOrganization },
];

/**
 * Looks after what an earlier version of the file declared and the present one does not: with `prune` it goes, where
 * nothing stands in the way; without, it is reported.
 */
export async function settleUndeclared(draft: Draft): Promise<void> {
  const undeclared = await innermostFirst(draft);
  const gone: Found[] = [];
  for (const { form, find } of KINDS) {
    for (const declaration of undeclared) {
      const parts = form.exec(declaration.resource)?.slice(1);
      if (parts === undefined) continue;
      const found = await find(draft, ...parts);
      if (found !== undefined && (await settleOne(draft, declaration, found))) gone.push(found);
      if (found === undefined) draft.forget(declaration.resource);
    }
  }
  draft.obsoleteBytes.push(...gone.flatMap(({ bytesId }) => bytesId ?? []));
  await disown(
    draft,
    gone.flatMap(({ accounts = [] }) => accounts),
  );
}

/** Returns what is not declared any more, folders before those that they are in. */
async function innermostFirst(draft: Draft): Promise<readonly Declaration[]> {
  const depths = new Map<ResourceName, number>();
  for (const { resource } of draft.undeclared) {
    if (!resource.startsWith('folders/')) continue;
    depths.set(resource, (await draft.resources.hierarchy.ancestorsOf(resource)).length);
  }
  const depthOf = ({ resource }: Declaration) => depths.get(resource) ?? 0;
  return draft.undeclared.toSorted((one, other) => depthOf(other) - depthOf(one));
}

/** Says whether the resource goes. */
async function settleOne(draft: Draft, { resource, identity }: Declaration, found: Found): Promise<boolean> {
  // What was taken away by hand, or made anew by hand since, is none of the file's business.
  if (found.identity !== identity) {
    draft.forget(resource);
    return false;
  }
  const isPruned = draft.options.prune === true;
  const reason = isPruned ? found.obstacle : WOULD_GO;
  if (reason === undefined) {
    await draft.delete(resource, found.changes, found.preconditions);
    return true;
  }
  if (isPruned) await draft.settleGrants(resource, identity, []);
  draft.keep({ resource, reason });
  return false;
}

async function findInstance(
  { resources: { instances } }: Draft,
  projectId = '',
  zone = '',
  name = '',
): Promise<Found | undefined> {
  const stored = await instances.get(projectId, zone, name);
  if (stored === undefined) return undefined;
  const { value: instance, revision } = stored;
  return {
    identity: instance.id,
    obstacle: instance.deletionProtection === true ? 'it is protected against deletion' : undefined,
    changes: instances.remove(instance),
    preconditions: [instances.at(revision, instance)],
  };
}

async function findObject(draft: Draft, bucket = '', name = ''): Promise<Found | undefined> {
  const { objects } = draft.resources;
  const stored = await objects.get(bucket, name);
  if (stored === undefined) return undefined;
  const { value: object, revision } = stored;
  return {
    identity: object.generation,
    changes: objects.remove(object),
    preconditions: [objects.at(revision, bucket, name)],
    bytesId: object.bytesId,
  };
}

async function findBucket(draft: Draft, name = ''): Promise<Found | undefined> {
  const { buckets, objects } = draft.resources;
  const stored = await buckets.get(name);
  if (stored === undefined) return undefined;
  const { value: bucket, revision } = stored;
  // Asked before the look at the objects: an upload that ends in between is then seen by the one or the other.
  const quiet = await objects.whileNothingIsUploaded(name);
  return {
    identity: bucket.generation,
    obstacle: (await hasFurtherObjects(draft, name))
      ? 'it holds objects that were never declared'
      : undefined,
    changes: [...buckets.remove(bucket), objects.forgetBucket(name)],
    preconditions: [buckets.at(revision, name), quiet],
  };
}

/** Says whether a bucket holds objects beside those that go in this draft. */
async function hasFurtherObjects(draft: Draft, bucket: string): Promise<boolean> {
  const query = { prefix: '', delimiter: '', includeTrailingDelimiter: false, limit: 1000 };
  let after: Parameters<typeof draft.resources.objects.list>[1]['after'];
  do {
    const page = await draft.resources.objects.list(bucket, { ...query, after });
    if (page.items.some(({ name }) => !draft.isDeleted(`${bucketName(bucket)}/objects/${name}`))) return true;
    after = page.next;
  } while (after !== undefined);
  return false;
}

async function findDenyPolicy(draft: Draft, attachedTo = '', policyId = ''): Promise<Found | undefined> {
  const { denyPolicies } = draft.resources;
  const stored = await denyPolicies.get(attachedTo, policyId);
  if (stored === undefined) return undefined;
  return {
    identity: stored.value.uid,
    changes: [denyPolicies.remove(attachedTo, policyId)],
    preconditions: [denyPolicies.at(stored.revision, attachedTo, policyId)],
  };
}

async function findServiceAccount(draft: Draft, projectId = '', email = ''): Promise<Found | undefined> {
  const { serviceAccounts } = draft.resources;
  const stored = await serviceAccounts.get(projectId, email);
  if (stored === undefined) return undefined;
  const { value: account, revision } = stored;
  return {
    identity: account.uniqueId,
    changes: await serviceAccounts.remove(account),
    preconditions: [serviceAccounts.at(revision, projectId, email)],
    accounts: [account],
  };
}

async function findProject(draft: Draft, projectId = ''): Promise<Found | undefined> {
  const { projects, serviceAccounts } = draft.resources;
  const stored = await projects.get(projectId);
  if (stored === undefined) return undefined;
  const { value: project, revision } = stored;
  const email = computeDefaultEmail(project.projectNumber);
  const compute = await serviceAccounts.get(projectId, email);
  const inside = await firstInside(draft, projectId, email);
  return {
    identity: `${project.projectNumber}/${project.createdAtMs}`,
    obstacle: inside && `it holds ${inside}`,
    changes: [
      ...projects.remove(project),
      ...(await draft.resources.denyPolicies.removeAll(projectName(projectId))),
      ...(await removeDeletedRoles(draft, projectName(projectId))),
      ...(compute === undefined ? [] : await serviceAccounts.remove(compute.value)),
    ],
    preconditions: [
      projects.at(revision, projectId),
      serviceAccounts.at(compute?.revision ?? 0, projectId, email),
    ],
    accounts: compute === undefined ? [] : [compute.value],
  };
}

async function findGroup({ resources: { groups } }: Draft, email = ''): Promise<Found | undefined> {
  const stored = await groups.get(email);
  if (stored === undefined) return undefined;
  const { value: group, revision } = stored;
  return {
    identity: group.uniqueId,
    changes: groups.remove(group),
    preconditions: [groups.at(revision, email)],
  };
}

async function findFolder(draft: Draft, folderId = ''): Promise<Found | undefined> {
  const { folders } = draft.resources;
  const stored = await folders.get(folderId);
  if (stored === undefined) return undefined;
  const inside = await firstBelow(draft, folderName(folderId));
  return {
    identity: `${folderId}/${stored.value.createdAtMs}`,
    obstacle: inside && `it holds ${inside}`,
    changes: [
      folders.remove(folderId),
      ...(await draft.resources.denyPolicies.removeAll(folderName(folderId))),
    ],
    preconditions: [folders.at(stored.revision, folderId)],
  };
}

async function findOrganization(draft: Draft, organizationId = ''): Promise<Found | undefined> {
  const { organizations } = draft.resources;
  const stored = await organizations.get(organizationId);
  if (stored === undefined) return undefined;
  const name = organizationName(organizationId);
  const inside = (await firstBelow(draft, name)) ?? (await firstRole(draft, name));
  return {
    identity: `${organizationId}/${stored.value.createdAtMs}`,
    obstacle: inside && `it holds ${inside}`,
    changes: [
      organizations.remove(organizationId),
      ...(await draft.resources.denyPolicies.removeAll(organizationName(organizationId))),
      ...(await removeDeletedRoles(draft, organizationName(organizationId))),
    ],
    preconditions: [organizations.at(stored.revision, organizationId)],
  };
}

/** Names a folder or a project that is in another one after the commit. */
async function firstBelow(draft: Draft, parent: ParentName): Promise<string | undefined> {
  const { folders, projects } = draft.resources;
  const isBelow = (name: ResourceName, stored: ParentName | undefined) =>
    !draft.isDeleted(name) && (draft.parents.get(name) ?? stored) === parent;
  for await (const folder of walk((after) => folders.list({ limit: 500, after }))) {
    if (isBelow(folderName(folder.folderId), folder.parent)) return folderName(folder.folderId);
  }
  for await (const project of walk((after) => projects.list({ limit: 500, after }))) {
    if (isBelow(projectName(project.projectId), project.parent)) return projectName(project.projectId);
  }
  return undefined;
}

/** Names something that a project still holds, beside what goes in this draft and what goes with the project. */
async function firstInside(
  draft: Draft,
  projectId: string,
  computeAccount: string,
): Promise<string | undefined> {
  for await (const name of namesInside(draft.resources, projectId)) {
    if (name === serviceAccountName(projectId, computeAccount) || draft.isDeleted(name)) continue;
    return name;
  }
  return firstRole(draft, projectName(projectId));
}

/** Everything in a project that has a policy of its own. */
async function* namesInside(
  { serviceAccounts, buckets, instances }: Resources,
  projectId: string,
): AsyncGenerator<ResourceName> {
  for await (const { email } of walk((after) => serviceAccounts.list(projectId, { limit: 500, after }))) {
    yield serviceAccountName(projectId, email);
  }
  for await (const { name } of walk((after) => buckets.list(projectId, { limit: 500, after }))) {
    yield bucketName(name);
  }
  for await (const { zone, name } of walk((after) =>
    instances.listProject(projectId, { limit: 500, after }),
  )) {
    yield instanceName(projectId, zone, name);
  }
}

async function* walk<T>(list: (after?: string) => Promise<Page<Stored<T>>>): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const page = await list(after);
    for (const { value } of page.items) yield value;
    after = page.next;
  } while (after !== undefined);
}

/**
 * Marks deleted accounts in every policy that names them, so that later accounts of the same addresses inherit nothing
 * (IAM notes 1.8). IAM keeps such members for a while; they grant nothing.
 */
async function disown(draft: Draft, accounts: readonly ServiceAccount[]): Promise<void> {
  if (accounts.length === 0) return;
  const marked = new Map(
    accounts.map(({ email, uniqueId }) => [
      `serviceAccount:${email}`,
      `deleted:serviceAccount:${email}?uid=${uniqueId}`,
    ]),
  );
  for await (const name of namesWithPolicies(draft.resources)) {
    if (draft.isDeleted(name)) continue;
    const policy = await draft.policies.get(name);
    if (!policy.bindings.some(({ members }) => members.some((member) => marked.has(member)))) continue;
    await draft.policies.change(
      name,
      mapMembers(policy, (member) => marked.get(member) ?? member),
    );
  }
}

async function* namesWithPolicies(resources: Resources): AsyncGenerator<ResourceName> {
  const { organizations, folders } = resources;
  for await (const { organizationId } of walk((after) => organizations.list({ limit: 500, after }))) {
    yield organizationName(organizationId);
  }
  for await (const { folderId } of walk((after) => folders.list({ limit: 500, after }))) {
    yield folderName(folderId);
  }
  for await (const { projectId } of walk((after) => resources.projects.list({ limit: 500, after }))) {
    yield projectName(projectId);
    yield* namesInside(resources, projectId);
  }
}
