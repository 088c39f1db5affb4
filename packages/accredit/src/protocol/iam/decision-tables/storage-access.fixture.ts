import type { Grants, Table } from './row.fixture.ts';
import {
  ADA,
  ATTIC,
  ada,
  BANK,
  BOB,
  BUILD,
  bob,
  build,
  CONVENIENCE,
  CRYPT,
  GOODS,
  HEIRLOOM,
  LOOSE,
  NOBODY,
  PIPELINE,
  SEALED,
  SHOP,
  VAULT,
  VIEWER,
} from './world.fixture.ts';

/** The bindings of a new bucket, and a basic role on its project. */
const basic = (role: string, bucket = GOODS): Grants => ({
  [bucket]: CONVENIENCE,
  [SHOP]: [[`roles/${role}`, ada]],
});

export const CONVENIENCE_MEMBERS: Table = {
  about: 'convenience members of buckets (IAM notes, fact 1, 1.1)',
  stored: 'too',
  given: { caller: ADA, permission: 'storage.objects.get', resource: LOOSE, on: basic('owner') },
  rows: [
    ['an owner reads objects', {}, `granted by ${GOODS}`],
    ['an owner lists objects', { resource: GOODS, permission: 'storage.objects.list' }, 'granted'],
    ['an owner deletes objects', { permission: 'storage.objects.delete' }, 'granted'],
    ['an owner reads the bucket', { resource: GOODS, permission: 'storage.buckets.get' }, 'granted'],
    [
      'an owner writes the policy',
      { resource: GOODS, permission: 'storage.buckets.setIamPolicy' },
      'granted',
    ],
    [
      'an owner deletes the bucket by the project',
      { resource: GOODS, permission: 'storage.buckets.delete' },
      `granted by ${SHOP}`,
    ],
    ['an owner does not move objects', { permission: 'storage.objects.move' }, 'not in the role'],
    [
      'an editor writes the policy',
      { resource: GOODS, permission: 'storage.buckets.setIamPolicy', on: basic('editor') },
      'granted',
    ],
    ['an editor updates objects', { permission: 'storage.objects.update', on: basic('editor') }, 'granted'],
    ['a viewer reads objects', { on: basic('viewer') }, 'granted'],
    [
      'a viewer lists objects',
      { resource: GOODS, permission: 'storage.objects.list', on: basic('viewer') },
      'granted',
    ],
    [
      'a viewer does not delete',
      { permission: 'storage.objects.delete', on: basic('viewer') },
      'not in the role',
    ],
    [
      'a viewer does not read the policy',
      { resource: GOODS, permission: 'storage.buckets.getIamPolicy', on: basic('viewer') },
      'not in the role',
    ],
    ['who may but browse the project', { on: basic('browser') }, 'not in the role'],
    ['the administrator of another role of the project', { on: basic('compute.admin') }, 'not in the role'],
    ['somebody without a role on the project', { caller: BOB }, 'not a member'],
    [
      'an owner of a group that owns the project',
      {
        groups: { 'crew@example.com': [ada] },
        on: { [GOODS]: CONVENIENCE, [SHOP]: [['roles/owner', 'group:crew@example.com']] },
      },
      'granted',
    ],
    [
      'an owner without the bindings of a new bucket',
      { on: { [GOODS]: [[VIEWER, bob]], [SHOP]: [['roles/owner', ada]] } },
      'not in the role',
    ],
    [
      'owners of another project',
      { on: { [GOODS]: CONVENIENCE, [BANK]: [['roles/owner', ada]] } },
      'not a member',
    ],
    [
      'the owners of a project do not count in a bucket of another',
      {
        resource: VAULT,
        on: {
          [VAULT]: [[VIEWER, 'projectOwner:shop']],
          [SHOP]: [['roles/owner', ada]],
          [BANK]: [['roles/owner', ada]],
        },
      },
      'not in the role',
    ],
    [
      'the kinds of holders are apart: an owner is no viewer',
      { on: { [GOODS]: [[VIEWER, 'projectViewer:shop']], [SHOP]: [['roles/owner', ada]] } },
      'not in the role',
    ],
    [
      'convenience members mean nothing on a project',
      {
        on: {
          [SHOP]: [
            ['roles/storage.admin', 'projectOwner:shop'],
            ['roles/owner', ada],
          ],
        },
      },
      'not in the role',
    ],
  ],
};

export const OBJECT_LISTS: Table = {
  about: 'access control lists of objects (IAM notes 1.3, storage notes 9.1, 9.3)',
  stored: 'only',
  given: { caller: ADA, permission: 'storage.objects.get', resource: HEIRLOOM },
  rows: [
    ['who uploaded it reads it', {}, `granted by ${HEIRLOOM}`],
    [
      'who uploaded it may change its list',
      { permission: 'storage.objects.setIamPolicy' },
      `granted by ${HEIRLOOM}`,
    ],
    [
      'who uploaded it may not delete it by that',
      { permission: 'storage.objects.delete' },
      'not in the role',
    ],
    ['somebody else may not read it', { caller: BOB }, 'not a member'],
    ['who has no credentials may not read it', { caller: NOBODY }, 'not a member'],
    [
      'IAM on the bucket is as good',
      { caller: BOB, on: { [ATTIC]: [[VIEWER, bob]] } },
      `granted by ${ATTIC}`,
    ],
    ['IAM on the project is as good', { caller: BOB, on: { [SHOP]: [[VIEWER, bob]] } }, `granted by ${SHOP}`],
    [
      'viewers of the project read it',
      { caller: BOB, on: { [SHOP]: [['roles/viewer', bob]] } },
      `granted by ${HEIRLOOM}`,
    ],
    [
      'owners of the project may change its list',
      { caller: BOB, permission: 'storage.objects.setIamPolicy', on: { [SHOP]: [['roles/owner', bob]] } },
      `granted by ${HEIRLOOM}`,
    ],
    ['its list says nothing of other objects', { resource: `${ATTIC}/objects/other` }, 'not a member'],
    [
      'an object that is not there is nobody’s, and its project’s',
      { caller: BOB, resource: `${ATTIC}/objects/other`, on: { [SHOP]: [['roles/viewer', bob]] } },
      'granted',
    ],
    [
      'its list says nothing of the bucket',
      { permission: 'storage.objects.list', resource: ATTIC },
      'no binding',
    ],
    ['with uniform access there are no lists', { resource: LOOSE }, 'no binding'],
    [
      'with uniform access viewers of the project need the bindings',
      { caller: BOB, resource: LOOSE, on: { [SHOP]: [['roles/viewer', bob]] } },
      'not in the role',
    ],
    [
      'a deny policy comes before a list',
      {
        deny: {
          [SHOP]: [
            {
              deniedPrincipals: ['principal://goog/subject/ada@example.com'],
              deniedPermissions: ['storage.googleapis.com/objects.get'],
            },
          ],
        },
      },
      `denied on ${SHOP}`,
    ],
    [
      'a bucket that is not there has no access',
      { resource: 'projects/_/buckets/lost/objects/o', on: { [SHOP]: [['roles/storage.admin', ada]] } },
      'no binding',
    ],
  ],
};

const everybody = (member: string, place: string): Grants => ({ [place]: [[VIEWER, member]] });

export const PUBLIC_ACCESS_PREVENTION: Table = {
  about: 'public access prevention (IAM notes 1.3, storage notes 9.4)',
  stored: 'only',
  given: { caller: NOBODY, permission: 'storage.objects.get', resource: `${SEALED}/objects/o` },
  rows: [
    [
      'what allUsers was given on the bucket does not count',
      { on: everybody('allUsers', SEALED) },
      'not a member',
    ],
    [
      'nor what allAuthenticatedUsers was given',
      { caller: ADA, on: everybody('allAuthenticatedUsers', SEALED) },
      'not a member',
    ],
    ['nor what allUsers was given on the project', { on: everybody('allUsers', SHOP) }, 'not a member'],
    [
      'nor what allUsers was given on a managed folder',
      { resource: `${SEALED}/objects/d/o`, on: everybody('allUsers', `${SEALED}/managedFolders/d/`) },
      'not a member',
    ],
    ['nor for who has a name', { caller: BUILD, on: everybody('allUsers', SEALED) }, 'not a member'],
    ['nor for a federated identity', { caller: PIPELINE, on: everybody('allUsers', SEALED) }, 'not a member'],
    [
      'nor without uniform access',
      { resource: `${CRYPT}/objects/o`, on: everybody('allUsers', CRYPT) },
      'not a member',
    ],
    [
      'what somebody was given counts',
      { caller: BUILD, on: everybody(build, SEALED) },
      `granted by ${SEALED}`,
    ],
    [
      'what a domain was given counts',
      { caller: ADA, on: everybody('domain:example.com', SEALED) },
      `granted by ${SEALED}`,
    ],
    [
      'who stands beside everybody in a binding counts',
      { caller: ADA, on: { [SEALED]: [[VIEWER, ['allUsers', ada]]] } },
      `granted by ${SEALED}`,
    ],
    [
      'another bucket of the project is as public as it says',
      { resource: LOOSE, on: everybody('allUsers', GOODS) },
      `granted by ${GOODS}`,
    ],
  ],
};
