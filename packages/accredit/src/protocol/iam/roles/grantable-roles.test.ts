import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyPlace } from '../places/policy-places.ts';
import { isCustomRoleWithin, isPredefinedRoleGrantable } from './grantable-roles.ts';
import { isFitForCustomRole, listTestablePermissions } from './testable-permissions.ts';

const PLACES = [
  'organization',
  'folder',
  'project',
  'bucket',
  'managedFolder',
  'serviceAccount',
  'instance',
  'disk',
  'image',
  'snapshot',
  'instanceTemplate',
] as const;

/** The places where a role can be given; it cannot be given at the others. */
const roles: readonly (readonly [string, readonly PolicyPlace[]])[] = [
  [
    'roles/owner',
    [
      'organization',
      'folder',
      'project',
      'serviceAccount',
      'instance',
      'disk',
      'image',
      'snapshot',
      'instanceTemplate',
    ],
  ],
  ['roles/storage.objectViewer', ['organization', 'folder', 'project', 'bucket', 'managedFolder']],
  ['roles/storage.legacyBucketOwner', ['bucket', 'managedFolder']],
  ['roles/iam.serviceAccountUser', ['organization', 'folder', 'project', 'serviceAccount']],
  ['roles/iam.organizationRoleAdmin', ['organization']],
  ['roles/iam.roleAdmin', ['organization', 'folder', 'project']],
  ['roles/resourcemanager.organizationViewer', ['organization']],
  ['roles/resourcemanager.projectCreator', ['organization', 'folder']],
  ['roles/resourcemanager.folderViewer', ['organization', 'folder']],
  ['roles/compute.imageUser', ['organization', 'folder', 'project', 'image']],
  ['roles/resourcemanager.tagUser', ['organization', 'folder', 'project']],
  ['roles/compute.osLogin', ['organization', 'folder', 'project', 'instance']],
  ['roles/pubsub.admin', []],
  ['projects/p/roles/mine', []],
];

for (const [role, places] of roles) {
  test(`${role} can be given on ${places.join(', ') || 'nothing'} (IAM notes 1.5)`, () => {
    assert.deepEqual(
      PLACES.filter((place) => isPredefinedRoleGrantable(role, place)),
      places,
    );
  });
}

const ANCESTORS = ['projects/p', 'folders/2', 'organizations/1'];
const custom: readonly (readonly [string, boolean])[] = [
  ['projects/p/roles/mine', true],
  ['organizations/1/roles/mine', true],
  ['projects/q/roles/mine', false],
  ['organizations/2/roles/mine', false],
  ['folders/2/roles/mine', false],
  ['roles/viewer', false],
];

for (const [role, within] of custom) {
  test(`${role} is ${within ? '' : 'not '}one of project p in organization 1`, () => {
    assert.equal(isCustomRoleWithin(role, ANCESTORS), within);
  });
}

/** What can be tested on a kind of resource, and what cannot. */
const testable: readonly (readonly [PolicyPlace, string, string])[] = [
  ['folder', 'resourcemanager.projects.list', 'resourcemanager.organizations.get'],
  ['project', 'resourcemanager.projects.get', 'resourcemanager.projects.list'],
  ['bucket', 'storage.objects.get', 'storage.buckets.list'],
  ['managedFolder', 'storage.managedFolders.get', 'storage.buckets.get'],
  ['serviceAccount', 'iam.serviceAccounts.actAs', 'iam.serviceAccounts.create'],
  ['instance', 'compute.instances.start', 'compute.instances.list'],
  ['disk', 'compute.disks.use', 'compute.disks.create'],
];

for (const [place, can, cannot] of testable) {
  test(`${can} can be tested on ${place}, ${cannot} cannot`, () => {
    const permissions = listTestablePermissions(place);
    assert.ok(permissions.includes(can));
    assert.ok(!permissions.includes(cannot));
    assert.ok(listTestablePermissions('organization').includes(cannot), 'it is known');
  });
}

test('a custom role may spell a permission in either way (IAM notes, fact 4)', () => {
  for (const service of ['iam', 'iam.googleapis.com/']) {
    const separator = service.endsWith('/') ? '' : '.';
    assert.ok(isFitForCustomRole(`${service}${separator}workloadIdentityPools.create`, 'project'));
  }
});
