import type { Services } from '../../http/services.ts';
import { notFound } from '../../kernel/api-error.ts';
import type { Instance } from '../../resources/instances.ts';

/**
 * Changes an instance that a call names.
 *
 * @param name - `projects/P/zones/Z/instances/I`, the project by its id or its number
 * @throws {ApiError} `NOT_FOUND`, and what `decide` throws
 */
export async function changeInstance(
  name: string,
  { resources }: Services,
  decide: (instance: Instance) => Instance,
): Promise<Instance> {
  const [, project = '', , zone = '', , instance = ''] = name.split('/');
  const projectId = (await resources.projects.find(project))?.value.projectId ?? project;
  const changed = await resources.instances.change({ projectId, zone, name: instance }, decide);
  if (changed !== undefined) return changed;
  throw notFound(
    `Instance '${instance}' does not exist in project '${projectId}'. See 'accredit instances list'.`,
  );
}
