import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRole } from './catalogue.ts';
import { isForPeople, onlyReads } from './permission-kinds.ts';

const permissions: readonly (readonly [permission: string, reads: boolean])[] = [
  ['compute.instances.get', true],
  ['compute.instances.list', true],
  ['compute.advice.capacity', true],
  ['compute.advice.capacityHistory', true],
  ['compute.disks.useReadOnly', true],
  ['storage.googleapis.com/objects.get', true],
  ['compute.instances.getSerialPortOutput', true],
  ['compute.instances.osLogin', false],
  ['compute.instances.use', false],
  ['iam.serviceAccounts.actAs', false],
  ['iam.serviceAccounts.getAccessToken', false],
  ['iam.serviceAccounts.getOpenIdToken', false],
  ['iam.serviceAccounts.signJwt', false],
];
for (const [permission, reads] of permissions) {
  test(`${permission} ${reads ? 'only reads' : 'does more than read'}`, () => {
    assert.equal(onlyReads(permission), reads);
  });
}

test('every permission of the role that looks at Compute Engine only reads', () => {
  const permissionsOfViewer = [...(findRole('roles/compute.viewer')?.permissions ?? [])];
  assert.ok(permissionsOfViewer.length > 0);
  assert.deepEqual(
    permissionsOfViewer.filter((permission) => !onlyReads(permission)),
    [],
  );
});

const roles: readonly (readonly [role: string, isForPeople: boolean])[] = [
  ['roles/compute.viewer', true],
  ['roles/iam.serviceAccountUser', true],
  ['roles/compute.serviceAgent', false],
  ['roles/storage.legacyBucketReader', false],
];
for (const [role, forPeople] of roles) {
  test(`${role} is ${forPeople ? '' : 'not '}for people to give`, () => {
    assert.equal(isForPeople(role), forPeople);
  });
}
