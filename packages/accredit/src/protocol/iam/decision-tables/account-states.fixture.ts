import { STORAGE_READ } from '../scopes.ts';
import { ALL } from './denial.fixture.ts';
import type { Table } from './row.fixture.ts';
import { BUILD, build, CSV, SHOP, readersOfGoods as to } from './world.fixture.ts';

const given = { caller: BUILD, permission: 'storage.objects.get', resource: CSV, on: to(build) };
const pubsub = ['https://www.googleapis.com/auth/pubsub'];

export const STATES: Table = {
  about: 'accounts that cannot act (IAM notes 1.3, 1.8)',
  given,
  rows: [
    ['a disabled account', { state: 'disabled' }, 'principal'],
    ['a deleted account', { state: 'deleted' }, 'principal'],
    [
      'its state comes before its scopes',
      { state: 'disabled', held: pubsub, accepted: STORAGE_READ },
      'principal',
    ],
    [
      'its state comes before a denial',
      {
        state: 'deleted',
        deny: { [SHOP]: [{ deniedPrincipals: [ALL], deniedPermissions: ['storage.googleapis.com/*.*'] }] },
      },
      'principal',
    ],
    ['its state comes before a missing grant', { state: 'disabled', on: {} }, 'principal'],
    ['its state comes before a boundary', { state: 'disabled', boundary: [] }, 'principal'],
    ['what everybody may it may not', { state: 'disabled', on: to('allUsers') }, 'principal'],
  ],
};
