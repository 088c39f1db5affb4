import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditedMethod } from './audited-methods.ts';

/** Discovery id, name in the audit log, type. */
const methods = [
  ['storage.objects.get', 'storage.objects.get', 'DATA_READ'],
  ['storage.objects.list', 'storage.objects.list', 'DATA_READ'],
  ['storage.objects.insert', 'storage.objects.create', 'DATA_WRITE'],
  ['storage.objects.delete', 'storage.objects.delete', 'DATA_WRITE'],
  ['storage.buckets.insert', 'storage.buckets.create', 'ADMIN_WRITE'],
  ['storage.buckets.get', 'storage.buckets.get', 'ADMIN_READ'],
  ['storage.buckets.list', 'storage.buckets.list', 'ADMIN_READ'],
  ['storage.buckets.getIamPolicy', 'storage.getIamPermissions', 'ADMIN_READ'],
  ['storage.buckets.setIamPolicy', 'storage.setIamPermissions', 'ADMIN_WRITE'],
  ['compute.instances.insert', 'v1.compute.instances.insert', 'ADMIN_WRITE'],
  ['compute.instances.aggregatedList', 'v1.compute.instances.aggregatedList', 'ADMIN_READ'],
  ['compute.instances.getGuestAttributes', 'v1.compute.instances.getGuestAttributes', 'ADMIN_READ'],
  ['compute.zoneOperations.wait', 'v1.compute.zoneOperations.wait', 'ADMIN_READ'],
  ['iam.projects.serviceAccounts.create', 'google.iam.admin.v1.CreateServiceAccount', 'ADMIN_WRITE'],
  ['iam.projects.serviceAccounts.list', 'google.iam.admin.v1.ListServiceAccounts', 'ADMIN_READ'],
  ['iam.projects.serviceAccounts.patch', 'google.iam.admin.v1.PatchServiceAccount', 'ADMIN_WRITE'],
  ['iam.projects.serviceAccounts.setIamPolicy', 'google.iam.admin.v1.SetIAMPolicy', 'ADMIN_WRITE'],
  ['iam.projects.serviceAccounts.testIamPermissions', 'google.iam.admin.v1.TestIAMPermissions', 'ADMIN_READ'],
  ['iam.projects.serviceAccounts.keys.create', 'google.iam.admin.v1.CreateServiceAccountKey', 'ADMIN_WRITE'],
  ['iam.projects.serviceAccounts.keys.list', 'google.iam.admin.v1.ListServiceAccountKeys', 'ADMIN_READ'],
  ['iam.projects.roles.patch', 'google.iam.admin.v1.UpdateRole', 'ADMIN_WRITE'],
  ['iam.organizations.roles.undelete', 'google.iam.admin.v1.UndeleteRole', 'ADMIN_WRITE'],
  ['iam.roles.queryGrantableRoles', 'google.iam.admin.v1.QueryGrantableRoles', 'ADMIN_READ'],
  ['iam.policies.createPolicy', 'google.iam.v2.Policies.CreatePolicy', 'ADMIN_WRITE'],
  ['iam.policies.listPolicies', 'google.iam.v2.Policies.ListPolicies', 'ADMIN_READ'],
  ['iam.policies.delete', 'google.iam.v2.Policies.DeletePolicy', 'ADMIN_WRITE'],
  ['iamcredentials.projects.serviceAccounts.generateAccessToken', 'GenerateAccessToken', 'ADMIN_READ'],
  ['cloudresourcemanager.projects.get', 'GetProject', 'ADMIN_READ'],
  ['cloudresourcemanager.projects.setIamPolicy', 'SetIamPolicy', 'ADMIN_WRITE'],
  ['cloudresourcemanager.folders.search', 'SearchFolders', 'ADMIN_READ'],
  ['serviceusage.services.enable', 'google.api.serviceusage.v1.ServiceUsage.EnableService', 'ADMIN_WRITE'],
  [
    'serviceusage.services.batchEnable',
    'google.api.serviceusage.v1.ServiceUsage.BatchEnableServices',
    'ADMIN_WRITE',
  ],
  [
    'policytroubleshooter.iam.troubleshoot',
    'google.cloud.policytroubleshooter.v1.IamChecker.TroubleshootIamPolicy',
    'ADMIN_READ',
  ],
  ['oauth2.tokeninfo', 'oauth2.tokeninfo', 'ADMIN_READ'],
  ['pubsub.projects.topics.create', 'pubsub.projects.topics.create', 'ADMIN_WRITE'],
  ['constructor', 'constructor', 'ADMIN_WRITE'],
] as const;

for (const [id, name, type] of methods) {
  test(`${id} is ${name} in the audit log, ${type}`, () => {
    assert.deepEqual(auditedMethod(id), { name, type });
    assert.equal(auditedMethod(id), auditedMethod(id), 'spelled once');
  });
}
