import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../protocol/metadata/settings.ts';
import { PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import {
  DEBIAN,
  doneOperation,
  errorOf,
  LINK,
  NOW_TEXT,
  openCompute,
  PROJECT_URL,
  ZONE_LINK,
  ZONE_URL,
} from './compute.fixture.ts';

const NAME = `projects/${PROJECT_ID}/zones/us-central1-a/instances`;
const FINGERPRINT = /^[A-Za-z0-9_-]{11}=$/;

test('an instance is shown whole, members in the order of the newer front end (compute notes 5.5)', async () => {
  const { email, get, make } = await openCompute();
  await make('vm2', {
    description: 'for tests',
    tags: { items: ['http-server'] },
    canIpForward: false,
    networkInterfaces: [{ accessConfigs: [{ name: 'external-nat', type: 'ONE_TO_ONE_NAT' }] }],
    disks: [
      {
        boot: true,
        autoDelete: true,
        initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
      },
      { initializeParams: { diskSizeGb: 20 }, deviceName: 'data' },
    ],
    metadata: { items: [{ key: 'startup-script', value: '#!/bin/sh\necho hi\n' }] },
    serviceAccounts: [{ email, scopes: ['https://www.googleapis.com/auth/devstorage.read_only'] }],
    labels: { env: 'test' },
  });
  const { json, headers, status } = await get(`${ZONE_URL}/instances/vm2`);
  assert.equal(status, 200);
  assert.equal(headers['Content-Type'], 'application/json; charset=UTF-8');
  const { id, tags, metadata, labelFingerprint, fingerprint, networkInterfaces } = json;
  assert.match(id, /^[1-9]\d{17,18}$/);
  for (const one of [
    tags.fingerprint,
    metadata.fingerprint,
    labelFingerprint,
    fingerprint,
    networkInterfaces[0].fingerprint,
  ]) {
    assert.match(one, FINGERPRINT);
    assert.notEqual(one, '42WmSpB8rSM=');
  }
  const expected = {
    kind: 'compute#instance',
    id,
    creationTimestamp: NOW_TEXT,
    name: 'vm2',
    description: 'for tests',
    tags: { items: ['http-server'], fingerprint: tags.fingerprint },
    machineType: `${ZONE_LINK}/machineTypes/e2-medium`,
    status: 'RUNNING',
    zone: ZONE_LINK,
    canIpForward: false,
    networkInterfaces: [
      {
        kind: 'compute#networkInterface',
        network: `${LINK}/global/networks/default`,
        subnetwork: `${LINK}/regions/us-central1/subnetworks/default`,
        networkIP: '10.128.0.2',
        name: 'nic0',
        accessConfigs: [
          {
            kind: 'compute#accessConfig',
            type: 'ONE_TO_ONE_NAT',
            name: 'external-nat',
            natIP: '203.0.113.1',
            networkTier: 'PREMIUM',
          },
        ],
        fingerprint: networkInterfaces[0].fingerprint,
        stackType: 'IPV4_ONLY',
      },
    ],
    disks: [
      {
        kind: 'compute#attachedDisk',
        type: 'PERSISTENT',
        mode: 'READ_WRITE',
        source: `${ZONE_LINK}/disks/vm2`,
        deviceName: 'persistent-disk-0',
        index: 0,
        boot: true,
        autoDelete: true,
        licenses: [
          'https://www.googleapis.com/compute/v1/projects/debian-cloud/global/licenses/debian-12-bookworm',
        ],
        interface: 'SCSI',
        guestOsFeatures: [
          'VIRTIO_SCSI_MULTIQUEUE',
          'SEV_CAPABLE',
          'SEV_SNP_CAPABLE',
          'SEV_LIVE_MIGRATABLE',
          'SEV_LIVE_MIGRATABLE_V2',
          'IDPF',
          'UEFI_COMPATIBLE',
          'GVNIC',
        ].map((type) => ({ type })),
        diskSizeGb: '10',
        architecture: 'X86_64',
      },
      {
        kind: 'compute#attachedDisk',
        type: 'PERSISTENT',
        mode: 'READ_WRITE',
        source: `${ZONE_LINK}/disks/vm2-1`,
        deviceName: 'data',
        index: 1,
        boot: false,
        autoDelete: false,
        interface: 'SCSI',
        diskSizeGb: '20',
      },
    ],
    metadata: {
      kind: 'compute#metadata',
      fingerprint: metadata.fingerprint,
      items: [{ key: 'startup-script', value: '#!/bin/sh\necho hi\n' }],
    },
    serviceAccounts: [{ email, scopes: ['https://www.googleapis.com/auth/devstorage.read_only'] }],
    selfLink: `${ZONE_LINK}/instances/vm2`,
    scheduling: {
      onHostMaintenance: 'MIGRATE',
      automaticRestart: true,
      preemptible: false,
      provisioningModel: 'STANDARD',
    },
    cpuPlatform: 'Intel Broadwell',
    labels: { env: 'test' },
    labelFingerprint,
    startRestricted: false,
    deletionProtection: false,
    shieldedInstanceConfig: { enableSecureBoot: false, enableVtpm: true, enableIntegrityMonitoring: true },
    shieldedInstanceIntegrityPolicy: { updateAutoLearnPolicy: true },
    fingerprint,
    lastStartTimestamp: NOW_TEXT,
    satisfiesPzi: true,
  };
  // The text, so that the order counts.
  assert.equal(JSON.stringify(json), JSON.stringify(expected));
});

test('what nobody gave is not there, and nothing has the fingerprint of nothing (compute notes 1.7, 5.2)', async () => {
  const { get, make } = await openCompute();
  await make('plain');
  const { json } = await get(`${ZONE_URL}/instances/plain`);
  assert.deepEqual(json.tags, { fingerprint: '42WmSpB8rSM=' });
  assert.deepEqual(json.metadata, { kind: 'compute#metadata', fingerprint: '42WmSpB8rSM=' });
  assert.equal(json.labelFingerprint, '42WmSpB8rSM=');
  const absent = [
    'description',
    'labels',
    'serviceAccounts',
    'canIpForward',
    'hostname',
    'minCpuPlatform',
    'lastStopTimestamp',
  ];
  for (const name of absent) assert.ok(!(name in json), name);
  assert.ok(!('accessConfigs' in json.networkInterfaces[0]));
  assert.ok(!('initializeParams' in json.disks[0]));
});

test('an instance is found by name and by id, in a project by id and by number, on every host (compute notes 1.1, 1.3)', async () => {
  const { get, make } = await openCompute();
  await make('vm1');
  const { json } = await get(`${ZONE_URL}/instances/vm1`);
  for (const host of [
    'https://compute.googleapis.com',
    'https://www.googleapis.com',
    'http://127.0.0.1:8080',
  ]) {
    for (const project of [PROJECT_ID, PROJECT_NUMBER]) {
      for (const name of ['vm1', json.id]) {
        const url = `${host}/compute/v1/projects/${project}/zones/us-central1-a/instances/${name}`;
        assert.deepEqual((await get(url)).json, json, url);
      }
    }
  }
});

test('fields leaves out the rest (compute notes 1.8)', async () => {
  const { get, make } = await openCompute();
  await make('vm1');
  const one = await get(`${ZONE_URL}/instances/vm1?fields=name,status`);
  assert.deepEqual(one.json, { name: 'vm1', status: 'RUNNING' });
  const all = await get(`${ZONE_URL}/instances?fields=items(name)`);
  assert.deepEqual(all.json, { items: [{ name: 'vm1' }] });
  const aggregated = await get(`${PROJECT_URL}/aggregated/instances?fields=items/*/instances(name)`);
  assert.deepEqual(aggregated.json.items['zones/us-central1-a'], { instances: [{ name: 'vm1' }] });
});

test('a list holds the instances of its zone, an empty one no items at all (compute notes 3.2)', async () => {
  const { get, make } = await openCompute();
  await make('vm1');
  await make('vm2', {}, 'us-central1-b');
  const { json } = await get(`${ZONE_URL}/instances`);
  assert.deepEqual(json, {
    kind: 'compute#instanceList',
    id: NAME,
    items: [(await get(`${ZONE_URL}/instances/vm1`)).json],
    selfLink: `${ZONE_LINK}/instances`,
  });
  const empty = await get(`${PROJECT_URL}/zones/europe-west3-a/instances`);
  assert.deepEqual(empty.json, {
    kind: 'compute#instanceList',
    id: `projects/${PROJECT_ID}/zones/europe-west3-a/instances`,
    selfLink: `${LINK}/zones/europe-west3-a/instances`,
  });
});

test('an aggregated list has every zone, with a warning where nothing is (compute notes 3.5)', async () => {
  const { get, make } = await openCompute();
  await make('vm1');
  await make('vm3');
  await make('vm2', {}, 'europe-west3-a');
  const { json } = await get(
    `${PROJECT_URL}/aggregated/instances?alt=json&maxResults=500&returnPartialSuccess=True`,
  );
  const { items, ...rest } = json;
  assert.deepEqual(rest, {
    kind: 'compute#instanceAggregatedList',
    id: `projects/${PROJECT_ID}/aggregated/instances`,
    selfLink: `${LINK}/aggregated/instances`,
  });
  const vm = async (zone: string, name: string) =>
    (await get(`${PROJECT_URL}/zones/${zone}/instances/${name}`)).json;
  assert.deepEqual(items['zones/us-central1-a'], {
    instances: [await vm('us-central1-a', 'vm1'), await vm('us-central1-a', 'vm3')],
  });
  assert.deepEqual(items['zones/europe-west3-a'], { instances: [await vm('europe-west3-a', 'vm2')] });
  assert.deepEqual(items['zones/us-central1-b'], {
    warning: {
      code: 'NO_RESULTS_ON_PAGE',
      message: "There are no results for scope 'zones/us-central1-b' on this page.",
      data: [{ key: 'scope', value: 'zones/us-central1-b' }],
    },
  });
  assert.ok(Object.keys(items).every((scope) => scope.startsWith('zones/')));
  assert.deepEqual(Object.keys(items), Object.keys(items).sort());
});

test('includeAllScopes shows the scopes that no instance can be in (compute notes 3.1)', async () => {
  const { get } = await openCompute();
  const { json } = await get(`${PROJECT_URL}/aggregated/instances?includeAllScopes=True`);
  for (const scope of ['global', 'regions/us-central1', 'zones/us-central1-a']) {
    assert.deepEqual(json.items[scope].warning.data, [{ key: 'scope', value: scope }]);
  }
});

const missing: readonly (readonly [string, string, number, string, string])[] = [
  [
    'an instance',
    '/zones/us-central1-a/instances/none',
    404,
    `The resource '${NAME}/none' was not found`,
    'notFound',
  ],
  ['an id', '/zones/us-central1-a/instances/42', 404, `The resource '${NAME}/42' was not found`, 'notFound'],
  [
    'a zone',
    '/zones/us-west1/instances/vm1',
    400,
    "Invalid value for field 'zone': 'us-west1'. Unknown zone.",
    'invalid',
  ],
  [
    'a zone of a list',
    '/zones/x/instances',
    400,
    "Invalid value for field 'zone': 'x'. Unknown zone.",
    'invalid',
  ],
  [
    'a name that cannot be',
    '/zones/us-central1-a/instances/Bad_Name',
    400,
    "Invalid value for field 'instance': 'Bad_Name'. Must be a match of regex " +
      "'[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?|[1-9][0-9]{0,19}'",
    'invalid',
  ],
  [
    'a path that leads elsewhere',
    '/zones/us-central1-a/instances/..%2Fx',
    400,
    "Invalid value for field 'instance': '../x'. Must be a match of regex " +
      "'[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?|[1-9][0-9]{0,19}'",
    'invalid',
  ],
];

for (const [name, path, status, message, reason] of missing) {
  test(`what is not there is told in Google's words: ${name} (compute notes 1.9, 1.10, 2)`, async () => {
    const { get } = await openCompute();
    const response = await get(PROJECT_URL + path);
    assert.equal(response.status, status);
    assert.deepEqual(response.json, errorOf(status, message, reason));
  });
}

test('a project that is not there is 404; one that may not be seen is 403 (compute notes 9.5)', async () => {
  const { get } = await openCompute([]);
  const unknown = await get(
    'https://compute.googleapis.com/compute/v1/projects/nobody/zones/us-central1-a/instances',
  );
  assert.deepEqual(unknown.json, errorOf(404, "The resource 'projects/nobody' was not found", 'notFound'));
  for (const path of ['/zones/us-central1-a/instances', '/aggregated/instances']) {
    const refused = await get(PROJECT_URL + path);
    assert.equal(refused.status, 403);
    const message = `Required 'compute.instances.list' permission for 'projects/${PROJECT_ID}'`;
    assert.deepEqual(refused.json, errorOf(403, message, 'forbidden'));
  }
});

test('a refusal names the instance, whether it is there or not (compute notes 1.10)', async () => {
  const { get, remove } = await openCompute([]);
  for (const [response, permission] of [
    [await get(`${ZONE_URL}/instances/vm1`), 'compute.instances.get'],
    [await remove(`${ZONE_URL}/instances/vm1`), 'compute.instances.delete'],
  ] as const) {
    assert.deepEqual(
      response.json,
      errorOf(403, `Required '${permission}' permission for '${NAME}/vm1'`, 'forbidden'),
    );
  }
});

test('a role on one instance opens that instance alone (IAM notes 1.3)', async () => {
  const { cloud, make } = await openCompute();
  await make('vm1');
  await make('vm2');
  const email = await cloud.account('reader');
  await cloud.grant(`${NAME}/vm1`, 'roles/compute.viewer', `serviceAccount:${email}`);
  const token = await cloud.token(email);
  const statusOf = async (path: string) => (await cloud.send('GET', `${ZONE_URL}${path}`, { token })).status;
  assert.deepEqual(
    [await statusOf('/instances/vm1'), await statusOf('/instances/vm2'), await statusOf('/instances')],
    [200, 403, 403],
  );
});

test('a deleted instance is gone with its policy and guest attributes; its name is free and gets another id (compute notes 2, 5.3)', async () => {
  const { cloud, email, get, make, remove } = await openCompute();
  await make('vm1');
  await cloud.grant(`${NAME}/vm1`, 'roles/compute.viewer', `serviceAccount:${email}`);
  const { guestAttributes } = cloud.services.resources;
  const place = { projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm1' };
  assert.equal(await guestAttributes.set(place, 'ns', 'k', 'v', settingsOf()), undefined);
  const before = (await get(`${ZONE_URL}/instances/vm1`)).json;
  const { json, status } = await remove(`${ZONE_URL}/instances/vm1`);
  assert.equal(status, 200);
  assert.deepEqual(
    json,
    doneOperation({ answered: json, operationType: 'delete', targetId: before.id, user: email }),
  );
  const message = `The resource '${NAME}/vm1' was not found`;
  assert.deepEqual((await get(`${ZONE_URL}/instances/vm1`)).json, errorOf(404, message, 'notFound'));
  assert.deepEqual((await remove(`${ZONE_URL}/instances/vm1`)).json, errorOf(404, message, 'notFound'));
  assert.equal((await cloud.services.resources.policies.get(`${NAME}/vm1`)).revision, 0);
  assert.equal(await guestAttributes.get(place), undefined);
  assert.equal((await make('vm1')).json.status, 'DONE');
  const after = (await get(`${ZONE_URL}/instances/vm1`)).json;
  assert.notEqual(after.id, before.id);
  assert.deepEqual(after.networkInterfaces, before.networkInterfaces, 'its address was free again');
});

test('a protected instance is not deleted (compute notes 5.7)', async () => {
  const { get, make, remove } = await openCompute();
  await make('vm1', { deletionProtection: true });
  const response = await remove(`${ZONE_URL}/instances/vm1`);
  const message = "Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion.'.";
  assert.deepEqual(response.json, errorOf(400, message, 'invalid'));
  assert.equal((await get(`${ZONE_URL}/instances/vm1`)).json.deletionProtection, true);
});

test('an instance that is deleted is gone at once, also where the operation is seen to take time (deviation)', async () => {
  const { cloud, get, make, remove } = await openCompute(['roles/owner'], { operationDelayMs: 1000 });
  await make('vm1');
  cloud.clock.nowMs += 1000;
  const { json } = await remove(`${ZONE_URL}/instances/vm1`);
  assert.deepEqual([json.status, json.progress], ['RUNNING', 0]);
  assert.equal((await get(`${ZONE_URL}/instances/vm1`)).status, 404);
});

test('a disk goes with its instance, also one that was to stay (deviation)', async () => {
  const { make, remove } = await openCompute();
  const boot = { boot: true, autoDelete: false, initializeParams: { diskName: 'data', sourceImage: DEBIAN } };
  const body = { disks: [boot] };
  assert.equal((await make('vm1', body)).json.status, 'DONE');
  assert.equal((await make('vm2', body)).status, 409, 'its name is taken');
  await remove(`${ZONE_URL}/instances/vm1`);
  assert.equal((await make('vm2', body)).json.status, 'DONE');
});

test('two deletions at once: one does it, the other finds nothing', async () => {
  const { make, remove } = await openCompute();
  await make('vm1');
  const url = `${ZONE_URL}/instances/vm1`;
  const responses = await Promise.all([remove(url), remove(url)]);
  const statuses = new Set(responses.map(({ status }) => status));
  assert.deepEqual(statuses, new Set([200, 404]));
});

test('an instance that was not made through the API is shown too', async () => {
  const { cloud, get } = await openCompute();
  const { instances } = cloud.services.resources;
  const draft = instances.draft({ projectId: PROJECT_ID, zone: 'us-central1-a', name: 'drafted' });
  await cloud.services.resources.commit([instances.put(draft)]);
  const { json } = await get(`${ZONE_URL}/instances/drafted`);
  assert.deepEqual([json.status, json.networkInterfaces[0].networkIP], ['RUNNING', '10.128.0.2']);
  assert.equal(json.disks[0].licenses.length, 1);
});
