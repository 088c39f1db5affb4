/** What clients send to make an instance, and what becomes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID } from '../api.fixture.ts';
import { DEBIAN, NOW_TEXT, openCompute, ZONE_LINK, ZONE_URL } from './compute.fixture.ts';

/** What clients send in ordinary creates, word for word but for names (compute notes 11, 11.1; clients notes 2.2). */
const ordinary: readonly (readonly [string, object])[] = [
  [
    'gcloud compute instances create',
    {
      canIpForward: false,
      deletionProtection: false,
      disks: [
        {
          autoDelete: true,
          boot: true,
          initializeParams: {
            sourceImage:
              'https://compute.googleapis.com/compute/v1/projects/debian-cloud/zones/-/imageFamilyViews/debian-12',
          },
          mode: 'READ_WRITE',
          type: 'PERSISTENT',
        },
      ],
      machineType: `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}/zones/us-central1-a/machineTypes/n1-standard-1`,
      metadata: {},
      name: 'vm',
      networkInterfaces: [
        {
          accessConfigs: [{ name: 'external-nat', type: 'ONE_TO_ONE_NAT' }],
          network: `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}/global/networks/default`,
        },
      ],
      scheduling: { automaticRestart: true },
    },
  ],
  [
    'gcloud with --shielded-vtpm, --reservation-affinity, --provisioning-model=SPOT',
    {
      name: 'vm',
      machineType: 'zones/us-central1-a/machineTypes/e2-small',
      disks: [
        {
          boot: true,
          initializeParams: { sourceImage: DEBIAN, diskType: 'zones/us-central1-a/diskTypes/pd-ssd' },
        },
      ],
      scheduling: {
        automaticRestart: false,
        preemptible: true,
        provisioningModel: 'SPOT',
        nodeAffinities: [],
      },
      shieldedInstanceConfig: { enableVtpm: false },
      reservationAffinity: { consumeReservationType: 'ANY_RESERVATION' },
    },
  ],
  [
    'the Node sample createInstance',
    {
      name: 'vm',
      disks: [
        {
          initializeParams: {
            diskSizeGb: '10',
            sourceImage: 'projects/debian-cloud/global/images/family/debian-11',
          },
          autoDelete: true,
          boot: true,
          type: 'PERSISTENT',
        },
      ],
      machineType: 'zones/us-central1-a/machineTypes/n1-standard-1',
      networkInterfaces: [{ name: 'global/networks/default' }],
    },
  ],
  [
    'the Node sample for Windows, with a slash behind the family',
    {
      name: 'vm',
      disks: [
        {
          initializeParams: {
            diskSizeGb: '64',
            sourceImage: 'projects/windows-cloud/global/images/family/windows-2022/',
          },
          autoDelete: true,
          boot: true,
          type: 'PERSISTENT',
        },
      ],
      machineType: 'zones/us-central1-a/machineTypes/n1-standard-1',
      networkInterfaces: [
        {
          accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }],
          name: 'global/networks/default',
        },
      ],
    },
  ],
  [
    'Terraform',
    {
      canIpForward: false,
      deletionProtection: false,
      disks: [
        {
          autoDelete: true,
          boot: true,
          initializeParams: {
            diskType: `projects/${PROJECT_ID}/zones/us-central1-a/diskTypes/pd-standard`,
            labels: { 'goog-terraform-provisioned': 'true' },
            sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
          },
          mode: 'READ_WRITE',
        },
      ],
      displayDevice: { enableDisplay: false },
      labels: { 'goog-terraform-provisioned': 'true' },
      machineType: `projects/${PROJECT_ID}/zones/us-central1-a/machineTypes/e2-medium`,
      metadata: {},
      name: 'vm',
      networkInterfaces: [
        {
          network: `projects/${PROJECT_ID}/global/networks/default`,
          queueCount: 0,
          accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }],
        },
      ],
      params: {},
      scheduling: {
        automaticRestart: true,
        onHostMaintenance: 'MIGRATE',
        preemptible: false,
        provisioningModel: 'STANDARD',
      },
      tags: {},
    },
  ],
  [
    'an instance that was read before, with all that is the server’s own',
    {
      kind: 'compute#instance',
      id: '42',
      creationTimestamp: NOW_TEXT,
      name: 'vm',
      zone: ZONE_LINK,
      status: 'RUNNING',
      selfLink: `${ZONE_LINK}/instances/other`,
      fingerprint: 'lTRX_bZqO3s=',
      machineType: 'e2-medium',
      tags: { fingerprint: '42WmSpB8rSM=' },
      metadata: { kind: 'compute#metadata', fingerprint: '42WmSpB8rSM=' },
      disks: [
        {
          kind: 'compute#attachedDisk',
          index: 0,
          boot: true,
          deviceName: 'persistent-disk-0',
          interface: 'SCSI',
          licenses: ['x'],
          guestOsFeatures: [{ type: 'GVNIC' }],
          initializeParams: { sourceImage: DEBIAN },
        },
      ],
      satisfiesPzi: true,
      lastStartTimestamp: NOW_TEXT,
      cpuPlatform: 'Intel Broadwell',
    },
  ],
];

for (const [name, body] of ordinary) {
  test(`an ordinary body is taken: ${name}`, async () => {
    const { post, get } = await openCompute();
    const { status, json, text } = await post(`${ZONE_URL}/instances`, body);
    assert.equal(status, 200, text);
    assert.deepEqual([json.status, json.error], ['DONE', undefined]);
    const vm = (await get(`${ZONE_URL}/instances/vm`)).json;
    assert.equal(vm.networkInterfaces[0].name, 'nic0');
    assert.equal(vm.disks.length, 1);
  });
}

test('what means nothing here is answered as it came (compute notes 5.2)', async () => {
  const { make, get } = await openCompute();
  const echoed = {
    displayDevice: { enableDisplay: true },
    keyRevocationActionType: 'NONE',
    reservationAffinity: { consumeReservationType: 'ANY_RESERVATION' },
  };
  await make('vm1', {
    ...echoed,
    shieldedInstanceConfig: { enableSecureBoot: true },
    hostname: 'host.domain.com',
  });
  const { json } = await get(`${ZONE_URL}/instances/vm1`);
  for (const [name, value] of Object.entries(echoed)) assert.deepEqual(json[name], value);
  assert.deepEqual(json.shieldedInstanceConfig, {
    enableSecureBoot: true,
    enableVtpm: true,
    enableIntegrityMonitoring: true,
  });
  assert.equal(json.hostname, 'host.domain.com');
});

test('a Spot VM shows both of its names (compute notes 5.12)', async () => {
  const { make, get } = await openCompute();
  for (const [name, scheduling] of [
    ['legacy', { preemptible: true }],
    ['spot', { provisioningModel: 'SPOT', instanceTerminationAction: 'DELETE' }],
  ] as const) {
    await make(name, { scheduling });
    const { json } = await get(`${ZONE_URL}/instances/${name}`);
    assert.deepEqual(json.scheduling, {
      onHostMaintenance: 'TERMINATE',
      automaticRestart: false,
      preemptible: true,
      provisioningModel: 'SPOT',
      ...(name === 'spot' ? { instanceTerminationAction: 'DELETE' } : {}),
    });
  }
});

test('a scratch disk is no resource, and a blank boot disk has nothing of an image (compute notes 5.3)', async () => {
  const { make, get } = await openCompute();
  await make('vm1', {
    disks: [
      { type: 'SCRATCH', autoDelete: true, interface: 'NVME', initializeParams: { diskType: 'local-ssd' } },
      { boot: true, initializeParams: { diskType: 'pd-balanced' } },
    ],
  });
  const { json } = await get(`${ZONE_URL}/instances/vm1`);
  const [boot, scratch] = json.disks;
  assert.deepEqual([boot.boot, boot.index, boot.diskSizeGb, boot.licenses], [true, 0, '100', undefined]);
  assert.deepEqual(scratch, {
    kind: 'compute#attachedDisk',
    type: 'SCRATCH',
    mode: 'READ_WRITE',
    deviceName: 'local-ssd-1',
    index: 1,
    boot: false,
    autoDelete: true,
    interface: 'NVME',
    diskSizeGb: '375',
  });
  assert.ok(!('shieldedInstanceConfig' in json));
});

test('a minimum CPU platform counts, as the instance shows (compute notes 5.2)', async () => {
  const { make, get } = await openCompute();
  const machineType = 'zones/us-central1-a/machineTypes/n1-standard-1';
  for (const [name, minCpuPlatform, cpuPlatform] of [
    ['newer', 'Intel Skylake', 'Intel Skylake'],
    ['older', 'Intel Sandy Bridge', 'Intel Haswell'],
  ] as const) {
    await make(name, { machineType, minCpuPlatform });
    const { json } = await get(`${ZONE_URL}/instances/${name}`);
    assert.deepEqual([json.minCpuPlatform, json.cpuPlatform], [minCpuPlatform, cpuPlatform]);
  }
});

test('the type of a disk is kept, and is not of what the instance shows of it (compute notes 5.5)', async () => {
  const { cloud, make, get } = await openCompute();
  await make('ssd', { disks: [{ boot: true, initializeParams: { diskType: 'pd-ssd', diskSizeGb: 500 } }] });
  await make('plain', { disks: [{ boot: true, initializeParams: { diskSizeGb: 500 } }] });
  const [ssd, plain] = await Promise.all(
    ['ssd', 'plain'].map((name) => get(`${ZONE_URL}/instances/${name}`)),
  );
  const stored = await cloud.services.resources.instances.get(PROJECT_ID, 'us-central1-a', 'ssd');
  assert.equal(stored?.value.disks[0]?.diskType, 'pd-ssd');
  const { source, ...disk } = ssd?.json.disks[0] ?? {};
  assert.match(source, /\/disks\/ssd$/);
  assert.deepEqual({ ...disk, source: plain?.json.disks[0].source }, plain?.json.disks[0]);
});

test('how a VM is confidential is answered as it came (compute notes 5.2)', async () => {
  const { make, get } = await openCompute();
  for (const [name, confidentialInstanceConfig] of [
    ['sev', { enableConfidentialCompute: true, confidentialInstanceType: 'SEV' }],
    ['none', { enableConfidentialCompute: false }],
  ] as const) {
    await make(name, { confidentialInstanceConfig });
    const { json } = await get(`${ZONE_URL}/instances/${name}`);
    assert.deepEqual(json.confidentialInstanceConfig, confidentialInstanceConfig);
  }
});
