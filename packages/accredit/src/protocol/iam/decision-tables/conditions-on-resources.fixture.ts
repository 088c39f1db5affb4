import { when } from './condition-case.fixture.ts';
import type { Case, Table } from './row.fixture.ts';
import {
  ADA,
  ada,
  BUILD_ACCOUNT,
  CSV,
  DISK,
  GOODS,
  LOOSE,
  ORG,
  REPORTS,
  SHOP,
  TEAM,
  VIEWER,
  VM,
} from './world.fixture.ts';

const FALSE = 'condition false';
const ERROR = 'condition error';

const name = (prefix: string) => `resource.name.startsWith('${prefix}')`;
const OBJECT = "resource.type == 'storage.googleapis.com/Object'";
const list: Case = { permission: 'storage.objects.list', resource: GOODS };
const owner = (expression: string, permission: string, resource: string): Case => ({
  permission,
  resource,
  on: {
    [ORG]: [
      ['roles/iam.serviceAccountAdmin', ada, expression],
      ['roles/resourcemanager.folderAdmin', ada, expression],
    ],
  },
});
const vm = (expression: string, change: Case = {}): Case => ({
  permission: 'compute.instances.get',
  resource: VM,
  on: { [SHOP]: [['roles/compute.viewer', ada, expression]] },
  ...change,
});

export const RESOURCES: Table = {
  about: 'conditions on the resource (IAM notes 1.4)',
  stored: 'too',
  given: { caller: ADA, permission: 'storage.objects.get', resource: CSV },
  rows: [
    ['the beginning of an object’s name', when(name(`${GOODS}/objects/reports/`)), 'granted'],
    ['the beginning of other names', when(name(`${GOODS}/objects/drafts/`)), FALSE],
    ['a name without the underscore', when(name('projects/shop/buckets/goods')), FALSE],
    ['a name with a slash in front', when(name(`/${GOODS}`)), FALSE],
    [
      'the list is asked on the bucket: a prefix of objects makes it fail',
      when(name(`${GOODS}/objects/reports/`), list),
      FALSE,
    ],
    ['the beginning of the bucket’s name covers both: the object', when(name(GOODS)), 'granted'],
    ['the beginning of the bucket’s name covers both: the list', when(name(GOODS), list), 'granted'],
    ['the end of a name', when("resource.name.endsWith('.csv')"), 'granted'],
    ['the end of another name', when("resource.name.endsWith('.csv')", { resource: LOOSE }), FALSE],
    ['the whole name', when(`resource.name == '${CSV}'`), 'granted'],
    ['a part of the name', when("resource.name.extract('objects/{top}/') == 'reports'"), 'granted'],
    ['a part that is not there is empty', when("resource.name.extract('folders/{top}/') == ''"), 'granted'],
    ['the type of an object', when(OBJECT), 'granted'],
    ['a bucket is no object', when(OBJECT, list), FALSE],
    [
      'a managed folder is neither',
      when("resource.type == 'storage.googleapis.com/ManagedFolder'", {
        permission: 'storage.managedFolders.get',
        resource: REPORTS,
      }),
      'granted',
    ],
    ['the service', when("resource.service == 'storage.googleapis.com'"), 'granted'],
    ['another service', when("resource.service == 'compute.googleapis.com'"), FALSE],
    [
      'all but objects whose name begins so',
      when(`resource.type != 'storage.googleapis.com/Object' || ${name(`${GOODS}/objects/reports/`)}`, list),
      'granted',
    ],
    [
      'a condition on a project’s policy sees the object',
      { on: { [SHOP]: [[VIEWER, ada, name(`${GOODS}/`)]] } },
      'granted',
    ],
    ['an instance by its name', vm("resource.name.endsWith('/instances/web')"), 'granted'],
    ['an instance in another zone', vm("resource.name.extract('zones/{zone}/') == 'us-east1-b'"), FALSE],
    ['an instance by its type', vm("resource.type == 'compute.googleapis.com/Instance'"), 'granted'],
    [
      'a disk is no instance',
      vm("resource.type == 'compute.googleapis.com/Instance'", {
        permission: 'compute.disks.get',
        resource: DISK,
      }),
      FALSE,
    ],
    [
      'the list of instances has the project’s type',
      vm("resource.type == 'cloudresourcemanager.googleapis.com/Project'", {
        permission: 'compute.instances.list',
        resource: SHOP,
      }),
      'granted',
    ],
    ['a project has no name', owner(name('projects/shop'), 'resourcemanager.projects.get', SHOP), ERROR],
    [
      'a project has a type',
      owner(
        "resource.type == 'cloudresourcemanager.googleapis.com/Project'",
        'resourcemanager.projects.get',
        SHOP,
      ),
      'granted',
    ],
    ['a folder has no name', owner(name('folders/'), 'resourcemanager.folders.get', TEAM), ERROR],
    [
      'a service account has no name',
      owner(name('projects/shop'), 'iam.serviceAccounts.get', BUILD_ACCOUNT),
      ERROR,
    ],
    [
      'a service account has its service',
      owner("resource.service == 'iam.googleapis.com'", 'iam.serviceAccounts.get', BUILD_ACCOUNT),
      'granted',
    ],
    [
      'what decides beside the missing name',
      owner(`true || ${name('projects/shop')}`, 'iam.serviceAccounts.get', BUILD_ACCOUNT),
      'granted',
    ],
    [
      'that the name is missing is no truth',
      owner(`!${name('projects/shop')}`, 'iam.serviceAccounts.get', BUILD_ACCOUNT),
      ERROR,
    ],
  ],
};
