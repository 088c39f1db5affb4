/** Each permission of each method is necessary and sufficient, and so is each scope; generated from the method table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Services } from '../../http/services.ts';
import { makeServiceAccountKey } from '../../identity/service-account-keys.ts';
import { RSA_CERTIFICATE, toPublicKeyData } from '../../protocol/iam/certificates.fixture.ts';
import { UNSAID } from '../../protocol/iam/custom-role-fields.ts';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { NOW_MS, openTestCloud, PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import { EVERY_PERMISSION, findTestRole } from '../one-permission.fixture.ts';
import { attach, denyRule, POLICIES_NAME } from './deny-policy.fixture.ts';
import { iam } from './index.ts';

const ON_PROJECT = { fullResourceName: `//cloudresourcemanager.googleapis.com/projects/${PROJECT_ID}` };
const ORGANIZATION = 'organizations/123456789';

/** A body with which the method goes through. */
const BODIES: Readonly<Record<string, unknown>> = {
  'iam.projects.serviceAccounts.create': { accountId: 'robot-2' },
  'iam.projects.serviceAccounts.keys.create': { keyAlgorithm: 'KEY_ALG_RSA_1024' },
  'iam.projects.serviceAccounts.setIamPolicy': { policy: { bindings: [] } },
  'iam.projects.serviceAccounts.patch': { serviceAccount: { displayName: 'R' }, updateMask: 'displayName' },
  'iam.projects.serviceAccounts.update': { displayName: 'R' },
  'iam.projects.serviceAccounts.keys.upload': { publicKeyData: toPublicKeyData(RSA_CERTIFICATE) },
  'iam.iamPolicies.lintPolicy': { condition: { expression: 'true' } },
  'iam.policies.createPolicy': { rules: [denyRule('storage.googleapis.com/objects.get')] },
  'iam.policies.update': { rules: [denyRule('storage.googleapis.com/objects.get')] },
  'iam.projects.roles.create': { roleId: 'newRole' },
  'iam.organizations.roles.create': { roleId: 'newRole' },
  'iam.roles.queryGrantableRoles': ON_PROJECT,
  'iam.permissions.queryTestablePermissions': ON_PROJECT,
  'iam.iamPolicies.queryAuditableServices': ON_PROJECT,
};

/** The roles with which an open method goes through that asks for a permission that its body decides. */
const ROLES_OF_OPEN: Readonly<Record<string, string>> = {
  'iam.roles.queryGrantableRoles': 'only/resourcemanager.projects.getIamPolicy',
};

/** Two custom roles in the project and in an organization: one that is active, and one that can be brought back. */
async function makeCustomRoles({ services: { resources } }: TestCloud): Promise<void> {
  const { organizations, roles } = resources;
  await resources.commit([
    organizations.put(organizations.draft(ORGANIZATION.slice('organizations/'.length), 'a.example')),
  ]);
  for (const parent of [`projects/${PROJECT_ID}`, ORGANIZATION]) {
    await roles.create({ parent, roleId: 'someRole', ...UNSAID });
    await roles.create({ parent, roleId: 'deletedRole', ...UNSAID, deletedAtMs: NOW_MS });
  }
}

/** Puts names of things that are there into a template. */
function pathOf(template: string, target: string): string {
  const roleId = template.endsWith(':undelete') ? 'deletedRole' : 'someRole';
  return template
    .replace(/\{\w+=projects\/\*\/serviceAccounts\/\*(\/keys\/\*)?\}/, target)
    .replace(/\{\w+=projects\/\*\/roles\/\*\}/, `projects/${PROJECT_ID}/roles/${roleId}`)
    .replace(/\{\w+=organizations\/\*\/roles\/\*\}/, `${ORGANIZATION}/roles/${roleId}`)
    .replace(/\{\w+=roles\/\*\}/, 'roles/viewer')
    .replace(/\{\w+=projects\/\*\}/, `projects/${PROJECT_ID}`)
    .replace(/\{\w+=organizations\/\*\}/, ORGANIZATION)
    .replace(/\{\w+=policies[^}]*\}/, target);
}

/** Parameters with which it does. */
const QUERIES: Readonly<Record<string, string>> = { 'iam.policies.createPolicy': '?policyId=policy-2' };

/** Makes what a method of deny policies is about: a policy, or an operation on one. */
async function makeDenyPolicy({ resources }: Services, methodId: string): Promise<string> {
  if (/(?:createPolicy|listPolicies)$/.test(methodId)) return POLICIES_NAME;
  const name = `${POLICIES_NAME}/policy-1`;
  await attach(resources, `projects/${PROJECT_ID}`, 'policy-1');
  if (!methodId.includes('.operations.')) return name;
  const { longRunningOperations } = resources;
  const operation = longRunningOperations.draft({
    name: `${name}/operations/op-1`,
    response: { '@type': 'type.googleapis.com/google.iam.v2.Policy' },
    durationMs: 0,
  });
  await resources.commit(await longRunningOperations.put(operation));
  return operation.name;
}

/** Makes what a method is about: an account, a key of it, a deleted account, or a deny policy. */
async function makeTarget({ account, services }: TestCloud, methodId: string): Promise<string> {
  if (methodId.startsWith('iam.policies.')) return makeDenyPolicy(services, methodId);
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
  await makeCustomRoles(cloud);
  const caller = await cloud.account('caller', ...(role === undefined ? [] : [role]));
  if (role !== undefined) await cloud.grant(ORGANIZATION, role, `serviceAccount:${caller}`);
  const token = await cloud.token(caller, { scopes });
  const method = iam.methods.find(({ id }) => id === methodId);
  const [verb = '', template = ''] = method?.http[0]?.split(' ') ?? [];
  const path = pathOf(template, await makeTarget(cloud, methodId));
  const url = `https://iam.googleapis.com${path}${QUERIES[methodId] ?? ''}`;
  return cloud.send(verb, url, { token, body: BODIES[methodId] });
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
    const role = permissions.length === 0 ? ROLES_OF_OPEN[id] : `only/${checks}`;
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
  'iam.roles.list': [],
  'iam.roles.get': [],
  'iam.roles.queryGrantableRoles': [],
  ...customRolePermissions('projects'),
  ...customRolePermissions('organizations'),
  'iam.permissions.queryTestablePermissions': [],
  'iam.iamPolicies.queryAuditableServices': [],
  'iam.policies.createPolicy': ['iam.denypolicies.create'],
  'iam.policies.get': ['iam.denypolicies.get'],
  'iam.policies.listPolicies': ['iam.denypolicies.list'],
  'iam.policies.update': ['iam.denypolicies.update'],
  'iam.policies.delete': ['iam.denypolicies.delete'],
  'iam.policies.operations.get': [],
};

function customRolePermissions(kind: string): Readonly<Record<string, readonly string[]>> {
  return {
    [`iam.${kind}.roles.create`]: ['iam.roles.create'],
    [`iam.${kind}.roles.list`]: ['iam.roles.list'],
    [`iam.${kind}.roles.get`]: ['iam.roles.get'],
    [`iam.${kind}.roles.patch`]: ['iam.roles.update', 'iam.roles.get'],
    [`iam.${kind}.roles.delete`]: ['iam.roles.delete'],
    [`iam.${kind}.roles.undelete`]: ['iam.roles.undelete'],
  };
}

test('every method asks for the permissions that Google asks for (IAM notes 3.3)', () => {
  const declared = iam.methods.map(({ id, permissions }) => [id, permissions.map(({ check }) => check)]);
  assert.deepEqual(Object.fromEntries(declared), PERMISSIONS);
});
