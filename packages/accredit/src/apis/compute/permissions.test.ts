/** Each permission of each method is necessary and sufficient, and so is each scope; generated from the method table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintOf } from '../../protocol/compute/fingerprints.ts';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { settingsOf } from '../../protocol/metadata/settings.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { EVERY_PERMISSION, findTestRole } from '../one-permission.fixture.ts';
import { bodyOf, errorOf } from './compute.fixture.ts';
import { compute } from './index.ts';

/** What an insert needs beside the permission to create: a disk, and a place in a network. */
const PLAIN_INSERT = ['compute.instances.create', 'compute.disks.create', 'compute.subnetworks.use'];

const OPERATION = 'operation-1795410000000-660ea7746b4fc-378d7ce7-cec5a6d1';
const INSTANCE_NAME = `projects/${PROJECT_ID}/zones/us-central1-a/instances/vm1`;
const NEW_NAME = `projects/${PROJECT_ID}/zones/us-central1-a/instances/vm2`;

/** The resource that a refusal names. */
const RESOURCES: Readonly<Record<string, string>> = {
  'compute.instances.list': `projects/${PROJECT_ID}`,
  'compute.instances.aggregatedList': `projects/${PROJECT_ID}`,
  'compute.instances.get': INSTANCE_NAME,
  'compute.instances.insert': NEW_NAME,
  'compute.instances.delete': INSTANCE_NAME,
  'compute.instances.setMetadata': INSTANCE_NAME,
  'compute.instances.setTags': INSTANCE_NAME,
  'compute.instances.setServiceAccount': INSTANCE_NAME,
  'compute.instances.start': INSTANCE_NAME,
  'compute.instances.stop': INSTANCE_NAME,
  'compute.instances.simulateMaintenanceEvent': INSTANCE_NAME,
  'compute.instances.getGuestAttributes': INSTANCE_NAME,
  'compute.instances.getIamPolicy': INSTANCE_NAME,
  'compute.instances.setIamPolicy': INSTANCE_NAME,
  'compute.instances.testIamPermissions': INSTANCE_NAME,
  'compute.zones.list': `projects/${PROJECT_ID}`,
  'compute.zones.get': `projects/${PROJECT_ID}/zones/us-central1-a`,
  'compute.zoneOperations.get': `projects/${PROJECT_ID}/zones/us-central1-a/operations/${OPERATION}`,
  'compute.zoneOperations.wait': `projects/${PROJECT_ID}/zones/us-central1-a/operations/${OPERATION}`,
  'compute.globalOperations.get': `projects/${PROJECT_ID}/global/operations/${OPERATION}`,
  'compute.globalOperations.wait': `projects/${PROJECT_ID}/global/operations/${OPERATION}`,
  'compute.projects.get': `projects/${PROJECT_ID}`,
  'compute.projects.setCommonInstanceMetadata': `projects/${PROJECT_ID}`,
};

const METADATA = [{ key: 'enable-guest-attributes', value: 'TRUE' }];

/** The bodies of the methods that do not take an empty one. */
const BODIES: Readonly<Record<string, object>> = {
  'compute.instances.insert': bodyOf('vm2'),
  'compute.instances.setMetadata': { fingerprint: fingerprintOf(METADATA) },
  'compute.instances.setIamPolicy': { policy: { bindings: [] } },
  'compute.instances.testIamPermissions': { permissions: ['compute.instances.get'] },
};

async function open(role: string | undefined, scopes: readonly string[]) {
  const cloud = await openTestCloud([compute], {}, findTestRole);
  const roles = role === undefined ? [] : [role];
  const token = await cloud.token(await cloud.account('caller', ...roles), { scopes });
  const { instances, operations } = cloud.services.resources;
  const place = { projectId: PROJECT_ID, zone: 'us-central1-a' };
  const given = { operationType: 'insert', target: INSTANCE_NAME, targetId: '1', user: '' } as const;
  const zonal = operations.draft({ ...place, ...given, durationMs: 0 });
  const global = operations.draft({ projectId: PROJECT_ID, ...given, durationMs: 0 });
  // Stopped, so that its account may be set; with a guest attribute to be read.
  const vm = instances.draft({ ...place, name: 'vm1', status: 'TERMINATED', metadata: METADATA });
  await cloud.services.resources.commit([
    instances.put(vm),
    ...(await operations.put({ ...zonal, name: OPERATION })),
    ...(await operations.put({ ...global, name: OPERATION })),
  ]);
  await instances.guestAttributes.set(vm, 'ns', 'k', 'v', settingsOf());
  return { cloud, token };
}

async function call(
  methodId: string,
  role: string | undefined,
  scopes: readonly string[] = [CLOUD_PLATFORM],
) {
  const { cloud, token } = await open(role, scopes);
  const method = compute.methods.find(({ id }) => id === methodId);
  const [verb = '', template = ''] = method?.http[0]?.split(' ') ?? [];
  const path = template
    .replace('{project}', PROJECT_ID)
    .replace('{zone}', 'us-central1-a')
    .replace('{instance}', 'vm1')
    .replace('{operation}', OPERATION);
  return cloud.send(verb, `https://compute.googleapis.com${path}`, { token, body: BODIES[methodId] });
}

/** A role with all that a method asks for, and nothing else. */
function sufficient(id: string, permissions: readonly { readonly check: string }[]): string {
  const checks = permissions.map(({ check }) => check);
  return `only/${(id === 'compute.instances.insert' ? PLAIN_INSERT : checks).join(',')}`;
}

for (const { id, permissions, scopes = [] } of compute.methods) {
  for (const { check } of permissions) {
    test(`${id}: ${check} is sufficient, with the others that it asks for`, async () => {
      const response = await call(id, sufficient(id, permissions));
      assert.equal(response.status, 200, response.text);
    });

    test(`${id}: ${check} is necessary`, async () => {
      assert.ok(EVERY_PERMISSION.has(check), 'a role of the catalogue gives it');
      // Who has none is told of the first.
      for (const [role, told] of [
        [`except/${check}`, check],
        [undefined, permissions[0]?.check],
      ] as const) {
        const response = await call(id, role);
        assert.equal(response.status, 403);
        const message = `Required '${told}' permission for '${RESOURCES[id]}'`;
        assert.deepEqual(response.json, errorOf(403, message, 'forbidden'));
      }
    });
  }

  test(`${id}: each of its scopes is sufficient, and one of them is necessary (IAM notes 3.2)`, async () => {
    const role = sufficient(id, permissions);
    for (const scope of scopes) assert.equal((await call(id, role, [scope])).status, 200, scope);
    const response = await call(id, role, ['https://www.googleapis.com/auth/devstorage.full_control']);
    assert.equal(response.status, 403);
    const { errors, ...rest } = response.json.error;
    assert.deepEqual(errors, [
      { message: 'Insufficient Permission', domain: 'global', reason: 'insufficientPermissions' },
    ]);
    assert.deepEqual(rest, {
      code: 403,
      message: 'Request had insufficient authentication scopes.',
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
          domain: 'googleapis.com',
          metadata: { service: 'compute.googleapis.com', method: id },
        },
      ],
    });
  });

  test(`${id}: nobody is refused before anything is looked at`, async () => {
    const cloud = await openTestCloud([compute]);
    const [verb = '', template = ''] =
      compute.methods.find((method) => method.id === id)?.http[0]?.split(' ') ?? [];
    const path = template.replace(/\{\w+\}/g, 'Not-a_name');
    const response = await cloud.send(verb, `https://compute.googleapis.com${path}`, { body: '{' });
    assert.equal(response.status, 401);
    assert.equal(response.json.error.details[0].reason, 'CREDENTIALS_MISSING');
    assert.equal(response.json.error.errors[0].message, 'Login Required.');
  });
}

/** The parts of an instance that ask for a permission of their own, and on what (IAM notes 3.2). */
const parts: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  ['compute.disks.create', {}, `projects/${PROJECT_ID}/zones/us-central1-a/disks/vm2`],
  ['compute.subnetworks.use', {}, `projects/${PROJECT_ID}/regions/us-central1/subnetworks/default`],
  [
    'compute.subnetworks.useExternalIp',
    { networkInterfaces: [{ accessConfigs: [{}] }] },
    `projects/${PROJECT_ID}/regions/us-central1/subnetworks/default`,
  ],
  ['compute.instances.setMetadata', { metadata: { items: [{ key: 'k' }] } }, NEW_NAME],
  ['compute.instances.setTags', { tags: { items: ['t'] } }, NEW_NAME],
  ['compute.instances.setLabels', { labels: { k: 'v' } }, NEW_NAME],
  [
    'compute.instances.setServiceAccount',
    { serviceAccounts: [{ email: 'caller@lab-project.iam.gserviceaccount.com' }] },
    NEW_NAME,
  ],
  ['compute.instances.setDeletionProtection', { deletionProtection: true }, NEW_NAME],
  [
    'compute.instances.setMinCpuPlatform',
    { minCpuPlatform: 'Intel Skylake', machineType: 'n1-standard-1' },
    NEW_NAME,
  ],
];

for (const [permission, more, resource] of parts) {
  test(`compute.instances.insert: ${permission} is necessary where the part is there, and sufficient`, async () => {
    assert.ok(EVERY_PERMISSION.has(permission), 'a role of the catalogue gives it');
    const send = async (role: string, body: object) => {
      const { cloud, token } = await open(role, [CLOUD_PLATFORM]);
      const url = `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}/zones/us-central1-a/instances`;
      const response = await cloud.send('POST', url, { token, body });
      return {
        response,
        made: await cloud.services.resources.instances.get(PROJECT_ID, 'us-central1-a', 'vm2'),
      };
    };
    const refused = await send(`except/${permission}`, bodyOf('vm2', more));
    const message = `Required '${permission}' permission for '${resource}'`;
    assert.deepEqual(refused.response.json, errorOf(403, message, 'forbidden'));
    assert.equal(refused.made, undefined);
    const granted = await send(`only/${[...PLAIN_INSERT, permission].join(',')}`, bodyOf('vm2', more));
    assert.equal(granted.response.json.status, 'DONE', granted.response.text);
    assert.notEqual(granted.made, undefined);
    if (PLAIN_INSERT.includes(permission)) return;
    const without = await send(`only/${PLAIN_INSERT.join(',')}`, bodyOf('vm2'));
    assert.equal(without.response.status, 200, 'nobody asks for it where the part is not there');
  });
}

test('the table above has every method of the API', () => {
  assert.deepEqual(
    compute.methods.map(({ id }) => id),
    Object.keys(RESOURCES),
  );
});
