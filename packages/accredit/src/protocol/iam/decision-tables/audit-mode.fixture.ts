import { STORAGE_READ } from '../scopes.ts';
import { ALL } from './denial.fixture.ts';
import type { Table } from './row.fixture.ts';
import { BUILD, bob, build, CSV, GOODS, NOBODY, SHOP, readersOfGoods as to } from './world.fixture.ts';

const given = { caller: BUILD, permission: 'storage.objects.get', resource: CSV, on: to(build) };
const pubsub = ['https://www.googleapis.com/auth/pubsub'];

export const AUDIT_MODE: Table = {
  about: 'audit mode: what is refused is recorded (IAM notes 1.3)',
  given: { ...given, mode: 'audit' },
  rows: [
    ['what is granted is granted', {}, 'granted'],
    ['no grant', { on: {} }, 'no binding'],
    ['a grant to somebody else', { on: to(bob) }, 'not a member'],
    ['a lesser role', { permission: 'storage.objects.delete' }, 'not in the role'],
    ['a scope that is missing', { held: pubsub, accepted: STORAGE_READ }, 'scopes'],
    [
      'a denial',
      { deny: { [SHOP]: [{ deniedPrincipals: [ALL], deniedPermissions: ['storage.googleapis.com/*.*'] }] } },
      'deny',
    ],
    ['a boundary', { boundary: [] }, 'boundary'],
    ['a disabled account', { state: 'disabled' }, 'principal'],
    [
      'a condition that is false',
      { on: { [GOODS]: [['roles/storage.admin', build, 'false']] } },
      'condition false',
    ],
    ['who has no credentials is refused all the same', { caller: NOBODY }, 'not a member'],
    ['who has no credentials may what everybody may', { caller: NOBODY, on: to('allUsers') }, 'granted'],
  ],
};
