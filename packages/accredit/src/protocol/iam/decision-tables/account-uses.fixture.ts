import type { Case, Table } from './row.fixture.ts';
import {
  ADA,
  AUDITOR,
  ada,
  auditor,
  BUILD,
  BUILD_ACCOUNT,
  build,
  NOBODY,
  PIPELINE,
  SHOP,
} from './world.fixture.ts';

const acts = (caller: Case['caller'], member: string, permission: string, role: string): Case => ({
  ...(caller === undefined ? {} : { caller }),
  permission: `iam.serviceAccounts.${permission}`,
  on: { [BUILD_ACCOUNT]: [[`roles/iam.${role}`, member]] },
});
const POOL =
  'principalSet://iam.googleapis.com/projects/100000000001/locations/global/workloadIdentityPools/ci';

export const USES: Table = {
  about: 'who may act as an account, or sign as it (IAM notes 1.8, 1.9, 1.11)',
  stored: 'too',
  given: { caller: ADA, resource: BUILD_ACCOUNT },
  rows: [
    ['a user has access tokens', acts(ADA, ada, 'getAccessToken', 'serviceAccountTokenCreator'), 'granted'],
    [
      'a user has identity tokens alone',
      acts(ADA, ada, 'getAccessToken', 'serviceAccountOpenIdTokenCreator'),
      'not in the role',
    ],
    [
      'another account delegates',
      acts(AUDITOR, auditor, 'implicitDelegation', 'serviceAccountTokenCreator'),
      'granted',
    ],
    [
      'another account acts as it, and has no tokens',
      acts(AUDITOR, auditor, 'getAccessToken', 'serviceAccountUser'),
      'not in the role',
    ],
    [
      'an account that was given itself',
      acts(BUILD, build, 'signBlob', 'serviceAccountTokenCreator'),
      'granted',
    ],
    [
      'a repository of a pool has access tokens',
      acts(PIPELINE, `${POOL}/attribute.repository/acme/app`, 'getAccessToken', 'workloadIdentityUser'),
      'granted',
    ],
    [
      'another repository of the pool has none',
      acts(PIPELINE, `${POOL}/attribute.repository/acme/lib`, 'getAccessToken', 'workloadIdentityUser'),
      'not a member',
    ],
    [
      'a pool does not sign by that',
      acts(PIPELINE, `${POOL}/*`, 'signJwt', 'workloadIdentityUser'),
      'not in the role',
    ],
    [
      'an older name of a Kubernetes account',
      acts(PIPELINE, 'serviceAccount:shop.svc.id.goog[web/front]', 'getAccessToken', 'workloadIdentityUser'),
      'not a member',
    ],
    [
      'nobody has tokens by what all accounts were given',
      acts(NOBODY, 'allAuthenticatedUsers', 'getAccessToken', 'serviceAccountTokenCreator'),
      'not a member',
    ],
    [
      'an owner of the project acts as it',
      { permission: 'iam.serviceAccounts.actAs', on: { [SHOP]: [['roles/owner', ada]] } },
      `granted by ${SHOP}`,
    ],
    [
      'an owner of the account has no tokens',
      { permission: 'iam.serviceAccounts.getAccessToken', on: { [BUILD_ACCOUNT]: [['roles/owner', ada]] } },
      'not in the role',
    ],
  ],
};
