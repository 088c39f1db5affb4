/** Each permission of each method is necessary and sufficient, and so is each scope; generated from the method table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { EVERY_PERMISSION, findTestRole } from '../one-permission.fixture.ts';
import { cloudResourceManager } from './index.ts';

/** A body with which the method goes through. */
const BODIES: Readonly<Record<string, unknown>> = {
  'cloudresourcemanager.projects.setIamPolicy': { policy: { bindings: [] } },
};

async function call(
  methodId: string,
  role: string | undefined,
  scopes: readonly string[] = [CLOUD_PLATFORM],
) {
  const cloud = await openTestCloud([cloudResourceManager], {}, findTestRole);
  const email = await cloud.account('caller', ...(role === undefined ? [] : [role]));
  const method = cloudResourceManager.methods.find(({ id }) => id === methodId);
  const [verb = '', template = ''] = method?.http[0]?.split(' ') ?? [];
  const url = `https://cloudresourcemanager.googleapis.com${template.replace('{project}', PROJECT_ID)}`;
  return cloud.send(verb, url, { token: await cloud.token(email, { scopes }), body: BODIES[methodId] });
}

for (const { id, permissions, scopes = [] } of cloudResourceManager.methods) {
  for (const { check } of permissions) {
    test(`${id}: ${check} is necessary and sufficient (IAM notes 3.6)`, async () => {
      assert.ok(EVERY_PERMISSION.has(check), 'a role of the catalogue gives it');
      assert.equal((await call(id, `only/${check}`)).status, 200);
      for (const role of [`except/${check}`, undefined]) assert.equal((await call(id, role)).status, 403);
    });
  }

  test(`${id}: each of its scopes is sufficient, and one of them is necessary (IAM notes 3.6)`, async () => {
    const role = permissions[0] === undefined ? undefined : `only/${permissions[0].check}`;
    for (const scope of scopes) assert.equal((await call(id, role, [scope])).status, 200, scope);
    const response = await call(id, role, ['https://www.googleapis.com/auth/devstorage.full_control']);
    assert.equal(response.json.error.message, 'Request had insufficient authentication scopes.');
  });
}
