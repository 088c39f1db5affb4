import { permissionDenied } from '../kernel/api-error.ts';
import type { ResourceName } from '../kernel/resource-names.ts';
import { nodeOf } from '../resources/facts.ts';
import type { Resources } from '../resources/resources.ts';

/**
 * Refuses a resource of a project whose deletion was asked for; what is in it comes back when the project does.
 *
 * Guess: that every API refuses it in the same words, and after the permission.
 *
 * @param service - of the API that is called: `storage.googleapis.com`
 * @throws {ApiError} `PERMISSION_DENIED`
 * @see https://github.com/googleapis/google-api-php-client/issues/2422
 */
export async function assertProjectInUse(
  resource: ResourceName,
  service: string,
  { projects, buckets }: Pick<Resources, 'projects' | 'buckets'>,
): Promise<void> {
  const [, bucket] = /^projects\/_\/buckets\/([^/]+)/.exec(resource) ?? [];
  const [kind, id = ''] = nodeOf(resource).split('/');
  const projectId = bucket === undefined ? id : (await buckets.accessOf(bucket))?.projectId;
  if (kind !== 'projects' || projectId === undefined) return;
  const number = await projects.deletedNumberOf(projectId);
  if (number === undefined) return;
  throw permissionDenied(`Project #${number} has been deleted.`, {
    info: {
      reason: 'CONSUMER_INVALID',
      domain: 'googleapis.com',
      metadata: { consumer: `projects/${number}`, service },
    },
  });
}
