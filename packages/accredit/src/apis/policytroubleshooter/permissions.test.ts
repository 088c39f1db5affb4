/** What the method shows is decided by one permission, and each of its scopes is sufficient, and one necessary. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNSAID } from '../../protocol/iam/roles/custom-role-fields.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { findTestRole } from '../one-permission.fixture.ts';
import { CALLER, testPermissions } from '../permission-suite.fixture.ts';
import { policyTroubleshooter } from './index.ts';
import { POLICY_TROUBLESHOOTER_PERMISSIONS } from './permissions.fixture.ts';

const ADDRESS = 'https://policytroubleshooter.googleapis.com/v1/iam:troubleshoot';

const accessTuple = {
  principal: CALLER,
  fullResourceName: `//cloudresourcemanager.googleapis.com/projects/${PROJECT_ID}`,
  permission: 'compute.instances.get',
};

testPermissions({
  api: policyTroubleshooter,
  source: 'the guide to Policy Troubleshooter',
  expected: POLICY_TROUBLESHOOTER_PERMISSIONS,
  async prepare({ template }) {
    const cloud = await openTestCloud([policyTroubleshooter], {}, findTestRole);
    const url = `https://policytroubleshooter.googleapis.com${template}`;
    return { cloud, url, request: { body: { accessTuple } } };
  },
  assertRefused: () => assert.fail('it refuses nobody'),
  assertScopesRefused({ json }) {
    assert.equal(json.error.message, 'Request had insufficient authentication scopes.');
  },
});

test('who may not read the policies is told so, and the method says that it is open', async () => {
  for (const [role, access, policies] of [
    ['only/resourcemanager.projects.getIamPolicy', 'NOT_GRANTED', 1],
    ['except/resourcemanager.projects.getIamPolicy', 'UNKNOWN_INFO_DENIED', undefined],
  ] as const) {
    const cloud = await openTestCloud([policyTroubleshooter], {}, findTestRole);
    const token = await cloud.token(await cloud.account('caller', role));
    const { status, json } = await cloud.send('POST', ADDRESS, { token, body: { accessTuple } });
    assert.deepEqual([status, json.access, json.explainedPolicies?.length], [200, access, policies]);
  }
  const reasons = policyTroubleshooter.methods.map(({ open }) => open);
  assert.deepEqual(reasons, ['it says of each policy only what the caller may read of it']);
});

const ADA = 'ada@example.com';
const CUSTOM_ROLE = { parent: `projects/${PROJECT_ID}`, roleId: 'mine', ...UNSAID };

test('what a custom role gives is known to who may get the role too, and to nobody else', async () => {
  for (const [role, access] of [
    ['only/resourcemanager.projects.getIamPolicy,iam.roles.get', 'GRANTED'],
    ['except/iam.roles.get', 'UNKNOWN_INFO_DENIED'],
  ] as const) {
    const cloud = await openTestCloud([policyTroubleshooter], {}, findTestRole);
    const permissions = [accessTuple.permission];
    await cloud.services.resources.roles.create({ ...CUSTOM_ROLE, permissions });
    await cloud.grant(CUSTOM_ROLE.parent, `${CUSTOM_ROLE.parent}/roles/mine`, `user:${ADA}`);
    const token = await cloud.token(await cloud.account('caller', role));
    const body = { accessTuple: { ...accessTuple, principal: ADA } };
    assert.equal((await cloud.send('POST', ADDRESS, { token, body })).json.access, access, role);
  }
});
