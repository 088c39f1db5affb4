import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { accessBoundaryMessage, readAccessBoundary } from '../../protocol/iam/boundaries/boundary-json.ts';
import { parseCondition } from '../iam/condition-options.ts';
import { explainAnswer, explainRefusal, renderRemedies } from './explain-refusal.ts';
import { grantWay } from './grant-way.ts';
import { readExplanation, readRefusal } from './refusals.ts';
import type { RemedyForm } from './remedy-forms.ts';

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
  principalState: 'active',
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

Principal: open. The account is active.

Access scopes: open. The token carries cloud-platform.

Deny policies: open. There are none.

IAM: closed. No policy grants storage.buckets.create to ${CALLER}. Looked at:
  projects/p: 4 bindings
    roles/storage.objectViewer is given to ${CALLER}, but does not hold the permission
    roles/owner holds the permission, but its one member is not the caller
    2 further: none names the caller or holds the permission

To open IAM, give this role:
  accredit iam grant roles/storage.admin ${CALLER} --project p
  gcloud projects add-iam-policy-binding p --member=${CALLER} --role=roles/storage.admin

As Terraform: the same with --format terraform.
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

Principal: open. The account is active.

Access scopes: closed. The token carries storage-ro. The method accepts cloud-platform or storage-full.

Deny policies: open. There are none.

IAM: open. roles/storage.admin for ${CALLER} on projects/p grants it. Looked at:
  projects/p: 1 binding
    roles/storage.admin is given to ${CALLER}, and holds the permission

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
  assert.match(text, /^To open IAM, give this role:$/m);
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
  assert.match(text, /^Principal: open\. There is none to look at: no token was shown\.$/m);
  assert.match(text, /Access scopes: open\. There are none to look at: no token was shown/);
  assert.match(
    text,
    /The call had no token\. Send one: accredit run gives a program its own\.\n\nTo open IAM to everybody, give this role:\n/,
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

const FLAGS = '--member=user:a@b.c --role=roles/r';
const commands: readonly (readonly [string, string | undefined, string])[] = [
  [
    'projects/p',
    'accredit iam grant --data /d roles/r user:a@b.c --project p',
    `gcloud projects add-iam-policy-binding p ${FLAGS}`,
  ],
  [
    'projects/_/buckets/b',
    'accredit iam grant --data /d roles/r user:a@b.c --bucket b',
    `gcloud storage buckets add-iam-policy-binding gs://b ${FLAGS}`,
  ],
  [
    'projects/p/serviceAccounts/s@p.iam.gserviceaccount.com',
    'accredit iam grant --data /d roles/r user:a@b.c --service-account s@p.iam.gserviceaccount.com',
    `gcloud iam service-accounts add-iam-policy-binding s@p.iam.gserviceaccount.com --project=p ${FLAGS}`,
  ],
  [
    'projects/p/zones/z/instances/vm',
    'accredit iam grant --data /d roles/r user:a@b.c --instance vm --zone z --project p',
    `gcloud compute instances add-iam-policy-binding vm --zone=z --project=p ${FLAGS}`,
  ],
  [
    'folders/1',
    'accredit iam grant --data /d roles/r user:a@b.c --folder 1',
    `gcloud resource-manager folders add-iam-policy-binding 1 ${FLAGS}`,
  ],
  [
    'organizations/9',
    'accredit iam grant --data /d roles/r user:a@b.c --organization 9',
    `gcloud organizations add-iam-policy-binding 9 ${FLAGS}`,
  ],
  // The policies of these are not the CLI's.
  [
    'projects/p/zones/z/disks/d',
    undefined,
    `gcloud compute disks add-iam-policy-binding d --zone=z --project=p ${FLAGS}`,
  ],
  [
    'projects/_/buckets/b/managedFolders/f/',
    undefined,
    `gcloud storage managed-folders add-iam-policy-binding gs://b/f/ ${FLAGS}`,
  ],
];
for (const [resource, ours, gcloud] of commands) {
  test(`a grant on ${resource} is given as ready commands`, () => {
    const way = grantWay({ role: 'roles/r', member: 'user:a@b.c', resource }, ' --data /d');
    assert.deepEqual(way.ours, ours === undefined ? [] : [ours]);
    assert.deepEqual(way.gcloud, [gcloud]);
  });
}

test('a grant on a condition is given by a command that reads the condition back', () => {
  const condition = { title: "ada's, own", expression: 'resource.name == "a,title=b"\n|| false' };
  const way = grantWay({ role: 'roles/r', member: 'user:a@b.c', resource: 'folders/1', condition }, '');
  const [line = ''] = way.ours;
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' }).split('\0');
  assert.equal(words.slice(0, -2).join(' '), 'accredit iam grant roles/r user:a@b.c --folder 1 --condition');
  assert.deepEqual(parseCondition(words.at(-2) ?? ''), condition);
});

const PAST = { title: 'past', expression: 'request.time <\n timestamp("2020-01-01T00:00:00Z")' };

test('each binding says which part of it did not match, and the nearest stands first', () => {
  const near = { memberMatch: [CALLER], memberCount: 1, rolePermission: 'included', grants: false };
  const bindings = [
    { ...near, role: 'roles/a', memberMatch: [], rolePermission: 'unknownRole' },
    { ...near, role: 'roles/b', condition: { ...PAST, outcome: 'false' } },
    { ...near, role: 'roles/c', condition: { expression: 'x', outcome: 'error', error: 'undeclared\nx' } },
    { ...near, role: 'roles/d', rolePermission: 'unknownRole' },
    { ...near, role: 'roles/e', memberMatch: [], formerMatch: `deleted:${CALLER}?uid=1` },
    { ...near, role: 'projects/p/roles/f', rolePermission: 'disabledRole', wouldHold: true },
  ];
  const refusal = readRefusal(
    { ...REFUSAL, decision: { ...DECISION, policies: [{ resource: 'projects/p', bindings }] } },
    '',
  );
  const lines = [
    `roles/b is given to ${CALLER}, and holds the permission, but its condition 'past' is false: request.time < timestamp("2020-01-01T00:00:00Z")`,
    `roles/c is given to ${CALLER}, and holds the permission, but its condition cannot be evaluated: x (undeclared x)`,
    `roles/e holds the permission, but its one member is not the caller (deleted:${CALLER}?uid=1 was another account)`,
    `projects/p/roles/f is given to ${CALLER}, but the role is disabled`,
    `roles/d is given to ${CALLER}, but there is no such role`,
  ];
  const far = 'roles/a: there is no such role, and its one member is not the caller';
  const show = (isFull: boolean) =>
    explainRefusal(refusal, { paint: (_, text) => text, data: '', isFull })
      .split('\n')
      .filter((line) => line.startsWith('    '))
      .map((line) => line.trim());
  assert.deepEqual(show(false), [...lines, '1 further: none names the caller or holds the permission']);
  assert.deepEqual(show(true).toSorted(), [...lines, far].toSorted());
});

test('of a large policy five bindings are shown, and all with --full', () => {
  const binding = {
    role: 'roles/a',
    memberMatch: [],
    memberCount: 2,
    rolePermission: 'included',
    grants: false,
  };
  const policies = [{ resource: 'projects/p', bindings: Array.from({ length: 40 }, () => binding) }];
  const refusal = readRefusal({ ...REFUSAL, decision: { ...DECISION, policies } }, '');
  const show = (isFull: boolean) => explainRefusal(refusal, { paint: (_, text) => text, data: '', isFull });
  assert.equal(show(false).match(/roles\/a holds/g)?.length, 5);
  assert.match(
    show(false),
    /^ {4}35 further name the caller or hold the permission: --full shows them\n\nTo open IAM/m,
  );
  assert.equal(show(true).match(/roles\/a holds/g)?.length, 40);
  assert.doesNotMatch(show(true), /further/);
});

test('the access control list of an object stands first, as it is nearest, and the policies follow to the root', () => {
  const object = 'projects/_/buckets/b/objects/o';
  const [policy] = DECISION.policies;
  const policies = ['projects/_/buckets/b', 'projects/p', 'folders/1', object].map((resource) => ({
    ...policy,
    resource,
  }));
  const text = explain({ ...REFUSAL, decision: { ...DECISION, resource: object, policies } });
  assert.deepEqual(text.match(/^ {2}\S+: .*4 bindings$/gm), [
    `  ${object}: its access control list, 4 bindings`,
    '  projects/_/buckets/b: 4 bindings',
    '  projects/p: 4 bindings',
    '  folders/1: 4 bindings',
  ]);
});

const headings: readonly (readonly [readonly string[], string])[] = [
  [['roles/storage.admin'], 'To open IAM, give this role:'],
  [
    ['roles/storage.editor', 'roles/storage.admin'],
    'To open IAM, give one of these roles, the narrowest first:',
  ],
  [
    ['projects/p/roles/theirs', 'roles/storage.editor'],
    'To open IAM, give one of these roles, first what others have here:',
  ],
];
for (const [roles, heading] of headings) {
  test(`the heading over ${roles.join(' and ')} says in which order they stand`, () => {
    const grants = roles.map((role) => ({ role, member: CALLER, resource: 'projects/p' }));
    const text = explain({ ...REFUSAL, remedies: { ...REFUSAL.remedies, grants } });
    assert.equal(/^To open IAM.*$/m.exec(text)?.[0], heading);
  });
}

const SPARED = 'principal://iam.googleapis.com/projects/-/serviceAccounts/reader@p.iam.gserviceaccount.com';
const DENIED = {
  ...REFUSAL,
  decision: {
    ...DECISION,
    refusedBy: 'principal',
    principalState: 'disabled',
    denyPolicies: [
      { attachedTo: 'folders/1', id: 'empty', rules: [] },
      {
        attachedTo: 'projects/p',
        id: 'no-writes',
        rules: [
          { permission: 'notDenied', deniedMatch: [], exceptionMatch: [], denies: false },
          { permission: 'notDenied', deniedMatch: ['G'], exceptionMatch: [], denies: false },
          { permission: 'excepted', deniedMatch: ['G'], exceptionMatch: [], denies: false },
          { permission: 'denied', deniedMatch: [], exceptionMatch: [], denies: false },
          { permission: 'denied', deniedMatch: ['G'], exceptionMatch: ['E'], denies: false },
          {
            permission: 'denied',
            deniedMatch: ['G'],
            exceptionMatch: [],
            condition: { ...PAST, outcome: 'false' },
            denies: false,
          },
          { permission: 'denied', deniedMatch: ['G'], exceptionMatch: [], denies: true },
        ],
      },
    ],
    boundary: [{ resource: 'projects/_/buckets/a', permissionAvailable: false, lets: false }],
  },
  remedies: {
    account: { email: 'reader@p.iam.gserviceaccount.com', state: 'disabled' },
    scopes: [],
    grants: [],
    near: [{ kind: 'customRole', role: 'projects/p/roles/mine', resource: 'projects/p' }],
    denials: [{ attachedTo: 'projects/p', policyId: 'no-writes', rule: 6, exceptionPrincipal: SPARED }],
    boundary: {},
  },
};

test('every gate that is closed says so, with what was looked at and its remedy', () => {
  const text = explainRefusal(readRefusal(DENIED, ''), {
    paint: (_, shown) => shown,
    data: '',
    isFull: true,
  });
  const place = '--kind=denypolicies --attachment-point=cloudresourcemanager.googleapis.com/projects/p';
  for (const part of [
    'Principal: closed. The account is disabled.\n',
    `Deny policies: closed. One denies storage.buckets.create to the caller. Looked at:
  folders/1: deny policy 'empty' has no rules
  projects/p: deny policy 'no-writes', 7 rules
    rules[0] denies other permissions to others
    rules[1] names G, but does not deny the permission
    rules[2] denies the permission as one of a group, but excepts it
    rules[3] denies the permission, but not to the caller
    rules[4] denies the permission to G, but spares E
    rules[5] denies the permission to G, but its condition 'past' is false: request.time < timestamp("2020-01-01T00:00:00Z")
    rules[6] denies the permission to G
`,
    `Access boundary: closed. No rule lets the call through. Looked at:
  projects/_/buckets/a: does not make the permission available
`,
    `To let the account act again, enable it:
  accredit service-accounts enable reader@p.iam.gserviceaccount.com
  gcloud iam service-accounts enable reader@p.iam.gserviceaccount.com
`,
    `To open the deny policies, spare the caller of rules[6] of 'no-writes' on projects/p:
  gcloud iam policies get no-writes ${place} --format=json | jq '.rules[6].denyRule.exceptionPrincipals += ["${SPARED}"]' > policy.json
  gcloud iam policies update no-writes ${place} --policy-file=policy.json
  or remove the rule:
    gcloud iam policies get no-writes ${place} --format=json | jq 'del(.rules[6])' > policy.json
    gcloud iam policies update no-writes ${place} --policy-file=policy.json

`,
    `To open IAM, put the permission into the custom role projects/p/roles/mine, which is given on projects/p:
  gcloud iam roles update mine --project=p --add-permissions=storage.buckets.create
`,
    'Neither a grant nor a rule opens the boundary: a down-scoped credential reaches the buckets of Cloud Storage ' +
      'alone. The call needs the credential without a boundary.\n',
    `
Lines of gcloud alone run against this cloud from a file: accredit run --project p --role roles/iam.denyAdmin --role roles/iam.roleAdmin -- sh FILE
As Terraform: the same with --format terraform.
`,
  ]) {
    assert.ok(text.includes(part), `${part}\nis not in\n${text}`);
  }
});

test('an answer that allows says by which binding, and that there is nothing to do', () => {
  const granting = {
    role: 'roles/storage.admin',
    memberMatch: [CALLER],
    memberCount: 1,
    rolePermission: 'included',
    condition: { title: 'until', expression: 'true', outcome: 'true' },
    grants: true,
  };
  const { refusedBy: _, ...open } = DECISION;
  const decision = {
    ...open,
    verdict: 'allowed',
    scopes: { outcome: 'notApplicable' },
    policies: [{ resource: 'projects/p', bindings: [granting] }],
  };
  const answer = { resourceExists: false, decision, remedies: {} };
  assert.equal(
    explainAnswer(readExplanation({ ...answer, remedies: { scopes: [] } }, ''), {
      paint: (_style, text) => text,
      data: '',
    }),
    `Allowed: storage.buckets.create for ${CALLER}

  At        2026-11-23T05:00:00Z
  Resource  projects/p (which does not exist)

Principal: open. The account is active.

Access scopes: open. There are none to look at: no token was shown, the account signed for the API itself, or the method asks for none.

Deny policies: open. There are none.

IAM: open. roles/storage.admin for ${CALLER} on projects/p grants it. Looked at:
  projects/p: 1 binding
    roles/storage.admin is given to ${CALLER}, and holds the permission; its condition 'until' is true: true
`,
  );
});

test('as a script or as Terraform the first remedy stands as it is, and the others are comments', () => {
  const grants = [
    { role: 'roles/storage.editor', member: CALLER, resource: 'projects/p' },
    { role: 'roles/storage.admin', member: CALLER, resource: 'projects/p' },
  ];
  const refusal = readRefusal({ ...REFUSAL, remedies: { grants } }, '');
  const linesThatAct = (form: RemedyForm) =>
    renderRemedies(refusal, form)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
  assert.deepEqual(linesThatAct('gcloud'), [
    `gcloud projects add-iam-policy-binding p --member=${CALLER} --role=roles/storage.editor`,
  ]);
  assert.deepEqual(linesThatAct('terraform'), [
    'resource "google_project_iam_member" "reader_storage_editor" {',
    '  project = "p"',
    '  role    = "roles/storage.editor"',
    `  member  = "${CALLER}"`,
    '}',
  ]);
  assert.match(renderRemedies(refusal, 'gcloud'), /^# gcloud projects .* --role=roles\/storage\.admin$/m);
});

test('no line of a name that has several is taken for a command', () => {
  const hostile = readRefusal(
    { ...REFUSAL, decision: { ...DECISION, principal: 'user:x\ntouch y\rz\u2028w' } },
    '',
  );
  for (const line of renderRemedies(
    { ...hostile, remedies: { ...hostile.remedies, grants: [] } },
    'gcloud',
  ).split(/[\n\r\u2028]/)) {
    assert.match(line, /^(#|$)/);
  }
});

test('what a record has left out is counted, and a rule is named by its place', () => {
  const denying = {
    place: 499,
    permission: 'denied',
    deniedMatch: ['principalSet://goog/public:all'],
    exceptionMatch: [],
    denies: true,
  };
  const text = explain({
    ...REFUSAL,
    decision: {
      ...DECISION,
      denyPolicies: [{ attachedTo: 'projects/p', id: 'd', rules: [denying], leftOut: 499 }],
      policies: DECISION.policies.map((policy) => ({ ...policy, leftOut: 1400 })),
      leftOut: 7,
    },
  });
  assert.match(text, /projects\/p: 1404 bindings\n[^]*1400 further: not kept/);
  assert.match(text, /deny policy 'd', 500 rules\n {4}rules\[499\] denies[^]*499 further: not kept/);
  assert.match(text, /^Not kept: 7 further policies/m);
});

test('the boundary of a call in a bucket is opened by the rule that is missing', () => {
  const boundary = {
    availableResource: 'projects/_/buckets/b',
    availablePermission: 'inRole:roles/storage.objectViewer',
  };
  const words = explain({ ...REFUSAL, remedies: { ...REFUSAL.remedies, boundary } });
  const [, rule = ''] =
    /^No grant opens the boundary\. Whoever made the credential must put a rule into it: (.+)$/m.exec(
      words,
    ) ?? [];
  const rules = [
    {
      availableResource: '//storage.googleapis.com/projects/_/buckets/b',
      availablePermissions: ['inRole:roles/storage.objectViewer'],
    },
  ];
  const written = accessBoundaryMessage({ accessBoundaryRules: [JSON.parse(rule)] }, '');
  assert.deepEqual(readAccessBoundary(written), rules, 'it is a rule that a boundary takes');
});

const VIEWER = { role: 'roles/storage.objectViewer', member: CALLER, resource: 'projects/p' };
const CONDITIONS = [
  { role: 'roles/storage.objectViewer', condition: { title: 'past', expression: 'false' } },
  { role: 'roles/storage.objectAdmin', condition: { expression: 'request.path == "x"' } },
].map(({ role, condition }) => ({ kind: 'condition', grant: { ...VIEWER, role, condition } }));
const ROLES = [
  { kind: 'customRole', role: 'projects/p/roles/narrow', resource: 'projects/p' },
  { kind: 'disabledRole', role: 'organizations/9/roles/off', resource: 'projects/p' },
  { kind: 'deletedRole', role: 'projects/p/roles/gone', resource: 'projects/p' },
];
const FORMER = { ...VIEWER, kind: 'formerAccount', member: `deleted:${CALLER}?uid=1` };
const NEAR = readRefusal(
  {
    ...REFUSAL,
    remedies: {
      grants: [{ ...VIEWER, resource: 'projects/_/buckets/b' }],
      near: [...CONDITIONS, ...ROLES, FORMER],
    },
  },
  '',
);

test('in words what came near follows the smallest grants, each by what it does', () => {
  const words = explainRefusal(NEAR, { paint: (_, text) => text, data: '' });
  const member = `--member=${CALLER}`;
  assert.equal(
    words.slice(words.indexOf('\n\nroles/') + 2),
    `roles/storage.objectViewer on projects/p was given to a former account of this address (deleted:${CALLER}?uid=1), not to this one.

To open IAM, give this role:
  accredit iam grant roles/storage.objectViewer ${CALLER} --bucket b
  gcloud storage buckets add-iam-policy-binding gs://b ${member} --role=roles/storage.objectViewer
  or give roles/storage.objectViewer on projects/p without its condition, which does not hold:
    accredit iam revoke roles/storage.objectViewer ${CALLER} --project p --condition expression=false,title=past
    accredit iam grant roles/storage.objectViewer ${CALLER} --project p
    gcloud projects remove-iam-policy-binding p ${member} --role=roles/storage.objectViewer --condition=expression=false,title=past
    gcloud projects add-iam-policy-binding p ${member} --role=roles/storage.objectViewer --condition=None
  or give roles/storage.objectAdmin on projects/p without its condition, which does not hold:
    accredit iam grant roles/storage.objectAdmin ${CALLER} --project p
    gcloud projects add-iam-policy-binding p ${member} --role=roles/storage.objectAdmin --condition=None
  or put the permission into the custom role projects/p/roles/narrow, which is given on projects/p:
    gcloud iam roles update narrow --project=p --add-permissions=storage.buckets.create
  or enable the custom role organizations/9/roles/off, which is given on projects/p:
    gcloud iam roles update off --organization=9 --stage=GA
  or bring the custom role projects/p/roles/gone back within 7 days of its deletion, which is given on projects/p:
    gcloud iam roles undelete gone --project=p

Lines of gcloud alone run against this cloud from a file: accredit run -- sh FILE (its account needs roles/iam.roleAdmin on projects/p, roles/iam.organizationRoleAdmin on organizations/9)
As Terraform: the same with --format terraform.
`,
  );
});

const withoutComments = (text: string) =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('as a script or as Terraform the smallest grant alone stands, and what came near is a comment', () => {
  assert.deepEqual(withoutComments(renderRemedies(NEAR, 'gcloud')), [
    `gcloud storage buckets add-iam-policy-binding gs://b --member=${CALLER} --role=roles/storage.objectViewer`,
  ]);
  const terraform = renderRemedies(NEAR, 'terraform');
  assert.deepEqual(withoutComments(terraform), [
    'resource "google_storage_bucket_iam_member" "reader_storage_objectviewer" {',
    '  bucket = "b"',
    '  role   = "roles/storage.objectViewer"',
    `  member = "${CALLER}"`,
    '}',
  ]);
  for (const said of [
    '# or give roles/storage.objectViewer on projects/p without its condition, which does not hold:\n' +
      '# In place of the block with the condition "past", which goes:\n' +
      '# resource "google_project_iam_member" "reader_storage_objectviewer" {\n',
    '# In place of the block with the condition "request.path == \\"x\\"", which goes:\n',
    '# or put the permission into the custom role projects/p/roles/narrow, which is given on projects/p:\n' +
      '# In the permissions of the google_project_iam_custom_role "narrow":\n# "storage.buckets.create"\n',
    '# In the google_organization_iam_custom_role "off":\n# stage = "GA"\n',
    '# Apply the google_project_iam_custom_role "gone" again: making a role of that id brings the deleted one back.\n',
  ]) {
    assert.ok(terraform.includes(said), `${said}\nis not in\n${terraform}`);
  }
});

test('where no role can be given, what came near is what opens IAM', () => {
  const bare = { ...NEAR, remedies: { ...NEAR.remedies, grants: [] } };
  assert.deepEqual(withoutComments(renderRemedies(bare, 'gcloud')), [
    `gcloud projects remove-iam-policy-binding p --member=${CALLER} --role=roles/storage.objectViewer --condition=expression=false,title=past`,
    `gcloud projects add-iam-policy-binding p --member=${CALLER} --role=roles/storage.objectViewer --condition=None`,
  ]);
  assert.match(
    renderRemedies(bare, 'terraform'),
    /^# To open IAM, give roles\/storage\.objectViewer on projects\/p without its condition, which does not hold:\n# In place of the block/m,
  );
});
