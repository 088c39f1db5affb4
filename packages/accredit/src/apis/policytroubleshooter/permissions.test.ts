/** Each scope of each method is sufficient, and one is necessary; generated from the method table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { findTestRole } from '../one-permission.fixture.ts';
import { policyTroubleshooter } from './index.ts';

const PROJECT = `//cloudresourcemanager.googleapis.com/projects/${PROJECT_ID}`;

async function call(methodId: string, role: string | undefined, scopes = [CLOUD_PLATFORM]) {
  const cloud = await openTestCloud([policyTroubleshooter], {}, findTestRole);
  const email = await cloud.account('caller', ...(role === undefined ? [] : [role]));
  const method = policyTroubleshooter.methods.find(({ id }) => id === methodId);
  const [verb = '', path = ''] = method?.http[0]?.split(' ') ?? [];
  const accessTuple = { principal: email, fullResourceName: PROJECT, permission: 'compute.instances.get' };
  const url = `https://policytroubleshooter.googleapis.com${path}`;
  return cloud.send(verb, url, { token: await cloud.token(email, { scopes }), body: { accessTuple } });
}

for (const { id, permissions, open, scopes = [] } of policyTroubleshooter.methods) {
  test(`${id}: it is open, since what it says depends on what its caller may read`, async () => {
    assert.deepEqual(permissions, []);
    assert.equal(open, 'it says of each policy only what the caller may read of it');
    const seen = await call(id, 'only/resourcemanager.projects.getIamPolicy');
    assert.equal(seen.json.explainedPolicies.length, 1);
    for (const role of ['except/resourcemanager.projects.getIamPolicy', undefined]) {
      const { status, json } = await call(id, role);
      assert.deepEqual(
        [status, json.access, json.explainedPolicies],
        [200, 'UNKNOWN_INFO_DENIED', undefined],
      );
    }
  });

  test(`${id}: each of its scopes is sufficient, and one of them is necessary`, async () => {
    for (const scope of scopes) assert.equal((await call(id, undefined, [scope])).status, 200, scope);
    const refused = await call(id, undefined, ['https://www.googleapis.com/auth/compute']);
    assert.equal(refused.status, 403);
    assert.equal(refused.json.error.message, 'Request had insufficient authentication scopes.');
  });
}
