/** What an insert says of a body that is wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID } from '../api.fixture.ts';
import { bodyOf, DEBIAN, errorOf, openCompute, PROJECT_URL, ZONE_URL } from './compute.fixture.ts';

const disk = (more: object) => ({ disks: [{ boot: true, ...more }] });
const params = (more: object) => disk({ initializeParams: { sourceImage: DEBIAN, ...more } });
const nic = (...more: readonly object[]) => ({ networkInterfaces: more });
const value = (field: string, shown: string, why: string) =>
  `Invalid value for field 'resource.${field}': '${shown}'. ${why}`;
const NAME_REGEX = "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'";
const MISSING = (noun: string) => `The referenced ${noun} resource cannot be found.`;
const UNSUPPORTED = 'This server does not support the field yet.';

/** Texts of Google's, or guesses that stand as such in the code (compute notes 1.9, 2, 5.2 to 5.12). */
const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  ['a bad name', { name: 'Bad_Name' }, value('name', 'Bad_Name', NAME_REGEX)],
  [
    'a machine type that there is not',
    { machineType: 'zones/us-central1-a/machineTypes/nope-1' },
    value(
      'machineType',
      'zones/us-central1-a/machineTypes/nope-1',
      "Machine type with name 'nope-1' does not exist in zone 'us-central1-a'.",
    ),
  ],
  [
    'a machine type of another zone',
    { machineType: 'zones/us-central1-b/machineTypes/e2-medium' },
    value(
      'machineType',
      'zones/us-central1-b/machineTypes/e2-medium',
      "Machine type with name 'e2-medium' does not exist in zone 'us-central1-a'.",
    ),
  ],
  ['no disks', { disks: [] }, value('disks', '', 'No disks are specified.')],
  [
    'no boot disk',
    { disks: [{ initializeParams: {} }] },
    value('disks', '', 'Exactly one boot disk must be specified.'),
  ],
  [
    'an image that there is not',
    params({ sourceImage: 'global/images/nope' }),
    value('disks[0].initializeParams.sourceImage', 'global/images/nope', MISSING('image')),
  ],
  [
    'a disk that there is not',
    disk({ source: 'zones/us-central1-a/disks/d' }),
    value('disks[0].source', 'zones/us-central1-a/disks/d', MISSING('disk')),
  ],
  [
    'a snapshot that there is not',
    disk({ initializeParams: { sourceSnapshot: 'global/snapshots/s' } }),
    value('disks[0].initializeParams.sourceSnapshot', 'global/snapshots/s', MISSING('snapshot')),
  ],
  [
    'a disk type that there is not',
    params({ diskType: 'zones/us-central1-a/diskTypes/tape' }),
    value('disks[0].initializeParams.diskType', 'zones/us-central1-a/diskTypes/tape', MISSING('diskType')),
  ],
  [
    'a disk smaller than its image',
    params({ diskSizeGb: '5' }),
    value(
      'disks[0].initializeParams.diskSizeGb',
      '5',
      'Requested disk size cannot be smaller than the image size (10 GB)',
    ),
  ],
  [
    'a disk that is too small',
    disk({ initializeParams: { diskSizeGb: '9' } }),
    value('disks[0].initializeParams.diskSizeGb', '9', 'Disk size must be between 10 GB and 65536 GB.'),
  ],
  [
    'a bad disk name',
    params({ diskName: 'D' }),
    value('disks[0].initializeParams.diskName', 'D', NAME_REGEX),
  ],
  [
    'a scratch disk of another type',
    disk({ type: 'SCRATCH' }),
    value('disks[0].type', 'SCRATCH', 'Disks of type SCRATCH, and no others, are local-ssd.'),
  ],
  [
    'two disks of one device name',
    { disks: [{ boot: true, deviceName: 'd' }, { deviceName: 'd' }] },
    value('disks', '', 'Duplicate device name: d'),
  ],
  [
    'two disks of one name',
    { disks: [{ boot: true }, { initializeParams: { diskName: 'vm1' } }] },
    value('disks', '', `Duplicate disk: projects/${PROJECT_ID}/zones/us-central1-a/disks/vm1`),
  ],
  [
    'an image for another architecture',
    { machineType: 'zones/us-central1-a/machineTypes/t2a-standard-1' },
    "Invalid resource usage: 'Requested boot disk architecture (X86_64) is not compatible with machine type architecture (ARM64).'.",
  ],
  [
    'a network that there is not',
    nic({ network: 'global/networks/other' }),
    value('networkInterfaces[0].network', 'global/networks/other', MISSING('network')),
  ],
  [
    'a subnetwork that there is not',
    nic({ subnetwork: 'regions/us-central1/subnetworks/other' }),
    value('networkInterfaces[0].subnetwork', 'regions/us-central1/subnetworks/other', MISSING('subnetwork')),
  ],
  [
    'a subnetwork of another region',
    nic({ subnetwork: 'regions/us-east1/subnetworks/default' }),
    value(
      'networkInterfaces[0].subnetwork',
      'regions/us-east1/subnetworks/default',
      'Instance must be in the same region as the subnetwork.',
    ),
  ],
  [
    'two interfaces',
    nic({}, {}),
    value('networkInterfaces[1].subnetwork', '', 'Subnetworks must be distinct for NICs attached to a VM.'),
  ],
  [
    'an external address that is not reserved',
    nic({ accessConfigs: [{ natIP: '1.2.3.4' }] }),
    value(
      'networkInterfaces[0].accessConfigs[0].natIP',
      '1.2.3.4',
      "The specified external IP address '1.2.3.4' was not found in region 'us-central1'.",
    ),
  ],
  [
    'two external addresses',
    nic({ accessConfigs: [{}, {}] }),
    value('networkInterfaces[0].accessConfigs', '', 'At most one access config currently supported.'),
  ],
  [
    'an internal address outside',
    nic({ networkIP: '10.0.0.1' }),
    value(
      'networkInterfaces[0].networkIP',
      '10.0.0.1',
      'The address is not a host address of the subnetwork.',
    ),
  ],
  [
    'two accounts',
    { serviceAccounts: [{ email: 'a@b.c' }, { email: 'd@e.f' }] },
    value('serviceAccounts', '', 'At most one service account is currently supported.'),
  ],
  [
    'a scope that is no URL',
    { serviceAccounts: [{ email: 'a@b.c', scopes: ['https://x', 'cloud-platform'] }] },
    value('serviceAccounts[0].scopes[1]', 'cloud-platform', 'Scope must be a fully qualified URL.'),
  ],
  [
    'two scopes in one',
    { serviceAccounts: [{ email: 'a@b.c', scopes: ['https://x https://y'] }] },
    value('serviceAccounts[0].scopes[0]', 'https://x https://y', 'Scope must be a fully qualified URL.'),
  ],
  ['a bad tag', { tags: { items: ['Bad'] } }, value('tags.items[0]', 'Bad', NAME_REGEX)],
  [
    'a bad metadata key',
    { metadata: { items: [{ key: 'a b' }] } },
    value('metadata.items[0].key', 'a b', "Must be a match of regex '[a-zA-Z0-9-_]{1,128}'"),
  ],
  [
    'e2 that is to be terminated for maintenance',
    { scheduling: { onHostMaintenance: 'TERMINATE' } },
    value(
      'scheduling.onHostMaintenance',
      'TERMINATE',
      'e2 instances do not support onHostMaintenance=TERMINATE unless they are preemptible.',
    ),
  ],
  [
    'Spot that is to migrate',
    { scheduling: { preemptible: true, onHostMaintenance: 'MIGRATE' } },
    value(
      'scheduling.onHostMaintenance',
      'MIGRATE',
      'Scheduling must have onHostMaintenance be one of the following valid types: [TERMINATE]. But was MIGRATE',
    ),
  ],
  [
    'Spot that is to restart',
    { scheduling: { preemptible: true, automaticRestart: true } },
    value('scheduling.automaticRestart', 'true', 'Preemptible instances cannot be restarted automatically.'),
  ],
  [
    'a termination action for an ordinary VM',
    { scheduling: { instanceTerminationAction: 'STOP' } },
    value('scheduling.instanceTerminationAction', 'STOP', 'A termination action is for Spot VMs only.'),
  ],
  [
    'a minimum CPU platform for e2',
    { minCpuPlatform: 'Intel Skylake' },
    value(
      'minCpuPlatform',
      'Intel Skylake',
      "Machine type 'e2-medium' does not support a minimum CPU platform.",
    ),
  ],
  [
    'a minimum CPU platform of another maker',
    {
      machineType: 'zones/us-central1-a/machineTypes/n1-standard-1',
      minCpuPlatform: 'AMD Milan',
    },
    value(
      'minCpuPlatform',
      'AMD Milan',
      "Machine type 'n1-standard-1' does not support the minimum CPU platform 'AMD Milan'.",
    ),
  ],
  [
    'a host name without a dot',
    { hostname: 'host' },
    value('hostname', 'host', 'Hostname must be a fully qualified RFC 1035 domain name.'),
  ],
  [
    'accelerators',
    { guestAccelerators: [{ acceleratorCount: 1 }] },
    value('guestAccelerators', '[{"acceleratorCount":1}]', UNSUPPORTED),
  ],
  [
    'a policy for a disk',
    params({ resourcePolicies: ['p'] }),
    value('disks[0].initializeParams.resourcePolicies', '["p"]', UNSUPPORTED),
  ],
  [
    'a key of one’s own',
    disk({ diskEncryptionKey: { kmsKeyName: 'k' } }),
    value('disks[0].diskEncryptionKey', '{"kmsKeyName":"k"}', UNSUPPORTED),
  ],
  [
    'alias ranges',
    nic({ aliasIpRanges: [{ ipCidrRange: '/24' }] }),
    value('networkInterfaces[0].aliasIpRanges', '[{"ipCidrRange":"/24"}]', UNSUPPORTED),
  ],
  [
    'tags of Resource Manager',
    { params: { resourceManagerTags: { a: 'b' } } },
    value('params.resourceManagerTags', '{"a":"b"}', UNSUPPORTED),
  ],
];

for (const [name, more, message] of wrong) {
  test(`an insert is refused before it does anything: ${name}`, async () => {
    const { cloud, post } = await openCompute();
    const { status, json } = await post(`${ZONE_URL}/instances`, bodyOf('vm1', more));
    assert.equal(status, 400);
    assert.deepEqual(json, errorOf(400, message, 'invalid'));
    const { instances } = cloud.services.resources;
    assert.equal(await instances.get(PROJECT_ID, 'us-central1-a', 'vm1'), undefined);
  });
}

test('what must be there is required (compute notes 1.9)', async () => {
  const { post } = await openCompute();
  for (const field of ['name', 'machineType']) {
    const { json } = await post(`${ZONE_URL}/instances`, bodyOf('vm1', { [field]: undefined }));
    assert.deepEqual(json, errorOf(400, `Required field 'resource.${field}' not specified`, 'required'));
  }
});

const malformed: readonly (readonly [string, unknown, string])[] = [
  [
    'an unknown field',
    bodyOf('vm1', { foo: 1 }),
    'Invalid JSON payload received. Unknown name "foo": Cannot find field.',
  ],
  [
    'an unknown field inside',
    bodyOf('vm1', { disks: [{ boot: true, foo: 1 }] }),
    `Invalid JSON payload received. Unknown name "foo" at 'resource.disks[0]': Cannot find field.`,
  ],
  [
    'a wrong type',
    bodyOf('vm1', { canIpForward: 'maybe' }),
    `Invalid value at 'resource.canIpForward' (TYPE_BOOL), "maybe"`,
  ],
  [
    'a wrong type inside',
    bodyOf('vm1', { scheduling: { onHostMaintenance: 'NEVER' } }),
    `Invalid value at 'resource.scheduling.onHostMaintenance' (TYPE_ENUM), "NEVER"`,
  ],
  ['a list', [], `Invalid value at '' (TYPE_MESSAGE), []`],
];

for (const [name, body, message] of malformed) {
  test(`a body that the front end cannot read is refused: ${name} (compute notes 1.8)`, async () => {
    const { post } = await openCompute();
    const { status, json } = await post(`${ZONE_URL}/instances`, body);
    assert.equal(status, 400);
    assert.deepEqual(json, errorOf(400, message, 'badRequest'));
  });
}

test('malformed JSON is a parse error (compute notes 10)', async () => {
  const { post } = await openCompute();
  const { json } = await post(`${ZONE_URL}/instances`, '{"name":');
  assert.equal(json.error.code, 400);
  assert.equal(json.error.errors[0].reason, 'parseError');
});

test('numbers may be bare or text, null is absent (compute notes 1.4, 1.8)', async () => {
  const { post, get } = await openCompute();
  for (const [name, diskSizeGb] of [
    ['a', 12],
    ['b', '12'],
  ] as const) {
    const body = bodyOf(name, { ...params({ diskSizeGb }), description: null, labels: null, metadata: null });
    assert.equal((await post(`${ZONE_URL}/instances`, body)).status, 200);
    assert.equal((await get(`${ZONE_URL}/instances/${name}`)).json.disks[0].diskSizeGb, '12');
  }
});

test('there are no templates and no machine images to start from (compute notes 5.13)', async () => {
  const { post } = await openCompute();
  for (const [parameter, given] of [
    ['sourceInstanceTemplate', 'global/instanceTemplates/t'],
    [
      'sourceInstanceTemplate',
      `https://www.googleapis.com/compute/v1/projects/${PROJECT_ID}/global/instanceTemplates/t`,
    ],
    ['sourceMachineImage', 'global/machineImages/t'],
  ] as const) {
    const url = `${ZONE_URL}/instances?${parameter}=${encodeURIComponent(given)}`;
    const { json } = await post(url, { name: 'vm1' });
    const collection = parameter === 'sourceMachineImage' ? 'machineImages' : 'instanceTemplates';
    const message = `The resource 'projects/${PROJECT_ID}/global/${collection}/t' was not found`;
    assert.deepEqual(json, errorOf(404, message, 'notFound'));
  }
});

test('a zone that there is not is told in an insert too (compute notes 1.9)', async () => {
  const { post } = await openCompute();
  const { json } = await post(`${PROJECT_URL}/zones/us-west1/instances`, bodyOf('vm1'));
  assert.deepEqual(
    json,
    errorOf(400, "Invalid value for field 'zone': 'us-west1'. Unknown zone.", 'invalid'),
  );
});
