import type { Case, Table } from './row.fixture.ts';
import {
  ADA,
  AUDITOR,
  ada,
  auditor,
  BUILD,
  BUILD_ACCOUNT,
  BUILD_ANEW,
  BUILD_EMAIL,
  build,
  CSV,
  ORG,
  SHOP,
  readersOfGoods as to,
} from './world.fixture.ts';

const given = { caller: BUILD, permission: 'storage.objects.get', resource: CSV, on: to(build) };
const crew = { 'crew@example.com': [build] };

const DELETED = ['build is deleted'] as const;
const ANEW = ['build is deleted', 'build is made anew'] as const;
const BACK = ['build is deleted', 'build is undeleted'] as const;
const uses = (on: Case['on']): Case => ({
  caller: ADA,
  permission: 'iam.serviceAccounts.actAs',
  resource: BUILD_ACCOUNT,
  ...(on === undefined ? {} : { on }),
});

export const LIVES: Table = {
  about: 'the life of a service account (IAM notes 1.1, 1.8)',
  stored: 'only',
  given,
  rows: [
    ['it lives', {}, 'granted'],
    ['it is disabled', { events: ['build is disabled'] }, 'principal'],
    [
      'it is disabled, and another is not',
      { caller: AUDITOR, on: to(auditor), events: ['build is disabled'] },
      'granted',
    ],
    ['it is enabled again', { events: ['build is disabled', 'build is enabled'] }, 'granted'],
    ['it is deleted', { events: DELETED }, 'principal'],
    [
      'it was disabled before it was deleted, and came back',
      { events: ['build is disabled', ...BACK] },
      'principal',
    ],
    ['it came back with its grants', { events: BACK }, 'granted'],
    ['who has its address now has none of its grants', { caller: BUILD_ANEW, events: ANEW }, 'not a member'],
    [
      'who has its address now is none of its group',
      { caller: BUILD_ANEW, groups: crew, on: to('group:crew@example.com'), events: ANEW },
      'not a member',
    ],
    ['a token of the first is no good after that', { events: ANEW }, 'principal'],
    [
      'who has its address now may what everybody may',
      { caller: BUILD_ANEW, on: to('allUsers'), events: ANEW },
      'granted',
    ],
    [
      'who has its address now may what every account of the organization may',
      {
        caller: BUILD_ANEW,
        on: to(`principalSet://cloudresourcemanager.googleapis.com/${ORG}/type/ServiceAccount`),
        events: ANEW,
      },
      'granted',
    ],
    [
      'a member with the unique id of another',
      { on: to(`serviceAccount:${BUILD_EMAIL}?uid=100000000000000000009`) },
      'not a member',
    ],
    [
      'a member with its unique id',
      { on: to(`serviceAccount:${BUILD_EMAIL}?uid=${BUILD.uniqueId}`) },
      'granted',
    ],
    [
      'a token with the unique id of another',
      { caller: { ...BUILD, uniqueId: '100000000000000000009' } },
      'principal',
    ],
    [
      'an account of the address that was never there',
      { caller: { ...BUILD, email: 'x@shop.iam.gserviceaccount.com' } },
      'principal',
    ],
    [
      'members beside a deleted one keep theirs',
      { caller: AUDITOR, on: to(build, auditor), events: DELETED },
      'granted',
    ],
    [
      'what its own policy gave is gone with it',
      { ...uses({ [BUILD_ACCOUNT]: [['roles/iam.serviceAccountUser', ada]] }), events: DELETED },
      'no binding',
    ],
    [
      'what its own policy gave is not given on who has its address now',
      { ...uses({ [BUILD_ACCOUNT]: [['roles/iam.serviceAccountUser', ada]] }), events: ANEW },
      'no binding',
    ],
    [
      'what its own policy gave comes back with it',
      { ...uses({ [BUILD_ACCOUNT]: [['roles/iam.serviceAccountUser', ada]] }), events: BACK },
      `granted by ${BUILD_ACCOUNT}`,
    ],
    [
      'what the project gives on its accounts it gives on the new one',
      { ...uses({ [SHOP]: [['roles/iam.serviceAccountUser', ada]] }), events: ANEW },
      `granted by ${SHOP}`,
    ],
    [
      'a disabled account can be used by others in name',
      { ...uses({ [SHOP]: [['roles/iam.serviceAccountUser', ada]] }), events: ['build is disabled'] },
      'granted',
    ],
  ],
};
