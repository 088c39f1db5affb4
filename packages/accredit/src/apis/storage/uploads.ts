import { type Call, method, type Reply } from '../../http/method.ts';
import { invalidArgument } from '../../kernel/api-error.ts';
import { toStoredMember } from '../../kernel/principals.ts';
import { objectName } from '../../kernel/resource-names.ts';
import { STORAGE_WRITE } from '../../protocol/iam/scopes.ts';
import { assertChecksumsMatch } from '../../protocol/storage/checksums.ts';
import { type Conditions, evaluateConditions } from '../../protocol/storage/preconditions.ts';
import type { Bucket } from '../../resources/buckets.ts';
import type { Stored } from '../../resources/collection.ts';
import type { StorageObject } from '../../resources/objects.ts';
import type { WrittenBytes } from '../../store/object-bytes.ts';
import { answer, answerConditions } from './answers.ts';
import { disagreement } from './bodies.ts';
import { OBJECT_ACLS } from './buckets.ts';
import { removeBytes } from './bytes.ts';
import { withAttempts } from './changes.ts';
import { noSuchBucket, requireBucket } from './lookups.ts';
import { etagOf, renderObject } from './object-resource.ts';
import {
  checkPredefinedAcl,
  checkProjection,
  notSupported,
  readObjectConditions,
  refuseParameters,
} from './parameters.ts';
import { openUpload, type Upload } from './upload-bodies.ts';

type UploadCall = Call<{ readonly bucket: string }, Upload>;

export const insert = method({
  id: 'storage.objects.insert',
  http: ['POST /upload/storage/v1/b/{bucket}/o', 'POST /resumable/upload/storage/v1/b/{bucket}/o'],
  scopes: STORAGE_WRITE,
  // The name may stand in the first part of the body. `storage.objects.delete` is asked for too where one is replaced.
  permission: {
    check: 'storage.objects.create',
    async onBody({ path, body, services }) {
      await requireBucket(services, path.bucket);
      return objectName(path.bucket, body.name);
    },
  },
  body: { kind: 'stream', open: openUpload },
  async handle(call) {
    const { query, body, path, services } = call;
    checkProjection(query);
    refuseParameters(query, 'kmsKeyName');
    if (body.bucket !== undefined && body.bucket !== path.bucket)
      throw disagreement(body.bucket, path.bucket);
    const conditions = readObjectConditions(query);
    // Asked before the bytes are read, so that a refusal comes at once, and again when they are there.
    const bucket = await requireBucket(services, path.bucket);
    const early = await meet(call, bucket, conditions);
    if ('refusal' in early) return early.refusal;
    checkAcl(call, bucket.value);
    const written = await services.objectBytes.write(body.media);
    const stored = await keep(call, bucket.value, conditions, written).catch(async (error: unknown) => {
      await removeBytes(services, written.id);
      throw error;
    });
    if ('refusal' in stored) {
      await removeBytes(services, written.id);
      return stored.refusal;
    }
    if (stored.replaced !== undefined) await removeBytes(services, stored.replaced.bytesId);
    return answer(call, renderObject(stored.object), etagOf(stored.object));
  },
});

/** What an upload meets: the object that it would replace. */
interface Met {
  readonly present: Stored<StorageObject> | undefined;
}

type Refused = { readonly refusal: Reply };

/** Looks at what is there, and whether the caller may replace it and wants to. */
async function meet(
  call: UploadCall,
  { value: bucket }: Stored<Bucket>,
  conditions: Conditions,
): Promise<Met | Refused> {
  const { body, services } = call;
  const present = await services.resources.objects.get(bucket.name, body.name);
  if (present !== undefined)
    await call.authorize('storage.objects.delete', objectName(bucket.name, body.name));
  const outcome = evaluateConditions(conditions, present?.value);
  const etag = present === undefined ? undefined : etagOf(present.value);
  const refusal = answerConditions(call, outcome, etag);
  return refusal === undefined ? { present } : { refusal };
}

/**
 * Finds the bucket again once the bytes are there, which may be hours later. Guess: that another bucket of the name is
 * 404.
 *
 * @throws {ApiError} where it is another one of the same name, or the caller may not write into it any more
 */
async function requireSameBucket(call: UploadCall, early: Bucket): Promise<Stored<Bucket>> {
  const bucket = await requireBucket(call.services, early.name);
  if (bucket.value.generation !== early.generation) throw noSuchBucket();
  await call.authorize('storage.objects.create', objectName(early.name, call.body.name));
  return bucket;
}

/** Writes the entry that names the bytes: at this moment the upload becomes visible, whole. */
async function keep(
  call: UploadCall,
  early: Bucket,
  conditions: Conditions,
  written: WrittenBytes,
): Promise<{ readonly object: StorageObject; readonly replaced: StorageObject | undefined } | Refused> {
  assertChecksumsMatch(call.body.stated, written);
  const { resources } = call.services;
  const { buckets, objects } = resources;
  return withAttempts(async () => {
    const bucket = await requireSameBucket(call, early);
    const met = await meet(call, bucket, conditions);
    if ('refusal' in met) return met;
    const { present } = met;
    const { name } = call.body;
    const object = newObject(call, bucket.value, written, await objects.nextGeneration(early.name));
    const unchanged = [
      buckets.at(bucket.revision, early.name),
      objects.at(present?.revision ?? 0, early.name, name),
    ];
    await resources.commit(objects.put(object, present?.value), unchanged);
    return { object, replaced: present?.value };
  });
}

function newObject(
  { body, caller, services }: UploadCall,
  bucket: Bucket,
  written: WrittenBytes,
  generation: string,
): StorageObject {
  const nowMs = services.clock.now();
  const { principal } = caller;
  return {
    bucket: bucket.name,
    name: body.name,
    generation,
    metageneration: 1,
    bytesId: written.id,
    sizeBytes: written.sizeBytes,
    md5Base64: written.md5Base64,
    crc32cBase64: written.crc32cBase64,
    ...body.content,
    storageClass: body.storageClass ?? bucket.storageClass,
    metadata: body.metadata,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    ...(principal.kind === 'anonymous' ? {} : { owner: toStoredMember(principal) }),
  };
}

function checkAcl({ query, body }: UploadCall, bucket: Bucket): void {
  const isNamed = body.hasAcl || (query.get('predefinedAcl') ?? '') !== '';
  if (bucket.uniformBucketLevelAccess && isNamed) {
    throw invalidArgument(
      'Cannot insert legacy ACL for an object when uniform bucket-level access is enabled. ' +
        'Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access',
      { reason: 'invalid' },
    );
  }
  checkPredefinedAcl(query, 'predefinedAcl', OBJECT_ACLS);
  if (body.hasAcl) throw notSupported('acl');
}

/** Ours by name: Discovery knows one insert, with one address that has media and one that never does. */
export const insertWithoutMedia = method({
  id: 'storage.objects.insertWithoutMedia',
  http: 'POST /storage/v1/b/{bucket}/o',
  scopes: STORAGE_WRITE,
  open: 'it does nothing but say where uploads go',
  handle() {
    throw invalidArgument('Uploads must be sent to the upload URL.', { reason: 'wrongUrlForUpload' });
  },
});
