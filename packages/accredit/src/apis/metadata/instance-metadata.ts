import { createHash } from 'node:crypto';
import { toUnixSeconds } from '../../kernel/timestamps.ts';
import { isConfidential } from '../../protocol/compute/confidential-vms.ts';
import { DEFAULT_DISK_TYPE, LOCAL_SSD, metadataTypeOf } from '../../protocol/compute/disk-types.ts';
import { licenseCodeOf } from '../../protocol/compute/license-codes.ts';
import {
  type GuestAttributeValues,
  hasGuestAttributesEnabled,
} from '../../protocol/metadata/guest-attributes.ts';
import type {
  InstanceMetadata,
  NetworkInterfaceMetadata,
} from '../../protocol/metadata/instance-metadata.ts';
import { lifeAt } from '../../protocol/metadata/life-events.ts';
import { hasOsLoginEnabled } from '../../protocol/metadata/os-login/os-login-users.ts';
import type { Instance, NetworkInterface } from '../../resources/instances.ts';
import type { Project } from '../../resources/projects.ts';

/** Google's name for its own universe; clients take its absence for the same (metadata notes 8.4). */
const UNIVERSE_DOMAIN = 'googleapis.com';

/** Bytes that every packet of a default network may have. */
const DEFAULT_MTU = 1460;

/** The records that the metadata server of an instance shows. */
export interface ShownRecords {
  readonly instance: Instance;
  readonly project: Project;
  /** What programs in the instance wrote. */
  readonly guestAttributes: GuestAttributeValues;
}

/** Returns what the metadata server shows at a time. */
export function toInstanceMetadata(
  { instance, project, guestAttributes }: ShownRecords,
  nowMs: number,
): InstanceMetadata {
  const isOpenToGuests = hasGuestAttributesEnabled(instance.metadata, project.commonInstanceMetadata);
  return {
    projectId: project.projectId,
    projectNumber: project.projectNumber,
    projectAttributes: project.commonInstanceMetadata,
    id: instance.id,
    name: instance.name,
    hostname: instance.hostname,
    zone: instance.zone,
    machineType: instance.machineType,
    image: instance.image,
    cpuPlatform: instance.cpuPlatform,
    description: instance.description,
    creationTimestampSeconds: toUnixSeconds(instance.createdAtMs),
    tags: instance.tags,
    attributes: instance.metadata,
    disks: instance.disks.map(toDisk),
    networkInterfaces: instance.networkInterfaces.map(toNetworkInterface),
    licenses: licenseCodesOf(instance),
    isConfidential: isConfidential(instance.confidentialInstanceConfig),
    scheduling: instance.scheduling,
    serviceAccounts: instance.serviceAccounts.map(({ email, scopes }) => ({
      email,
      scopes,
      aliases: ['default'],
    })),
    partnerAttributes: instance.partnerAttributes ?? {},
    workloadCertificates: instance.workloadCertificates,
    osLogin: hasOsLoginEnabled(instance.metadata, project.commonInstanceMetadata)
      ? project.osLogin
      : undefined,
    guestAttributes: isOpenToGuests ? guestAttributes : undefined,
    life: lifeAt(instance.lifeEvents ?? {}, nowMs),
    universeDomain: UNIVERSE_DOMAIN,
  };
}

function toDisk({
  deviceName,
  interface: attachedBy,
  mode,
  type,
  diskType = DEFAULT_DISK_TYPE,
}: Instance['disks'][number]): InstanceMetadata['disks'][number] {
  return {
    deviceName,
    interface: attachedBy,
    mode,
    type: metadataTypeOf(type === 'SCRATCH' ? LOCAL_SSD : diskType),
  };
}

/** Guess: those of all disks, each once, in the order of the disks. */
function licenseCodesOf({ disks }: Instance): readonly string[] {
  return [...new Set(disks.flatMap(({ licenses = [] }) => licenses.map(licenseCodeOf)))];
}

function toNetworkInterface({
  network,
  networkIP,
  accessConfig,
}: NetworkInterface): NetworkInterfaceMetadata {
  const octets = networkIP.split('.').map(Number);
  return {
    accessConfigs:
      accessConfig === undefined ? [] : [{ externalIp: accessConfig.natIP, type: 'ONE_TO_ONE_NAT' }],
    dnsServers: ['169.254.169.254'],
    forwardedIps: [],
    // The first address of the /20 that every region of a default network has.
    gateway: [octets[0], octets[1], (octets[2] ?? 0) & 0xf0, 1].join('.'),
    ip: networkIP,
    ipAliases: [],
    mac: toMac(octets),
    mtu: DEFAULT_MTU,
    network: network.slice(network.lastIndexOf('/') + 1),
    subnetmask: '255.255.240.0',
    targetInstanceIps: [],
  };
}

/** Compute Engine's addresses are 42:01 and the internal address. */
function toMac(octets: readonly number[]): string {
  const bytes =
    octets.length === 4 ? octets : [...createHash('sha256').update(octets.join('.')).digest().subarray(0, 4)];
  return ['42', '01', ...bytes.map((octet) => octet.toString(16).padStart(2, '0'))].join(':');
}
