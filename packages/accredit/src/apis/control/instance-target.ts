import type { Services } from '../../http/services.ts';
import { type ApiError, notFound } from '../../kernel/api-error.ts';
import type { Instance } from '../../resources/instances.ts';

type Place = Pick<Instance, 'projectId' | 'zone' | 'name'>;

/** Returns where an instance is that a call names, the project by its id or its number. */
async function placeOf(name: string, { resources }: Services): Promise<Place> {
  const [, project = '', , zone = '', , instance = ''] = name.split('/');
  const projectId = (await resources.projects.find(project))?.value.projectId ?? project;
  return { projectId, zone, name: instance };
}

function missing({ projectId, name }: Place): ApiError {
  return notFound(
    `Instance '${name}' does not exist in project '${projectId}'. See 'accredit instances list'.`,
    { echoes: true },
  );
}

/**
 * Changes an instance that a call names.
 *
 * @param name - `projects/P/zones/Z/instances/I`, the project by its id or its number
 * @throws {ApiError} `NOT_FOUND`, and what `decide` throws
 */
export async function changeInstance(
  name: string,
  services: Services,
  decide: (instance: Instance) => Instance,
): Promise<Instance> {
  const place = await placeOf(name, services);
  const changed = await services.resources.instances.change(place, decide);
  if (changed !== undefined) return changed;
  throw missing(place);
}
