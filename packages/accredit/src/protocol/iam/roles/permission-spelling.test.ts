import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listRoles } from './catalogue.ts';
import { toRoleSpelling } from './permission-spelling.ts';

const SPELLINGS: readonly (readonly [given: string, inRoles: string])[] = [
  ['iam.workloadIdentityPools.create', 'iam.googleapis.com/workloadIdentityPools.create'],
  ['iam.googleapis.com/workloadIdentityPools.create', 'iam.googleapis.com/workloadIdentityPools.create'],
  ['iam.workloadIdentityPoolProviders.get', 'iam.googleapis.com/workloadIdentityPoolProviders.get'],
  ['iam.workforcePools.createPolicyBinding', 'iam.googleapis.com/workforcePools.createPolicyBinding'],
  [
    'iam.googleapis.com/workloadIdentityPools.createPolicyBinding',
    'iam.workloadIdentityPools.createPolicyBinding',
  ],
  ['iam.googleapis.com/serviceAccounts.actAs', 'iam.serviceAccounts.actAs'],
  ['iam.serviceAccounts.actAs', 'iam.serviceAccounts.actAs'],
  ['storage.objects.get', 'storage.objects.get'],
  ['storage.managedfolders.get', 'storage.managedFolders.get'],
  ['storage.managedFolders.get', 'storage.managedFolders.get'],
  ['storage.googleapis.com/objects.get', 'storage.googleapis.com/objects.get'],
  ['nonsense', 'nonsense'],
  ['', ''],
];

for (const [given, inRoles] of SPELLINGS) {
  test(`'${given}' is spelled '${inRoles}' in roles (IAM notes, fact 4)`, () => {
    assert.equal(toRoleSpelling(given), inRoles);
  });
}

test('every permission of every role is already spelled as roles spell it, and is found by its other spelling', () => {
  const permissions = new Set(listRoles().flatMap((role) => [...role.permissions]));
  assert.ok(permissions.size > 2_000);
  for (const permission of permissions) {
    assert.equal(toRoleSpelling(permission), permission);
    assert.equal(toRoleSpelling(permission.replace('iam.googleapis.com/', 'iam.')), permission);
  }
});

test('no permission stands in roles in both spellings', () => {
  const permissions = new Set(listRoles().flatMap((role) => [...role.permissions]));
  const dotted = [...permissions].map((permission) => permission.replace('.googleapis.com/', '.'));
  assert.equal(new Set(dotted).size, permissions.size);
});
