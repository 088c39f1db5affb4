import { denied, GET, reads, rule } from './denial.fixture.ts';
import type { Table } from './row.fixture.ts';
import { ADA, ada, GOODS, SHOP } from './world.fixture.ts';

export const DENIED_PERMISSIONS: Table = {
  about: 'which permissions a deny policy denies (IAM notes 1.3)',
  given: { caller: ADA, resource: SHOP },
  rows: [
    ['the one that is named', { ...reads, ...denied(rule()) }, 'deny'],
    [
      'not another of its kind',
      { ...reads, ...denied(rule({ deniedPermissions: ['storage.googleapis.com/objects.list'] })) },
      'granted',
    ],
    [
      'not in the spelling of roles',
      { ...reads, ...denied(rule({ deniedPermissions: ['storage.objects.get'] })) },
      'granted',
    ],
    [
      'all of a service',
      { ...reads, ...denied(rule({ deniedPermissions: ['storage.googleapis.com/*.*'] })) },
      'deny',
    ],
    [
      'all of a kind of resources',
      { ...reads, ...denied(rule({ deniedPermissions: ['storage.googleapis.com/objects.*'] })) },
      'deny',
    ],
    [
      'one verb on all of a service',
      { ...reads, ...denied(rule({ deniedPermissions: ['storage.googleapis.com/*.get'] })) },
      'deny',
    ],
    [
      'not all of another service',
      { ...reads, ...denied(rule({ deniedPermissions: ['compute.googleapis.com/*.*'] })) },
      'granted',
    ],
    [
      'not all of another kind',
      { ...reads, ...denied(rule({ deniedPermissions: ['storage.googleapis.com/buckets.*'] })) },
      'granted',
    ],
    [
      'not another verb',
      { ...reads, ...denied(rule({ deniedPermissions: ['storage.googleapis.com/*.list'] })) },
      'granted',
    ],
    [
      'a star is no part of a name',
      { ...reads, ...denied(rule({ deniedPermissions: ['storage.googleapis.com/obj*.get'] })) },
      'granted',
    ],
    [
      'but the one that is excepted',
      {
        ...reads,
        ...denied(rule({ deniedPermissions: ['storage.googleapis.com/*.*'], exceptionPermissions: [GET] })),
      },
      'granted',
    ],
    [
      'but a group that is excepted',
      { ...reads, ...denied(rule({ exceptionPermissions: ['storage.googleapis.com/objects.*'] })) },
      'granted',
    ],
    [
      'and what another is excepted',
      { ...reads, ...denied(rule({ exceptionPermissions: ['storage.googleapis.com/objects.list'] })) },
      'deny',
    ],
    [
      'what one rule excepts another denies',
      { ...reads, ...denied(rule({ exceptionPermissions: [GET] }), rule()) },
      'deny',
    ],
    [
      'Resource Manager has another name',
      {
        ...denied(rule({ deniedPermissions: ['cloudresourcemanager.googleapis.com/projects.delete'] })),
        permission: 'resourcemanager.projects.delete',
        on: { [SHOP]: [['roles/owner', ada]] },
      },
      'deny',
    ],
    [
      'Resource Manager has no other',
      {
        ...denied(rule({ deniedPermissions: ['resourcemanager.googleapis.com/projects.delete'] })),
        permission: 'resourcemanager.projects.delete',
        on: { [SHOP]: [['roles/owner', ada]] },
      },
      'granted',
    ],
    [
      'an identity pool by the one spelling',
      {
        ...denied(rule({ deniedPermissions: ['iam.googleapis.com/workloadIdentityPools.create'] })),
        permission: 'iam.googleapis.com/workloadIdentityPools.create',
        on: { [SHOP]: [['roles/owner', ada]] },
      },
      'deny',
    ],
    [
      'an identity pool by the other',
      {
        ...denied(rule({ deniedPermissions: ['iam.googleapis.com/workloadIdentityPools.create'] })),
        permission: 'iam.workloadIdentityPools.create',
        on: { [SHOP]: [['roles/owner', ada]] },
      },
      'deny',
    ],
    [
      'access tokens of accounts',
      {
        ...denied(rule({ deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'] })),
        permission: 'iam.serviceAccounts.getAccessToken',
        on: { [SHOP]: [['roles/iam.serviceAccountTokenCreator', ada]] },
      },
      'deny',
    ],
    [
      'not deny policies themselves',
      {
        ...denied(
          rule({ deniedPermissions: ['iam.googleapis.com/*.*', 'iam.googleapis.com/denypolicies.list'] }),
        ),
        permission: 'iam.denypolicies.list',
        on: { [SHOP]: [['roles/iam.denyReviewer', ada]] },
      },
      'granted',
    ],
    [
      'not the list of projects',
      {
        ...denied(rule({ deniedPermissions: ['cloudresourcemanager.googleapis.com/*.*'] })),
        permission: 'resourcemanager.projects.list',
        on: { [SHOP]: [['roles/browser', ada]] },
      },
      'granted',
    ],
    [
      'not the state of an operation in a zone',
      {
        ...denied(rule({ deniedPermissions: ['compute.googleapis.com/*.get'] })),
        permission: 'compute.zoneOperations.get',
        on: { [SHOP]: [['roles/viewer', ada]] },
      },
      'granted',
    ],
    [
      'but the list of operations in a zone',
      {
        ...denied(rule({ deniedPermissions: ['compute.googleapis.com/zoneOperations.list'] })),
        permission: 'compute.zoneOperations.list',
        on: { [SHOP]: [['roles/viewer', ada]] },
      },
      'deny',
    ],
    [
      'not the contexts of objects',
      {
        ...reads,
        ...denied(rule({ deniedPermissions: ['storage.googleapis.com/objects.*'] })),
        permission: 'storage.objects.createContext',
        on: { [GOODS]: [['roles/storage.objectUser', ada]] },
      },
      'granted',
    ],
    [
      'not caches of Storage',
      {
        ...reads,
        ...denied(rule({ deniedPermissions: ['storage.googleapis.com/*.*'] })),
        permission: 'storage.anywhereCaches.get',
        resource: GOODS,
        on: { [GOODS]: [['roles/storage.admin', ada]] },
      },
      'granted',
    ],
    [
      'managed folders, in the spelling of roles',
      {
        ...reads,
        ...denied(rule({ deniedPermissions: ['storage.googleapis.com/managedFolders.get'] })),
        permission: 'storage.managedFolders.get',
      },
      'deny',
    ],
    [
      'the last one of a list',
      { ...reads, ...denied(rule({ deniedPermissions: ['storage.googleapis.com/objects.list', GET] })) },
      'deny',
    ],
    ['none where the list is empty', { ...reads, ...denied(rule({ deniedPermissions: [] })) }, 'granted'],
  ],
};
