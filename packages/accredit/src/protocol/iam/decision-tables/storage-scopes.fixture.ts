import { STORAGE_FULL, STORAGE_READ, STORAGE_WRITE } from '../scopes.ts';
import { full, holds } from './credential.fixture.ts';
import type { Table } from './row.fixture.ts';
import { BUILD, build, GOODS, LOOSE, SHOP } from './world.fixture.ts';

export const STORAGE_SCOPES: Table = {
  about: 'scopes and Storage (IAM notes 1.10, 3.1)',
  given: {
    caller: BUILD,
    permission: 'storage.objects.get',
    resource: LOOSE,
    on: {
      [GOODS]: [
        ['roles/storage.admin', build],
        ['roles/storage.legacyBucketOwner', build],
      ],
    },
    accepted: STORAGE_READ,
  },
  rows: [
    ['objects.get with storage-ro', holds('storage-ro'), 'granted'],
    ['objects.get with storage-rw', holds('storage-rw'), 'granted'],
    ['objects.get with storage-full', holds('storage-full'), 'granted'],
    ['objects.get with cloud-platform', holds('cloud-platform'), 'granted'],
    ['objects.get with cloud-platform.read-only', holds(full('cloud-platform.read-only')), 'granted'],
    ['objects.get with what a new instance has', holds('default'), 'granted'],
    ['objects.get with what a node of GKE has', holds('gke-default'), 'granted'],
    ['objects.get with compute-rw', holds('compute-rw'), 'scopes'],
    ['objects.get with bigquery', holds('bigquery'), 'scopes'],
    ['objects.get with a scope that only begins alike', holds(full('devstorage.read')), 'scopes'],
    ['objects.get with the short name as it is', { held: ['devstorage.read_only'] }, 'scopes'],
    [
      'objects.get with several, one of which will do',
      holds('logging-write', 'storage-ro', 'pubsub'),
      'granted',
    ],
    [
      'objects.get with several, none of which will do',
      holds('logging-write', 'monitoring', 'trace'),
      'scopes',
    ],
    ['objects.get with none', holds(), 'scopes'],
    [
      'objects.insert with storage-ro',
      { ...holds('storage-ro'), permission: 'storage.objects.create', accepted: STORAGE_WRITE },
      'scopes',
    ],
    [
      'objects.insert with storage-rw',
      { ...holds('storage-rw'), permission: 'storage.objects.create', accepted: STORAGE_WRITE },
      'granted',
    ],
    [
      'objects.insert with what a new instance has',
      { ...holds('default'), permission: 'storage.objects.create', accepted: STORAGE_WRITE },
      'scopes',
    ],
    [
      'objects.insert with cloud-platform.read-only',
      {
        ...holds(full('cloud-platform.read-only')),
        permission: 'storage.objects.create',
        accepted: STORAGE_WRITE,
      },
      'scopes',
    ],
    [
      'objects.patch with storage-rw',
      { ...holds('storage-rw'), permission: 'storage.objects.update', accepted: STORAGE_FULL },
      'scopes',
    ],
    [
      'objects.patch with storage-full',
      { ...holds('storage-full'), permission: 'storage.objects.update', accepted: STORAGE_FULL },
      'granted',
    ],
    [
      'buckets.getIamPolicy with storage-ro, though it only reads',
      {
        ...holds('storage-ro'),
        permission: 'storage.buckets.getIamPolicy',
        resource: GOODS,
        accepted: STORAGE_FULL,
      },
      'scopes',
    ],
    [
      'buckets.getIamPolicy with storage-full',
      {
        ...holds('storage-full'),
        permission: 'storage.buckets.getIamPolicy',
        resource: GOODS,
        accepted: STORAGE_FULL,
      },
      'granted',
    ],
    [
      'objects.setIamPolicy takes storage-rw',
      { ...holds('storage-rw'), permission: 'storage.objects.setIamPolicy', accepted: STORAGE_WRITE },
      'granted',
    ],
    [
      'hmacKeys.get with storage-rw, which it alone of the reads does not take',
      {
        ...holds('storage-rw'),
        permission: 'storage.hmacKeys.get',
        resource: SHOP,
        on: { [SHOP]: [['roles/storage.hmacKeyAdmin', build]] },
        accepted: STORAGE_READ.filter((scope) => !scope.endsWith('read_write')),
      },
      'scopes',
    ],
  ],
};
