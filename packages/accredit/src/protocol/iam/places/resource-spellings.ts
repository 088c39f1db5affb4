import type { ResourceName } from '../../../kernel/resource-names.ts';

const RESOURCE_MANAGER = 'cloudresourcemanager.googleapis.com';
const STORAGE = 'storage.googleapis.com';
const IAM = 'iam.googleapis.com';
const COMPUTE = 'compute.googleapis.com';

/** Which service keeps the resources of a form; the first one that fits counts. */
const FORMS: readonly (readonly [string, RegExp])[] = [
  [RESOURCE_MANAGER, /^(?:(?:organizations|folders)\/\d+|projects\/[^/_][^/]*)$/],
  [STORAGE, /^projects\/_\/buckets\/[^/]+(?:\/(?:objects|managedFolders)\/[^]+)?$/],
  [IAM, /^projects\/[^/]+\/serviceAccounts\/[^/]+(?:\/keys\/[^/]+)?$/],
  [IAM, /^(?:projects\/[^/]+|organizations\/\d+)\/roles\/[^/]+$/],
  [COMPUTE, /^projects\/[^/]+\/(?:(?:zones|regions)\/[^/]+|global)\/[A-Za-z]+\/[^/]+$/],
];

/** How a resource may be written, for messages. */
export const RESOURCE_EXAMPLES =
  "'projects/my-project', 'gs://my-bucket/my-object', " +
  "'projects/my-project/serviceAccounts/EMAIL', 'projects/my-project/zones/us-central1-a/instances/vm-1', " +
  "'folders/123' or '//storage.googleapis.com/projects/_/buckets/my-bucket'";

/**
 * Reads a resource as people write it: a relative name, a full one, or `gs://bucket/object`.
 *
 * @returns the relative name as it was given, a project perhaps by its number; `undefined` for what is none, also where
 *   the service does not keep resources of this kind
 * @see https://cloud.google.com/iam/docs/full-resource-names
 */
export function parseResource(text: string): ResourceName | undefined {
  const [, bucketAndPath] = /^gs:\/\/([^]+)$/.exec(text) ?? [];
  if (bucketAndPath !== undefined) return parseStorageUrl(bucketAndPath);
  const [, service, relative = text] = /^\/\/([^/]+)\/([^]+)$/.exec(text) ?? [];
  const owner = serviceOf(relative);
  return owner === undefined || (service !== undefined && service !== owner) ? undefined : relative;
}

function parseStorageUrl(bucketAndPath: string): ResourceName | undefined {
  const [, bucket, path = ''] = /^([^/]+)(?:\/([^]*))?$/.exec(bucketAndPath) ?? [];
  if (bucket === undefined) return undefined;
  return path === '' ? `projects/_/buckets/${bucket}` : `projects/_/buckets/${bucket}/objects/${path}`;
}

function serviceOf(relative: string): string | undefined {
  return FORMS.find(([, form]) => form.test(relative))?.[0];
}

/** Returns the full name of a resource: `//compute.googleapis.com/projects/p/zones/z/instances/i`. */
export function toFullResourceName(resource: ResourceName): string {
  return `//${serviceOf(resource) ?? RESOURCE_MANAGER}/${resource}`;
}
