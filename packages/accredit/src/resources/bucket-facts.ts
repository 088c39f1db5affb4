import { ALL_AUTHENTICATED_USERS, ALL_USERS } from '../kernel/principals.ts';
import { bucketName, projectName, type ResourceName } from '../kernel/resource-names.ts';
import type { Facts } from '../protocol/iam/decide.ts';
import { type CompiledPolicy, compilePolicy, type FindRole } from '../protocol/iam/policy.ts';
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

/**
 * Gathers what a decision on a bucket or an object needs: the policies of the bucket and its project, and, without
 * uniform bucket-level access, the object's access control list as a policy (storage notes 9.1).
 *
 * The list stands last, so that a remedy is proposed for the bucket, where a grant can be made.
 *
 * @param resource - `projects/_/buckets/b`, `projects/_/buckets/b/objects/o`
 * @returns no policy where there is no such bucket
 */
export async function bucketFacts(resource: ResourceName, sources: BucketFactSources): Promise<Facts> {
  const [, bucket = '', object] =
    /^projects\/_\/buckets\/([^/]*)(?:\/objects\/([^]*))?$/.exec(resource) ?? [];
  const access = await sources.buckets.accessOf(bucket);
  if (access === undefined) return { policies: [] };
  const { policies, objects, findRole } = sources;
  const found = await Promise.all([
    policies.compiled(bucketName(bucket)),
    policies.compiled(projectName(access.projectId)),
  ]);
  if (object !== undefined && !access.uniformBucketLevelAccess) {
    // An object that is not there is looked at as if nobody in particular owned it.
    const owner = (await objects.get(bucket, object))?.value.owner;
    found.push(compilePolicy(resource, objectAclPolicy(access.projectId, owner), findRole));
  }
  const isPublic = access.publicAccessPrevention === 'inherited';
  return { policies: isPublic ? found : found.map(withoutPublicMembers) };
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
