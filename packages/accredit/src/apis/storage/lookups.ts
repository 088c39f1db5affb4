import type { Call, CallTarget } from '../../http/method.ts';
import type { Services } from '../../http/services.ts';
import { type ApiError, invalidArgument, notFound } from '../../kernel/api-error.ts';
import { bucketName, objectName, projectName, type ResourceName } from '../../kernel/resource-names.ts';
import { assertBucketName } from '../../protocol/storage/names.ts';
import type { Bucket } from '../../resources/buckets.ts';
import type { Stored } from '../../resources/collection.ts';
import type { StorageObject } from '../../resources/objects.ts';
import type { Project } from '../../resources/projects.ts';
import { readFlag, readNumber } from './parameters.ts';

type BucketTarget = CallTarget<{ readonly bucket: string }>;
type ObjectTarget = CallTarget<{ readonly bucket: string; readonly object: string }>;

/**
 * Finds the project that `project` of the query names by id or number.
 *
 * @throws {ApiError} `INVALID_ARGUMENT` without the parameter, or for a project that is not there. Guess: the second
 *   is recorded for insert, and taken to be the same for list
 */
export async function requireProject({ query, services }: CallTarget<unknown>): Promise<Project> {
  const text = query.get('project') ?? '';
  if (text === '') throw requiredParameter('project');
  const project = await services.resources.projects.find(text);
  if (project === undefined) {
    throw invalidArgument(`Unknown project id: ${text.slice(0, 100)}`, { reason: 'invalid' });
  }
  return project.value;
}

/** The project of the query, as a permission's resource. */
export async function nameOfProject(target: CallTarget<unknown>): Promise<ResourceName> {
  return projectName((await requireProject(target)).projectId);
}

/**
 * Finds a bucket. It is looked for before any permission on it: nobody has one on a bucket that is not there.
 *
 * @throws {ApiError} `NOT_FOUND`, or `INVALID_ARGUMENT` for what cannot be a bucket's name
 */
export async function requireBucket(services: Services, name: string): Promise<Stored<Bucket>> {
  assertBucketName(name);
  const bucket = await services.resources.buckets.get(name);
  if (bucket === undefined) throw noSuchBucket();
  return bucket;
}

/** The bucket of the path, as a permission's resource. */
export async function nameOfBucket({ path, services }: BucketTarget): Promise<ResourceName> {
  await requireBucket(services, path.bucket);
  return bucketName(path.bucket);
}

/** The object of the path, there or not, as a permission's resource. */
export async function nameOfObject({ path, services }: ObjectTarget): Promise<ResourceName> {
  await requireBucket(services, path.bucket);
  return objectName(path.bucket, path.object);
}

/**
 * Finds the object of the path, in the generation that the query names.
 *
 * That an object is not there is told to those who may list the bucket; to others it is one more refusal
 * (storage notes 3.0, 9.1).
 *
 * @throws {ApiError} `NOT_FOUND` `No such object: B/O`
 */
export async function requireObject(
  call: Call<{ readonly bucket: string; readonly object: string }, undefined>,
): Promise<Stored<StorageObject>> {
  const { bucket, object: name } = call.path;
  const generation = readNumber(call.query, 'generation');
  const isSoftDeleted = readFlag(call.query, 'softDeleted');
  if (isSoftDeleted && generation === undefined) {
    throw invalidArgument('You must specify a generation.', { reason: 'required' });
  }
  const found = await call.services.resources.objects.get(bucket, name);
  // Deviation: nothing is kept of what is deleted or replaced, so no other generation is ever found. Pinned by 'what is
  // deleted is gone, and the bucket says so' and 'a generation that is not the live one is not there'.
  const isThere =
    found !== undefined &&
    !isSoftDeleted &&
    (generation ?? found.value.generation) === found.value.generation;
  if (isThere) return found;
  await call.authorize('storage.objects.list', bucketName(bucket));
  throw notFound(`No such object: ${bucket}/${name}`);
}

/** The error for a bucket that is not there. */
export function noSuchBucket(): ApiError {
  return notFound('The specified bucket does not exist.');
}

/** The error for a query that lacks something. */
function requiredParameter(name: string): ApiError {
  return invalidArgument(`Required parameter: ${name}`, {
    reason: 'required',
    location: { type: 'parameter', name },
  });
}
