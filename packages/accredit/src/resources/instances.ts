import { randomDigits } from '../kernel/identifiers.ts';
import type { Clock, Random } from '../kernel/ports.ts';
import type { Change, ChangeEvent, Precondition, Store } from '../store/store.ts';
import { Collection, type Page, type PageRequest, type Stored } from './collection.ts';
import type { MetadataItem } from './projects.ts';

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
  readonly sizeGb: string;
  /** Resource name of the disk: `projects/p/zones/z/disks/d`. */
  readonly source: string;
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
  readonly accessConfig?: { readonly name: string; readonly natIP: string };
}

/** A virtual machine as it is stored. What the metadata server shows of it comes from here and nowhere else. */
export interface Instance {
  readonly projectId: string;
  readonly zone: string;
  readonly name: string;
  /** Unsigned 64-bit decimal, 18 or 19 digits, never reused. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly description: string;
  /** Short name: `e2-medium`. */
  readonly machineType: string;
  readonly status: 'PROVISIONING' | 'RUNNING' | 'STOPPING' | 'TERMINATED';
  /** Resource name of the boot image: `projects/debian-cloud/global/images/debian-12-…`; empty where there is none. */
  readonly image: string;
  readonly cpuPlatform: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata: readonly MetadataItem[];
  /** At most one (IAM notes 1.8). */
  readonly serviceAccounts: readonly AttachedServiceAccount[];
  readonly disks: readonly AttachedDisk[];
  readonly networkInterfaces: readonly NetworkInterface[];
  readonly scheduling: {
    readonly onHostMaintenance: 'MIGRATE' | 'TERMINATE';
    readonly automaticRestart: boolean;
    readonly preemptible: boolean;
  };
  readonly hostname: string;
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

  constructor(store: Store, clock: Clock, random: Random) {
    this.#instances = new Collection(store, 'instances');
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
    return {
      id: randomDigits(this.#random, ID_DIGITS),
      createdAtMs: this.#clock.now(),
      description: '',
      machineType: 'e2-medium',
      status: 'RUNNING',
      image: 'projects/debian-cloud/global/images/debian-12-bookworm-v20260114',
      cpuPlatform: 'Intel Broadwell',
      tags: [],
      labels: {},
      metadata: [],
      serviceAccounts: [],
      disks: [bootDisk(given)],
      networkInterfaces: [defaultInterface(given)],
      scheduling: { onHostMaintenance: 'MIGRATE', automaticRestart: true, preemptible: false },
      hostname: `${given.name}.${given.zone}.c.${given.projectId}.internal`,
      ...given,
    };
  }

  /** The change that writes an instance. */
  put(instance: Instance): Change {
    return this.#instances.put(instance, instance.projectId, instance.zone, instance.name);
  }

  /** The change that removes an instance. */
  remove(instance: Pick<Instance, 'projectId' | 'zone' | 'name'>): Change {
    return this.#instances.remove(instance.projectId, instance.zone, instance.name);
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

function bootDisk({ projectId, zone, name }: InstanceDraft): AttachedDisk {
  return {
    deviceName: 'persistent-disk-0',
    index: 0,
    boot: true,
    autoDelete: true,
    mode: 'READ_WRITE',
    interface: 'SCSI',
    type: 'PERSISTENT',
    sizeGb: '10',
    source: `projects/${projectId}/zones/${zone}/disks/${name}`,
  };
}

function defaultInterface({ projectId, zone }: InstanceDraft): NetworkInterface {
  const region = zone.slice(0, zone.lastIndexOf('-'));
  return {
    name: 'nic0',
    network: `projects/${projectId}/global/networks/default`,
    subnetwork: `projects/${projectId}/regions/${region}/subnetworks/default`,
    networkIP: '10.128.0.2',
  };
}
