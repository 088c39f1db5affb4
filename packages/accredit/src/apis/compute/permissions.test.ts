/** Each permission of each method is necessary and sufficient, and so is each scope. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintOf } from '../../protocol/compute/fingerprints.ts';
import { settingsOf } from '../../protocol/metadata/settings.ts';
import { openTestCloud, PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import { EVERY_PERMISSION, findTestRole } from '../one-permission.fixture.ts';
import { testPermissions } from '../permission-suite.fixture.ts';
import { bodyOf, errorOf, ZONE_URL } from './compute.fixture.ts';
import { compute } from './index.ts';
import {
  COMPUTE_PERMISSIONS,
  ON_INSTANCE,
  ON_NEW_INSTANCE,
  ON_PROJECT,
  ON_ZONE,
  OPERATION,
} from './permissions.fixture.ts';

const METADATA = [{ key: 'enable-guest-attributes', value: 'TRUE' }];

/** The bodies of the methods that do not take an empty one. */
const BODIES: Readonly<Record<string, object>> = {
  'compute.instances.insert': bodyOf('vm2'),
  'compute.instances.setMetadata': { fingerprint: fingerprintOf(METADATA) },
  'compute.instances.setIamPolicy': { policy: { bindings: [] } },
  'compute.instances.testIamPermissions': { permissions: ['compute.instances.get'] },
};

/** Opens a cloud with an instance and two operations. */
async function open(): Promise<TestCloud> {
  const cloud = await openTestCloud([compute], {}, findTestRole);
  const { instances, operations } = cloud.services.resources;
  const place = { projectId: PROJECT_ID, zone: 'us-central1-a' };
  const given = { operationType: 'insert', target: ON_INSTANCE, targetId: '1', user: '' } as const;
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
  return cloud;
}

testPermissions({
  api: compute,
  source: 'IAM notes 3.2',
  expected: COMPUTE_PERMISSIONS,
  async prepare({ id, template }) {
    const path = template
      .replace('{project}', PROJECT_ID)
      .replace('{zone}', 'us-central1-a')
      .replace('{instance}', 'vm1')
      .replace('{operation}', OPERATION);
    const url = `https://compute.googleapis.com${path}`;
    return { cloud: await open(), url, request: { body: BODIES[id] } };
  },
  assertRefused({ json }, [permission, resource]) {
    assert.deepEqual(
      json,
      errorOf(403, `Required '${permission}' permission for '${resource}'`, 'forbidden'),
    );
  },
  assertScopesRefused({ json }, { id }) {
    const { errors, ...rest } = json.error;
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
  },
});

for (const { id, http } of compute.methods) {
  test(`${id}: nobody is refused before anything is looked at`, async () => {
    const cloud = await openTestCloud([compute]);
    for (const address of http) {
      const [verb = '', template = ''] = address.split(' ');
      const path = template.replace(/\{\w+\}/g, 'Not-a_name');
      const response = await cloud.send(verb, `https://compute.googleapis.com${path}`, { body: '{' });
      assert.equal(response.status, 401);
      assert.equal(response.json.error.details[0].reason, 'CREDENTIALS_MISSING');
      assert.equal(response.json.error.errors[0].message, 'Login Required.');
    }
  });
}

/** The permissions of an insert without further parts. */
const { asks = [], asksInside = [] } = COMPUTE_PERMISSIONS['compute.instances.insert'] ?? {};
const PLAIN_INSERT = [...asks, ...asksInside].map(([permission]) => permission);

/** The parts of an instance that ask for a permission of their own, and on what (IAM notes 3.2). */
const parts: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  ['compute.disks.create', {}, `${ON_ZONE}/disks/vm2`],
  ['compute.subnetworks.use', {}, `${ON_PROJECT}/regions/us-central1/subnetworks/default`],
  [
    'compute.subnetworks.useExternalIp',
    { networkInterfaces: [{ accessConfigs: [{}] }] },
    `${ON_PROJECT}/regions/us-central1/subnetworks/default`,
  ],
  ['compute.instances.setMetadata', { metadata: { items: [{ key: 'k' }] } }, ON_NEW_INSTANCE],
  ['compute.instances.setTags', { tags: { items: ['t'] } }, ON_NEW_INSTANCE],
  ['compute.instances.setLabels', { labels: { k: 'v' } }, ON_NEW_INSTANCE],
  [
    'compute.instances.setServiceAccount',
    { serviceAccounts: [{ email: 'caller@lab-project.iam.gserviceaccount.com' }] },
    ON_NEW_INSTANCE,
  ],
  ['compute.instances.setDeletionProtection', { deletionProtection: true }, ON_NEW_INSTANCE],
  [
    'compute.instances.setMinCpuPlatform',
    { minCpuPlatform: 'Intel Skylake', machineType: 'n1-standard-1' },
    ON_NEW_INSTANCE,
  ],
];

for (const [permission, more, resource] of parts) {
  test(`compute.instances.insert: ${permission} is necessary where the part is there, and sufficient`, async () => {
    assert.ok(EVERY_PERMISSION.has(permission), 'a role of the catalogue gives it');
    const send = async (role: string, body: object) => {
      const cloud = await open();
      const token = await cloud.token(await cloud.account('caller', role));
      const response = await cloud.send('POST', `${ZONE_URL}/instances`, { token, body });
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
