/** The cloud that the decision tables speak of. */
import {
  ANONYMOUS,
  type FederatedPrincipal,
  type Member,
  type Principal,
} from '../../../kernel/principals.ts';
import type { ResourceName } from '../../../kernel/resource-names.ts';
import type { Grants } from './row.fixture.ts';

export const ORG = 'organizations/900';
/** A folder in the organization, and one in that folder. */
export const DIVISION = 'folders/800';
export const TEAM = 'folders/700';
/** A project in the inner folder, one right in the organization, and one without. */
export const SHOP = 'projects/shop';
export const BANK = 'projects/bank';
export const LONE = 'projects/lone';

export const SHOP_NUMBER = '100000000001';
export const BANK_NUMBER = '100000000002';
export const LONE_NUMBER = '100000000003';

/** What each of them is in. */
export const PARENTS: Readonly<Record<ResourceName, `folders/${string}` | `organizations/${string}`>> = {
  [SHOP]: TEAM,
  [TEAM]: DIVISION,
  [DIVISION]: ORG,
  [BANK]: ORG,
};

/** Of Cloud Identity; the organization's domain is `example.com`. */
export const CUSTOMER_ID = 'C0example';

/** Buckets: `goods`, and in it managed folders and an object; one of another project. */
export const GOODS = 'projects/_/buckets/goods';
export const REPORTS = `${GOODS}/managedFolders/reports/`;
export const REPORTS_2026 = `${GOODS}/managedFolders/reports/2026/`;
export const CSV = `${GOODS}/objects/reports/2026/q1.csv`;
export const LOOSE = `${GOODS}/objects/readme.txt`;
export const VAULT = 'projects/_/buckets/vault';
/** Without uniform bucket-level access; its object was uploaded by the user Ada. */
export const ATTIC = 'projects/_/buckets/attic';
export const HEIRLOOM = `${ATTIC}/objects/heirloom`;
/** With public access prevention, with uniform access and without. */
export const SEALED = 'projects/_/buckets/sealed';
export const CRYPT = 'projects/_/buckets/crypt';
/** The project of each bucket. */
export const BUCKETS: Readonly<Record<string, string>> = {
  goods: 'shop',
  vault: 'bank',
  attic: 'shop',
  sealed: 'shop',
  crypt: 'shop',
};

export const VM = `${SHOP}/zones/europe-west1-b/instances/web`;
export const DISK = `${SHOP}/zones/europe-west1-b/disks/web`;
export const IMAGE = `${SHOP}/global/images/base`;

export const ADA_EMAIL = 'ada@example.com';
export const ADA: Principal = { kind: 'user', email: ADA_EMAIL };
export const BOB: Principal = { kind: 'user', email: 'bob@other.org' };
export const NOBODY: Principal = ANONYMOUS;
export const BUILD_EMAIL = 'build@shop.iam.gserviceaccount.com';
export const BUILD = {
  kind: 'serviceAccount',
  email: BUILD_EMAIL,
  uniqueId: '100000000000000000001',
} as const satisfies Principal;
/** Who has the address of `BUILD` after it was deleted. */
export const BUILD_ANEW = { ...BUILD, uniqueId: '100000000000000000002' } as const satisfies Principal;
export const AUDITOR = {
  kind: 'serviceAccount',
  email: 'auditor@bank.iam.gserviceaccount.com',
  uniqueId: '100000000000000000003',
} as const satisfies Principal;
export const BUILD_ACCOUNT = `${SHOP}/serviceAccounts/${BUILD_EMAIL}`;

/** Members that name the callers. */
export const ada: Member = `user:${ADA_EMAIL}`;
export const bob: Member = 'user:bob@other.org';
export const build: Member = `serviceAccount:${BUILD_EMAIL}`;
export const auditor: Member = `serviceAccount:${AUDITOR.email}`;

/** An identity of a continuous integration service, of GKE, and of a workforce. */
export const CI_POOL = `projects/${SHOP_NUMBER}/locations/global/workloadIdentityPools/ci`;
export const PIPELINE: FederatedPrincipal = {
  kind: 'federated',
  pool: CI_POOL,
  subject: 'repo:acme/app:ref:main',
  groups: ['devs'],
  attributes: { repository: 'acme/app', actor: 'ada@example.com' },
};
export const GKE_POOL = `projects/${SHOP_NUMBER}/locations/global/workloadIdentityPools/shop.svc.id.goog`;
export const POD: FederatedPrincipal = {
  kind: 'federated',
  pool: GKE_POOL,
  subject: 'ns/web/sa/front',
  groups: [],
  attributes: {},
};
export const STAFF_POOL = 'locations/global/workforcePools/staff';
export const CAROL: FederatedPrincipal = {
  kind: 'federated',
  pool: STAFF_POOL,
  subject: 'carol@corp.example',
  groups: ['admins'],
  attributes: { department: 'ops' },
};

export const VIEWER = 'roles/storage.objectViewer';

/** The role of those who read objects, on the bucket `goods`. */
export function readersOfGoods(...members: readonly Member[]): Grants {
  return { [GOODS]: [[VIEWER, members]] };
}

/** The bindings that a new bucket with uniform access has (IAM notes, fact 1). */
export const CONVENIENCE = [
  ['roles/storage.legacyBucketOwner', ['projectEditor:shop', 'projectOwner:shop']],
  ['roles/storage.legacyBucketReader', 'projectViewer:shop'],
  ['roles/storage.legacyObjectOwner', ['projectEditor:shop', 'projectOwner:shop']],
  ['roles/storage.legacyObjectReader', 'projectViewer:shop'],
] as const;
