import { randomDigits } from '../kernel/identifiers.ts';
import type { Clock, Random } from '../kernel/ports.ts';
import { instanceName, type ResourceName } from '../kernel/resource-names.ts';
import type { ConfidentialInstanceConfig } from '../protocol/compute/confidential-vms.ts';
import { DEFAULT_IMAGE, findImage } from '../protocol/compute/images.ts';
import { cpuPlatformOf, DEFAULT_MACHINE_TYPE } from '../protocol/compute/machine-types.ts';
import { regionOf, subnetBaseOf } from '../protocol/compute/zones.ts';
import type { AttributeTree } from '../protocol/metadata/instance-metadata.ts';
import { type LifeEvents, stopsAtMs } from '../protocol/metadata/life-events.ts';
import type { MetadataProfile } from '../protocol/metadata/settings.ts';
import type { WorkloadCertificates } from '../protocol/metadata/tree/workload-certificates.ts';
import type { Change, ChangeEvent, Precondition, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import { GuestAttributes } from './guest-attributes.ts';
import { Holdings } from './holdings.ts';
import type { MetadataItem } from './projects.ts';
import type { Tags } from './tags.ts';
import { Turns } from './turns.ts';

/** The service account of an instance with the access scopes that its tokens carry. */
export interface AttachedServiceAccount {
  readonly email: string;
  readonly scopes: readonly string[];
}

/** A disk of an instance, as far as the instance and its metadata show it. */
export interface AttachedDisk {
  readonly deviceName: string;
  readonly index: number;
  readonly boot: boolean;
  readonly autoDelete: boolean;
  readonly mode: 'READ_WRITE' | 'READ_ONLY';
  readonly interface: 'SCSI' | 'NVME';
  readonly type: 'PERSISTENT' | 'SCRATCH';
  /** Short name: `pd-ssd`. Default `pd-standard`, and `local-ssd` of a scratch disk. */
  readonly diskType?: string;
  readonly sizeGb: string;
  /** Resource name of the disk: `projects/p/zones/z/disks/d`; empty for a scratch disk, which is no resource. */
  readonly source: string;
  /** What the disk has of its image; absent on a blank one. Licenses are resource names. */
  readonly licenses?: readonly ResourceName[];
  readonly guestOsFeatures?: readonly string[];
  readonly architecture?: 'X86_64' | 'ARM64';
}

/** A network interface of an instance. */
export interface NetworkInterface {
  readonly name: string;
  /** Resource name: `projects/p/global/networks/default`. */
  readonly network: string;
  /** Resource name: `projects/p/regions/r/subnetworks/default`. */
  readonly subnetwork: string;
  readonly networkIP: string;
  /** External address with its configuration; absent where there is none. */
  readonly accessConfig?: {
    readonly name: string;
    /** Empty while the instance is stopped. */
    readonly natIP: string;
    /** Default PREMIUM. */
    readonly networkTier?: 'PREMIUM' | 'STANDARD';
  };
  /** As the caller asked for it. */
  readonly nicType?: string;
}

/** A virtual machine as it is stored. What the metadata server shows of it comes from here and nowhere else. */
export interface Instance {
  readonly projectId: string;
  readonly zone: string;
  readonly name: string;
  /** Unsigned 64-bit decimal, 18 or 19 digits, never reused. */
  readonly id: string;
  readonly createdAtMs: number;
  /** When it last began to run; a moment to come where its creation is seen to take time. Default: its creation. */
  readonly startedAtMs?: number;
  /** When it last came to a stop; a moment to come where stopping is seen to take time. Absent where it never did. */
  readonly stoppedAtMs?: number;
  readonly description: string;
  /** Short name: `e2-medium`. */
  readonly machineType: string;
  /** What it is once it has started or stopped; `statusAt` says what it is now. */
  readonly status: 'PROVISIONING' | 'RUNNING' | 'STOPPING' | 'TERMINATED';
  /** Resource name of the boot image: `projects/debian-cloud/global/images/debian-12-…`; empty where there is none. */
  readonly image: string;
  readonly cpuPlatform: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Tags of Resource Manager; `tags` are the network's. */
  readonly resourceManagerTags?: Tags;
  readonly metadata: readonly MetadataItem[];
  /** At most one (IAM notes 1.8). */
  readonly serviceAccounts: readonly AttachedServiceAccount[];
  readonly disks: readonly AttachedDisk[];
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly scheduling: {
    readonly onHostMaintenance: 'MIGRATE' | 'TERMINATE';
    readonly automaticRestart: boolean;
    readonly preemptible: boolean;
    /** What becomes of a preempted one, where the caller said it. */
    readonly instanceTerminationAction?: 'STOP' | 'DELETE';
  };
  readonly hostname: string;
  /** Absent where the caller did not say. */
  readonly canIpForward?: boolean;
  readonly deletionProtection?: boolean;
  readonly minCpuPlatform?: string;
  /** As the caller gave it; absent where the caller did not say. */
  readonly confidentialInstanceConfig?: ConfidentialInstanceConfig;
  /** Parts of the Compute resource that mean nothing here: answered as they came. */
  readonly echoed?: Readonly<Record<string, unknown>>;
  /** What has happened to it, or will, that its metadata shows. */
  readonly lifeEvents?: LifeEvents;
  /** Ours: which of Google's metadata servers it has, and how that answers where nobody knows; default `gce`. */
  readonly metadataServer?: MetadataProfile;
  /** Partner attributes, which Google's partners set; by namespace. */
  readonly partnerAttributes?: AttributeTree;
  /** Certificates of managed workload identity; absent where it is not configured. */
  readonly workloadCertificates?: WorkloadCertificates;
  /** Ours: how long its access tokens live; default 3600 seconds. */
  readonly tokenLifetimeSeconds?: number;
  /** Ours: the instance was made for one `accredit run` and goes with it. */
  readonly ephemeral?: boolean;
}

/** What must be said of a new instance; the rest has a default. */
export type InstanceDraft = Pick<Instance, 'projectId' | 'zone' | 'name'> & Partial<Instance>;

/** Digits of an instance id; 19 digits below 9 * 10^18 stay under 2^63. */
const ID_DIGITS = 18;

/** The instances of a cloud. */
export class Instances {
  readonly #instances: Collection<Instance>;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  /** What instances hold and no two may: asked before one is made. */
  readonly holdings: Holdings;
  /** What programs in them wrote; it goes with its instance. */
  readonly guestAttributes: GuestAttributes;
  /** For those who read an instance and write what becomes of it. */
  readonly turns = new Turns();

  constructor(store: Store, clock: Clock, random: Random) {
    this.#instances = new Collection(store, 'instances');
    this.holdings = new Holdings(store, `${this.#instances.prefix}/`);
    this.guestAttributes = new GuestAttributes(store, this.#instances);
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
  }

  get(projectId: string, zone: string, name: string): Promise<Stored<Instance> | undefined> {
    return this.#instances.get(projectId, zone, name);
  }

  /** Finds an instance of a zone by its name or its numeric id. */
  async find(projectId: string, zone: string, nameOrId: string): Promise<Stored<Instance> | undefined> {
    if (!/^\d/.test(nameOrId)) return this.get(projectId, zone, nameOrId);
    for await (const instance of this.#instances.all(projectId, zone)) {
      if (instance.value.id === nameOrId) return instance;
    }
    return undefined;
  }

  list(projectId: string, zone: string, page: PageRequest): Promise<Page<Stored<Instance>>> {
    return this.#instances.list([projectId, zone], page);
  }

  /** Lists the instances of all zones of a project; the `after` of a page is `ZONE/NAME`. */
  listProject(projectId: string, page: PageRequest): Promise<Page<Stored<Instance>>> {
    return this.#instances.list([projectId], page);
  }

  /** Walks every instance of the cloud. */
  all(): AsyncGenerator<Stored<Instance>> {
    return this.#instances.all();
  }

  /** Returns a new instance record; what the draft leaves out gets the default of a plain VM. */
  draft(given: InstanceDraft): Instance {
    const { machineType = DEFAULT_MACHINE_TYPE, image = DEFAULT_IMAGE } = given;
    return {
      id: randomDigits(this.#random, ID_DIGITS),
      createdAtMs: this.#clock.now(),
      description: '',
      machineType,
      status: 'RUNNING',
      image,
      cpuPlatform: cpuPlatformOf(machineType, given.minCpuPlatform),
      tags: [],
      labels: {},
      metadata: [],
      serviceAccounts: [],
      disks: [bootDisk(given, image)],
      networkInterfaces: [defaultInterface(given)],
      scheduling: { onHostMaintenance: 'MIGRATE', automaticRestart: true, preemptible: false },
      hostname: defaultHostname(given),
      ...given,
    };
  }

  /**
   * Reads an instance and writes what becomes of it; once more where somebody else writes meanwhile.
   *
   * @param decide - says what it becomes; nothing is written where it throws
   * @returns what was written; `undefined` where there is no such instance
   */
  change(
    { projectId, zone, name }: Pick<Instance, 'projectId' | 'zone' | 'name'>,
    decide: (instance: Instance) => Instance,
  ): Promise<Instance | undefined> {
    return this.turns.run(instanceName(projectId, zone, name), async () => {
      const found = await this.find(projectId, zone, name);
      if (found === undefined) return undefined;
      const changed = decide(found.value);
      await this.#store.commit([this.put(changed)], [this.at(found.revision, changed)]);
      return changed;
    });
  }

  /** The change that writes an instance. */
  put(instance: Instance): Change {
    return this.#instances.put(instance, instance.projectId, instance.zone, instance.name);
  }

  /** The changes that remove an instance, with what programs in it wrote. */
  remove(instance: Pick<Instance, 'projectId' | 'zone' | 'name'>): readonly Change[] {
    const { projectId, zone, name } = instance;
    return [this.#instances.remove(projectId, zone, name), this.guestAttributes.remove(instance)];
  }

  /** Holds where the instance was last written at this revision; 0 where there must be none. */
  at(revision: number, instance: Pick<Instance, 'projectId' | 'zone' | 'name'>): Precondition {
    return this.#instances.at(revision, instance.projectId, instance.zone, instance.name);
  }

  /** Calls the listener with each instance that was written or removed. */
  watch(listener: (name: string, instance: Instance | undefined) => void): () => void {
    const tell = ({ key, entry }: ChangeEvent) => {
      const [, projectId = '', zone = '', name = ''] = key.split('/');
      // Records are written by this class alone.
      listener(`projects/${projectId}/zones/${zone}/instances/${name}`, entry?.value as Instance | undefined);
    };
    return this.#store.watch(`${this.#instances.prefix}/`, (events) => {
      for (const event of events) tell(event);
    });
  }
}

function bootDisk({ projectId, zone, name }: InstanceDraft, image: ResourceName): AttachedDisk {
  const { licenses, guestOsFeatures, architecture, sizeGb = 10 } = findImage(image) ?? {};
  return {
    deviceName: 'persistent-disk-0',
    index: 0,
    boot: true,
    autoDelete: true,
    mode: 'READ_WRITE',
    interface: 'SCSI',
    type: 'PERSISTENT',
    sizeGb: String(sizeGb),
    source: `projects/${projectId}/zones/${zone}/disks/${name}`,
    ...(licenses === undefined ? {} : { licenses }),
    ...(guestOsFeatures === undefined ? {} : { guestOsFeatures }),
    ...(architecture === undefined ? {} : { architecture }),
  };
}

function defaultInterface({ projectId, zone }: InstanceDraft): NetworkInterface {
  const region = regionOf(zone);
  return {
    name: 'nic0',
    network: `projects/${projectId}/global/networks/default`,
    subnetwork: `projects/${projectId}/regions/${region}/subnetworks/default`,
    // The first host of the region's subnet.
    networkIP: subnetBaseOf(region).replace(/\d+$/, '2'),
  };
}

/** Returns the host name of an instance whose maker did not choose one: the zonal form of internal DNS. */
export function defaultHostname({ projectId, zone, name }: InstanceDraft): string {
  return `${name}.${zone}.c.${projectId}.internal`;
}

/**
 * Says what an instance is at a time: one that is to start later is being provisioned, one that is to stop later is
 * stopping, one that is preempted or has a maintenance that it does not live through goes down.
 */
export function statusAt(instance: Instance, timeMs: number): Instance['status'] {
  const { status, startedAtMs = 0, stoppedAtMs = 0 } = instance;
  if (status === 'TERMINATED' && timeMs < stoppedAtMs) return 'STOPPING';
  if (status !== 'RUNNING') return status;
  if (timeMs < startedAtMs) return 'PROVISIONING';
  return statusOfLife(instance, timeMs);
}

function statusOfLife({ lifeEvents = {}, scheduling }: Instance, timeMs: number): Instance['status'] {
  const { preemption, maintenance } = lifeEvents;
  if (preemption !== undefined) return timeMs < stopsAtMs(preemption) ? 'STOPPING' : 'TERMINATED';
  if (maintenance?.event !== 'TERMINATE_ON_HOST_MAINTENANCE' || timeMs < maintenance.startsAtMs)
    return 'RUNNING';
  return timeMs < maintenance.endsAtMs || !scheduling.automaticRestart ? 'TERMINATED' : 'RUNNING';
}
