import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainRefusal, grantCommands } from './explain-refusal.ts';
import { readRefusal } from './refusals.ts';

const CALLER = 'serviceAccount:reader@p.iam.gserviceaccount.com';
const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only';
const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';
const FULL_CONTROL = 'https://www.googleapis.com/auth/devstorage.full_control';

const DECISION = {
  verdict: 'refused',
  carriedOut: true,
  mode: 'enforce',
  refusedBy: 'iam',
  principal: CALLER,
  permission: 'storage.buckets.create',
  resource: 'projects/p',
  timeMs: 1_795_410_000_000,
  scopes: { outcome: 'sufficient', held: [CLOUD_PLATFORM], accepted: [CLOUD_PLATFORM, FULL_CONTROL] },
  policies: [
    {
      resource: 'projects/p',
      bindings: [
        {
          role: 'roles/owner',
          memberMatch: [],
          memberCount: 1,
          rolePermission: 'included',
          grants: false,
        },
        {
          role: 'roles/storage.objectViewer',
          memberMatch: [CALLER],
          memberCount: 2,
          rolePermission: 'notIncluded',
          grants: false,
        },
        {
          role: 'roles/viewer',
          memberMatch: [],
          memberCount: 1,
          rolePermission: 'notIncluded',
          grants: false,
        },
        { role: 'roles/x', memberMatch: [], memberCount: 1, rolePermission: 'notIncluded', grants: false },
      ],
    },
  ],
};

const REFUSAL = {
  requestId: '0011223344556677',
  timeMs: 1_795_410_000_000,
  method: 'storage.buckets.insert',
  status: 403,
  message: 'No.',
  decision: DECISION,
  remedies: { grants: [{ role: 'roles/storage.admin', member: CALLER, resource: 'projects/p' }], scopes: [] },
};

const explain = (refusal: object, data = '') =>
  explainRefusal(readRefusal(refusal, ''), { paint: (_, text) => text, data });

test('a refusal of IAM says what was looked at, and what would have opened it', () => {
  assert.equal(
    explain(REFUSAL),
    `Refused: storage.buckets.create for ${CALLER}

  When      2026-11-23T05:00:00Z
  Call      storage.buckets.insert (request 0011223344556677)
  Resource  projects/p
  Answer    403 No.

Access scopes: open. The token carries cloud-platform.

IAM: closed. No policy grants storage.buckets.create to ${CALLER}. Looked at:
  projects/p: 4 bindings
    roles/owner holds the permission, but its one member is not the caller
    roles/storage.objectViewer is given to ${CALLER}, but does not hold the permission
    2 further: none names the caller or holds the permission

To open IAM, run one of these, the narrowest role first:
  accredit iam grant roles/storage.admin ${CALLER} --project p
  gcloud projects add-iam-policy-binding p --member=${CALLER} --role=roles/storage.admin
`,
  );
});

test('a refusal of the scopes says which the token carries and which would do, and that IAM was open', () => {
  const granting = {
    role: 'roles/storage.admin',
    memberMatch: [CALLER],
    memberCount: 1,
    rolePermission: 'included',
    grants: true,
  };
  const refusal = {
    ...REFUSAL,
    instance: 'projects/p/zones/z/instances/vm',
    decision: {
      ...DECISION,
      refusedBy: 'scopes',
      scopes: { outcome: 'insufficient', held: [READ_ONLY], accepted: [CLOUD_PLATFORM, FULL_CONTROL] },
      policies: [{ resource: 'projects/p', bindings: [granting] }],
    },
    remedies: { grants: [], scopes: [FULL_CONTROL, CLOUD_PLATFORM] },
  };
  assert.equal(
    explain(refusal),
    `Refused: storage.buckets.create for ${CALLER}

  When      2026-11-23T05:00:00Z
  Call      storage.buckets.insert (request 0011223344556677)
  Resource  projects/p
  From      projects/p/zones/z/instances/vm
  Answer    403 No.

Access scopes: closed. The token carries storage-ro. The method accepts cloud-platform or storage-full.

IAM: open. roles/storage.admin for ${CALLER} on projects/p grants it.

To open the access scopes, give the VM storage-full (cloud-platform would do too):
  accredit run --scopes storage-full -- COMMAND
  accredit instances create NAME --service-account ACCOUNT --scopes storage-full
  gcloud compute instances create NAME --service-account=ACCOUNT --scopes=storage-full
`,
  );
});

test('both gates may be closed, and then both have their remedy', () => {
  const scopes = { outcome: 'insufficient', held: [], accepted: [CLOUD_PLATFORM] };
  const text = explain({
    ...REFUSAL,
    decision: { ...DECISION, refusedBy: 'scopes', scopes },
    remedies: { ...REFUSAL.remedies, scopes: [CLOUD_PLATFORM] },
  });
  assert.match(
    text,
    /Access scopes: closed\. The token carries no scopes\. The method accepts cloud-platform\.\n/,
  );
  assert.match(text, /IAM: closed\./);
  assert.match(
    text,
    /To open the access scopes, give the VM cloud-platform:\n {2}accredit run --scopes cloud-platform /,
  );
  assert.match(text, /To open IAM, run one of these/);
});

test('a caller without a token is told to send one before anything is opened to everybody', () => {
  const text = explain({
    ...REFUSAL,
    status: 401,
    decision: { ...DECISION, principal: 'allUsers', scopes: { outcome: 'notApplicable' } },
    remedies: {
      grants: [{ role: 'roles/r', member: 'allUsers', resource: 'projects/_/buckets/b' }],
      scopes: [],
    },
  });
  assert.match(text, /Access scopes: open\. There are none to look at: the call came without a token/);
  assert.match(
    text,
    /The call had no token\. Send one: accredit run gives a program its own\.\n\nTo open IAM to everybody, run/,
  );
});

test('a resource that does not exist has no policy, and no grant is proposed for it', () => {
  const text = explain({ ...REFUSAL, decision: { ...DECISION, policies: [] } });
  assert.match(text, /There was none to look at: the resource does not exist\.\n$/m);
  assert.doesNotMatch(text, /To open IAM/);
});

test('audit mode says that the call went through', () => {
  const text = explain({ ...REFUSAL, decision: { ...DECISION, carriedOut: false, mode: 'audit' } });
  assert.match(
    text,
    /^Would have been refused \(audit mode: the call went through\): storage\.buckets\.create for /,
  );
});

test('an empty policy, and bindings of which none is near, are said in one line', () => {
  const [policy] = DECISION.policies;
  const far = policy?.bindings.slice(2) ?? [];
  const policies = [
    { resource: 'projects/_/buckets/b', bindings: [] },
    { resource: 'projects/p', bindings: far },
  ];
  const text = explain({ ...REFUSAL, decision: { ...DECISION, policies } });
  assert.match(text, / {2}projects\/_\/buckets\/b: its policy is empty\n/);
  assert.match(
    text,
    / {2}projects\/p: 2 bindings\n {4}none names the caller, and none holds the permission\n/,
  );
});

const commands: readonly (readonly [string, string, string])[] = [
  [
    'projects/p',
    'accredit iam grant --data /d roles/r user:a@b.c --project p',
    'gcloud projects add-iam-policy-binding p --member=user:a@b.c --role=roles/r',
  ],
  [
    'projects/_/buckets/b',
    'accredit iam grant --data /d roles/r user:a@b.c --bucket b',
    'gcloud storage buckets add-iam-policy-binding gs://b --member=user:a@b.c --role=roles/r',
  ],
  [
    'projects/p/serviceAccounts/s@p.iam.gserviceaccount.com',
    'accredit iam grant --data /d roles/r user:a@b.c --service-account s@p.iam.gserviceaccount.com',
    'gcloud iam service-accounts add-iam-policy-binding s@p.iam.gserviceaccount.com --project=p --member=user:a@b.c --role=roles/r',
  ],
  [
    'projects/p/zones/z/instances/vm',
    'accredit iam grant --data /d roles/r user:a@b.c --project p',
    'gcloud projects add-iam-policy-binding p --member=user:a@b.c --role=roles/r',
  ],
];
for (const [resource, ours, gcloud] of commands) {
  test(`a grant on ${resource} is given as two commands`, () => {
    assert.deepEqual(grantCommands({ role: 'roles/r', member: 'user:a@b.c', resource }, ' --data /d'), {
      ours,
      gcloud,
    });
  });
}
