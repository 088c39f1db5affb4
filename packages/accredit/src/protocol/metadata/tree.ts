import type {
  DiskMetadata,
  InstanceMetadata,
  MetadataItem,
  NetworkInterfaceMetadata,
  ServiceAccountMetadata,
} from './instance-metadata.ts';
import type { Directory, TreeNode } from './nodes.ts';
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
} from './nodes.ts';

/** Where published servers disagree about the tree (metadata notes 14). */
export interface TreeSettings {
  /** Whether the listing of `v1/` shows `universe/`, which answers either way. */
  readonly universeListed: boolean;
}

/** As a Compute Engine VM of 2026 is seen to answer. */
export const GCE_TREE: TreeSettings = { universeListed: false };

/** CPU time is not limited: the value that every published listing of a VM has (metadata notes 8.1). */
const REMAINING_CPU_TIME_UNLIMITED = '-1';

/**
 * Builds the tree that is the only source of routes, listings, JSON, text and etags of one instance.
 *
 * @throws {TypeError} where an id, a project number or an MTU is not a whole number
 */
export function buildTree(instance: InstanceMetadata, settings: TreeSettings = GCE_TREE): Directory {
  const universe = { universe: directory({ 'universe-domain': text(instance.universeDomain) }) };
  const listed = { instance: instanceDirectory(instance), oslogin: osLogin(), project: project(instance) };
  const v1 = settings.universeListed ? directory({ ...listed, ...universe }) : directory(listed, universe);
  const legacy = gate('legacy-endpoint', 'subtree');
  return rootDirectory({ computeMetadata: rootDirectory({ v1 }, { v1beta1: legacy }) }, { '0.1': legacy });
}

/**
 * The keys of metadata notes 8.1. A VM shows all of them, in every state.
 *
 * Deviation: what comes with features that cannot be turned on here (guest attributes, workload certificates, notices of
 * maintenance, OS Login, TLS of the metadata server) answers as on a VM without them; pinned by 'every key that a listing
 * shows answers, or refuses as the notes say'. Guess: such a directory is `{}` in recursive output.
 */
function instanceDirectory(instance: InstanceMetadata): Directory {
  const { projectNumber, scheduling } = instance;
  return directory({
    attributes: attributes(instance.attributes),
    'cpu-platform': text(instance.cpuPlatform),
    // Holds `mds-client-certificate` on a Shielded VM whose metadata server speaks TLS; ours does not yet.
    credentials: directory({}),
    description: text(instance.description),
    disks: indexDirectory(instance.disks.map(disk)),
    'gce-workload-certificates': workloadCertificates(),
    'guest-attributes': gate('guest-attributes-disabled', 'subtree'),
    hostname: text(instance.hostname),
    id: number(instance.id),
    image: text(instance.image),
    licenses: indexDirectory(instance.licenses.map((id) => directory({ id: text(id) }))),
    'machine-type': text(`projects/${projectNumber}/machineTypes/${instance.machineType}`),
    'maintenance-event': text(instance.maintenanceEvent),
    name: text(instance.name),
    'network-interfaces': indexDirectory(
      instance.networkInterfaces.map((attached) => networkInterface(attached, projectNumber)),
    ),
    'partner-attributes': mapDirectory([]),
    preempted: flag(instance.preempted),
    'remaining-cpu-time': number(REMAINING_CPU_TIME_UNLIMITED),
    scheduling: directory({
      'automatic-restart': flag(scheduling.automaticRestart),
      'on-host-maintenance': text(scheduling.onHostMaintenance),
      preemptible: flag(scheduling.preemptible),
    }),
    'service-accounts': serviceAccounts(instance.serviceAccounts),
    // Its keys exist only with the graceful shutdown feature (metadata notes 14).
    'shutdown-details': directory({}),
    tags: list(instance.tags, 'json'),
    'upcoming-maintenance': gate('no-upcoming-maintenance', 'leaf'),
    'virtual-clock': directory({ 'drift-token': text(instance.virtualClock.driftToken) }),
    zone: text(`projects/${projectNumber}/zones/${instance.zone}`),
  });
}

function project(instance: InstanceMetadata): Directory {
  return directory({
    attributes: attributes(instance.projectAttributes),
    'numeric-project-id': number(instance.projectNumber),
    'project-id': text(instance.projectId),
  });
}

/** What a VM without OS Login shows; users, groups and the rest are 404 there (metadata notes 8.7). */
function osLogin(): Directory {
  return directory({ authenticate: directory({ sessions: mapDirectory([]) }) });
}

function attributes(items: readonly MetadataItem[]): Directory {
  return mapDirectory(items.map(({ key, value }) => [key, text(value)]));
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

/** Listed on every VM, and refused until managed workload identity is configured (metadata notes 4.5). */
function workloadCertificates(): Directory {
  const unconfigured = gate('workload-certificates-not-configured', 'leaf');
  return directory({
    'config-status': unconfigured,
    'trust-anchors': unconfigured,
    'workload-identities': unconfigured,
  });
}

/** Each account under its e-mail and under each of its aliases: the same object (metadata notes 9.1). */
function serviceAccounts(accounts: readonly ServiceAccountMetadata[]): Directory {
  return mapDirectory(
    accounts.flatMap((account): (readonly [string, TreeNode])[] => {
      const node = serviceAccount(account);
      return [account.email, ...account.aliases].map((name) => [name, node]);
    }),
  );
}

function serviceAccount({ email, aliases, scopes }: ServiceAccountMetadata): Directory {
  return directory({
    aliases: list(aliases),
    email: text(email),
    identity: { kind: 'dynamic', key: 'identity', account: email },
    scopes: list(scopes),
    token: { kind: 'dynamic', key: 'token', account: email },
  });
}
