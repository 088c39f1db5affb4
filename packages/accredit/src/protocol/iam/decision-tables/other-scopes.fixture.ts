import { COMPUTE_READ, COMPUTE_WRITE, IAM, PROJECT_READ, PROJECT_WRITE } from '../scopes.ts';
import { full, holds } from './credential.fixture.ts';
import type { Table } from './row.fixture.ts';
import { BUILD, BUILD_ACCOUNT, build, SHOP } from './world.fixture.ts';

const instances = { resource: SHOP, on: { [SHOP]: [['roles/compute.admin', build]] } } as const;

export const COMPUTE_SCOPES: Table = {
  about: 'scopes and Compute (IAM notes 1.10, 3.2)',
  given: { caller: BUILD, permission: 'compute.instances.list', accepted: COMPUTE_READ, ...instances },
  rows: [
    ['instances.list with compute-ro', holds('compute-ro'), 'granted'],
    ['instances.list with compute-rw', holds('compute-rw'), 'granted'],
    ['instances.list with cloud-platform', holds('cloud-platform'), 'granted'],
    ['instances.list with cloud-platform.read-only', holds(full('cloud-platform.read-only')), 'scopes'],
    ['instances.list with what a new instance has', holds('default'), 'scopes'],
    ['instances.list with storage-full', holds('storage-full'), 'scopes'],
    [
      'instances.insert with compute-ro',
      { ...holds('compute-ro'), permission: 'compute.instances.create', accepted: COMPUTE_WRITE },
      'scopes',
    ],
    [
      'instances.insert with compute-rw',
      { ...holds('compute-rw'), permission: 'compute.instances.create', accepted: COMPUTE_WRITE },
      'granted',
    ],
    [
      'projects.setUsageExportBucket with storage-rw',
      {
        ...holds('storage-rw'),
        permission: 'compute.projects.setUsageExportBucket',
        accepted: [...COMPUTE_WRITE, full('devstorage.read_write')],
      },
      'granted',
    ],
  ],
};

const accounts = {
  resource: BUILD_ACCOUNT,
  on: { [SHOP]: [['roles/iam.serviceAccountAdmin', build]] },
} as const;
const project = { resource: SHOP, on: { [SHOP]: [['roles/owner', build]] } } as const;

export const OTHER_SCOPES: Table = {
  about: 'scopes and IAM, Resource Manager, Service Usage (IAM notes 1.10, 3.3, 3.6, 3.7)',
  given: { caller: BUILD },
  rows: [
    [
      'serviceAccounts.get with cloud-platform',
      { ...holds('cloud-platform'), permission: 'iam.serviceAccounts.get', accepted: IAM, ...accounts },
      'granted',
    ],
    [
      'serviceAccounts.get with the older scope of IAM',
      { ...holds(full('iam')), permission: 'iam.serviceAccounts.get', accepted: IAM, ...accounts },
      'granted',
    ],
    [
      'serviceAccounts.get with cloud-platform.read-only, though it only reads',
      {
        ...holds(full('cloud-platform.read-only')),
        permission: 'iam.serviceAccounts.get',
        accepted: IAM,
        ...accounts,
      },
      'scopes',
    ],
    [
      'serviceAccounts.get with userinfo-email',
      { ...holds('userinfo-email'), permission: 'iam.serviceAccounts.get', accepted: IAM, ...accounts },
      'scopes',
    ],
    [
      'projects.get with cloud-platform.read-only',
      {
        ...holds(full('cloud-platform.read-only')),
        permission: 'resourcemanager.projects.get',
        accepted: PROJECT_READ,
        ...project,
      },
      'granted',
    ],
    [
      'projects.setIamPolicy with cloud-platform.read-only',
      {
        ...holds(full('cloud-platform.read-only')),
        permission: 'resourcemanager.projects.setIamPolicy',
        accepted: PROJECT_WRITE,
        ...project,
      },
      'scopes',
    ],
    [
      'projects.setIamPolicy with cloud-platform',
      {
        ...holds('cloud-platform'),
        permission: 'resourcemanager.projects.setIamPolicy',
        accepted: PROJECT_WRITE,
        ...project,
      },
      'granted',
    ],
    [
      'services.enable with service.management',
      {
        ...holds(full('service.management')),
        permission: 'serviceusage.services.enable',
        accepted: [...PROJECT_WRITE, full('service.management')],
        ...project,
      },
      'granted',
    ],
    [
      'services.enable with the alias service-management, which only reads',
      {
        ...holds('service-management'),
        permission: 'serviceusage.services.enable',
        accepted: [...PROJECT_WRITE, full('service.management')],
        ...project,
      },
      'scopes',
    ],
  ],
};
