/** Each permission of each method is necessary and sufficient, and so is each scope; generated from the method table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { EVERY_PERMISSION, findTestRole } from '../one-permission.fixture.ts';
import { serviceUsage } from './index.ts';

const OPERATION = `operations/acat.p2-${PROJECT_NUMBER}-00000000-0000-4000-8000-000000000000`;

/** A body with which the method goes through. */
const BODIES: Readonly<Record<string, unknown>> = {
  'serviceusage.services.batchEnable': { serviceIds: ['compute.googleapis.com'] },
};

function pathOf(methodId: string): readonly [verb: string, path: string] {
  const method = serviceUsage.methods.find(({ id }) => id === methodId);
  const [verb = '', template = ''] = method?.http[0]?.split(' ') ?? [];
  const path = template
    .replace('{name=projects/*/services/*}', `projects/${PROJECT_ID}/services/compute.googleapis.com`)
    .replace('{parent=projects/*}', `projects/${PROJECT_ID}`)
    .replace('{name=operations/*}', OPERATION);
  return [verb, path];
}

async function call(
  methodId: string,
  role: string | undefined,
  scopes: readonly string[] = [CLOUD_PLATFORM],
) {
  const cloud = await openTestCloud([serviceUsage], {}, findTestRole);
  const email = await cloud.account('caller', ...(role === undefined ? [] : [role]));
  const token = await cloud.token(email, { scopes });
  const { resources } = cloud.services;
  const response = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  const operation = resources.longRunningOperations.draft({ name: OPERATION, response, durationMs: 0 });
  await resources.commit(await resources.longRunningOperations.put(operation));
  const [verb, path] = pathOf(methodId);
  return cloud.send(verb, `https://serviceusage.googleapis.com${path}`, { token, body: BODIES[methodId] });
}

for (const { id, permissions, scopes = [] } of serviceUsage.methods) {
  for (const { check } of permissions) {
    test(`${id}: ${check} is sufficient (IAM notes 3.7)`, async () => {
      const response = await call(id, `only/${check}`);
      assert.equal(response.status, 200, response.text);
    });

    test(`${id}: ${check} is necessary (IAM notes 3.7)`, async () => {
      assert.ok(EVERY_PERMISSION.has(check), 'a role of the catalogue gives it');
      for (const role of [`except/${check}`, undefined]) {
        const response = await call(id, role);
        assert.equal(response.status, 403);
        assert.equal(response.json.error.details[0].metadata.permission, check);
      }
    });
  }

  test(`${id}: each of its scopes is sufficient, and one of them is necessary (IAM notes 3.7)`, async () => {
    const role = `only/${permissions[0]?.check}`;
    for (const scope of scopes) assert.equal((await call(id, role, [scope])).status, 200, scope);
    const response = await call(id, role, ['https://www.googleapis.com/auth/devstorage.full_control']);
    assert.equal(response.status, 403);
    assert.equal(response.json.error.message, 'Request had insufficient authentication scopes.');
  });

  test(`${id}: nobody is refused before anything is looked at`, async () => {
    const cloud = await openTestCloud([serviceUsage]);
    const [verb, path] = pathOf(id);
    const response = await cloud.send(verb, `https://serviceusage.googleapis.com${path}`, { body: '{' });
    assert.equal(response.status, 401);
    assert.equal(response.json.error.details[0].reason, 'CREDENTIALS_MISSING');
  });
}

/** What Google asks for (IAM notes 3.7); the tests above only know that what is declared is asked for. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  'serviceusage.services.get': ['serviceusage.services.get'],
  'serviceusage.services.list': ['serviceusage.services.list'],
  'serviceusage.services.batchGet': ['serviceusage.services.get'],
  'serviceusage.services.enable': ['serviceusage.services.enable'],
  'serviceusage.services.disable': ['serviceusage.services.disable'],
  'serviceusage.services.batchEnable': ['serviceusage.services.enable'],
  'serviceusage.operations.get': ['serviceusage.operations.get'],
};

test('every method asks for the permissions that Google asks for (IAM notes 3.7)', () => {
  const declared = serviceUsage.methods.map(({ id, permissions }) => [
    id,
    permissions.map(({ check }) => check),
  ]);
  assert.deepEqual(Object.fromEntries(declared), PERMISSIONS);
});
