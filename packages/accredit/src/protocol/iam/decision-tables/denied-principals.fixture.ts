import { ALL } from './denial.fixture.ts';
import type { Case, Table } from './row.fixture.ts';
import {
  ADA,
  AUDITOR,
  ada,
  BOB,
  BUILD,
  BUILD_ANEW,
  BUILD_EMAIL,
  bob,
  CAROL,
  CI_POOL,
  CSV,
  CUSTOMER_ID,
  GOODS,
  NOBODY,
  ORG,
  PIPELINE,
  SHOP,
  SHOP_NUMBER,
  STAFF_POOL,
  VIEWER,
} from './world.fixture.ts';

const who = (...deniedPrincipals: readonly string[]): Case => ({
  deny: { [SHOP]: [{ deniedPrincipals, deniedPermissions: ['storage.googleapis.com/objects.get'] }] },
});
const allBut = (...exceptionPrincipals: readonly string[]): Case => ({
  deny: {
    [SHOP]: [
      {
        deniedPrincipals: [ALL],
        exceptionPrincipals,
        deniedPermissions: ['storage.googleapis.com/objects.get'],
      },
    ],
  },
});
const account = (email: string) => `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`;
const MANAGER = 'principalSet://cloudresourcemanager.googleapis.com';
const crew = { 'crew@example.com': [ada, 'group:night@example.com'], 'night@example.com': [bob] };

export const DENIED_PRINCIPALS: Table = {
  about: 'whom deny policies deny (IAM notes 1.1, 1.3)',
  stored: 'too',
  given: {
    caller: ADA,
    permission: 'storage.objects.get',
    resource: CSV,
    on: { [GOODS]: [[VIEWER, 'allUsers']] },
  },
  rows: [
    ['a user', who('principal://goog/subject/ada@example.com'), 'deny'],
    ['another user', who('principal://goog/subject/bob@other.org'), 'granted'],
    ['everybody holds a user', who(ALL), 'deny'],
    ['everybody holds a service account', { caller: BUILD, ...who(ALL) }, 'deny'],
    ['everybody holds who has no credentials', { caller: NOBODY, ...who(ALL) }, 'deny'],
    ['everybody holds a federated identity', { caller: PIPELINE, ...who(ALL) }, 'deny'],
    ['a service account', { caller: BUILD, ...who(account(BUILD_EMAIL)) }, 'deny'],
    ['another service account', { caller: AUDITOR, ...who(account(BUILD_EMAIL)) }, 'granted'],
    [
      'a service account is no user',
      { caller: BUILD, ...who(`principal://goog/subject/${BUILD_EMAIL}`) },
      'granted',
    ],
    ['a group', { groups: crew, ...who('principalSet://goog/group/crew@example.com') }, 'deny'],
    [
      'a group in a group',
      { groups: crew, caller: BOB, ...who('principalSet://goog/group/crew@example.com') },
      'deny',
    ],
    [
      'a group that it is not in',
      { groups: crew, ...who('principalSet://goog/group/night@example.com') },
      'granted',
    ],
    ['a customer', who(`principalSet://goog/cloudIdentityCustomerId/${CUSTOMER_ID}`), 'deny'],
    ['another customer', who('principalSet://goog/cloudIdentityCustomerId/C0other'), 'granted'],
    [
      'a customer does not hold users of another domain',
      { caller: BOB, ...who(`principalSet://goog/cloudIdentityCustomerId/${CUSTOMER_ID}`) },
      'granted',
    ],
    [
      'the accounts of the organization',
      { caller: BUILD, ...who(`${MANAGER}/${ORG}/type/ServiceAccount`) },
      'deny',
    ],
    [
      'the accounts of a project',
      { caller: AUDITOR, ...who(`${MANAGER}/projects/${SHOP_NUMBER}/type/ServiceAccount`) },
      'granted',
    ],
    ['a user is no account of the organization', who(`${MANAGER}/${ORG}/type/ServiceAccount`), 'granted'],
    [
      'one identity of a pool',
      { caller: PIPELINE, ...who(`principal://iam.googleapis.com/${CI_POOL}/subject/${PIPELINE.subject}`) },
      'deny',
    ],
    ['all of a pool', { caller: PIPELINE, ...who(`principalSet://iam.googleapis.com/${CI_POOL}/*`) }, 'deny'],
    [
      'an attribute of a pool',
      {
        caller: PIPELINE,
        ...who(`principalSet://iam.googleapis.com/${CI_POOL}/attribute.repository/acme/lib`),
      },
      'granted',
    ],
    [
      'a group of a workforce',
      { caller: CAROL, ...who(`principalSet://iam.googleapis.com/${STAFF_POOL}/group/admins`) },
      'deny',
    ],
    ['a deleted user', who('deleted:principal://goog/subject/ada@example.com?uid=1'), 'granted'],
    ['nobody', who(), 'granted'],
    [
      'the last of a list',
      who('principal://goog/subject/bob@other.org', 'principal://goog/subject/ada@example.com'),
      'deny',
    ],
    [
      'an account that was made anew was not meant',
      {
        caller: BUILD_ANEW,
        ...who(account(BUILD_EMAIL)),
        events: ['build is deleted', 'build is made anew'],
      },
      'granted',
    ],
    [
      'an account that came back was meant',
      { caller: BUILD, ...who(account(BUILD_EMAIL)), events: ['build is deleted', 'build is undeleted'] },
      'deny',
    ],
  ],
};

export const EXCEPTED_PRINCIPALS: Table = {
  about: 'whom deny policies spare (IAM notes 1.1, 1.3)',
  stored: 'too',
  given: {
    caller: ADA,
    permission: 'storage.objects.get',
    resource: CSV,
    on: { [GOODS]: [[VIEWER, 'allUsers']] },
  },
  rows: [
    ['a user', allBut('principal://goog/subject/ada@example.com'), 'granted'],
    ['somebody else', allBut('principal://goog/subject/bob@other.org'), 'deny'],
    ['a service account', { caller: BUILD, ...allBut(account(BUILD_EMAIL)) }, 'granted'],
    ['a group', { groups: crew, ...allBut('principalSet://goog/group/crew@example.com') }, 'granted'],
    [
      'a group through another',
      { groups: crew, caller: BOB, ...allBut('principalSet://goog/group/crew@example.com') },
      'granted',
    ],
    ['a customer', allBut(`principalSet://goog/cloudIdentityCustomerId/${CUSTOMER_ID}`), 'granted'],
    [
      'the accounts of a project',
      { caller: BUILD, ...allBut(`${MANAGER}/projects/${SHOP_NUMBER}/type/ServiceAccount`) },
      'granted',
    ],
    ['a pool', { caller: PIPELINE, ...allBut(`principalSet://iam.googleapis.com/${CI_POOL}/*`) }, 'granted'],
    [
      'who has no credentials is never spared',
      { caller: NOBODY, ...allBut('principal://goog/subject/ada@example.com') },
      'deny',
    ],
    [
      'to be spared grants nothing',
      { ...allBut('principal://goog/subject/ada@example.com'), on: {} },
      'no binding',
    ],
    [
      'an account that was made anew was not meant',
      {
        caller: BUILD_ANEW,
        ...allBut(account(BUILD_EMAIL)),
        events: ['build is deleted', 'build is made anew'],
      },
      'deny',
    ],
    [
      'who is spared by one policy is denied by the next',
      {
        deny: {
          [SHOP]: [
            {
              deniedPrincipals: [ALL],
              exceptionPrincipals: ['principal://goog/subject/ada@example.com'],
              deniedPermissions: ['storage.googleapis.com/*.*'],
            },
          ],
          [ORG]: [{ deniedPrincipals: [ALL], deniedPermissions: ['storage.googleapis.com/*.*'] }],
        },
      },
      `denied on ${ORG}`,
    ],
    [
      'to be denied by name and spared by a group is to be spared',
      {
        groups: crew,
        deny: {
          [SHOP]: [
            {
              deniedPrincipals: ['principal://goog/subject/ada@example.com'],
              exceptionPrincipals: ['principalSet://goog/group/crew@example.com'],
              deniedPermissions: ['storage.googleapis.com/objects.get'],
            },
          ],
        },
      },
      'granted',
    ],
  ],
};
