import { toRfc3339Seconds } from '../../../kernel/timestamps.ts';
import type {
  AttributeTree,
  DiskMetadata,
  InstanceMetadata,
  NetworkInterfaceMetadata,
} from '../instance-metadata.ts';
import { type LifeState, PREEMPTION_NOTICE_MS } from '../life-events.ts';
import { osLoginKeys } from '../os-login/os-login.ts';
import type { MetadataSettings, ProfileName } from '../settings.ts';
import { attributes, serviceAccounts } from './account-nodes.ts';
import { cloudRunEntries } from './cloud-run-tree.ts';
import { gkeEntries } from './gke-tree.ts';
import type { Directory, Gate, TextLeaf, TreeNode } from './nodes.ts';
import {
  directory,
  flag,
  gate,
  indexDirectory,
  list,
  mapDirectory,
  number,
  rootDirectory,
  text,
  toCamelCase,
  valueDirectory,
  withRecursive,
} from './nodes.ts';
import { olderCertificateKeys, workloadCertificateKeys } from './workload-certificates.ts';

/** CPU time is not limited: the value that every published listing of a VM has (metadata notes 8.1). */
const REMAINING_CPU_TIME_UNLIMITED = '-1';

type Entries = Readonly<Record<string, TreeNode>>;

/**
 * Builds the tree that is the only source of routes, listings, JSON, text and etags of one instance.
 *
 * @throws {TypeError} where an id, a project number or an MTU is not a whole number
 */
export function buildTree(
  instance: InstanceMetadata,
  settings: MetadataSettings,
  profile: ProfileName = 'gce',
): Directory {
  const legacy = gate('legacy-endpoint', 'subtree');
  const versions = rootDirectory(
    { v1: versionOne(entriesOf(instance, settings, profile), instance, settings) },
    {
      v1beta1: legacy,
    },
  );
  return rootDirectory({ computeMetadata: versions }, { '0.1': legacy });
}

function entriesOf(instance: InstanceMetadata, settings: MetadataSettings, profile: ProfileName): Entries {
  switch (profile) {
    case 'gce':
      return {
        instance: instanceDirectory(instance, settings),
        oslogin: osLogin(instance),
        project: project(instance),
      };
    case 'gke':
      return gkeEntries(instance);
    case 'cloud-run':
      return cloudRunEntries(instance);
  }
}

/** The universe always answers; where it shows is a matter of settings (metadata notes 8.4, 14). */
function versionOne(entries: Entries, instance: InstanceMetadata, settings: MetadataSettings): Directory {
  const domain = text(instance.universeDomain);
  const { universeContentType: contentType } = settings;
  const leaf: TextLeaf = contentType === 'text/plain' ? { ...domain, contentType } : domain;
  const whole = { ...entries, universe: directory({ 'universe-domain': leaf }) };
  const listing = settings.listsUniverse
    ? directory(whole)
    : directory(entries, { universe: whole.universe });
  return withRecursive(listing, settings.recursiveUniverse ? whole : entries);
}

/**
 * The keys of metadata notes 8.1. A VM shows all of them, in every state.
 *
 * Guess: a directory of a feature that is off is `{}` in recursive output.
 */
function instanceDirectory(instance: InstanceMetadata, settings: MetadataSettings): Directory {
  const { projectNumber, scheduling, life } = instance;
  const certificateKeys = workloadCertificateKeys(instance.workloadCertificates);
  const keys = {
    attributes: attributes(instance.attributes),
    'cpu-platform': text(instance.cpuPlatform),
    // Deviation: Google's `mds-client-certificate` is sealed to the vTPM of a Shielded VM, and there is none here; pinned by
    // 'instance/credentials/ is there and lists nothing: no machine has a vTPM here'.
    credentials: directory({}),
    description: text(instance.description),
    disks: indexDirectory(instance.disks.map(disk)),
    'gce-workload-certificates': directory(certificateKeys),
    'guest-attributes': guestAttributes(instance),
    hostname: text(instance.hostname),
    id: number(instance.id),
    image: text(instance.image),
    licenses: indexDirectory(instance.licenses.map((id) => directory({ id: text(id) }))),
    'machine-type': text(`projects/${projectNumber}/machineTypes/${instance.machineType}`),
    'maintenance-event': text(life.maintenanceEvent),
    name: text(instance.name),
    'network-interfaces': indexDirectory(
      instance.networkInterfaces.map((attached) => networkInterface(attached, projectNumber)),
    ),
    'partner-attributes': attributeTree(instance.partnerAttributes),
    preempted: flag(life.preempted),
    'remaining-cpu-time': number(REMAINING_CPU_TIME_UNLIMITED),
    scheduling: directory({
      'automatic-restart': flag(scheduling.automaticRestart),
      'on-host-maintenance': text(scheduling.onHostMaintenance),
      preemptible: flag(scheduling.preemptible),
    }),
    'service-accounts': serviceAccounts(instance.serviceAccounts),
    'shutdown-details': shutdownDetails(life, settings),
    tags: list(instance.tags, 'json'),
    'upcoming-maintenance': upcomingMaintenance(life, settings),
    'virtual-clock': directory({ 'drift-token': text(life.driftToken) }),
    zone: text(`projects/${projectNumber}/zones/${instance.zone}`),
  };
  return directory(keys, olderCertificateKeys(certificateKeys));
}

function guestAttributes({ guestAttributes: namespaces }: InstanceMetadata): Directory | Gate {
  if (namespaces === undefined) return gate('guest-attributes-disabled', 'subtree');
  return attributeTree(namespaces);
}

/** A directory in which others named everything; guest attributes and partner attributes are such. */
function attributeTree(tree: AttributeTree): Directory {
  return mapDirectory(
    Object.entries(tree).map(([name, node]) => [
      name,
      typeof node === 'string' ? text(node) : attributeTree(node),
    ]),
  );
}

/**
 * Its keys exist while the VM is being stopped (metadata notes 8.1, 14).
 *
 * Guess: a preemption shows them, as a graceful shutdown does; the form of `max-duration`, whole seconds. The other
 * values are those of `resourceStatus.shutdownDetails` in Compute Engine.
 *
 * @see https://cloud.google.com/compute/docs/instances/view-graceful-shutdown
 */
function shutdownDetails({ shutdown }: LifeState, { idleStopState }: MetadataSettings): Directory {
  if (shutdown === undefined)
    return directory(idleStopState === 'absent' ? {} : { 'stop-state': text(idleStopState) });
  return directory({
    'max-duration': text(String(PREEMPTION_NOTICE_MS / 1000)),
    'request-timestamp': text(toRfc3339Seconds(shutdown.requestedAtMs)),
    'stop-state': text('PENDING_STOP'),
    'target-state': text(shutdown.targetState),
  });
}

/** How paths, text and JSON spell the keys of `upcoming-maintenance`, on which sources disagree. */
const UPCOMING_SPELLINGS = {
  snake_case: (name: string) => name.replaceAll('-', '_'),
  'kebab-case': (name: string) => name,
  camelCase: toCamelCase,
};

/**
 * Answers without its slash too, as the documentation asks for it (`upcoming-maintenance?alt=json`).
 *
 * Its text has the keys that JSON has, one a line with its value, and is what a request without `alt` gets: so the
 * agent for SAP reads it. Guess: the keys' paths, spelled like them; a simulated maintenance cannot be moved, so its
 * latest window is its own.
 *
 * @see https://cloud.google.com/compute/docs/instances/monitor-plan-host-maintenance-event
 * @see https://github.com/GoogleCloudPlatform/sapagent, TestFetchGCEUpcomingMaintenance
 */
function upcomingMaintenance(
  { upcomingMaintenance: upcoming }: LifeState,
  { noUpcomingMaintenance, upcomingMaintenanceKeys, upcomingMaintenanceAlt }: MetadataSettings,
): TreeNode {
  if (upcoming === undefined)
    return noUpcomingMaintenance === 'NONE' ? text('NONE') : gate('no-upcoming-maintenance', 'leaf');
  const start = text(toRfc3339Seconds(upcoming.windowStartMs));
  const keys = {
    'can-reschedule': text('false'),
    'latest-window-start-time': start,
    'maintenance-status': text(upcoming.status),
    type: text('SCHEDULED'),
    'window-end-time': text(toRfc3339Seconds(upcoming.windowEndMs)),
    'window-start-time': start,
  };
  const spell = UPCOMING_SPELLINGS[upcomingMaintenanceKeys];
  const spelled = Object.entries(keys).map(([name, node]) => [spell(name), node] as const);
  return valueDirectory(spelled, upcomingMaintenanceAlt);
}

function project(instance: InstanceMetadata): Directory {
  return directory({
    attributes: attributes(instance.projectAttributes),
    'numeric-project-id': number(instance.projectNumber),
    'project-id': text(instance.projectId),
  });
}

/**
 * Users, groups and the rest are 404 on a VM without OS Login (metadata notes 8.7).
 *
 * Guess: they answer although no listing and no recursive output shows them; the one that was published has
 * `authenticate` alone.
 */
function osLogin({ name, osLogin: directoryOfUsers }: InstanceMetadata): Directory {
  const keys = directoryOfUsers === undefined ? {} : osLoginKeys(directoryOfUsers, name);
  return directory({ authenticate: directory({ sessions: mapDirectory([]) }) }, keys);
}

function disk(attached: DiskMetadata, index: number): Directory {
  return directory({
    'device-name': text(attached.deviceName),
    index: number(String(index)),
    interface: text(attached.interface),
    mode: text(attached.mode),
    type: text(attached.type),
  });
}

function networkInterface(attached: NetworkInterfaceMetadata, projectNumber: string): Directory {
  return directory({
    'access-configs': indexDirectory(
      attached.accessConfigs.map(({ externalIp, type }) =>
        directory({ 'external-ip': text(externalIp), type: text(type) }),
      ),
    ),
    'dns-servers': list(attached.dnsServers),
    'forwarded-ips': indexDirectory(attached.forwardedIps.map(text)),
    gateway: text(attached.gateway),
    ip: text(attached.ip),
    'ip-aliases': indexDirectory(attached.ipAliases.map(text)),
    mac: text(attached.mac),
    mtu: number(String(attached.mtu)),
    network: text(`projects/${projectNumber}/networks/${attached.network}`),
    subnetmask: text(attached.subnetmask),
    'target-instance-ips': list(attached.targetInstanceIps),
  });
}
