import { anything, list, object, optional, string } from '../kernel/decode.ts';
import { type OwnerClient } from './owner-client.ts';
import { collectPages } from './pages.ts';

/** Where Cloud Storage answers. */
export const STORAGE_HOST = 'storage.googleapis.com';

const readBuckets = object({ items: list(anything) }, 'ignore');

/** What the CLI reads of a bucket. */
export const readBucket = object(
  { name: string, location: optional(string), storageClass: optional(string), timeCreated: optional(string) },
  'ignore',
);

/** Returns the buckets of a project, as the API gives them. */
export function listBuckets(owner: OwnerClient, projectId: string): Promise<readonly unknown[]> {
  const request = {
    method: 'GET' as const,
    host: STORAGE_HOST,
    path: '/storage/v1/b',
    query: { project: projectId },
  };
  return collectPages(owner, request, (answer) => readBuckets(answer, '').items);
}
