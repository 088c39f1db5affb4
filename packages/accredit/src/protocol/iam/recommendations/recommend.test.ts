import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANONYMOUS, type Principal } from '../../../kernel/principals.ts';
import { policyHolderOf } from '../places/policy-holders.ts';
import { neededScopes } from '../remedies/needed-scopes.ts';
import type { RecommendLevel } from './needs.ts';
import { type Proposal, recommend } from './recommend.ts';
import type { CountedUse } from './uses.ts';

const PROGRAM: Principal = {
  kind: 'serviceAccount',
  email: 'my-program@p.iam.gserviceaccount.com',
  uniqueId: '1',
};
const ADA: Principal = { kind: 'user', email: 'ada@example.com' };

function use(permission: string, resource: string, principal: Principal = PROGRAM): CountedUse {
  return {
    principal,
    permission,
    resource: policyHolderOf(resource).resource,
    ...(resource.startsWith('projects/_/') ? { projectId: 'p' } : {}),
    method: 'a.method',
    outcome: 'allowed',
    count: 2,
    calls: 2,
    firstMs: 0,
    lastMs: 1,
  };
}

const line = ({ resource, roles }: Proposal) =>
  `${resource}: ${roles.map(({ role }) => role.slice('roles/'.length)).join(' ')}`;

const B = 'projects/_/buckets/b';
const VM = 'projects/p/zones/us-central1-a/instances/vm-1';
const ACCOUNT = 'projects/p/serviceAccounts/a@p.iam.gserviceaccount.com';

const cases: readonly (readonly [
  what: string,
  uses: readonly (readonly [string, string])[],
  expected: readonly string[],
  level?: RecommendLevel,
])[] = [
  [
    'objects that are read: the bucket',
    [
      ['storage.objects.get', `${B}/objects/x`],
      ['storage.objects.list', B],
    ],
    [`${B}: storage.objectViewer`],
  ],
  [
    'a bucket and its objects: two small roles rather than a legacy one',
    [
      ['storage.objects.get', `${B}/objects/x`],
      ['storage.buckets.get', B],
    ],
    [`${B}: storage.bucketViewer storage.objectViewer`],
  ],
  [
    'one project where that is asked for',
    [
      ['storage.objects.get', `${B}/objects/x`],
      ['storage.objects.get', 'projects/_/buckets/c/objects/x'],
    ],
    ['projects/p: storage.objectViewer'],
    'project',
  ],
  [
    'buckets that the program makes itself: the project, since they are not there yet',
    [
      ['storage.buckets.create', 'projects/p'],
      ['storage.buckets.get', B],
    ],
    ['projects/p: storage.bucketViewer storage.editor'],
  ],
  [
    'what the project’s role gives is not given again below it',
    [
      ['storage.objects.get', 'projects/p'],
      ['storage.objects.list', B],
    ],
    ['projects/p: storage.objectViewer', `${B}: `],
  ],
  [
    'the same of a disk: the project comes before all that is in it',
    [
      ['compute.disks.get', 'projects/p/zones/z/disks/d'],
      ['compute.instances.list', 'projects/p'],
    ],
    ['projects/p: compute.viewer', 'projects/p/zones/z/disks/d: '],
  ],
  [
    'what an operation is in: the project',
    [['compute.zoneOperations.get', 'projects/p/zones/z/operations/o']],
    ['projects/p: compute.viewer'],
  ],
  [
    'instances that are listed: a role that reads, and lets nobody log in',
    [['compute.instances.list', 'projects/p']],
    ['projects/p: compute.viewer'],
  ],
  ['an instance that is looked at', [['compute.instances.get', VM]], [`${VM}: compute.viewer`]],
  ['an instance', [['compute.instances.start', VM]], [`${VM}: compute.instanceAdmin`]],
  ['an account to act as', [['iam.serviceAccounts.actAs', ACCOUNT]], [`${ACCOUNT}: iam.serviceAccountUser`]],
];

for (const [what, uses, expected, level = 'resource'] of cases) {
  test(`roles are proposed for ${what}`, () => {
    const proposals = recommend(
      uses.map(([permission, resource]) => use(permission, resource)),
      level,
    );
    assert.deepEqual(proposals.map(line), expected);
  });
}

test('a role is said with what it covers and what it gives beside that', () => {
  const [proposal] = recommend([use('storage.buckets.get', B)], 'resource');
  assert.deepEqual(proposal, {
    principal: 'serviceAccount:my-program@p.iam.gserviceaccount.com',
    resource: B,
    place: 'bucket',
    projectId: 'p',
    permissions: [{ permission: 'storage.buckets.get', count: 2 }],
    roles: [
      {
        role: 'roles/storage.bucketViewer',
        covers: ['storage.buckets.get'],
        adds: ['storage.buckets.list'],
        addsAtGoogle: 1,
      },
    ],
    inherited: [],
    uncovered: [],
    isSmallest: true,
    customRole: {
      role: 'projects/p/roles/my_program_uses',
      title: 'What my-program uses',
      permissions: ['storage.buckets.get'],
      unfit: [],
    },
  });
});

test('legacy and basic roles are taken where no other covers a permission, and those alone', () => {
  const names = (permission: string, resource: string) =>
    recommend([use(permission, resource)], 'resource').flatMap(({ roles }) => roles.map(({ role }) => role));
  const ordinary = names('storage.objects.get', B);
  assert.deepEqual(ordinary, ['roles/storage.objectViewer'], 'legacyObjectReader adds less');
  assert.deepEqual(names('orgpolicy.customConstraints.get', 'projects/p'), ['roles/viewer']);
});

test('everybody may be given roles on buckets alone', () => {
  const proposals = recommend(
    [use('storage.objects.get', B, ANONYMOUS), use('storage.buckets.list', 'projects/p', ANONYMOUS)],
    'resource',
  );
  assert.deepEqual(
    proposals.map(({ place, roles, uncovered, customRole }) => [
      place,
      roles.length,
      uncovered,
      customRole === undefined,
    ]),
    [
      ['project', 0, ['storage.buckets.list'], true],
      ['bucket', 1, [], false],
    ],
  );
});

test('a permission that no role holds is named, in the roles and in the custom role', () => {
  const [proposal] = recommend([use('storage.objects.frobnicate', 'projects/p')], 'resource');
  assert.deepEqual([proposal?.roles, proposal?.uncovered], [[], ['storage.objects.frobnicate']]);
  assert.deepEqual([proposal?.customRole, proposal?.noCustomRole], [undefined, 'unfit']);
});

test('each principal has roles and custom roles of its own; equal needs share a custom role', () => {
  const C = 'projects/_/buckets/c';
  const uses = [
    use('storage.objects.get', B),
    use('storage.objects.get', C),
    use('storage.objects.list', 'projects/p'),
    use('storage.objects.get', B, ADA),
    use('storage.objects.get', B, { kind: 'user', email: 'ada@other.example.com' }),
  ];
  const roles = recommend(uses, 'resource').map(
    ({ principal, resource, customRole }) => `${principal} ${resource} ${customRole?.role}`,
  );
  assert.deepEqual(roles, [
    'serviceAccount:my-program@p.iam.gserviceaccount.com projects/p projects/p/roles/my_program_uses',
    `serviceAccount:my-program@p.iam.gserviceaccount.com ${B} projects/p/roles/my_program_uses_2`,
    `serviceAccount:my-program@p.iam.gserviceaccount.com ${C} projects/p/roles/my_program_uses_2`,
    `user:ada@example.com ${B} projects/p/roles/ada_uses`,
    `user:ada@other.example.com ${B} projects/p/roles/ada_uses_2`,
  ]);
  assert.deepEqual(recommend(uses.toReversed(), 'resource').map(line), recommend(uses, 'resource').map(line));
});

const ORGANIZATION = 'organizations/9';

const customRoleCases: readonly (readonly [
  what: string,
  uses: readonly CountedUse[],
  organizations: readonly string[],
  expected: readonly string[],
])[] = [
  [
    'a folder: of its organization, shared by all that need the same',
    [
      use('resourcemanager.folders.get', 'folders/7'),
      use('resourcemanager.folders.get', 'folders/8'),
      use('resourcemanager.folders.get', ORGANIZATION),
    ],
    ['folders/7', 'folders/8'],
    [
      `${ORGANIZATION}: ${ORGANIZATION}/roles/my_program_uses resourcemanager.folders.get`,
      `folders/7: ${ORGANIZATION}/roles/my_program_uses resourcemanager.folders.get`,
      `folders/8: ${ORGANIZATION}/roles/my_program_uses resourcemanager.folders.get`,
    ],
  ],
  [
    'a folder in no organization that is known: none',
    [use('resourcemanager.folders.get', 'folders/7')],
    [],
    ['folders/7: noOrganization'],
  ],
  [
    'a project in an organization: its own, as long as that holds everything',
    [use('resourcemanager.projects.get', 'projects/p')],
    ['projects/p'],
    ['projects/p: projects/p/roles/my_program_uses resourcemanager.projects.get'],
  ],
  [
    'a project, for what is of organizations alone: of its organization (IAM notes 1.5)',
    [
      use('resourcemanager.projects.get', 'projects/p'),
      use('resourcemanager.projects.list', 'projects/p'),
      use('storage.objects.frobnicate', 'projects/p'),
    ],
    ['projects/p'],
    [
      `projects/p: ${ORGANIZATION}/roles/my_program_uses ` +
        'resourcemanager.projects.get resourcemanager.projects.list, not storage.objects.frobnicate',
    ],
  ],
  [
    'the same in no organization: the project’s, with what that cannot hold named',
    [use('resourcemanager.projects.get', 'projects/p'), use('resourcemanager.projects.list', 'projects/p')],
    [],
    [
      'projects/p: projects/p/roles/my_program_uses resourcemanager.projects.get, not resourcemanager.projects.list',
    ],
  ],
  [
    'a bucket whose project is not known: none',
    [{ ...use('storage.objects.get', 'projects/p'), resource: B }],
    [],
    [`${B}: noProject`],
  ],
  [
    'everybody on a project: none',
    [use('storage.buckets.list', 'projects/p', ANONYMOUS)],
    [],
    ['projects/p: everybody'],
  ],
];

for (const [what, uses, inOrganization, expected] of customRoleCases) {
  test(`a custom role is proposed for ${what}`, () => {
    const organizations = new Map(inOrganization.map((name) => [name, ORGANIZATION]));
    const lines = recommend(uses, 'resource', { organizations }).map(
      ({ resource, customRole, noCustomRole }) => `${resource}: ${noCustomRole ?? describeRole(customRole)}`,
    );
    assert.deepEqual(lines, expected);
  });
}

function describeRole(customRole: Proposal['customRole']): string {
  const { role = 'neither a role nor a reason', permissions = [], unfit = [] } = customRole ?? {};
  return [[role, ...permissions].join(' '), ...unfit].join(', not ');
}

test('the id of a custom role is one that IAM takes, whatever the principal is called', () => {
  const subjects = ["it's $(x)\n", 'ü'.repeat(200), '', 'a'.repeat(500)];
  for (const subject of subjects) {
    const federated: Principal = { kind: 'federated', pool: 'pool', subject, groups: [], attributes: {} };
    const [proposal] = recommend([use('storage.objects.get', B, federated)], 'resource');
    assert.match(proposal?.customRole?.role ?? '', /^projects\/p\/roles\/[a-zA-Z0-9_.]{3,64}$/);
    assert.ok(Buffer.byteLength(proposal?.customRole?.title ?? '') <= 100);
  }
});

const SCOPES = 'https://www.googleapis.com/auth/';

const scopeCases: readonly (readonly [what: string, accepted: readonly string[], expected: string])[] = [
  [
    'the one that only reads',
    ['cloud-platform devstorage.full_control devstorage.read_only'],
    'devstorage.read_only',
  ],
  [
    'one that reads and writes rather than two',
    ['cloud-platform devstorage.read_write devstorage.read_only', 'cloud-platform devstorage.read_write'],
    'devstorage.read_write',
  ],
  [
    'one of each service rather than that for all',
    ['cloud-platform devstorage.read_only', 'cloud-platform compute'],
    'compute devstorage.read_only',
  ],
  [
    'that for all where a call takes no other',
    ['cloud-platform', 'cloud-platform compute'],
    'cloud-platform',
  ],
  ['none where nothing was called', [], ''],
];

for (const [what, accepted, expected] of scopeCases) {
  test(`the narrowest scopes are ${what}`, () => {
    const lists = accepted.map((names) => names.split(' ').map((name) => SCOPES + name));
    assert.equal(
      neededScopes(lists)
        .map((scope) => scope.slice(SCOPES.length))
        .join(' '),
      expected,
    );
  });
}

test('what was there before the program made its like keeps a policy of its own', () => {
  const OLD = 'projects/_/buckets/old';
  const uses = [
    { ...use('storage.buckets.create', 'projects/p'), firstMs: 1_000_000 },
    use('storage.objects.get', `${OLD}/objects/x`),
    use('storage.objects.get', `${B}/objects/x`),
  ];
  const births = new Map([
    [OLD, 500_000],
    [B, 1_000_000],
  ]);
  assert.deepEqual(
    recommend(uses, 'resource', { births }).map(({ resource }) => resource),
    ['projects/p', OLD],
  );
  const [onProject, onOld] = recommend(uses, 'resource', { births });
  assert.ok(onProject?.permissions.some(({ permission }) => permission === 'storage.objects.get'));
  assert.deepEqual(onOld?.permissions, [{ permission: 'storage.objects.get', count: 2 }]);
});
