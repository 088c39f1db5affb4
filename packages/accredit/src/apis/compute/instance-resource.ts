import {
  anything,
  boolean,
  type Decoded,
  type Decoder,
  int64,
  list,
  map,
  object,
  oneOf,
  optional,
  string,
} from '../../kernel/decode.ts';
import { CONFIDENTIAL_INSTANCE_TYPES } from '../../protocol/compute/confidential-vms.ts';
import { invalidField } from '../../protocol/compute/field-errors.ts';
import { ignored, inResource } from './body-decoders.ts';

/**
 * Fields that would have an effect which this server does not have: refused, unless they ask for nothing, as clients
 * write out what they do not use.
 *
 * Deviation; pinned by 'an insert is refused before it does anything', row 'accelerators'.
 */
const unsupported: Decoder<undefined> = (value, path) => {
  if (asksForNothing(value)) return undefined;
  throw invalidField(path, JSON.stringify(value), 'This server does not support the field yet.');
};

function asksForNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(asksForNothing);
  return value === undefined || value === null || value === false || value === '' || value === 0;
}

const initializeParams = object({
  diskName: optional(string),
  diskSizeGb: optional(int64),
  diskType: optional(string),
  sourceImage: optional(string),
  sourceSnapshot: optional(string),
  // Of the disk, which is no resource yet.
  architecture: ignored,
  description: ignored,
  labels: ignored,
  licenses: ignored,
  onUpdateAction: ignored,
  provisionedIops: ignored,
  provisionedThroughput: ignored,
  enableConfidentialCompute: unsupported,
  guestOsFeatures: unsupported,
  replicaZones: unsupported,
  resourceManagerTags: unsupported,
  resourcePolicies: unsupported,
  sourceImageEncryptionKey: unsupported,
  sourceSnapshotEncryptionKey: unsupported,
  storagePool: unsupported,
});

const attachedDisk = object({
  autoDelete: optional(boolean),
  boot: optional(boolean),
  deviceName: optional(string),
  guestOsFeatures: list(object({ type: string })),
  initializeParams: optional(initializeParams),
  interface: optional(oneOf('SCSI', 'NVME')),
  mode: optional(oneOf('READ_WRITE', 'READ_ONLY')),
  source: optional(string),
  type: optional(oneOf('PERSISTENT', 'SCRATCH')),
  architecture: ignored,
  diskSizeGb: ignored,
  forceAttach: ignored,
  index: ignored,
  kind: ignored,
  licenses: ignored,
  savedState: ignored,
  shieldedInstanceInitialState: ignored,
  diskEncryptionKey: unsupported,
});

const accessConfig = object({
  name: optional(string),
  natIP: optional(string),
  networkTier: optional(oneOf('PREMIUM', 'STANDARD')),
  type: optional(oneOf('ONE_TO_ONE_NAT')),
  kind: ignored,
  externalIpv6: unsupported,
  externalIpv6PrefixLength: unsupported,
  publicPtrDomainName: unsupported,
  securityPolicy: unsupported,
  setPublicPtr: unsupported,
});

const networkInterface = object({
  accessConfigs: list(accessConfig),
  network: optional(string),
  networkIP: optional(string),
  nicType: optional(string),
  stackType: optional(oneOf('IPV4_ONLY')),
  subnetwork: optional(string),
  fingerprint: ignored,
  kind: ignored,
  // The position says it, whatever is sent (compute notes 5.4).
  name: ignored,
  aliasIpRanges: unsupported,
  aliasIpv6Ranges: unsupported,
  enableVpcScopedDns: unsupported,
  igmpQuery: unsupported,
  internalIpv6PrefixLength: unsupported,
  ipv6AccessConfigs: unsupported,
  ipv6AccessType: ignored,
  ipv6Address: unsupported,
  networkAttachment: unsupported,
  parentNicName: unsupported,
  queueCount: unsupported,
  serviceClassId: unsupported,
  vlan: unsupported,
});

const scheduling = object({
  automaticRestart: optional(boolean),
  instanceTerminationAction: optional(oneOf('STOP', 'DELETE')),
  onHostMaintenance: optional(oneOf('MIGRATE', 'TERMINATE')),
  preemptible: optional(boolean),
  provisioningModel: optional(oneOf('STANDARD', 'SPOT')),
  availabilityDomain: unsupported,
  gracefulShutdown: unsupported,
  hostErrorTimeoutSeconds: unsupported,
  localSsdRecoveryTimeout: unsupported,
  locationHint: unsupported,
  maxRunDuration: unsupported,
  minNodeCpus: unsupported,
  nodeAffinities: unsupported,
  onInstanceStopAction: unsupported,
  preemptionNoticeDuration: unsupported,
  skipGuestOsShutdown: unsupported,
  terminationTime: unsupported,
});

const metadata = object({
  fingerprint: ignored,
  items: list(object({ key: optional(string), value: optional(string) })),
  kind: ignored,
});

const shieldedInstanceConfig = object({
  enableIntegrityMonitoring: optional(boolean),
  enableSecureBoot: optional(boolean),
  enableVtpm: optional(boolean),
});

/**
 * Parts that mean nothing here and are answered as they came.
 *
 * Deviation: nothing in them is checked; pinned by 'what means nothing here is answered as it came'.
 */
const ECHOED_FIELDS = {
  advancedMachineFeatures: inResource(optional(anything)),
  displayDevice: inResource(optional(anything)),
  keyRevocationActionType: inResource(optional(anything)),
  localSsdEncryptionMode: inResource(optional(anything)),
  networkPerformanceConfig: inResource(optional(anything)),
  privateIpv6GoogleAccess: inResource(optional(anything)),
  reservationAffinity: inResource(optional(anything)),
  shieldedInstanceIntegrityPolicy: inResource(optional(anything)),
} as const;

/** The names of the parts that are answered as they came. */
export const ECHOED_NAMES = Object.keys(ECHOED_FIELDS) as readonly (keyof typeof ECHOED_FIELDS)[];

/**
 * An instance in the body of an insert: every field of the discovery document, revision 20261106. One that is not
 * there is refused as unknown.
 */
export const instanceResource = object({
  canIpForward: inResource(optional(boolean)),
  confidentialInstanceConfig: inResource(
    optional(
      object({
        confidentialInstanceType: optional(oneOf(...CONFIDENTIAL_INSTANCE_TYPES)),
        enableConfidentialCompute: optional(boolean),
      }),
    ),
  ),
  deletionProtection: inResource(optional(boolean)),
  description: inResource(optional(string)),
  disks: inResource(list(attachedDisk)),
  hostname: inResource(optional(string)),
  labels: inResource(optional(map(string))),
  machineType: inResource(optional(string)),
  metadata: inResource(optional(metadata)),
  minCpuPlatform: inResource(optional(string)),
  name: inResource(optional(string)),
  networkInterfaces: inResource(list(networkInterface)),
  scheduling: inResource(optional(scheduling)),
  serviceAccounts: inResource(list(object({ email: optional(string), scopes: list(string) }))),
  shieldedInstanceConfig: inResource(optional(shieldedInstanceConfig)),
  tags: inResource(optional(object({ fingerprint: ignored, items: list(string) }))),
  ...ECHOED_FIELDS,
  cpuPlatform: ignored,
  creationTimestamp: ignored,
  fingerprint: ignored,
  id: ignored,
  kind: ignored,
  labelFingerprint: ignored,
  lastStartTimestamp: ignored,
  lastStopTimestamp: ignored,
  lastSuspendedTimestamp: ignored,
  resourceStatus: ignored,
  satisfiesPzi: ignored,
  satisfiesPzs: ignored,
  selfLink: ignored,
  startRestricted: ignored,
  status: ignored,
  statusMessage: ignored,
  zone: ignored,
  guestAccelerators: inResource(unsupported),
  instanceEncryptionKey: inResource(unsupported),
  params: inResource(
    optional(object({ requestValidForDuration: ignored, resourceManagerTags: unsupported })),
  ),
  resourcePolicies: inResource(unsupported),
  sourceMachineImage: inResource(unsupported),
  sourceMachineImageEncryptionKey: inResource(unsupported),
  workloadIdentityConfig: inResource(unsupported),
});

/** An instance as a caller describes it. */
export type InstanceResource = Decoded<typeof instanceResource>;

/** A disk of it. */
export type AttachedDiskResource = InstanceResource['disks'][number];
