/** Each permission of each method is necessary and sufficient, and so is each scope; generated from the method table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeServiceAccountKey } from '../../identity/service-account-keys.ts';
import { RSA_CERTIFICATE, toPublicKeyData } from '../../protocol/iam/certificates.fixture.ts';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { openTestCloud, PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import { EVERY_PERMISSION, findTestRole } from '../one-permission.fixture.ts';
import { iam } from './index.ts';

/** A body with which the method goes through. */
const BODIES: Readonly<Record<string, unknown>> = {
  'iam.projects.serviceAccounts.create': { accountId: 'robot-2' },
  'iam.projects.serviceAccounts.keys.create': { keyAlgorithm: 'KEY_ALG_RSA_1024' },
  'iam.projects.serviceAccounts.setIamPolicy': { policy: { bindings: [] } },
  'iam.projects.serviceAccounts.patch': { serviceAccount: { displayName: 'R' }, updateMask: 'displayName' },
  'iam.projects.serviceAccounts.update': { displayName: 'R' },
  'iam.projects.serviceAccounts.keys.upload': { publicKeyData: toPublicKeyData(RSA_CERTIFICATE) },
  'iam.iamPolicies.lintPolicy': { condition: { expression: 'true' } },
};

/** Makes what a method is about: an account, a key of it, or a deleted account. */
async function makeTarget({ account, services }: TestCloud, methodId: string): Promise<string> {
  const { commit, serviceAccounts } = services.resources;
  const robot = await serviceAccounts.find(await account('robot-1'));
  assert.ok(robot);
  const name = `projects/${PROJECT_ID}/serviceAccounts/${robot.value.email}`;
  if (methodId.endsWith('.undelete')) {
    await commit(await serviceAccounts.delete(robot.value, undefined));
    return `projects/${PROJECT_ID}/serviceAccounts/${robot.value.uniqueId}`;
  }
  if (!/\.keys\.(get|delete|disable|enable)$/.test(methodId)) return name;
  const { key } = await makeServiceAccountKey(robot.value, 'KEY_ALG_RSA_1024', services);
  await commit([serviceAccounts.keys.put(key)]);
  return `${name}/keys/${key.keyId}`;
}

async function call(
  methodId: string,
  role: string | undefined,
  scopes: readonly string[] = [CLOUD_PLATFORM],
) {
  const cloud = await openTestCloud([iam], {}, findTestRole);
  const token = await cloud.token(await cloud.account('caller', ...(role === undefined ? [] : [role])), {
    scopes,
  });
  const target = await makeTarget(cloud, methodId);
  const method = iam.methods.find(({ id }) => id === methodId);
  const [verb = '', template = ''] = method?.http[0]?.split(' ') ?? [];
  const path = template
    .replace(/\{\w+=projects\/\*\/serviceAccounts\/\*(\/keys\/\*)?\}/, target)
    .replace(/\{\w+=projects\/\*\}/, `projects/${PROJECT_ID}`);
  return cloud.send(verb, `https://iam.googleapis.com${path}`, { token, body: BODIES[methodId] });
}

for (const { id, permissions, scopes = [] } of iam.methods) {
  const checks = permissions.map(({ check }) => check).join(',');
  if (permissions.length > 0) {
    test(`${id}: ${checks} is sufficient`, async () => {
      const response = await call(id, `only/${checks}`);
      assert.equal(response.status, 200, response.text);
    });
  }

  for (const { check } of permissions) {
    test(`${id}: ${check} is necessary`, async () => {
      assert.ok(EVERY_PERMISSION.has(check), 'a role of the catalogue gives it');
      const first = permissions[0]?.check;
      for (const [role, refused] of [[`except/${check}`, check] as const, [undefined, first] as const]) {
        const response = await call(id, role);
        assert.equal(response.status, 403);
        assert.equal(response.json.error.details[0].metadata.permission, refused);
      }
    });
  }

  test(`${id}: each of its scopes is sufficient, and one of them is necessary (IAM notes 3.3)`, async () => {
    const role = permissions.length === 0 ? undefined : `only/${checks}`;
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
  'iam.projects.serviceAccounts.patch': ['iam.serviceAccounts.update', 'iam.serviceAccounts.get'],
  'iam.projects.serviceAccounts.update': ['iam.serviceAccounts.update'],
  'iam.projects.serviceAccounts.disable': ['iam.serviceAccounts.disable'],
  'iam.projects.serviceAccounts.enable': ['iam.serviceAccounts.enable'],
  'iam.projects.serviceAccounts.delete': ['iam.serviceAccounts.delete'],
  'iam.projects.serviceAccounts.undelete': ['iam.serviceAccounts.undelete'],
  'iam.projects.serviceAccounts.keys.create': ['iam.serviceAccountKeys.create'],
  'iam.projects.serviceAccounts.keys.upload': ['iam.serviceAccountKeys.create'],
  'iam.projects.serviceAccounts.keys.get': ['iam.serviceAccountKeys.get'],
  'iam.projects.serviceAccounts.keys.list': ['iam.serviceAccountKeys.list'],
  'iam.projects.serviceAccounts.keys.disable': ['iam.serviceAccountKeys.disable'],
  'iam.projects.serviceAccounts.keys.enable': ['iam.serviceAccountKeys.enable'],
  'iam.projects.serviceAccounts.keys.delete': ['iam.serviceAccountKeys.delete'],
  'iam.projects.serviceAccounts.getIamPolicy': ['iam.serviceAccounts.getIamPolicy'],
  'iam.projects.serviceAccounts.setIamPolicy': ['iam.serviceAccounts.setIamPolicy'],
  'iam.projects.serviceAccounts.testIamPermissions': [],
  // Those of the resource that the body names: `lint-policy.test.ts` has them.
  'iam.iamPolicies.lintPolicy': [],
};

test('every method asks for the permissions that Google asks for (IAM notes 3.3)', () => {
  const declared = iam.methods.map(({ id, permissions }) => [id, permissions.map(({ check }) => check)]);
  assert.deepEqual(Object.fromEntries(declared), PERMISSIONS);
});
