import { bucketName, type ResourceName } from '../kernel/resource-names.ts';
import type { Declaration } from '../resources/declarations.ts';
import { disownAccounts } from './disown-accounts.ts';
import { type Draft, WOULD_GO } from './draft.ts';
import type { Found } from './found.ts';
import { findFolder, findOrganization, findProject } from './prune-hierarchy.ts';
import { findCustomRole } from './prune-roles.ts';

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
  await disownAccounts(
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
