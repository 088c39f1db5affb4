import { denied, on, reads, rule } from './denial.fixture.ts';
import type { Table } from './row.fixture.ts';
import {
  ada,
  BANK,
  BUILD_ACCOUNT,
  CSV,
  DIVISION,
  GOODS,
  LONE,
  ORG,
  SHOP,
  TEAM,
  VIEWER,
  VM,
} from './world.fixture.ts';

export const ATTACHMENTS: Table = {
  about: 'where deny policies are attached (IAM notes 1.3)',
  stored: 'too',
  given: reads,
  rows: [
    ['to the project', on(SHOP, rule()), `denied on ${SHOP}`],
    ['to the inner folder', on(TEAM, rule()), `denied on ${TEAM}`],
    ['to the outer folder', on(DIVISION, rule()), `denied on ${DIVISION}`],
    ['to the organization', on(ORG, rule()), `denied on ${ORG}`],
    [
      'to several, the nearest is named',
      { deny: { [ORG]: [rule()], [TEAM]: [rule()] } },
      `denied on ${TEAM}`,
    ],
    ['to another project', on(BANK, rule()), 'granted'],
    ['to a folder beside', on('folders/701', rule()), 'granted'],
    ['to another organization', on('organizations/901', rule()), 'granted'],
    [
      'a denial comes before a grant that is nearer',
      { ...on(ORG, rule()), on: { [CSV]: [], [GOODS]: [[VIEWER, ada]] } },
      'deny',
    ],
    ['a denial is named before a missing grant', { ...on(ORG, rule()), on: {} }, 'deny'],
    [
      'a folder is denied by the organization',
      {
        ...on(ORG, rule({ deniedPermissions: ['cloudresourcemanager.googleapis.com/folders.get'] })),
        permission: 'resourcemanager.folders.get',
        resource: TEAM,
        on: { [TEAM]: [['roles/browser', ada]] },
      },
      `denied on ${ORG}`,
    ],
    [
      'an instance is denied by its project',
      {
        ...denied(rule({ deniedPermissions: ['compute.googleapis.com/instances.stop'] })),
        permission: 'compute.instances.stop',
        resource: VM,
        on: { [VM]: [['roles/compute.instanceAdmin.v1', ada]] },
      },
      `denied on ${SHOP}`,
    ],
    [
      'an account is denied by the folder',
      {
        ...on(TEAM, rule({ deniedPermissions: ['iam.googleapis.com/serviceAccounts.actAs'] })),
        permission: 'iam.serviceAccounts.actAs',
        resource: BUILD_ACCOUNT,
        on: { [BUILD_ACCOUNT]: [['roles/iam.serviceAccountUser', ada]] },
      },
      `denied on ${TEAM}`,
    ],
    [
      'a project without organization is not denied by one',
      {
        ...on(ORG, rule()),
        permission: 'resourcemanager.projects.get',
        resource: LONE,
        on: { [LONE]: [['roles/browser', ada]] },
      },
      'granted',
    ],
    [
      'what leaves a folder is no longer denied by it',
      { ...on(TEAM, rule()), events: ['shop moves to the organization'] },
      'granted',
    ],
    [
      'what leaves a folder is still denied by the organization',
      { ...on(ORG, rule()), events: ['shop moves to the organization'] },
      `denied on ${ORG}`,
    ],
  ],
};
