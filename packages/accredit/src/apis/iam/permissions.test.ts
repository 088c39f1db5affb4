/** Each permission of each method is necessary and sufficient, and so is each scope. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Services } from '../../http/services.ts';
import { makeServiceAccountKey } from '../../identity/service-account-keys.ts';
import { UNSAID } from '../../protocol/iam/roles/custom-role-fields.ts';
import {
  RSA_CERTIFICATE,
  toPublicKeyData,
} from '../../protocol/iam/service-accounts/certificates.fixture.ts';
import { NOW_MS, openTestCloud, type TestCloud } from '../api.fixture.ts';
import { findTestRole } from '../one-permission.fixture.ts';
import { testPermissions } from '../permission-suite.fixture.ts';
import { attach, denyRule, POLICIES_NAME } from './deny-policy.fixture.ts';
import { iam } from './index.ts';
import { IAM_PERMISSIONS, ON_ACCOUNT, ON_PROJECT, ORGANIZATION } from './permissions.fixture.ts';

const OF_PROJECT = { fullResourceName: `//cloudresourcemanager.googleapis.com/${ON_PROJECT}` };

/** A body with which the method goes through. */
const BODIES: Readonly<Record<string, unknown>> = {
  'iam.projects.serviceAccounts.create': { accountId: 'robot-2' },
  'iam.projects.serviceAccounts.keys.create': { keyAlgorithm: 'KEY_ALG_RSA_1024' },
  'iam.projects.serviceAccounts.setIamPolicy': { policy: { bindings: [] } },
  'iam.projects.serviceAccounts.patch': { serviceAccount: { displayName: 'R' }, updateMask: 'displayName' },
  'iam.projects.serviceAccounts.update': { displayName: 'R' },
  'iam.projects.serviceAccounts.keys.upload': { publicKeyData: toPublicKeyData(RSA_CERTIFICATE) },
  'iam.iamPolicies.lintPolicy': { ...OF_PROJECT, condition: { expression: 'true' } },
  'iam.policies.createPolicy': { rules: [denyRule('storage.googleapis.com/objects.get')] },
  'iam.policies.update': { rules: [denyRule('storage.googleapis.com/objects.get')] },
  'iam.projects.roles.create': { roleId: 'newRole' },
  'iam.organizations.roles.create': { roleId: 'newRole' },
  'iam.roles.queryGrantableRoles': OF_PROJECT,
  'iam.permissions.queryTestablePermissions': OF_PROJECT,
  'iam.iamPolicies.queryAuditableServices': OF_PROJECT,
};

/** Two custom roles in the project and in an organization: one that is active, and one that can be brought back. */
async function makeCustomRoles({ services: { resources } }: TestCloud): Promise<void> {
  const { organizations, roles } = resources;
  await resources.commit([
    organizations.put(organizations.draft(ORGANIZATION.slice('organizations/'.length), 'a.example')),
  ]);
  for (const parent of [ON_PROJECT, ORGANIZATION]) {
    await roles.create({ parent, roleId: 'someRole', ...UNSAID });
    await roles.create({ parent, roleId: 'deletedRole', ...UNSAID, deletedAtMs: NOW_MS });
  }
}

/** Puts names of things that are there into a template. */
function pathOf(template: string, target: string): string {
  const roleId = template.endsWith(':undelete') ? 'deletedRole' : 'someRole';
  return template
    .replace(/\{\w+=projects\/\*\/serviceAccounts\/\*(\/keys\/\*)?\}/, target)
    .replace(/\{\w+=projects\/\*\/roles\/\*\}/, `${ON_PROJECT}/roles/${roleId}`)
    .replace(/\{\w+=organizations\/\*\/roles\/\*\}/, `${ORGANIZATION}/roles/${roleId}`)
    .replace(/\{\w+=roles\/\*\}/, 'roles/viewer')
    .replace(/\{\w+=projects\/\*\}/, ON_PROJECT)
    .replace(/\{\w+=organizations\/\*\}/, ORGANIZATION)
    .replace(/\{\w+=policies[^}]*\}/, target);
}

/** Parameters with which it does. */
const QUERIES: Readonly<Record<string, string>> = { 'iam.policies.createPolicy': '?policyId=policy-2' };

/** Makes what a method of deny policies is about: a policy, or an operation on one. */
async function makeDenyPolicy({ resources }: Services, methodId: string): Promise<string> {
  if (/(?:createPolicy|listPolicies)$/.test(methodId)) return POLICIES_NAME;
  const name = `${POLICIES_NAME}/policy-1`;
  await attach(resources, ON_PROJECT, 'policy-1');
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
  if (methodId.endsWith('.undelete')) {
    await commit(await serviceAccounts.delete(robot.value, undefined));
    return `${ON_PROJECT}/serviceAccounts/${robot.value.uniqueId}`;
  }
  if (!/\.keys\.(get|delete|disable|enable)$/.test(methodId)) return ON_ACCOUNT;
  const { key } = await makeServiceAccountKey(robot.value, 'KEY_ALG_RSA_1024', services);
  await commit([serviceAccounts.keys.put(key)]);
  return `${ON_ACCOUNT}/keys/${key.keyId}`;
}

testPermissions({
  api: iam,
  source: 'IAM notes 3.3',
  expected: IAM_PERMISSIONS,
  grantedOn: [ON_PROJECT, ORGANIZATION],
  async prepare({ id, template }) {
    const cloud = await openTestCloud([iam], {}, findTestRole);
    await makeCustomRoles(cloud);
    const path = pathOf(template, await makeTarget(cloud, id));
    const url = `https://iam.googleapis.com${path}${QUERIES[id] ?? ''}`;
    return { cloud, url, request: { body: BODIES[id] } };
  },
  assertRefused({ json }, [permission]) {
    assert.equal(json.error.details[0].metadata.permission, permission);
  },
  assertScopesRefused({ json }) {
    assert.equal(json.error.message, 'Request had insufficient authentication scopes.');
  },
});

for (const { id, http } of iam.methods) {
  test(`${id}: nobody is refused before anything is looked at`, async () => {
    const cloud = await openTestCloud([iam]);
    for (const address of http) {
      const [verb = '', template = ''] = address.split(' ');
      const path = template.replace(/\{\w+=([^}]*)\}/, '$1').replaceAll('*', 'x');
      const response = await cloud.send(verb, `https://iam.googleapis.com${path}`, { body: '{' });
      assert.equal(response.status, 401);
      assert.equal(response.json.error.details[0].reason, 'CREDENTIALS_MISSING');
    }
  });
}
