import { instanceName, type ResourceName } from '../../kernel/resource-names.ts';
import { checkLabels, checkMetadataItems, checkTags } from '../../protocol/compute/contents.ts';
import { mayBeMinimum } from '../../protocol/compute/cpu-platforms.ts';
import { invalidField, invalidUsage, requiredField } from '../../protocol/compute/field-errors.ts';
import { findMachineType, type MachineType } from '../../protocol/compute/machine-types.ts';
import { checkDescription, checkHostname, checkName } from '../../protocol/compute/names.ts';
import { readReference } from '../../protocol/compute/references.ts';
import type { AttachedServiceAccount, Instance, InstanceDraft } from '../../resources/instances.ts';
import type { OperationWarning } from '../../resources/operations.ts';
import { planDisks } from './instance-disks.ts';
import { SHIELDED_DEFAULTS } from './instance-json.ts';
import { type NetworkPlan, planNetwork } from './instance-network.ts';
import { ECHOED_NAMES, type InstanceResource } from './instance-resource.ts';
import { type Place, zoneName } from './places.ts';
import { readAttachedAccount } from './service-account-use.ts';

/** What an insert is to do, once all that the request says has been found right. */
export interface InstancePlan {
  /** All of the instance but its addresses and times. */
  readonly draft: InstanceDraft;
  readonly network: NetworkPlan;
  readonly account: AttachedServiceAccount | undefined;
  readonly warnings: readonly OperationWarning[];
  /** The permissions that its parts ask for, beside that to create it. */
  readonly permissions: readonly { readonly permission: string; readonly resource: ResourceName }[];
}

/** Families of machine types that take `minCpuPlatform` (compute notes 5.2). */
const MIN_CPU_PLATFORM_FAMILIES: ReadonlySet<string> = new Set(['n1', 'n2', 'n2d', 'c2']);

/**
 * Checks an instance to be and fills in what the caller left out (compute notes 5.2 to 5.4). Asks nobody: what
 * depends on state (the name, addresses, accounts) is checked by whoever carries the plan out.
 *
 * @throws {ApiError} 400 `invalid` or `required`
 */
export function planInstance(body: InstanceResource, place: Place): InstancePlan {
  const name = checkName('resource.name', body.name);
  const machineType = readMachineType(body.machineType, place);
  const { disks, bootImage, warnings } = planDisks(body.disks, name, place);
  if (bootImage !== undefined && bootImage.architecture !== machineType.architecture) {
    const [image, machine] = [bootImage.architecture, machineType.architecture];
    throw invalidUsage(
      `Requested boot disk architecture (${image}) is not compatible with machine type architecture (${machine}).`,
    );
  }
  const network = planNetwork(body.networkInterfaces, place);
  const account = readServiceAccount(body.serviceAccounts, place);
  const labels = body.labels ?? {};
  checkLabels('resource.labels', labels);
  const { canIpForward, confidentialInstanceConfig, deletionProtection } = body;
  const minCpuPlatform = readMinCpuPlatform(body.minCpuPlatform, machineType);
  const draft = {
    projectId: place.projectId,
    zone: place.zone,
    name,
    description: checkDescription('resource.description', body.description ?? ''),
    machineType: machineType.name,
    image: bootImage?.name ?? '',
    tags: checkTags('resource.tags.items', body.tags?.items ?? []),
    labels,
    metadata: checkMetadataItems('resource.metadata', body.metadata?.items ?? []),
    serviceAccounts: account === undefined ? [] : [account],
    disks,
    scheduling: readScheduling(body.scheduling ?? {}, machineType),
    ...(body.hostname === undefined || body.hostname === ''
      ? {}
      : { hostname: checkHostname('resource.hostname', body.hostname) }),
    ...(canIpForward === undefined ? {} : { canIpForward }),
    ...(confidentialInstanceConfig === undefined ? {} : { confidentialInstanceConfig }),
    ...(deletionProtection === undefined ? {} : { deletionProtection }),
    ...(minCpuPlatform === undefined ? {} : { minCpuPlatform }),
    echoed: readEchoed(body),
  };
  return { draft, network, account, warnings, permissions: permissionsFor(draft, network) };
}

/** The conditional permissions of an insert, each on what it is about (IAM notes 3.2). */
function permissionsFor(
  draft: InstanceDraft,
  { subnetwork, accessConfig }: NetworkPlan,
): InstancePlan['permissions'] {
  const { disks = [], metadata = [], tags = [], labels = {}, serviceAccounts = [] } = draft;
  const instance = instanceName(draft.projectId, draft.zone, draft.name);
  const onInstance = [
    [metadata.length > 0, 'compute.instances.setMetadata'],
    [tags.length > 0, 'compute.instances.setTags'],
    [Object.keys(labels).length > 0, 'compute.instances.setLabels'],
    [serviceAccounts.length > 0, 'compute.instances.setServiceAccount'],
    [draft.deletionProtection === true, 'compute.instances.setDeletionProtection'],
    [draft.minCpuPlatform !== undefined, 'compute.instances.setMinCpuPlatform'],
  ] as const;
  const newDisks = disks.filter(({ source }) => source !== '');
  return [
    ...newDisks.map(({ source }) => ({ permission: 'compute.disks.create', resource: source })),
    { permission: 'compute.subnetworks.use', resource: subnetwork },
    ...(accessConfig === undefined
      ? []
      : [{ permission: 'compute.subnetworks.useExternalIp', resource: subnetwork }]),
    ...onInstance
      .filter(([applies]) => applies)
      .map(([, permission]) => ({ permission, resource: instance })),
  ];
}

function readMachineType(given: string | undefined, place: Place): MachineType {
  const field = 'resource.machineType';
  if (given === undefined || given === '') throw requiredField(field);
  const parent = `${zoneName(place)}/machineTypes/`;
  const reference = readReference(given, place);
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const found = reference === name || reference === parent + name ? findMachineType(name) : undefined;
  if (found === undefined) {
    const why = `Machine type with name '${name}' does not exist in zone '${place.zone}'.`;
    throw invalidField(field, given, why);
  }
  return found;
}

/** Guess: the texts; that only some families take it is documented. */
function readMinCpuPlatform(
  given: string | undefined,
  { name, family, cpuPlatform }: MachineType,
): string | undefined {
  if (given === undefined || given === '') return undefined;
  const mayHaveOne = MIN_CPU_PLATFORM_FAMILIES.has(family);
  if (mayHaveOne && mayBeMinimum(given, cpuPlatform)) return given;
  const why = mayHaveOne
    ? `Machine type '${name}' does not support the minimum CPU platform '${given}'.`
    : `Machine type '${name}' does not support a minimum CPU platform.`;
  throw invalidField('resource.minCpuPlatform', given, why);
}

function readScheduling(
  given: NonNullable<InstanceResource['scheduling']>,
  { family }: MachineType,
): Instance['scheduling'] {
  const field = 'resource.scheduling';
  const preemptible = given.preemptible === true || given.provisioningModel === 'SPOT';
  const onHostMaintenance = given.onHostMaintenance ?? (preemptible ? 'TERMINATE' : 'MIGRATE');
  if (preemptible && onHostMaintenance === 'MIGRATE') {
    const why =
      'Scheduling must have onHostMaintenance be one of the following valid types: [TERMINATE]. But was MIGRATE';
    throw invalidField(`${field}.onHostMaintenance`, onHostMaintenance, why);
  }
  if (!preemptible && onHostMaintenance === 'TERMINATE' && family === 'e2') {
    const why = 'e2 instances do not support onHostMaintenance=TERMINATE unless they are preemptible.';
    throw invalidField(`${field}.onHostMaintenance`, onHostMaintenance, why);
  }
  // Guess: the texts of the two that follow; the rules are documented (compute notes 5.12).
  if (preemptible && given.automaticRestart === true) {
    const why = 'Preemptible instances cannot be restarted automatically.';
    throw invalidField(`${field}.automaticRestart`, 'true', why);
  }
  const { instanceTerminationAction } = given;
  if (!preemptible && instanceTerminationAction !== undefined) {
    const why = 'A termination action is for Spot VMs only.';
    throw invalidField(`${field}.instanceTerminationAction`, instanceTerminationAction, why);
  }
  return {
    onHostMaintenance,
    automaticRestart: given.automaticRestart ?? !preemptible,
    preemptible,
    ...(instanceTerminationAction === undefined ? {} : { instanceTerminationAction }),
  };
}

/** Returns the account to attach, if any (compute notes 5.8). */
function readServiceAccount(
  given: InstanceResource['serviceAccounts'],
  { projectNumber }: Place,
): AttachedServiceAccount | undefined {
  if (given.length > 1) {
    // Guess: the text; one account at most is documented.
    const why = 'At most one service account is currently supported.';
    throw invalidField('resource.serviceAccounts', '', why);
  }
  return readAttachedAccount(given[0] ?? {}, 'resource.serviceAccounts[0]', projectNumber);
}

function readEchoed(body: InstanceResource): Readonly<Record<string, unknown>> {
  const sent = ECHOED_NAMES.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]]));
  const shielded = body.shieldedInstanceConfig;
  return {
    ...Object.fromEntries(sent),
    ...(shielded === undefined ? {} : { shieldedInstanceConfig: { ...SHIELDED_DEFAULTS, ...shielded } }),
  };
}
