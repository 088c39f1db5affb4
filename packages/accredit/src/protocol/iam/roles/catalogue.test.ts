import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basicRoles } from './basic.ts';
import { findRole, listRoles, type Role, rolesWithPermission } from './catalogue.ts';
import { computeRoles } from './compute.ts';
import { iamRoles } from './iam.ts';
import { resourceManagerRoles } from './resource-manager.ts';
import { serviceUsageRoles } from './service-usage.ts';
import { storageRoles } from './storage.ts';
import { tagRoles } from './tags.ts';

const tables = {
  basicRoles,
  computeRoles,
  iamRoles,
  resourceManagerRoles,
  serviceUsageRoles,
  storageRoles,
  tagRoles,
};

function role(name: string): Role {
  const found = findRole(name);
  assert.ok(found, `${name} is in the catalogue`);
  return found;
}

/** The permissions of a role that start so, sorted. */
function permissionsOf(name: string, prefix = ''): readonly string[] {
  return [...role(name).permissions].filter((permission) => permission.startsWith(prefix)).sort();
}

/** Every permission of the catalogue that starts so. */
function knownPermissions(prefix: string): ReadonlySet<string> {
  return new Set(listRoles().flatMap(({ name }) => permissionsOf(name, prefix)));
}

const IMPERSONATION = ['getAccessToken', 'getOpenIdToken', 'signBlob', 'signJwt', 'implicitDelegation'].map(
  (verb) => `iam.serviceAccounts.${verb}`,
);

test('the owner has 28 of the 69 storage permissions, none on objects, and cannot get a bucket (IAM notes, fact 1)', () => {
  const held = permissionsOf('roles/owner', 'storage.');
  assert.equal(held.length, 28);
  assert.equal(knownPermissions('storage.').size, 69);
  assert.deepEqual(permissionsOf('roles/owner', 'storage.objects.'), []);
  assert.equal(held.includes('storage.buckets.get'), false);
});

test('the legacy bucket and object roles hold what the owner lacks on a bucket and its objects (IAM notes, fact 1)', () => {
  assert.ok(role('roles/storage.legacyBucketOwner').permissions.has('storage.buckets.get'));
  assert.ok(role('roles/storage.legacyBucketOwner').permissions.has('storage.objects.list'));
  assert.equal(role('roles/storage.legacyBucketOwner').permissions.has('storage.objects.get'), false);
  assert.ok(role('roles/storage.legacyObjectOwner').permissions.has('storage.objects.get'));
  assert.deepEqual(permissionsOf('roles/storage.legacyObjectReader'), ['storage.objects.get']);
  assert.deepEqual(permissionsOf('roles/storage.legacyBucketReader'), [
    'storage.buckets.get',
    'storage.folders.get',
    'storage.folders.list',
    'storage.managedFolders.get',
    'storage.managedFolders.list',
    'storage.multipartUploads.list',
    'storage.objects.list',
  ]);
});

for (const name of ['roles/owner', 'roles/editor']) {
  test(`${name} may act as a service account and cannot impersonate one (IAM notes, fact 2)`, () => {
    const { permissions } = role(name);
    assert.ok(permissions.has('iam.serviceAccounts.actAs'));
    assert.deepEqual(
      IMPERSONATION.filter((permission) => permissions.has(permission)),
      [],
    );
  });
}

test('the token creator holds all five permissions of impersonation', () => {
  const { permissions } = role('roles/iam.serviceAccountTokenCreator');
  assert.deepEqual(
    IMPERSONATION.filter((permission) => permissions.has(permission)),
    IMPERSONATION,
  );
});

test('the workload identity user gets and lists accounts, and gets tokens, no more (IAM notes, fact 3)', () => {
  assert.deepEqual(permissionsOf('roles/iam.workloadIdentityUser'), [
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.getAccessToken',
    'iam.serviceAccounts.getOpenIdToken',
    'iam.serviceAccounts.list',
  ]);
});

test('workload identity pools are created by a permission with a slash, in no role by one without (IAM notes, fact 4)', () => {
  const holders = (permission: string) =>
    listRoles()
      .filter((each) => each.permissions.has(permission))
      .map((each) => each.name);
  const expected = ['roles/iam.admin', 'roles/iam.workloadIdentityPoolAdmin', 'roles/owner'];
  assert.deepEqual(holders('iam.googleapis.com/workloadIdentityPools.create'), expected);
  assert.deepEqual(holders('iam.workloadIdentityPools.create'), []);
  for (const spelling of [
    'iam.googleapis.com/workloadIdentityPools.create',
    'iam.workloadIdentityPools.create',
  ]) {
    assert.deepEqual(rolesWithPermission(spelling), [
      'roles/iam.workloadIdentityPoolAdmin',
      'roles/iam.admin',
      'roles/owner',
    ]);
  }
});

test('the viewer is part of the editor, and the editor of the owner', () => {
  const [viewer, editor, owner] = ['roles/viewer', 'roles/editor', 'roles/owner'].map(
    (name) => role(name).permissions,
  );
  assert.ok(viewer && editor && owner);
  assert.ok([...viewer].every((permission) => editor.has(permission)));
  assert.ok([...editor].every((permission) => owner.has(permission)));
  assert.deepEqual([viewer.size, editor.size, owner.size], [514, 1040, 1299]);
});

/** The services whose permissions the roles hold that span every service. */
const KNOWN_SERVICES = new Set(['compute', 'iam', 'orgpolicy', 'resourcemanager', 'serviceusage', 'storage']);

test('the widest roles hold what is known here of them, and say how much that is (deviation)', () => {
  const cut = Object.entries({ ...basicRoles, ...iamRoles }).filter(
    ([, definition]) => definition?.permissionCountAtGoogle !== undefined,
  );
  assert.deepEqual(cut.map(([name]) => name).sort(), [
    'roles/editor',
    'roles/iam.securityAdmin',
    'roles/iam.securityReviewer',
    'roles/owner',
    'roles/viewer',
  ]);
  for (const [name, definition] of cut) {
    const services = permissionsOf(name).map((permission) => permission.slice(0, permission.indexOf('.')));
    assert.deepEqual(new Set(services).difference(KNOWN_SERVICES), new Set(), name);
    assert.ok(services.length < (definition?.permissionCountAtGoogle ?? 0), name);
  }
});

test('a role is found by its exact name, with all that Google says of it', () => {
  const { title, description, stage, name } = role('roles/storage.bucketViewer');
  assert.deepEqual(
    { name, title, description, stage },
    {
      name: 'roles/storage.bucketViewer',
      title: 'Storage Bucket Viewer',
      description: 'Grants permission to view buckets and their metadata, excluding IAM policies.',
      stage: 'BETA',
    },
  );
  assert.deepEqual(permissionsOf('roles/storage.bucketViewer'), [
    'storage.buckets.get',
    'storage.buckets.list',
  ]);
});

for (const name of [
  '',
  'roles/',
  'roles/storage.objectviewer',
  'storage.objectViewer',
  'projects/p/roles/viewer',
  '__proto__',
  'constructor',
  'roles/__proto__',
  'roles/constructor',
]) {
  test(`'${name}' is no role of the catalogue`, () => {
    assert.equal(findRole(name), undefined);
  });
}

test('a role and its permissions are made once', () => {
  assert.equal(findRole('roles/owner'), findRole('roles/owner'));
  assert.equal(findRole('roles/owner')?.permissions, findRole('roles/owner')?.permissions);
  assert.equal(listRoles(), listRoles());
});

test('every role of every table is listed once, sorted by name, and is the one that is found', () => {
  const names = listRoles().map((each) => each.name);
  assert.deepEqual(
    names,
    Object.values(tables)
      .flatMap((table) => Object.keys(table))
      .sort(),
  );
  assert.equal(new Set(names).size, 85);
  for (const each of listRoles()) assert.equal(findRole(each.name), each);
});

test('every role expands to at least one permission', () => {
  assert.deepEqual(
    listRoles().filter((each) => each.permissions.size === 0),
    [],
  );
});

for (const [name, table] of Object.entries(tables)) {
  test(`${name} has no prototype, so a name from outside finds a role or nothing`, () => {
    assert.equal(Object.getPrototypeOf(table), null);
    assert.equal('__proto__' in table, false);
  });
}

const RECOMMENDATIONS: Readonly<Record<string, readonly [permission: string, roles: readonly string[]]>> = {
  'fewest permissions first, then the name': [
    'iam.serviceAccounts.actAs',
    [
      'roles/iam.serviceAccountUser',
      'roles/iam.editor',
      'roles/compute.serviceAgent',
      'roles/iam.admin',
      'roles/editor',
      'roles/owner',
    ],
  ],
  'the basic roles last, smallest first, though other roles are larger': [
    'compute.commitments.list',
    [
      'roles/compute.viewer',
      'roles/compute.editor',
      'roles/compute.admin',
      'roles/iam.securityReviewer',
      'roles/iam.securityAdmin',
      'roles/viewer',
      'roles/editor',
      'roles/owner',
    ],
  ],
  'equal sizes by name': [
    'iam.policybindings.get',
    [
      'roles/resourcemanager.folderIamAdmin',
      'roles/resourcemanager.projectIamAdmin',
      'roles/resourcemanager.organizationAdmin',
      'roles/resourcemanager.folderAdmin',
      'roles/iam.viewer',
      'roles/iam.editor',
      'roles/iam.admin',
      'roles/viewer',
      'roles/editor',
      'roles/owner',
    ],
  ],
  'the only one': ['resourcemanager.projects.create', ['roles/resourcemanager.projectCreator']],
  'none for a permission that no role holds': ['compute.imageFamilyViews.get', []],
  'none for what is no permission': ['__proto__', []],
};

for (const [order, [permission, names]] of Object.entries(RECOMMENDATIONS)) {
  test(`the roles with '${permission}' are proposed: ${order}`, () => {
    assert.deepEqual(rolesWithPermission(permission), names);
  });
}
