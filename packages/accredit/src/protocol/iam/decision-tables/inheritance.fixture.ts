import type { Grants, Table } from './row.fixture.ts';
import {
  ADA,
  ada,
  BANK,
  BUILD_ACCOUNT,
  CSV,
  DISK,
  DIVISION,
  GOODS,
  IMAGE,
  LONE,
  LOOSE,
  ORG,
  REPORTS,
  REPORTS_2026,
  SHOP,
  TEAM,
  VAULT,
  VIEWER,
  VM,
} from './world.fixture.ts';

const reader = (...places: readonly string[]): Grants =>
  Object.fromEntries(places.map((place) => [place, [[VIEWER, ada]]]));
const has = (role: string, place: string): Grants => ({ [place]: [[role, ada]] });

export const DOWNWARDS: Table = {
  about: 'inheritance, down to an object (IAM notes 1.3)',
  stored: 'too',
  given: { caller: ADA, permission: 'storage.objects.get', resource: CSV },
  rows: [
    ['from the organization', { on: reader(ORG) }, `granted by ${ORG}`],
    ['from the outer folder', { on: reader(DIVISION) }, `granted by ${DIVISION}`],
    ['from the inner folder', { on: reader(TEAM) }, `granted by ${TEAM}`],
    ['from the project', { on: reader(SHOP) }, `granted by ${SHOP}`],
    ['from the bucket', { on: reader(GOODS) }, `granted by ${GOODS}`],
    ['from a managed folder', { on: reader(REPORTS) }, `granted by ${REPORTS}`],
    ['from a managed folder in another', { on: reader(REPORTS_2026) }, `granted by ${REPORTS_2026}`],
    ['the nearest of several is named', { on: reader(ORG, SHOP, REPORTS) }, `granted by ${REPORTS}`],
    ['not from another bucket', { on: reader(VAULT) }, 'no binding'],
    ['not from another project', { on: reader(BANK) }, 'no binding'],
    ['not from a folder beside', { on: reader('folders/701') }, 'no binding'],
    ['not from another organization', { on: reader('organizations/901') }, 'no binding'],
    ['not from a managed folder beside', { on: reader(`${GOODS}/managedFolders/drafts/`) }, 'no binding'],
    [
      'not from a managed folder whose name only begins alike',
      { on: reader(`${GOODS}/managedFolders/reports/20/`) },
      'no binding',
    ],
    [
      'not from a managed folder for an object beside it',
      { resource: LOOSE, on: reader(REPORTS) },
      'no binding',
    ],
    [
      'not from a managed folder of another bucket',
      { on: reader(`${VAULT}/managedFolders/reports/`) },
      'no binding',
    ],
    [
      'a lesser role below takes nothing away',
      {
        permission: 'storage.objects.delete',
        on: { ...reader(GOODS), ...has('roles/storage.objectAdmin', SHOP) },
      },
      `granted by ${SHOP}`,
    ],
    [
      'a policy below without the member takes nothing away',
      { on: { [GOODS]: [[VIEWER, 'user:eve@example.com']], ...reader(ORG) } },
      `granted by ${ORG}`,
    ],
    [
      'roles of several levels add up, each for what it holds',
      {
        permission: 'storage.objects.create',
        on: { ...reader(ORG), ...has('roles/storage.objectCreator', GOODS) },
      },
      `granted by ${GOODS}`,
    ],
    [
      'what leaves a folder loses what the folder gave',
      { on: reader(TEAM), events: ['shop moves to the organization'] },
      'no binding',
    ],
    [
      'what leaves a folder keeps what the organization gave',
      { on: reader(ORG), events: ['shop moves to the organization'] },
      `granted by ${ORG}`,
    ],
    [
      'a policy that goes takes its grants along',
      { on: reader(GOODS), events: ['goods loses its policy'] },
      'no binding',
    ],
  ],
};

export const UPWARDS: Table = {
  about: 'nothing is inherited upwards (IAM notes 1.3)',
  stored: 'too',
  given: { caller: ADA, permission: 'storage.objects.list', resource: GOODS },
  rows: [
    ['from a managed folder to its bucket', { on: reader(REPORTS) }, 'no binding'],
    [
      'from an inner managed folder to the outer',
      { resource: REPORTS, on: reader(REPORTS_2026) },
      'no binding',
    ],
    [
      'from an outer managed folder to the inner',
      { resource: REPORTS_2026, on: reader(REPORTS) },
      `granted by ${REPORTS}`,
    ],
    ['to a managed folder without a policy', { resource: REPORTS, on: reader(GOODS) }, `granted by ${GOODS}`],
    [
      'from a bucket to its project',
      { permission: 'resourcemanager.projects.get', resource: SHOP, on: has('roles/storage.admin', GOODS) },
      'no binding',
    ],
    [
      'from a project to its folder',
      { permission: 'resourcemanager.folders.get', resource: TEAM, on: has('roles/browser', SHOP) },
      'no binding',
    ],
    [
      'from an inner folder to the outer',
      { permission: 'resourcemanager.folders.get', resource: DIVISION, on: has('roles/browser', TEAM) },
      'no binding',
    ],
    [
      'from a folder to the organization',
      { permission: 'resourcemanager.organizations.get', resource: ORG, on: has('roles/browser', DIVISION) },
      'no binding',
    ],
    [
      'from the organization to a folder',
      { permission: 'resourcemanager.folders.get', resource: TEAM, on: has('roles/browser', ORG) },
      `granted by ${ORG}`,
    ],
    [
      'from the organization to a project right in it',
      { permission: 'resourcemanager.projects.get', resource: BANK, on: has('roles/browser', ORG) },
      `granted by ${ORG}`,
    ],
    [
      'from the organization to a project without one',
      { permission: 'resourcemanager.projects.get', resource: LONE, on: has('roles/browser', ORG) },
      'no binding',
    ],
    [
      'a project without organization by its own policy',
      { permission: 'resourcemanager.projects.get', resource: LONE, on: has('roles/browser', LONE) },
      `granted by ${LONE}`,
    ],
  ],
};

const USER = 'roles/iam.serviceAccountUser';
const ADMIN = 'roles/compute.instanceAdmin.v1';
const OTHER_VM = `${SHOP}/zones/europe-west1-b/instances/db`;

export const LEAVES: Table = {
  about: 'policies of service accounts and of Compute (IAM notes 1.3, 1.8)',
  stored: 'too',
  given: { caller: ADA, permission: 'iam.serviceAccounts.actAs', resource: BUILD_ACCOUNT },
  rows: [
    ['an account by its own policy', { on: has(USER, BUILD_ACCOUNT) }, `granted by ${BUILD_ACCOUNT}`],
    ['an account by its project', { on: has(USER, SHOP) }, `granted by ${SHOP}`],
    ['an account by the folder', { on: has(USER, TEAM) }, `granted by ${TEAM}`],
    ['an account by the organization', { on: has(USER, ORG) }, `granted by ${ORG}`],
    [
      'an account by another account’s policy',
      { on: has(USER, `${SHOP}/serviceAccounts/x@shop.y`) },
      'no binding',
    ],
    ['an account by another project', { on: has(USER, BANK) }, 'no binding'],
    [
      'the keys of an account by the policy of the account',
      {
        permission: 'iam.serviceAccountKeys.get',
        resource: `${BUILD_ACCOUNT}/keys/1`,
        on: has('roles/iam.serviceAccountKeyAdmin', BUILD_ACCOUNT),
      },
      `granted by ${BUILD_ACCOUNT}`,
    ],
    [
      'the project not by the policy of an account',
      { permission: 'resourcemanager.projects.get', resource: SHOP, on: has(USER, BUILD_ACCOUNT) },
      'no binding',
    ],
    [
      'an instance by its own policy',
      { permission: 'compute.instances.stop', resource: VM, on: has(ADMIN, VM) },
      `granted by ${VM}`,
    ],
    [
      'an instance by its project',
      { permission: 'compute.instances.stop', resource: VM, on: has(ADMIN, SHOP) },
      `granted by ${SHOP}`,
    ],
    [
      'an instance not by the policy of another',
      { permission: 'compute.instances.stop', resource: VM, on: has(ADMIN, OTHER_VM) },
      'no binding',
    ],
    [
      'an instance not by the policy of its disk',
      { permission: 'compute.instances.stop', resource: VM, on: has(ADMIN, DISK) },
      'no binding',
    ],
    [
      'the list of instances not by the policy of one',
      { permission: 'compute.instances.list', resource: SHOP, on: has(ADMIN, VM) },
      'no binding',
    ],
    [
      'a disk by its own policy',
      { permission: 'compute.disks.use', resource: DISK, on: has('roles/compute.storageAdmin', DISK) },
      `granted by ${DISK}`,
    ],
    [
      'an image by its own policy',
      {
        permission: 'compute.images.useReadOnly',
        resource: IMAGE,
        on: has('roles/compute.imageUser', IMAGE),
      },
      `granted by ${IMAGE}`,
    ],
    [
      'an image by the folder',
      { permission: 'compute.images.useReadOnly', resource: IMAGE, on: has('roles/compute.imageUser', TEAM) },
      `granted by ${TEAM}`,
    ],
  ],
};
