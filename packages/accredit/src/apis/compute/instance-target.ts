import type { CallTarget } from '../../http/method.ts';
import { instanceName, type ResourceName } from '../../kernel/resource-names.ts';
import { checkPathName } from '../../protocol/compute/names.ts';
import type { Stored } from '../../resources/collection.ts';
import type { Instance } from '../../resources/instances.ts';
import { placeOf } from './places.ts';

/** The variables of the path of an instance. */
export interface InstancePath {
  readonly project: string;
  readonly zone: string;
  readonly instance: string;
}

/** A call on an instance. */
export type InstanceTarget = CallTarget<InstancePath>;

/** Finds the instance of a path by its name or its numeric id. */
export async function findInstance(target: InstanceTarget): Promise<Stored<Instance> | undefined> {
  const { projectId, zone } = await placeOf(target);
  const nameOrId = checkPathName('instance', target.path.instance);
  return target.services.resources.instances.find(projectId, zone, nameOrId);
}

/** The instance by its own name; one that is not there, as the path names it. */
export async function nameOfInstance(target: InstanceTarget): Promise<ResourceName> {
  const { projectId, zone } = await placeOf(target);
  const found = await findInstance(target);
  return instanceName(projectId, zone, found?.value.name ?? target.path.instance);
}
