import type { InstanceMetadata, ServiceAccountMetadata } from './instance-metadata.ts';
import { settingsOf } from './settings.ts';

/** The settings of an ordinary VM. */
export const GCE = settingsOf();

export const WORKLOAD_EMAIL = 'workload@sample-project.iam.gserviceaccount.com';
export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';
export const STORAGE_READ = 'https://www.googleapis.com/auth/devstorage.read_only';

export const WORKLOAD: ServiceAccountMetadata = {
  email: WORKLOAD_EMAIL,
  aliases: ['default'],
  scopes: [CLOUD_PLATFORM, STORAGE_READ],
};

/** An ordinary VM; its id is the largest uint64, which no JavaScript number holds. */
export const SAMPLE_INSTANCE: InstanceMetadata = {
  projectId: 'sample-project',
  projectNumber: '123456789012',
  projectAttributes: [{ key: 'ssh-keys', value: 'ada:ssh-ed25519 AAAA ada\nbob:ssh-ed25519 BBBB bob\n' }],
  id: '18446744073709551615',
  name: 'vm-1',
  hostname: 'vm-1.us-central1-a.c.sample-project.internal',
  zone: 'us-central1-a',
  machineType: 'e2-medium',
  image: 'projects/debian-cloud/global/images/debian-12',
  cpuPlatform: 'Intel Broadwell',
  description: '',
  creationTimestampSeconds: 1_760_000_000,
  tags: ['http-server', 'web'],
  attributes: [
    { key: 'startup-script', value: '#!/bin/sh\necho "hi"\n' },
    { key: 'Foo_Bar', value: 'Grüße, 世界 <&>' },
  ],
  disks: [{ deviceName: 'vm-1', interface: 'SCSI', mode: 'READ_WRITE', type: 'PERSISTENT' }],
  networkInterfaces: [
    {
      accessConfigs: [{ externalIp: '', type: 'ONE_TO_ONE_NAT' }],
      dnsServers: ['169.254.169.254'],
      forwardedIps: [],
      gateway: '10.128.0.1',
      ip: '10.128.0.2',
      ipAliases: ['10.1.0.0/24', '10.2.0.0/24'],
      mac: '42:01:0a:80:00:02',
      mtu: 1460,
      network: 'default',
      subnetmask: '255.255.240.0',
      targetInstanceIps: [],
    },
  ],
  licenses: ['2211838267635035815'],
  isConfidential: false,
  scheduling: { automaticRestart: true, onHostMaintenance: 'MIGRATE', preemptible: false },
  serviceAccounts: [WORKLOAD],
  partnerAttributes: {},
  workloadCertificates: undefined,
  osLogin: undefined,
  guestAttributes: undefined,
  life: { maintenanceEvent: 'NONE', preempted: false, driftToken: '0' },
  universeDomain: 'googleapis.com',
};

/** The same VM without a service account, attributes, tags, image or licenses. */
export const BARE_INSTANCE: InstanceMetadata = {
  ...SAMPLE_INSTANCE,
  projectAttributes: [],
  image: '',
  tags: [],
  attributes: [],
  licenses: [],
  serviceAccounts: [],
};
