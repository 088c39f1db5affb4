import type { ResourceName } from '../../../kernel/resource-names.ts';
import type { ConditionContext } from '../conditions/condition.ts';

type ResourceAttributes = ConditionContext['resource'];

/** What stands after `projects/P/` in the names of Compute's resources, and the type of each collection. */
const COMPUTE_PLACE = /^projects\/[^/]+\/(?:(?:zones|regions)\/[^/]+|global)\/([A-Za-z]+)\/[^/]+$/;

const COMPUTE_TYPES: ReadonlyMap<string, string> = new Map([
  ['addresses', 'Address'],
  ['backendServices', 'BackendService'],
  ['disks', 'Disk'],
  ['firewalls', 'Firewall'],
  ['forwardingRules', 'ForwardingRule'],
  ['images', 'Image'],
  ['instanceTemplates', 'InstanceTemplate'],
  ['instances', 'Instance'],
  ['networks', 'Network'],
  ['snapshots', 'Snapshot'],
  ['subnetworks', 'Subnetwork'],
]);

const BUCKET = /^projects\/_\/buckets\/[^/]+$/;

const RESOURCE_MANAGER_TYPES: ReadonlyMap<string, string> = new Map([
  ['projects', 'Project'],
  ['folders', 'Folder'],
  ['organizations', 'Organization'],
]);

/**
 * Returns what a condition sees of a resource, from its name alone.
 *
 * Resource Manager and IAM provide no `resource.name`: a condition that looks at it there never grants (IAM notes 1.4).
 * Guess: service accounts and custom roles have the type of their IAM resource; what has no known type has none.
 *
 * @see https://cloud.google.com/iam/docs/conditions-resource-attributes
 */
export function resourceAttributes(resource: ResourceName): ResourceAttributes {
  const parts = resource.split('/');
  if (resource.startsWith('projects/_/buckets/')) return storageAttributes(resource, parts[4]);
  const manager = parts.length === 2 ? RESOURCE_MANAGER_TYPES.get(parts[0] ?? '') : undefined;
  if (manager !== undefined) {
    const service = 'cloudresourcemanager.googleapis.com';
    return { service, type: `${service}/${manager}` };
  }
  const [, collection = ''] = COMPUTE_PLACE.exec(resource) ?? [];
  const type = COMPUTE_TYPES.get(collection);
  if (type !== undefined) {
    return { service: 'compute.googleapis.com', type: `compute.googleapis.com/${type}`, name: resource };
  }
  if (parts[2] === 'serviceAccounts')
    return iamAttributes(parts[4] === 'keys' ? 'ServiceAccountKey' : 'ServiceAccount');
  if (parts[2] === 'roles') return iamAttributes('Role');
  return {};
}

function storageAttributes(resource: ResourceName, kind: string | undefined): ResourceAttributes {
  const type = BUCKET.test(resource) ? 'Bucket' : kind === 'managedFolders' ? 'ManagedFolder' : 'Object';
  const service = 'storage.googleapis.com';
  return { service, type: `${service}/${type}`, name: resource };
}

function iamAttributes(type: string): ResourceAttributes {
  return { service: 'iam.googleapis.com', type: `iam.googleapis.com/${type}` };
}
