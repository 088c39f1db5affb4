import { projectName, type ResourceName } from '../kernel/resource-names.ts';
import type { Resources } from './resources.ts';

/** A service that a project has disabled: each of its calls is refused before its gates. */
export interface DisabledService {
  /** DNS name: `storage.googleapis.com`. */
  readonly service: string;
  readonly projectId: string;
}

/**
 * The services whose calls count for the project of the resource, by the first word of their permissions. A call of the
 * others counts for a project of its caller, which a question does not name (IAM notes part 5.3).
 */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['compute', 'compute.googleapis.com'],
  ['storage', 'storage.googleapis.com'],
]);

/**
 * Finds the service that a call would need for a permission, where the project of the resource has it disabled.
 *
 * @param resource - as `resolveResource` returns it
 * @returns `undefined` where the service is enabled, or depends on who calls
 */
export async function findDisabledService(
  permission: string,
  resource: ResourceName,
  { services, buckets }: Resources,
): Promise<DisabledService | undefined> {
  const service = SERVICES.get(permission.split(/[./]/, 1)[0] ?? '');
  const [kind, id = '', , bucket = ''] = resource.split('/');
  if (service === undefined || kind !== 'projects') return undefined;
  const isInBucket = resource.startsWith(`${projectName('_')}/buckets/`);
  const projectId = isInBucket ? (await buckets.accessOf(bucket))?.projectId : id;
  if (projectId === undefined || (await services.isEnabled(projectId, service))) return undefined;
  return { service, projectId };
}
