import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import {
  anything,
  boolean,
  type Decoded,
  int64,
  map,
  object,
  optional,
  string,
} from '../../kernel/decode.ts';
import { DAY_MS, toRfc3339 } from '../../kernel/timestamps.ts';
import {
  assertLabels,
  locationTypeOf,
  parsePublicAccessPrevention,
  parseStorageClass,
} from '../../protocol/storage/bucket-settings.ts';
import { toBucketEtag } from '../../protocol/storage/etags.ts';
import { assertBucketName } from '../../protocol/storage/names.ts';
import { type Bucket, type BucketDraft } from '../../resources/buckets.ts';
import { storageBody } from './bodies.ts';
import { notSupported, refuseMembers, saysNothing } from './parameters.ts';

const SELF_LINK = 'https://www.googleapis.com/storage/v1/b/';

/** For how long uniform access can be turned off again. */
const UNIFORM_ACCESS_LOCK_DAYS = 90;

/** Settings of a bucket that are not kept yet. Deviation; pinned by 'what is not kept is refused, not lost'. */
const NOT_KEPT = [
  'autoclass',
  'billing',
  'cors',
  'customPlacementConfig',
  'defaultEventBasedHold',
  'encryption',
  'hierarchicalNamespace',
  'ipFilter',
  'lifecycle',
  'logging',
  'objectRetention',
  'retentionPolicy',
  'versioning',
  'website',
] as const;

const ACCESS_CONTROL = ['acl', 'defaultObjectAcl'] as const;

const switched = optional(object({ enabled: optional(boolean) }, 'ignore'));

/** The bucket of an insert; what is neither known nor kept is ignored, as Storage does. */
export const bucketBody = storageBody(
  object(
    {
      name: optional(string),
      location: optional(string),
      storageClass: optional(string),
      labels: optional(map(optional(string))),
      iamConfiguration: optional(
        object(
          {
            uniformBucketLevelAccess: switched,
            bucketPolicyOnly: switched,
            publicAccessPrevention: optional(string),
          },
          'ignore',
        ),
      ),
      softDeletePolicy: optional(object({ retentionDurationSeconds: optional(int64) }, 'ignore')),
      rpo: optional(string),
      ...members(NOT_KEPT),
      ...members(ACCESS_CONTROL),
    },
    'ignore',
  ),
);

type BucketBody = Decoded<typeof bucketBody>;

function members<const N extends string>(names: readonly N[]): Readonly<Record<N, typeof anything>> {
  // Every name of the list becomes a key; fromEntries knows keys only as strings.
  return Object.fromEntries(names.map((name) => [name, anything])) as Record<N, typeof anything>;
}

/**
 * Returns the bucket that a body asks for.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` in Google's words, or because the server does not keep what is asked for
 */
export function readBucket(body: BucketBody): BucketDraft {
  const { name = '', iamConfiguration = {} } = body;
  if (name === '') throw invalidArgument('Required', { reason: 'required' });
  assertBucketName(name);
  refuseMembers(body, ...NOT_KEPT);
  assertNoSoftDelete(body.softDeletePolicy?.retentionDurationSeconds);
  // The default of buckets in more than one region, and all that there is.
  if (body.rpo !== undefined && body.rpo !== 'DEFAULT') throw notSupported('rpo');
  const { uniformBucketLevelAccess, bucketPolicyOnly, publicAccessPrevention } = iamConfiguration;
  const isUniform = uniformBucketLevelAccess?.enabled ?? bucketPolicyOnly?.enabled ?? false;
  if (isUniform) refuseAccessControl(ACCESS_CONTROL.some((member) => !saysNothing(body[member])));
  refuseMembers(body, ...ACCESS_CONTROL);
  const location = body.location?.toUpperCase();
  if (location !== undefined) locationTypeOf(location);
  return {
    name,
    uniformBucketLevelAccess: isUniform,
    labels: readLabels(body.labels),
    ...(location === undefined ? {} : { location }),
    ...(body.storageClass === undefined ? {} : { storageClass: parseStorageClass(body.storageClass) }),
    ...(publicAccessPrevention === undefined
      ? {}
      : { publicAccessPrevention: parsePublicAccessPrevention(publicAccessPrevention) }),
  };
}

/** @throws {ApiError} where access control lists are named on a bucket that has none (storage notes 9.2) */
export function refuseAccessControl(isNamed: boolean): void {
  if (!isNamed) return;
  throw invalid(
    'Cannot use ACL API to update bucket policy when uniform bucket-level access is enabled. ' +
      'Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access',
  );
}

function readLabels(labels: BucketBody['labels'] = {}): Readonly<Record<string, string>> {
  const given: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of Object.entries(labels)) {
    if (value === undefined) throw invalid(`Invalid user label: ${key.slice(0, 100)} with no value`);
    given[key] = value;
  }
  assertLabels(given);
  return given;
}

/**
 * Deviation: a new bucket's soft delete is off, where Google's is 7 days: nothing can be restored yet, and what is shown
 * must be true. A policy that would keep anything is refused. Pinned by 'what is deleted is gone, and the bucket says so'.
 */
function assertNoSoftDelete(text: string | undefined): void {
  const seconds = Number(text ?? 0);
  if (seconds === 0) return;
  if (seconds < 7 * 86_400 || seconds > 90 * 86_400) {
    throw invalid('Soft delete policy must have a retention duration between 7 days and 90 days.');
  }
  throw notSupported('softDeletePolicy');
}

/** Returns a bucket as the API shows it, members in the recorded order (storage notes 1.1). */
export function renderBucket(bucket: Bucket): Readonly<Record<string, unknown>> {
  const locationType = locationTypeOf(bucket.location);
  const isWide = locationType === 'multi-region' || locationType === 'dual-region';
  return {
    kind: 'storage#bucket',
    selfLink: SELF_LINK + bucket.name,
    id: bucket.name,
    name: bucket.name,
    projectNumber: bucket.projectNumber,
    generation: bucket.generation,
    metageneration: String(bucket.metageneration),
    location: bucket.location,
    storageClass: bucket.storageClass,
    etag: toBucketEtag(bucket.metageneration),
    timeCreated: toRfc3339(bucket.createdAtMs),
    updated: toRfc3339(bucket.updatedAtMs),
    ...(Object.keys(bucket.labels).length === 0 ? {} : { labels: bucket.labels }),
    softDeletePolicy: { retentionDurationSeconds: '0' },
    iamConfiguration: {
      bucketPolicyOnly: renderUniformAccess(bucket),
      uniformBucketLevelAccess: renderUniformAccess(bucket),
      publicAccessPrevention: bucket.publicAccessPrevention,
    },
    locationType,
    ...(isWide ? { rpo: 'DEFAULT' } : {}),
  };
}

function renderUniformAccess(bucket: Bucket): Readonly<Record<string, unknown>> {
  if (!bucket.uniformBucketLevelAccess) return { enabled: false };
  const sinceMs = bucket.uniformBucketLevelAccessSinceMs ?? bucket.createdAtMs;
  return { enabled: true, lockedTime: toRfc3339(sinceMs + UNIFORM_ACCESS_LOCK_DAYS * DAY_MS) };
}

function invalid(message: string): ApiError {
  return invalidArgument(message, { reason: 'invalid' });
}
