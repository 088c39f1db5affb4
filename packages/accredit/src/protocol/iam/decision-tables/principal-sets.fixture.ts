import type { Table } from './row.fixture.ts';
import {
  ADA,
  AUDITOR,
  BANK_NUMBER,
  BUILD,
  CAROL,
  CI_POOL,
  DIVISION,
  GKE_POOL,
  GOODS,
  NOBODY,
  ORG,
  PIPELINE,
  POD,
  SHOP_NUMBER,
  STAFF_POOL,
  TEAM,
  readersOfGoods as to,
} from './world.fixture.ts';

const given = { permission: 'storage.objects.get', resource: GOODS };
const MANAGER = 'principalSet://cloudresourcemanager.googleapis.com';
const accountsUnder = (node: string) => `${MANAGER}/${node}/type/ServiceAccount`;
const one = (rest: string) => to(`principal://iam.googleapis.com/${rest}`);
const set = (rest: string) => to(`principalSet://iam.googleapis.com/${rest}`);
const CLUSTER = 'https://container.googleapis.com/v1/projects/shop/locations/europe-west1/clusters/main';

export const ACCOUNT_SETS: Table = {
  about: 'sets of service accounts (IAM notes 1.1)',
  stored: 'too',
  given: { ...given, caller: BUILD },
  rows: [
    ['those of its project', { on: to(accountsUnder(`projects/${SHOP_NUMBER}`)) }, 'granted'],
    ['those of the folder of its project', { on: to(accountsUnder(TEAM)) }, 'granted'],
    ['those of the folder around that', { on: to(accountsUnder(DIVISION)) }, 'granted'],
    ['those of the organization', { on: to(accountsUnder(ORG)) }, 'granted'],
    ['those of another project', { on: to(accountsUnder(`projects/${BANK_NUMBER}`)) }, 'not a member'],
    ['those of another folder', { on: to(accountsUnder('folders/701')) }, 'not a member'],
    ['those of another organization', { on: to(accountsUnder('organizations/901')) }, 'not a member'],
    [
      'a project is named by its number, not by its id',
      { on: to(accountsUnder('projects/shop')) },
      'not a member',
    ],
    ['an account beside the folder', { caller: AUDITOR, on: to(accountsUnder(TEAM)) }, 'not a member'],
    [
      'an account beside the folder, in the organization',
      { caller: AUDITOR, on: to(accountsUnder(ORG)) },
      'granted',
    ],
    ['users are in no such set', { caller: ADA, on: to(accountsUnder(ORG)) }, 'not a member'],
    ['nobody is in no such set', { caller: NOBODY, on: to(accountsUnder(ORG)) }, 'not a member'],
    [
      'federated identities are in no such set',
      { caller: PIPELINE, on: to(accountsUnder(ORG)) },
      'not a member',
    ],
    [
      'the set of all kinds of principals there is not',
      { on: to(`${MANAGER}/${ORG}/type/User`) },
      'not a member',
    ],
    [
      'an account of its project is no service agent of it',
      { on: to(`${MANAGER}/projects/${SHOP_NUMBER}/type/ServiceAgent`) },
      'not a member',
    ],
    [
      'the set follows the move of a project, out of the folder',
      { on: to(accountsUnder(TEAM)), events: ['shop moves to the organization'] },
      'not a member',
    ],
    [
      'the set follows the move of a project, still in the organization',
      { on: to(accountsUnder(ORG)), events: ['shop moves to the organization'] },
      'granted',
    ],
  ],
};

export const WORKLOADS: Table = {
  about: 'workload identities (IAM notes 1.1, 1.11)',
  stored: 'too',
  given: { ...given, caller: PIPELINE },
  rows: [
    ['one by its subject', { on: one(`${CI_POOL}/subject/repo:acme/app:ref:main`) }, 'granted'],
    ['another subject', { on: one(`${CI_POOL}/subject/repo:acme/app:ref:dev`) }, 'not a member'],
    ['the beginning of a subject', { on: one(`${CI_POOL}/subject/repo:acme/app`) }, 'not a member'],
    ['a subject is no set', { on: set(`${CI_POOL}/subject/repo:acme/app:ref:main`) }, 'not a member'],
    [
      'the subject in another pool',
      { on: one(`${CI_POOL}2/subject/repo:acme/app:ref:main`) },
      'not a member',
    ],
    [
      'the pool is named by the number of its project',
      { on: one('projects/shop/locations/global/workloadIdentityPools/ci/subject/repo:acme/app:ref:main') },
      'not a member',
    ],
    ['a group of the provider', { on: set(`${CI_POOL}/group/devs`) }, 'granted'],
    ['a group that it is not in', { on: set(`${CI_POOL}/group/ops`) }, 'not a member'],
    ['a group of the provider is no Google group', { on: to('group:devs') }, 'not a member'],
    [
      'an attribute, with a slash in its value',
      { on: set(`${CI_POOL}/attribute.repository/acme/app`) },
      'granted',
    ],
    [
      'an attribute of another value',
      { on: set(`${CI_POOL}/attribute.repository/acme/lib`) },
      'not a member',
    ],
    ['another attribute of that value', { on: set(`${CI_POOL}/attribute.actor/acme/app`) }, 'not a member'],
    [
      'an attribute in another pool',
      { on: set(`${CI_POOL}2/attribute.repository/acme/app`) },
      'not a member',
    ],
    ['all of the pool', { on: set(`${CI_POOL}/*`) }, 'granted'],
    ['all of another pool', { on: set(`${CI_POOL}2/*`) }, 'not a member'],
    [
      'a star stands for all of a pool alone',
      { on: set(`${CI_POOL}/attribute.repository/*`) },
      'not a member',
    ],
    ['an attribute that is an address makes no user', { on: to('user:ada@example.com') }, 'not a member'],
    [
      'a deleted one',
      { on: to(`deleted:principal://iam.googleapis.com/${CI_POOL}/subject/x?uid=1`) },
      'not a member',
    ],
    ['service accounts are in no pool', { caller: BUILD, on: set(`${CI_POOL}/*`) }, 'not a member'],
  ],
};

export const KUBERNETES: Table = {
  about: 'identities of GKE (IAM notes 1.1)',
  stored: 'too',
  given: { ...given, caller: POD },
  rows: [
    ['one by its subject', { on: one(`${GKE_POOL}/subject/ns/web/sa/front`) }, 'granted'],
    ['the older name', { on: to('serviceAccount:shop.svc.id.goog[web/front]') }, 'granted'],
    [
      'the older name in another namespace',
      { on: to('serviceAccount:shop.svc.id.goog[dev/front]') },
      'not a member',
    ],
    [
      'the older name in another project',
      { on: to('serviceAccount:bank.svc.id.goog[web/front]') },
      'not a member',
    ],
    ['all of a namespace', { on: set(`${GKE_POOL}/namespace/web`) }, 'granted'],
    ['all of another namespace', { on: set(`${GKE_POOL}/namespace/dev`) }, 'not a member'],
    ['all of the pool', { on: set(`${GKE_POOL}/*`) }, 'granted'],
    [
      'one by the unique id of the Kubernetes account',
      {
        caller: { ...POD, attributes: { 'kubernetes.serviceaccount.uid': 'u-1' } },
        on: one(`${GKE_POOL}/kubernetes.serviceaccount.uid/u-1`),
      },
      'granted',
    ],
    [
      'all of a cluster',
      {
        caller: { ...POD, attributes: { 'kubernetes.cluster': CLUSTER } },
        on: set(`${GKE_POOL}/kubernetes.cluster/${CLUSTER}`),
      },
      'granted',
    ],
    [
      'no cluster where none is known',
      { on: set(`${GKE_POOL}/kubernetes.cluster/${CLUSTER}`) },
      'not a member',
    ],
    [
      'the older name is not that of a pool of another kind',
      { caller: { ...POD, pool: CI_POOL }, on: to('serviceAccount:shop.svc.id.goog[web/front]') },
      'not a member',
    ],
  ],
};

export const WORKFORCE: Table = {
  about: 'workforce identities (IAM notes 1.1)',
  stored: 'too',
  given: { ...given, caller: CAROL },
  rows: [
    ['one by the subject', { on: one(`${STAFF_POOL}/subject/carol@corp.example`) }, 'granted'],
    ['a group', { on: set(`${STAFF_POOL}/group/admins`) }, 'granted'],
    ['an attribute', { on: set(`${STAFF_POOL}/attribute.department/ops`) }, 'granted'],
    ['all of the pool', { on: set(`${STAFF_POOL}/*`) }, 'granted'],
    ['all of another pool', { on: set('locations/global/workforcePools/staff2/*') }, 'not a member'],
    ['a workload pool of that name', { on: set(`projects/${SHOP_NUMBER}/${STAFF_POOL}/*`) }, 'not a member'],
    ['allUsers holds them', { on: to('allUsers') }, 'granted'],
    ['allAuthenticatedUsers does not', { on: to('allAuthenticatedUsers') }, 'not a member'],
  ],
};
