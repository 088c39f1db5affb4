import { type Call, method } from '../../http/method.ts';
import { type ApiError, aborted, alreadyExists, invalidArgument } from '../../kernel/api-error.ts';
import { STORAGE_READ, STORAGE_WRITE } from '../../protocol/iam/scopes.ts';
import { toBucketEtag } from '../../protocol/storage/etags.ts';
import { parsePageToken, toPageToken } from '../../protocol/storage/page-tokens.ts';
import { evaluateConditions, evaluateHttpConditions, worst } from '../../protocol/storage/preconditions.ts';
import type { Bucket } from '../../resources/buckets.ts';
import { PreconditionFailed } from '../../store/store.ts';
import { answer, answerConditions, noContent } from './answers.ts';
import { bucketBody, readBucket, refuseAccessControl, renderBucket } from './bucket-resource.ts';
import { withAttempts } from './changes.ts';
import { nameOfBucket, nameOfProject, noSuchBucket, requireBucket, requireProject } from './lookups.ts';
import {
  checkPredefinedAcl,
  checkProjection,
  readFlag,
  readMetagenerationConditions,
  readNumber,
  readPageLimit,
  refuseParameters,
} from './parameters.ts';

/** Canned access control lists of buckets (storage notes 3.1). */
const BUCKET_ACLS = ['authenticatedRead', 'private', 'projectPrivate', 'publicRead', 'publicReadWrite'];

/** Canned access control lists of objects. */
export const OBJECT_ACLS = [
  'authenticatedRead',
  'bucketOwnerFullControl',
  'bucketOwnerRead',
  'private',
  'projectPrivate',
  'publicRead',
];

export const list = method({
  id: 'storage.buckets.list',
  http: 'GET /storage/v1/b',
  scopes: STORAGE_READ,
  permission: { check: 'storage.buckets.list', on: nameOfProject },
  async handle(call) {
    const { query, services } = call;
    checkProjection(query);
    const limit = readPageLimit(query);
    const token = query.get('pageToken') ?? '';
    const after = token === '' ? undefined : parsePageToken(token).name;
    const { projectId } = await requireProject(call);
    // Nothing is kept of deleted buckets, so there are none to list.
    if (readFlag(query, 'softDeleted')) return answer(call, { kind: 'storage#buckets' });
    const page = await services.resources.buckets.list(projectId, { limit, after }, query.get('prefix'));
    return answer(call, {
      kind: 'storage#buckets',
      ...(page.next === undefined ? {} : { nextPageToken: toPageToken({ name: page.next }) }),
      ...(page.items.length === 0 ? {} : { items: page.items.map(({ value }) => renderBucket(value)) }),
    });
  },
});

export const get = method({
  id: 'storage.buckets.get',
  http: 'GET /storage/v1/b/{bucket}',
  scopes: STORAGE_READ,
  permission: { check: 'storage.buckets.get', on: nameOfBucket },
  async handle(call) {
    const { path, query, services, headers } = call;
    checkProjection(query);
    const conditions = readMetagenerationConditions(query);
    const { value: bucket } = await requireBucket(services, path.bucket);
    refuseOtherGenerations(call, bucket);
    const etag = toBucketEtag(bucket.metageneration);
    const asked = { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] };
    const outcome = worst(
      evaluateConditions(conditions, { metageneration: bucket.metageneration }),
      evaluateHttpConditions(asked, [etag], bucket.updatedAtMs),
    );
    return answerConditions(call, outcome, etag) ?? answer(call, renderBucket(bucket), etag);
  },
});

/** Nothing is kept of deleted buckets: the only generation is the one that is there. */
function refuseOtherGenerations({ query }: Call<unknown, undefined>, bucket: Bucket): void {
  const generation = readNumber(query, 'generation');
  const isSoftDeleted = readFlag(query, 'softDeleted');
  if (isSoftDeleted && generation === undefined) {
    throw invalidArgument('You must specify a generation.', { reason: 'required' });
  }
  if (isSoftDeleted || (generation ?? bucket.generation) !== bucket.generation) throw noSuchBucket();
}

export const insert = method({
  id: 'storage.buckets.insert',
  http: 'POST /storage/v1/b',
  scopes: STORAGE_WRITE,
  permission: { check: 'storage.buckets.create', on: nameOfProject },
  body: { kind: 'json', decode: bucketBody },
  async handle(call) {
    const { body, query, services } = call;
    checkProjection(query);
    refuseParameters(query, 'enableObjectRetention');
    const project = await requireProject(call);
    const draft = readBucket(body);
    const canned = ['predefinedAcl', 'predefinedDefaultObjectAcl'];
    if (draft.uniformBucketLevelAccess === true) {
      refuseAccessControl(canned.some((name) => (query.get(name) ?? '') !== ''));
    }
    checkPredefinedAcl(query, 'predefinedAcl', BUCKET_ACLS);
    checkPredefinedAcl(query, 'predefinedDefaultObjectAcl', OBJECT_ACLS);
    const { buckets } = services.resources;
    const bucket = buckets.draft(project, draft);
    try {
      await buckets.create(bucket);
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
      throw nameTaken((await buckets.accessOf(bucket.name))?.projectId === bucket.projectId);
    }
    return answer(call, renderBucket(bucket), toBucketEtag(bucket.metageneration));
  },
});

function nameTaken(byOwnProject: boolean): ApiError {
  const message = byOwnProject
    ? 'Your previous request to create the named bucket succeeded and you already own it.'
    : 'The requested bucket name is not available. The bucket namespace is shared by all users of the system. ' +
      'Please select a different name and try again.';
  return alreadyExists(message, { reason: 'conflict' });
}

const remove = method({
  id: 'storage.buckets.delete',
  http: 'DELETE /storage/v1/b/{bucket}',
  scopes: STORAGE_WRITE,
  permission: { check: 'storage.buckets.delete', on: nameOfBucket },
  async handle(call) {
    const { path, query, services } = call;
    const conditions = readMetagenerationConditions(query);
    return withAttempts(async () => {
      const bucket = await requireBucket(services, path.bucket);
      const { metageneration } = bucket.value;
      const outcome = evaluateConditions(conditions, { metageneration });
      const refusal = answerConditions(call, outcome, toBucketEtag(metageneration));
      if (refusal !== undefined) return refusal;
      if (await services.resources.buckets.removeEmpty(bucket)) return noContent(call);
      throw aborted('The bucket you tried to delete is not empty.', { reason: 'conflict' });
    });
  },
});

export { remove as delete };
