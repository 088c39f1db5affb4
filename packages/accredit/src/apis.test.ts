import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RESOURCE_MANAGER_PERMISSIONS } from './apis/cloudresourcemanager/permissions.fixture.ts';
import { COMPUTE_PERMISSIONS } from './apis/compute/permissions.fixture.ts';
import { IAM_PERMISSIONS } from './apis/iam/permissions.fixture.ts';
import { OAUTH_PERMISSIONS } from './apis/oauth2/permissions.fixture.ts';
import { declaredAs, declaredIn, type ExpectedMethods } from './apis/permission-suite.fixture.ts';
import { POLICY_TROUBLESHOOTER_PERMISSIONS } from './apis/policytroubleshooter/permissions.fixture.ts';
import { SERVICE_USAGE_PERMISSIONS } from './apis/serviceusage/permissions.fixture.ts';
import { STORAGE_PERMISSIONS } from './apis/storage/permissions.fixture.ts';
import { googleApis } from './apis.ts';

/** What Google asks for, by the name of the API. */
const EXPECTED: Readonly<Record<string, ExpectedMethods>> = {
  storage: STORAGE_PERMISSIONS,
  compute: COMPUTE_PERMISSIONS,
  iam: IAM_PERMISSIONS,
  oauth2: OAUTH_PERMISSIONS,
  cloudresourcemanager: RESOURCE_MANAGER_PERMISSIONS,
  serviceusage: SERVICE_USAGE_PERMISSIONS,
  policytroubleshooter: POLICY_TROUBLESHOOTER_PERMISSIONS,
};

for (const { name, methods } of googleApis) {
  test(`every method of ${name} asks for the permissions and takes the scopes that Google's does`, () => {
    const expected = EXPECTED[name];
    assert.ok(expected !== undefined, `${name} has a list of what its methods ask for, and a row above`);
    assert.deepEqual(declaredIn(methods), declaredAs(expected));
  });

  test(`${name} has a test that each permission is necessary and sufficient`, () => {
    const path = new URL(`./apis/${name}/permissions.test.ts`, import.meta.url);
    assert.match(readFileSync(path, 'utf8'), /^testPermissions\(\{$/m);
  });
}

test('every method has an id of its own', () => {
  const ids = googleApis.flatMap(({ methods }) => methods.map(({ id }) => id));
  assert.deepEqual(ids, [...new Set(ids)]);
});
