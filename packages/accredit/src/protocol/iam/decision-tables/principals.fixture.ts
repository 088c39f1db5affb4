import type { Table } from './row.fixture.ts';
import {
  ADA,
  AUDITOR,
  ada,
  BOB,
  BUILD,
  bob,
  build,
  GOODS,
  NOBODY,
  PIPELINE,
  readersOfGoods as to,
  VIEWER,
} from './world.fixture.ts';

const given = { caller: ADA, permission: 'storage.objects.get', resource: GOODS };
const groups = { 'crew@example.com': [ada, 'group:night@example.com'], 'night@example.com': [bob, build] };
const circle = {
  'one@example.com': ['group:two@example.com'],
  'two@example.com': ['group:one@example.com', ada],
};

export const NAMES: Table = {
  about: 'members that name one principal (IAM notes 1.1)',
  stored: 'too',
  given,
  rows: [
    ['a user by the address', { on: to(ada) }, 'granted'],
    ['somebody else', { on: to(bob) }, 'not a member'],
    ['the same name in another domain', { on: to('user:ada@other.org') }, 'not a member'],
    [
      'a user is no service account of that address',
      { on: to(`serviceAccount:ada@example.com`) },
      'not a member',
    ],
    ['a user is no group of that address', { on: to('group:ada@example.com') }, 'not a member'],
    ['the kind of a member is case-sensitive', { on: to('User:ada@example.com') }, 'not a member'],
    ['an address without its kind names nobody', { on: to('ada@example.com') }, 'not a member'],
    ['a service account by the address', { caller: BUILD, on: to(build) }, 'granted'],
    [
      'a service account is no user of that address',
      { caller: BUILD, on: to('user:build@shop.iam.gserviceaccount.com') },
      'not a member',
    ],
    [
      'an account of the same id in another project',
      { caller: BUILD, on: to('serviceAccount:build@bank.iam.gserviceaccount.com') },
      'not a member',
    ],
    ['one among others', { on: to(bob, build, ada) }, 'granted'],
    ['one who is named twice', { on: to(ada, ada) }, 'granted'],
    ['no member at all', { on: to() }, 'not a member'],
    ['no binding at all', { on: {} }, 'no binding'],
    ['a deleted user of the address', { on: to('deleted:user:ada@example.com?uid=123') }, 'not a member'],
    ['a deleted group', { groups, on: to('deleted:group:crew@example.com?uid=123') }, 'not a member'],
    [
      'the member in one binding, the role in another',
      {
        on: {
          [GOODS]: [
            [VIEWER, bob],
            ['roles/storage.objectCreator', ada],
          ],
        },
      },
      'not in the role',
    ],
  ],
};

export const PUBLIC: Table = {
  about: 'allUsers and allAuthenticatedUsers (IAM notes 1.1)',
  stored: 'too',
  given: { ...given, on: to('allUsers') },
  rows: [
    ['allUsers holds a user', {}, 'granted'],
    ['allUsers holds a service account', { caller: BUILD }, 'granted'],
    ['allUsers holds who has no credentials', { caller: NOBODY }, 'granted'],
    ['allUsers holds a federated identity', { caller: PIPELINE }, 'granted'],
    [
      'allAuthenticatedUsers holds a user of any domain',
      { caller: BOB, on: to('allAuthenticatedUsers') },
      'granted',
    ],
    [
      'allAuthenticatedUsers holds a service account',
      { caller: BUILD, on: to('allAuthenticatedUsers') },
      'granted',
    ],
    [
      'allAuthenticatedUsers does not hold who has no credentials',
      { caller: NOBODY, on: to('allAuthenticatedUsers') },
      'not a member',
    ],
    [
      'allAuthenticatedUsers does not hold a federated identity',
      { caller: PIPELINE, on: to('allAuthenticatedUsers') },
      'not a member',
    ],
    ['the public sets are case-sensitive', { on: to('allusers') }, 'not a member'],
    ['who has no credentials is nobody else', { caller: NOBODY, on: to(ada, build, bob) }, 'not a member'],
    [
      'everybody reads, and nobody writes by that',
      { caller: NOBODY, permission: 'storage.objects.create' },
      'not in the role',
    ],
  ],
};

export const GROUPS: Table = {
  about: 'groups and domains (IAM notes 1.1, 1.3)',
  stored: 'too',
  given: { ...given, groups, on: to('group:crew@example.com') },
  rows: [
    ['a group holds its members', {}, 'granted'],
    ['a group holds the members of a group in it', { caller: BOB }, 'granted'],
    ['a group holds a service account', { caller: BUILD }, 'granted'],
    [
      'a group in a group does not hold those of the outer one',
      { on: to('group:night@example.com') },
      'not a member',
    ],
    ['a group does not hold who is not in it', { caller: AUDITOR }, 'not a member'],
    ['a group that is not there holds nobody', { on: to('group:ghosts@example.com') }, 'not a member'],
    [
      'groups in a circle hold whom either holds',
      { groups: circle, on: to('group:one@example.com') },
      'granted',
    ],
    [
      'groups in a circle hold nobody else',
      { groups: circle, caller: BOB, on: to('group:one@example.com') },
      'not a member',
    ],
    ['a domain holds its users', { on: to('domain:example.com') }, 'granted'],
    [
      'a domain does not hold users of another',
      { caller: BOB, on: to('domain:example.com') },
      'not a member',
    ],
    [
      'a domain does not hold those of a domain in it',
      { caller: { kind: 'user', email: 'eve@sub.example.com' }, on: to('domain:example.com') },
      'not a member',
    ],
    [
      'a domain is not a part of the name',
      { caller: { kind: 'user', email: 'eve@notexample.com' }, on: to('domain:example.com') },
      'not a member',
    ],
    [
      'a domain does not hold service accounts',
      { caller: BUILD, on: to('domain:shop.iam.gserviceaccount.com') },
      'not a member',
    ],
    [
      'a domain does not hold who has no credentials',
      { caller: NOBODY, on: to('domain:example.com') },
      'not a member',
    ],
    [
      'a domain does not hold a federated identity with an address of it',
      { caller: { ...PIPELINE, subject: 'ada@example.com' }, on: to('domain:example.com') },
      'not a member',
    ],
  ],
};
