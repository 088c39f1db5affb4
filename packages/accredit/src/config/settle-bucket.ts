import { bucketName } from '../kernel/resource-names.ts';
import { newBucketPolicy } from '../protocol/storage/default-access.ts';
import type { Bucket } from '../resources/buckets.ts';
import type { Project } from '../resources/projects.ts';
import type { DeclaredBucket } from './declared-buckets.ts';
import { conditionPath } from './declared-grants.ts';
import { differingFields } from './differing-fields.ts';
import type { Draft } from './draft.ts';
import { describeValue } from './problems.ts';
import { settleObject } from './settle-object.ts';

/** Takes in a bucket with its objects. */
export async function settleBucket(draft: Draft, project: Project, declared: DeclaredBucket): Promise<void> {
  const { buckets } = draft.resources;
  const { name, fields } = declared;
  const stored = await buckets.get(name);
  if (stored !== undefined && !checkFixed(draft, project, declared, stored.value)) return;
  const before = stored?.value ?? buckets.draft(project, { name, ...fields });
  const differing = stored === undefined ? [] : differingFields(before, fields);
  const bucket = differing.length === 0 ? before : changed(before, fields, draft.options.clock.now());
  checkConditions(draft, declared, bucket);
  const precondition = buckets.at(stored?.revision ?? 0, name);
  // Also where the bucket stays as it is: objects are put into it.
  draft.relyOn(precondition);
  await draft.settle({
    name: bucketName(name),
    identity: bucket.generation,
    isNew: stored === undefined,
    differing,
    grants: declared.grants,
    bornWith: newBucketPolicy(project.projectId, bucket.uniformBucketLevelAccess),
    changes: buckets.put(bucket),
    preconditions: [precondition],
  });
  if (stored === undefined || differing.length > 0) draft.writtenBuckets.add(name);
  for (const object of declared.objects) await settleObject(draft, bucket, object);
}

/** Says whether the bucket is where the file has it: neither its project nor its place can change. */
function checkFixed(draft: Draft, { projectId }: Project, declared: DeclaredBucket, stored: Bucket): boolean {
  const { name, path, fields } = declared;
  if (stored.projectId !== projectId) {
    const has = `which the project '${stored.projectId}' has`;
    draft.complain([...path, 'name'], `expected a name that is free, got '${name}', ${has}.`);
    return false;
  }
  if (fields.location === undefined || fields.location === stored.location) return true;
  const is = `'${stored.location}', where the bucket is and stays`;
  draft.complain([...path, 'location'], `expected ${is}, got ${describeValue(fields.location)}.`);
  return false;
}

/** Conditions need uniform bucket-level access (IAM notes 1.4); every binding is complained of once. */
function checkConditions(draft: Draft, { grants }: DeclaredBucket, bucket: Bucket): void {
  if (bucket.uniformBucketLevelAccess) return;
  const conditional = grants.filter(({ condition }) => condition !== undefined);
  for (const path of new Map(conditional.map(conditionPath).map((path) => [path.join(), path])).values()) {
    const needed = "'uniformBucketLevelAccess: true' on a bucket with conditions";
    draft.complain(path, `expected ${needed}, got a bucket without it.`);
  }
}

function changed(before: Bucket, fields: Partial<Bucket>, nowMs: number): Bucket {
  const turnedOn = fields.uniformBucketLevelAccess === true && !before.uniformBucketLevelAccess;
  return {
    ...before,
    ...fields,
    ...(turnedOn ? { uniformBucketLevelAccessSinceMs: nowMs } : {}),
    metageneration: before.metageneration + 1,
    updatedAtMs: nowMs,
  };
}

/** The policy of a bucket is part of it: where that changes and nothing else does, the bucket is written too. */
export async function touchBuckets(draft: Draft): Promise<void> {
  const { buckets } = draft.resources;
  for (const resource of draft.policies.changed) {
    const [, name] = /^projects\/_\/buckets\/([^/]+)$/.exec(resource) ?? [];
    if (name === undefined || draft.writtenBuckets.has(name)) continue;
    const stored = await buckets.get(name);
    if (stored === undefined) continue;
    const bucket = changed(stored.value, {}, draft.options.clock.now());
    draft.write(buckets.put(bucket), [buckets.at(stored.revision, name)]);
  }
}
