import type { FindConsumer } from '../../http/method.ts';
import { isBucketName } from '../../protocol/storage/names.ts';

/** Whose project a call counts for: that of the bucket, or else the one that `project` of the query names. */
export const findConsumer: FindConsumer = async ({ path, query, services }) => {
  if (path.bucket === undefined) return query.get('project');
  if (!isBucketName(path.bucket)) return undefined;
  return (await services.resources.buckets.get(path.bucket))?.value.projectId;
};
