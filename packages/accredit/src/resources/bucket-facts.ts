import { ALL_AUTHENTICATED_USERS, ALL_USERS } from '../kernel/principals.ts';
import { bucketName, managedFolderName, type ResourceName } from '../kernel/resource-names.ts';
import { type CompiledPolicy, compilePolicy, type FindRole } from '../protocol/iam/policies/policy.ts';
import { objectAclPolicy } from '../protocol/storage/default-access.ts';
import type { Buckets } from './buckets.ts';
import type { Objects } from './objects.ts';
import type { Policies } from './policies.ts';

/** Where the facts on buckets and objects come from. */
export interface BucketFactSources {
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly policies: Policies;
  readonly findRole: FindRole;
}

/** What counts for a resource of Storage below its project. */
export interface BucketPolicies {
  readonly projectId: string;
  /** Of the managed folders around it, the deepest first, and of the bucket. */
  readonly policies: readonly CompiledPolicy[];
  /**
   * The object's access control list as a policy, without uniform bucket-level access. It is to stand last, so that a
   * remedy is proposed for the bucket, where a grant can be made.
   */
  readonly lists: readonly CompiledPolicy[];
  /** Makes a policy above the bucket count as it does here: what is given to everybody may have no effect. */
  readonly adapt: (policy: CompiledPolicy) => CompiledPolicy;
}

/** A bucket, and what follows its name. */
const IN_BUCKET = /^projects\/_\/buckets\/([^/]*)(?:\/(objects|managedFolders)\/([^]*))?$/;

/**
 * Gathers the policies of Storage that count for a bucket, a managed folder or an object (storage notes 9.1).
 *
 * @param resource - `projects/_/buckets/b`, `…/b/managedFolders/f/`, `…/b/objects/o`
 * @returns `undefined` where there is no such bucket
 */
export async function bucketPolicies(
  resource: ResourceName,
  sources: BucketFactSources,
): Promise<BucketPolicies | undefined> {
  const [, bucket = '', kind, path = ''] = IN_BUCKET.exec(resource) ?? [];
  const access = await sources.buckets.accessOf(bucket);
  if (access === undefined) return undefined;
  const { projectId } = access;
  const { policies, objects, findRole } = sources;
  const folders = kind === undefined ? [] : await foldersAround(path, bucket, policies);
  const names = [...folders.map((folder) => managedFolderName(bucket, folder)), bucketName(bucket)];
  const found = await Promise.all(names.map((name) => policies.compiled(name)));
  const lists: CompiledPolicy[] = [];
  if (kind === 'objects' && !access.uniformBucketLevelAccess) {
    // An object that is not there is looked at as if nobody in particular owned it.
    const owner = (await objects.get(bucket, path))?.value.owner;
    lists.push(compilePolicy(resource, objectAclPolicy(projectId, owner), { findRole }));
  }
  const adapt = access.publicAccessPrevention === 'inherited' ? asItIs : withoutPublicMembers;
  return { projectId, policies: found.map(adapt), lists: lists.map(adapt), adapt };
}

/** Returns the managed folders with a policy that a path is in, or is, the deepest first. */
async function foldersAround(path: string, bucket: string, policies: Policies): Promise<readonly string[]> {
  const folders = await policies.managedFoldersOf(bucket);
  if (folders.length === 0) return [];
  return folders.filter((folder) => path.startsWith(folder)).sort((a, b) => b.length - a.length);
}

function asItIs(policy: CompiledPolicy): CompiledPolicy {
  return policy;
}

/** Takes the effect from what is given to everybody (storage notes 9.4). */
function withoutPublicMembers(compiled: CompiledPolicy): CompiledPolicy {
  const { bindingsOf } = compiled;
  if (!bindingsOf.has(ALL_USERS) && !bindingsOf.has(ALL_AUTHENTICATED_USERS)) return compiled;
  const kept = new Map(bindingsOf);
  kept.delete(ALL_USERS);
  kept.delete(ALL_AUTHENTICATED_USERS);
  return { ...compiled, bindingsOf: kept };
}
