import type { LifeState } from './life-events.ts';
import type { OsLogin } from './os-login/os-login-users.ts';
import type { WorkloadCertificates } from './tree/workload-certificates.ts';

/** One custom metadata entry, in the form of the Compute resource: a key of `[a-zA-Z0-9-_]+` and any text. */
export interface MetadataItem {
  readonly key: string;
  readonly value: string;
}

/** An attached disk; its index is its place in the list. */
export interface DiskMetadata {
  readonly deviceName: string;
  readonly interface: 'SCSI' | 'NVME';
  readonly mode: 'READ_WRITE' | 'READ_ONLY';
  /** `PERSISTENT`, `LOCAL-SSD`, `PERSISTENT-SSD` and further ones. */
  readonly type: string;
}

/** An external address of a network interface; `externalIp` is empty while an ephemeral address is absent. */
export interface AccessConfigMetadata {
  readonly externalIp: string;
  readonly type: 'ONE_TO_ONE_NAT';
}

export interface NetworkInterfaceMetadata {
  readonly accessConfigs: readonly AccessConfigMetadata[];
  readonly dnsServers: readonly string[];
  readonly forwardedIps: readonly string[];
  readonly gateway: string;
  readonly ip: string;
  /** CIDR ranges. */
  readonly ipAliases: readonly string[];
  /** Lower case, `42:01:` first: Node's `gcp-metadata` knows a VM by that prefix. */
  readonly mac: string;
  /** Bytes. */
  readonly mtu: number;
  /** The short name, as `default`. */
  readonly network: string;
  readonly subnetmask: string;
  readonly targetInstanceIps: readonly string[];
}

/** An attached service account. An alias (`default`) names the same object as the e-mail. */
export interface ServiceAccountMetadata {
  readonly email: string;
  readonly aliases: readonly string[];
  /** Whole scope URLs, in the order in which they were given. */
  readonly scopes: readonly string[];
}

/** Attributes that others set, in directories: names verbatim, texts at the ends. */
export interface AttributeTree {
  readonly [name: string]: string | AttributeTree;
}

/** Everything that the metadata server shows of one instance and of its project. */
export interface InstanceMetadata {
  readonly projectId: string;
  /** Decimal digits. */
  readonly projectNumber: string;
  readonly projectAttributes: readonly MetadataItem[];
  /** Decimal digits of a uint64, which a JavaScript number cannot hold. */
  readonly id: string;
  readonly name: string;
  /** The whole host name, as `NAME.ZONE.c.PROJECT.internal`. */
  readonly hostname: string;
  /** The short name, as `us-central1-a`. */
  readonly zone: string;
  /** The short name, as `e2-medium`. */
  readonly machineType: string;
  /** `projects/PROJECT/global/images/IMAGE`, or empty. */
  readonly image: string;
  readonly cpuPlatform: string;
  readonly description: string;
  /** Unix seconds; an identity token of format `full` carries it. */
  readonly creationTimestampSeconds: number;
  readonly tags: readonly string[];
  readonly attributes: readonly MetadataItem[];
  readonly disks: readonly DiskMetadata[];
  readonly networkInterfaces: readonly NetworkInterfaceMetadata[];
  /** License ids, decimal digits. */
  readonly licenses: readonly string[];
  /** Whether it is a Confidential VM; an identity token of format `full` says so. */
  readonly isConfidential: boolean;
  readonly scheduling: {
    readonly automaticRestart: boolean;
    readonly onHostMaintenance: 'MIGRATE' | 'TERMINATE';
    readonly preemptible: boolean;
  };
  readonly serviceAccounts: readonly ServiceAccountMetadata[];
  /** Partner attributes by namespace, as `iam.googleapis.com`. */
  readonly partnerAttributes: AttributeTree;
  /** Certificates of managed workload identity; `undefined` where it is not configured. */
  readonly workloadCertificates: WorkloadCertificates | undefined;
  /** Who may log in; `undefined` where OS Login is off. */
  readonly osLogin: OsLogin | undefined;
  /** Guest attributes by namespace and key; `undefined` where they are not enabled. */
  readonly guestAttributes: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  readonly life: LifeState;
  readonly universeDomain: string;
}
