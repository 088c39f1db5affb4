import type { ResourceName } from '../../kernel/resource-names.ts';
import { invalidField, missingReference } from '../../protocol/compute/field-errors.ts';
import { readReference } from '../../protocol/compute/references.ts';
import type { NetworkInterface } from '../../resources/instances.ts';
import type { InstanceResource } from './instance-resource.ts';
import type { Place } from './places.ts';

type NetworkInterfaceResource = InstanceResource['networkInterfaces'][number];

/** The network interface that an instance is to have; its addresses are given out when it is made. */
export interface NetworkPlan {
  readonly network: ResourceName;
  readonly subnetwork: ResourceName;
  /** The internal address that the caller chose. */
  readonly networkIP: string | undefined;
  /** How the external address is to be set up; absent where there is to be none. */
  readonly accessConfig: Omit<NonNullable<NetworkInterface['accessConfig']>, 'natIP'> | undefined;
  readonly nicType: string | undefined;
}

/**
 * Reads the network interfaces of an instance to be. Every project has its `default` network in auto mode, and no
 * other, so there is one interface (compute notes 5.4).
 *
 * Deviation: other networks cannot be made; pinned by 'an insert is refused before it does anything', rows 'a network that
 * there is not' and 'two interfaces'.
 *
 * @throws {ApiError} 400 `invalid`
 */
export function planNetwork(given: readonly NetworkInterfaceResource[], place: Place): NetworkPlan {
  const [nic = { accessConfigs: [] }] = given;
  const field = 'resource.networkInterfaces[0]';
  const network = `projects/${place.projectId}/global/networks/default`;
  if (nic.network !== undefined && nic.network !== '') checkNetwork(nic.network, network, place);
  const subnetwork = `projects/${place.projectId}/regions/${place.region}/subnetworks/default`;
  if (nic.subnetwork !== undefined && nic.subnetwork !== '') checkSubnetwork(nic.subnetwork, place);
  if (given.length > 1) {
    const why = 'Subnetworks must be distinct for NICs attached to a VM.';
    throw invalidField('resource.networkInterfaces[1].subnetwork', '', why);
  }
  return {
    network,
    subnetwork,
    networkIP: nic.networkIP === '' ? undefined : nic.networkIP,
    accessConfig: readAccessConfig(nic.accessConfigs, field, place),
    nicType: nic.nicType,
  };
}

function checkNetwork(given: string, network: ResourceName, place: Place): void {
  const reference = readReference(given, place);
  if (reference === network || reference === 'default') return;
  throw missingReference('resource.networkInterfaces[0].network', given, 'network');
}

function checkSubnetwork(given: string, place: Place): void {
  const field = 'resource.networkInterfaces[0].subnetwork';
  const reference = readReference(given, place);
  if (reference === 'default') return;
  const [, projectId, scope, region, collection, name] = reference.split('/');
  if (
    projectId !== place.projectId ||
    scope !== 'regions' ||
    collection !== 'subnetworks' ||
    name !== 'default'
  ) {
    throw missingReference(field, given, 'subnetwork');
  }
  if (region !== place.region) {
    throw invalidField(field, given, 'Instance must be in the same region as the subnetwork.');
  }
}

function readAccessConfig(
  given: NetworkInterfaceResource['accessConfigs'],
  field: string,
  { region }: Place,
): NetworkPlan['accessConfig'] {
  const [config] = given;
  if (config === undefined) return undefined;
  if (given.length > 1) {
    throw invalidField(`${field}.accessConfigs`, '', 'At most one access config currently supported.');
  }
  const { natIP = '', name = '', networkTier } = config;
  if (natIP !== '') {
    const why = `The specified external IP address '${natIP}' was not found in region '${region}'.`;
    throw invalidField(`${field}.accessConfigs[0].natIP`, natIP, why);
  }
  return {
    name: name === '' ? 'External NAT' : name,
    ...(networkTier === undefined ? {} : { networkTier }),
  };
}
