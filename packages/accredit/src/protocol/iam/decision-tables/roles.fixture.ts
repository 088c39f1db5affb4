import type { Case, Table } from './row.fixture.ts';
import { ADA, ada, GOODS, SHOP } from './world.fixture.ts';

const given = { caller: ADA, resource: SHOP };
const asks = (role: string, permission: string): Case => ({ permission, on: { [SHOP]: [[role, ada]] } });
const owner = (permission: string) => asks('roles/owner', permission);
const editor = (permission: string) => asks('roles/editor', permission);
const viewer = (permission: string) => asks('roles/viewer', permission);
const NO = 'not in the role';

export const BASIC_ROLES: Table = {
  about: 'what basic roles hold (IAM notes, facts 1, 2 and 4, 2)',
  given,
  rows: [
    ['an owner creates buckets', owner('storage.buckets.create'), 'granted'],
    ['an owner lists buckets', owner('storage.buckets.list'), 'granted'],
    ['an owner deletes buckets', owner('storage.buckets.delete'), 'granted'],
    ['an owner does not read a bucket', owner('storage.buckets.get'), NO],
    ['an owner does not read the policy of a bucket', owner('storage.buckets.getIamPolicy'), NO],
    ['an owner does not write the policy of a bucket', owner('storage.buckets.setIamPolicy'), NO],
    ['an owner does not read objects', owner('storage.objects.get'), NO],
    ['an owner does not list objects', owner('storage.objects.list'), NO],
    ['an owner does not create objects', owner('storage.objects.create'), NO],
    ['an owner has HMAC keys', owner('storage.hmacKeys.create'), 'granted'],
    ['an owner acts as accounts', owner('iam.serviceAccounts.actAs'), 'granted'],
    ['an owner has no access tokens of accounts', owner('iam.serviceAccounts.getAccessToken'), NO],
    ['an owner has no identity tokens of accounts', owner('iam.serviceAccounts.getOpenIdToken'), NO],
    ['an owner does not sign bytes as an account', owner('iam.serviceAccounts.signBlob'), NO],
    ['an owner does not sign tokens as an account', owner('iam.serviceAccounts.signJwt'), NO],
    ['an owner does not delegate', owner('iam.serviceAccounts.implicitDelegation'), NO],
    ['an owner makes keys of accounts', owner('iam.serviceAccountKeys.create'), 'granted'],
    ['an owner says who may act as accounts', owner('iam.serviceAccounts.setIamPolicy'), 'granted'],
    ['an owner writes the policy of the project', owner('resourcemanager.projects.setIamPolicy'), 'granted'],
    ['an owner deletes the project', owner('resourcemanager.projects.delete'), 'granted'],
    ['an owner writes policies of instances', owner('compute.instances.setIamPolicy'), 'granted'],
    ['an owner makes no deny policies', owner('iam.denypolicies.create'), NO],
    ['an owner makes identity pools', owner('iam.googleapis.com/workloadIdentityPools.create'), 'granted'],
    ['identity pools have two spellings', owner('iam.workloadIdentityPools.create'), 'granted'],
    ['an editor creates buckets', editor('storage.buckets.create'), 'granted'],
    ['an editor does not read objects', editor('storage.objects.get'), NO],
    ['an editor creates instances', editor('compute.instances.create'), 'granted'],
    ['an editor is administrator on instances', editor('compute.instances.osAdminLogin'), 'granted'],
    ['an editor writes no policies of instances', editor('compute.instances.setIamPolicy'), NO],
    ['an editor acts as accounts', editor('iam.serviceAccounts.actAs'), 'granted'],
    ['an editor makes keys of accounts', editor('iam.serviceAccountKeys.create'), 'granted'],
    ['an editor does not sign as an account', editor('iam.serviceAccounts.signBlob'), NO],
    ['an editor does not say who may act as accounts', editor('iam.serviceAccounts.setIamPolicy'), NO],
    ['an editor changes the project', editor('resourcemanager.projects.update'), 'granted'],
    [
      'an editor does not write the policy of the project',
      editor('resourcemanager.projects.setIamPolicy'),
      NO,
    ],
    ['an editor does not delete the project', editor('resourcemanager.projects.delete'), NO],
    ['an editor makes no custom roles', editor('iam.roles.create'), NO],
    ['an editor lets the project pay', editor('serviceusage.services.use'), 'granted'],
    ['a viewer lists buckets', viewer('storage.buckets.list'), 'granted'],
    ['a viewer does not create buckets', viewer('storage.buckets.create'), NO],
    ['a viewer reads guest attributes', viewer('compute.instances.getGuestAttributes'), 'granted'],
    ['a viewer does not start instances', viewer('compute.instances.start'), NO],
    ['a viewer reads the policy of the project', viewer('resourcemanager.projects.getIamPolicy'), 'granted'],
    ['a viewer does not act as accounts', viewer('iam.serviceAccounts.actAs'), NO],
    ['a viewer does not let the project pay', viewer('serviceusage.services.use'), NO],
  ],
};

const bucket = (role: string, permission: string): Case => ({
  permission: `storage.${permission}`,
  resource: GOODS,
  on: { [GOODS]: [[`roles/storage.${role}`, ada]] },
});
const iam = (role: string, permission: string) =>
  asks(`roles/iam.${role}`, `iam.serviceAccounts.${permission}`);
const compute = (role: string, permission: string) => asks(`roles/compute.${role}`, permission);
const manager = (role: string, permission: string) =>
  asks(`roles/resourcemanager.${role}`, `resourcemanager.${permission}`);

export const PREDEFINED_ROLES: Table = {
  about: 'what predefined roles hold (IAM notes, facts 2 and 3, 2)',
  given,
  rows: [
    ['objectViewer reads objects', bucket('objectViewer', 'objects.get'), 'granted'],
    ['objectViewer does not read the bucket', bucket('objectViewer', 'buckets.get'), NO],
    ['objectCreator does not read what it wrote', bucket('objectCreator', 'objects.get'), NO],
    ['objectCreator does not overwrite', bucket('objectCreator', 'objects.delete'), NO],
    ['objectCreator does not list', bucket('objectCreator', 'objects.list'), NO],
    ['objectUser deletes', bucket('objectUser', 'objects.delete'), 'granted'],
    ['objectUser does not write lists of access', bucket('objectUser', 'objects.setIamPolicy'), NO],
    ['objectAdmin does not read the bucket', bucket('objectAdmin', 'buckets.get'), NO],
    ['objectAdmin makes managed folders', bucket('objectAdmin', 'managedFolders.create'), 'granted'],
    ['objectAdmin gives no managed folders away', bucket('objectAdmin', 'managedFolders.setIamPolicy'), NO],
    ['legacyBucketReader lists objects', bucket('legacyBucketReader', 'objects.list'), 'granted'],
    ['legacyBucketReader reads none', bucket('legacyBucketReader', 'objects.get'), NO],
    ['legacyBucketWriter deletes objects', bucket('legacyBucketWriter', 'objects.delete'), 'granted'],
    ['legacyBucketWriter reads none', bucket('legacyBucketWriter', 'objects.get'), NO],
    ['legacyBucketOwner writes the policy', bucket('legacyBucketOwner', 'buckets.setIamPolicy'), 'granted'],
    ['legacyBucketOwner reads no objects', bucket('legacyBucketOwner', 'objects.get'), NO],
    ['legacyBucketOwner does not delete the bucket', bucket('legacyBucketOwner', 'buckets.delete'), NO],
    ['legacyObjectReader does not list', bucket('legacyObjectReader', 'objects.list'), NO],
    ['legacyObjectOwner does not delete', bucket('legacyObjectOwner', 'objects.delete'), NO],
    ['storage.admin has no HMAC keys', bucket('admin', 'hmacKeys.create'), NO],
    ['storage.viewer is no reader of objects', bucket('viewer', 'objects.get'), NO],
    ['storage.editor is no reader of objects', bucket('editor', 'objects.get'), NO],
    ['serviceAccountUser acts as', iam('serviceAccountUser', 'actAs'), 'granted'],
    ['serviceAccountUser has no tokens', iam('serviceAccountUser', 'getAccessToken'), NO],
    ['serviceAccountTokenCreator has tokens', iam('serviceAccountTokenCreator', 'getAccessToken'), 'granted'],
    [
      'serviceAccountTokenCreator delegates',
      iam('serviceAccountTokenCreator', 'implicitDelegation'),
      'granted',
    ],
    ['serviceAccountTokenCreator does not act as', iam('serviceAccountTokenCreator', 'actAs'), NO],
    ['workloadIdentityUser has access tokens', iam('workloadIdentityUser', 'getAccessToken'), 'granted'],
    ['workloadIdentityUser has identity tokens', iam('workloadIdentityUser', 'getOpenIdToken'), 'granted'],
    ['workloadIdentityUser does not sign bytes', iam('workloadIdentityUser', 'signBlob'), NO],
    ['workloadIdentityUser does not sign tokens', iam('workloadIdentityUser', 'signJwt'), NO],
    ['workloadIdentityUser does not delegate', iam('workloadIdentityUser', 'implicitDelegation'), NO],
    [
      'serviceAccountOpenIdTokenCreator has no access tokens',
      iam('serviceAccountOpenIdTokenCreator', 'getAccessToken'),
      NO,
    ],
    ['serviceAccountAdmin does not act as', iam('serviceAccountAdmin', 'actAs'), NO],
    ['serviceAccountAdmin says who may', iam('serviceAccountAdmin', 'setIamPolicy'), 'granted'],
    [
      'serviceAccountAdmin makes no keys',
      asks('roles/iam.serviceAccountAdmin', 'iam.serviceAccountKeys.create'),
      NO,
    ],
    ['securityReviewer lists objects', asks('roles/iam.securityReviewer', 'storage.objects.list'), 'granted'],
    ['securityReviewer reads none', asks('roles/iam.securityReviewer', 'storage.objects.get'), NO],
    [
      'securityAdmin writes policies of buckets',
      asks('roles/iam.securityAdmin', 'storage.buckets.setIamPolicy'),
      'granted',
    ],
    [
      'instanceAdmin.v1 does not act as accounts',
      compute('instanceAdmin.v1', 'iam.serviceAccounts.actAs'),
      NO,
    ],
    ['compute.admin neither', compute('admin', 'iam.serviceAccounts.actAs'), NO],
    ['compute.viewer reads no objects', compute('viewer', 'storage.objects.get'), NO],
    ['osLogin logs in', compute('osLogin', 'compute.instances.osLogin'), 'granted'],
    ['osLogin is no administrator', compute('osLogin', 'compute.instances.osAdminLogin'), NO],
    ['osAdminLogin does not start instances', compute('osAdminLogin', 'compute.instances.start'), NO],
    ['organizationAdmin makes no projects', manager('organizationAdmin', 'projects.create'), NO],
    ['folderAdmin deletes no projects', manager('folderAdmin', 'projects.delete'), NO],
    ['projectDeleter does not see what it deletes', manager('projectDeleter', 'projects.get'), NO],
    [
      'organizationAdmin makes no deny policies',
      asks('roles/resourcemanager.organizationAdmin', 'iam.denypolicies.create'),
      NO,
    ],
    ['denyReviewer lists deny policies', asks('roles/iam.denyReviewer', 'iam.denypolicies.list'), 'granted'],
    ['browser lists no instances', asks('roles/browser', 'compute.instances.list'), NO],
    [
      'serviceUsageConsumer enables nothing',
      asks('roles/serviceusage.serviceUsageConsumer', 'serviceusage.services.enable'),
      NO,
    ],
  ],
};

const LISTER = 'projects/shop/roles/lister';
const custom = { [LISTER]: ['storage.objects.list', 'iam.googleapis.com/workloadIdentityPools.list'] };

export const OTHER_ROLES: Table = {
  about: 'custom roles, and roles that there are not (IAM notes 1.5)',
  stored: 'too',
  given: { ...given, roles: custom },
  rows: [
    ['a custom role gives what it holds', asks(LISTER, 'storage.objects.list'), 'granted'],
    ['a custom role gives nothing else', asks(LISTER, 'storage.objects.get'), NO],
    [
      'a custom role that was deleted is inert',
      { ...asks(LISTER, 'storage.objects.list'), roles: {} },
      'no such role',
    ],
    [
      'a role of that id of another project is another',
      asks('projects/bank/roles/lister', 'storage.objects.list'),
      'no such role',
    ],
    [
      'no predefined role is named without its prefix',
      asks('storage.objectViewer', 'storage.objects.get'),
      'no such role',
    ],
    [
      'the names of roles are case-sensitive',
      asks('roles/storage.objectviewer', 'storage.objects.get'),
      'no such role',
    ],
    [
      'a role as old readers see a conditional one',
      asks('roles/owner_withcond_0123456789abcdef0123', 'storage.buckets.list'),
      'no such role',
    ],
    ['a permission that nobody has', owner('storage.objects.admire'), NO],
    ['a group of permissions is no permission', owner('storage.buckets.*'), NO],
    ['the names of permissions are case-sensitive', viewer('storage.buckets.List'), NO],
    [
      'a permission in the spelling of deny policies is none',
      viewer('storage.googleapis.com/buckets.list'),
      NO,
    ],
    [
      'the other spelling of identity pools in a custom role',
      asks(LISTER, 'iam.workloadIdentityPools.list'),
      'granted',
    ],
    [
      'the other spelling of managed folders',
      asks('roles/storage.folderAdmin', 'storage.managedfolders.setIamPolicy'),
      'granted',
    ],
  ],
};
