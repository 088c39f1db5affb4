/** Each permission of each method is necessary and sufficient, and so is each scope; generated from the method table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { EVERY_PERMISSION, findTestRole } from '../one-permission.fixture.ts';
import { iam } from './index.ts';

/** A body with which the method goes through. */
const BODIES: Readonly<Record<string, unknown>> = {
  'iam.projects.serviceAccounts.create': { accountId: 'robot-2' },
  'iam.projects.serviceAccounts.keys.create': { keyAlgorithm: 'KEY_ALG_RSA_1024' },
  'iam.projects.serviceAccounts.setIamPolicy': { policy: { bindings: [] } },
};

async function call(
  methodId: string,
  role: string | undefined,
  scopes: readonly string[] = [CLOUD_PLATFORM],
) {
  const cloud = await openTestCloud([iam], {}, findTestRole);
  const token = await cloud.token(await cloud.account('caller', ...(role === undefined ? [] : [role])), {
    scopes,
  });
  const email = await cloud.account('robot-1');
  const method = iam.methods.find(({ id }) => id === methodId);
  const [verb = '', template = ''] = method?.http[0]?.split(' ') ?? [];
  const path = template
    .replace(/\{\w+=projects\/\*\/serviceAccounts\/\*\}/, `projects/${PROJECT_ID}/serviceAccounts/${email}`)
    .replace(/\{\w+=projects\/\*\}/, `projects/${PROJECT_ID}`);
  return cloud.send(verb, `https://iam.googleapis.com${path}`, { token, body: BODIES[methodId] });
}

for (const { id, permissions, scopes = [] } of iam.methods) {
  for (const { check } of permissions) {
    test(`${id}: ${check} is sufficient`, async () => {
      const response = await call(id, `only/${check}`);
      assert.equal(response.status, 200, response.text);
    });

    test(`${id}: ${check} is necessary`, async () => {
      assert.ok(EVERY_PERMISSION.has(check), 'a role of the catalogue gives it');
      for (const role of [`except/${check}`, undefined]) {
        const response = await call(id, role);
        assert.equal(response.status, 403);
        assert.equal(response.json.error.details[0].metadata.permission, check);
      }
    });
  }

  test(`${id}: each of its scopes is sufficient, and one of them is necessary (IAM notes 3.3)`, async () => {
    const role = permissions[0] === undefined ? undefined : `only/${permissions[0].check}`;
    for (const scope of scopes) assert.equal((await call(id, role, [scope])).status, 200, scope);
    const response = await call(id, role, ['https://www.googleapis.com/auth/devstorage.full_control']);
    assert.equal(response.status, 403);
    assert.equal(response.json.error.message, 'Request had insufficient authentication scopes.');
  });

  test(`${id}: nobody is refused before anything is looked at`, async () => {
    const cloud = await openTestCloud([iam]);
    const [verb = '', template = ''] =
      iam.methods.find((method) => method.id === id)?.http[0]?.split(' ') ?? [];
    const path = template.replace(/\{\w+=([^}]*)\}/, '$1').replaceAll('*', 'x');
    const response = await cloud.send(verb, `https://iam.googleapis.com${path}`, { body: '{' });
    assert.equal(response.status, 401);
    assert.equal(response.json.error.details[0].reason, 'CREDENTIALS_MISSING');
  });
}

/** What Google asks for (IAM notes 3.3); the tests above only know that what is declared is asked for. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  'iam.projects.serviceAccounts.create': ['iam.serviceAccounts.create'],
  'iam.projects.serviceAccounts.get': ['iam.serviceAccounts.get'],
  'iam.projects.serviceAccounts.list': ['iam.serviceAccounts.list'],
  'iam.projects.serviceAccounts.keys.create': ['iam.serviceAccountKeys.create'],
  'iam.projects.serviceAccounts.getIamPolicy': ['iam.serviceAccounts.getIamPolicy'],
  'iam.projects.serviceAccounts.setIamPolicy': ['iam.serviceAccounts.setIamPolicy'],
  'iam.projects.serviceAccounts.testIamPermissions': [],
};

test('every method asks for the permissions that Google asks for (IAM notes 3.3)', () => {
  const declared = iam.methods.map(({ id, permissions }) => [id, permissions.map(({ check }) => check)]);
  assert.deepEqual(Object.fromEntries(declared), PERMISSIONS);
});
