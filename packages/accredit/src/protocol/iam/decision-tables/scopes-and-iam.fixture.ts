import { STORAGE_READ } from '../scopes.ts';
import { full, holds } from './credential.fixture.ts';
import type { Table } from './row.fixture.ts';
import { ADA, ada, BUILD, build, GOODS, LOOSE, NOBODY, SHOP, VIEWER } from './world.fixture.ts';

const read = { permission: 'storage.objects.get', resource: LOOSE, accepted: STORAGE_READ };

export const SCOPES_AND_IAM: Table = {
  about: 'scopes and IAM beside each other (IAM notes 1.3, 1.10)',
  given: { caller: BUILD, ...read, on: { [GOODS]: [[VIEWER, build]] } },
  rows: [
    ['both will do', holds('storage-ro'), 'granted'],
    ['scopes come before IAM', { ...holds('pubsub'), on: {} }, 'scopes'],
    ['a scope grants nothing', { ...holds('storage-full'), on: {} }, 'no binding'],
    ['the widest scope grants nothing', { ...holds('cloud-platform'), on: {} }, 'no binding'],
    [
      'the widest role makes up for no scope',
      { ...holds('datastore'), on: { [GOODS]: [['roles/storage.admin', build]] } },
      'scopes',
    ],
    [
      'scopes come before what everybody may',
      { ...holds('taskqueue'), on: { [GOODS]: [[VIEWER, 'allUsers']] } },
      'scopes',
    ],
    [
      'who has no credentials has no scopes to lack',
      { caller: NOBODY, on: { [GOODS]: [[VIEWER, 'allUsers']] } },
      'granted',
    ],
    ['a method that asks for none', { ...holds(), accepted: undefined }, 'granted'],
    [
      'a user with the scopes of gcloud',
      {
        caller: ADA,
        held: [
          'openid',
          full('userinfo.email'),
          full('cloud-platform'),
          full('appengine.admin'),
          full('compute'),
        ],
        on: { [GOODS]: [[VIEWER, ada]] },
      },
      'granted',
    ],
    [
      'a user who only signed in',
      { caller: ADA, held: ['openid', full('userinfo.email')], on: { [GOODS]: [[VIEWER, ada]] } },
      'scopes',
    ],
    [
      'scopes are compared whole, not without their host',
      { held: ['http://www.googleapis.com/auth/cloud-platform'] },
      'scopes',
    ],
    [
      'several scopes in one text are none',
      { held: [`${full('devstorage.read_only')} ${full('pubsub')}`] },
      'scopes',
    ],
    ['the deprecated alias of SQL', { ...holds('sql'), accepted: [full('sqlservice')] }, 'granted'],
    [
      'the other alias of SQL is another scope',
      { ...holds('sql-admin'), accepted: [full('sqlservice')] },
      'scopes',
    ],
    [
      'monitoring-write does not read',
      { ...holds('monitoring-write'), accepted: [full('monitoring.read')] },
      'scopes',
    ],
    [
      'cloud-source-repos-ro does not write',
      { ...holds('cloud-source-repos-ro'), accepted: [full('source.full_control')] },
      'scopes',
    ],
    [
      'scopes come before a deny policy',
      {
        ...holds('pubsub'),
        deny: {
          [SHOP]: [
            {
              deniedPrincipals: ['principalSet://goog/public:all'],
              deniedPermissions: ['storage.googleapis.com/objects.get'],
            },
          ],
        },
      },
      'scopes',
    ],
  ],
};
