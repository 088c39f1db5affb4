import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ANONYMOUS, type Principal } from '../../kernel/principals.ts';
import { type Decision, decide, type Facts, maySucceed, type Question } from './decide.ts';
import { identitiesOf, NO_BELONGINGS } from './identities.ts';
import { compilePolicy, type Policy, withMembers, withoutMembers } from './policies/policy.ts';
import { findRemedies } from './remedies/remedies.ts';
import { findRole, rolesWithPermission } from './roles/catalogue.ts';
import { spellOut } from './spell-out.ts';

const PROJECT = 'projects/p';
const BUCKET = 'projects/_/buckets/b';
const account: Principal = { kind: 'serviceAccount', email: 'sa@p.iam.gserviceaccount.com', uniqueId: '1' };
const SA = 'serviceAccount:sa@p.iam.gserviceaccount.com';
const user: Principal = { kind: 'user', email: 'ada@example.com' };
const PLATFORM = ['https://www.googleapis.com/auth/cloud-platform'];
const READ_ONLY = ['https://www.googleapis.com/auth/devstorage.read_only'];
const accepted = [...PLATFORM, ...READ_ONLY];

type Bindings = readonly (readonly [role: string, ...members: readonly string[]])[];

function toPolicy(bindings: Bindings): Policy {
  return { bindings: bindings.map(([role, ...members]) => ({ role, members })) };
}

function factsOf(principal: Principal, levels: Readonly<Record<string, Bindings>>): Facts {
  return {
    policies: Object.entries(levels).map(([resource, bindings]) =>
      compilePolicy(resource, toPolicy(bindings), { findRole }),
    ),
    denyPolicies: [],
    identities: identitiesOf(principal, NO_BELONGINGS),
    principalState: 'active',
    tags: [],
  };
}

function ask(change: Partial<Question>, levels: Readonly<Record<string, Bindings>>): Decision {
  const question: Question = {
    principal: account,
    permission: 'storage.objects.get',
    resource: BUCKET,
    heldScopes: PLATFORM,
    acceptedScopes: accepted,
    mode: 'enforce',
    timeMs: 0,
    ...change,
  };
  return decide(question, factsOf(question.principal, levels));
}

const VIEWER: Bindings = [['roles/storage.objectViewer', SA]];
const convenience: Bindings = [
  ['roles/storage.legacyBucketOwner', 'projectOwner:p', 'projectEditor:p'],
  ['roles/storage.legacyBucketReader', 'projectViewer:p'],
  ['roles/storage.legacyObjectOwner', 'projectOwner:p', 'projectEditor:p'],
  ['roles/storage.legacyObjectReader', 'projectViewer:p'],
];

type Row = readonly [
  name: string,
  change: Partial<Question>,
  levels: Readonly<Record<string, Bindings>>,
  verdict: 'allowed' | 'scopes' | 'iam',
];

const rows: readonly Row[] = [
  ['a grant on the bucket', {}, { [BUCKET]: VIEWER, [PROJECT]: [] }, 'allowed'],
  ['a grant on the project is inherited (IAM notes 1.3)', {}, { [BUCKET]: [], [PROJECT]: VIEWER }, 'allowed'],
  ['no grant', {}, { [BUCKET]: [], [PROJECT]: [] }, 'iam'],
  ['no policy at all', {}, {}, 'iam'],
  ['a role without the permission', { permission: 'storage.objects.delete' }, { [BUCKET]: VIEWER }, 'iam'],
  ['a grant to somebody else', { principal: user }, { [BUCKET]: VIEWER }, 'iam'],
  ['an unknown role grants nothing', {}, { [BUCKET]: [['roles/nobody.knows', SA]] }, 'iam'],
  ['allUsers holds everyone', {}, { [BUCKET]: [['roles/storage.objectViewer', 'allUsers']] }, 'allowed'],
  [
    'allAuthenticatedUsers holds accounts',
    {},
    { [BUCKET]: [['roles/storage.objectViewer', 'allAuthenticatedUsers']] },
    'allowed',
  ],
  [
    'allUsers holds those without credentials',
    { principal: ANONYMOUS, heldScopes: undefined },
    { [BUCKET]: [['roles/storage.objectViewer', 'allUsers']] },
    'allowed',
  ],
  [
    'allAuthenticatedUsers does not',
    { principal: ANONYMOUS, heldScopes: undefined },
    { [BUCKET]: [['roles/storage.objectViewer', 'allAuthenticatedUsers']] },
    'iam',
  ],
  [
    'a domain holds its users',
    { principal: user },
    { [BUCKET]: [['roles/storage.objectViewer', 'domain:example.com']] },
    'allowed',
  ],
  [
    'a domain does not hold service accounts',
    {},
    { [BUCKET]: [['roles/storage.objectViewer', 'domain:p.iam.gserviceaccount.com']] },
    'iam',
  ],
  [
    'a group that the caller is not in',
    { principal: user },
    { [BUCKET]: [['roles/storage.objectViewer', 'group:team@example.com']] },
    'iam',
  ],
  [
    'a deleted member grants nothing (IAM notes 1.8)',
    {},
    { [BUCKET]: [['roles/storage.objectViewer', `deleted:${SA}?uid=1`]] },
    'iam',
  ],
  [
    'an owner may not read objects by that alone (IAM notes, fact 1)',
    {},
    { [BUCKET]: [], [PROJECT]: [['roles/owner', SA]] },
    'iam',
  ],
  [
    'an owner reads objects by the convenience bindings (fact 1)',
    {},
    { [BUCKET]: convenience, [PROJECT]: [['roles/owner', SA]] },
    'allowed',
  ],
  ['an editor too (fact 1)', {}, { [BUCKET]: convenience, [PROJECT]: [['roles/editor', SA]] }, 'allowed'],
  ['a viewer reads (fact 1)', {}, { [BUCKET]: convenience, [PROJECT]: [['roles/viewer', SA]] }, 'allowed'],
  [
    'a viewer does not delete',
    { permission: 'storage.objects.delete' },
    { [BUCKET]: convenience, [PROJECT]: [['roles/viewer', SA]] },
    'iam',
  ],
  [
    'another project’s owners do not count',
    {},
    { [BUCKET]: [['roles/storage.objectViewer', 'projectOwner:q']], [PROJECT]: [['roles/owner', SA]] },
    'iam',
  ],
  [
    'convenience members mean nothing outside buckets',
    { resource: PROJECT, permission: 'storage.objects.get' },
    {
      [PROJECT]: [
        ['roles/owner', SA],
        ['roles/storage.admin', 'projectOwner:p'],
      ],
    },
    'iam',
  ],
  [
    'an owner cannot impersonate (IAM notes, fact 2)',
    { permission: 'iam.serviceAccounts.getAccessToken' },
    { [PROJECT]: [['roles/owner', SA]] },
    'iam',
  ],
  ['a scope that suffices', { heldScopes: READ_ONLY }, { [BUCKET]: VIEWER }, 'allowed'],
  [
    'scopes that do not suffice',
    { heldScopes: ['https://www.googleapis.com/auth/logging.write'] },
    { [BUCKET]: VIEWER },
    'scopes',
  ],
  ['no scopes at all', { heldScopes: [] }, { [BUCKET]: VIEWER }, 'scopes'],
  ['scopes are looked at before IAM (IAM notes 1.10)', { heldScopes: [] }, { [BUCKET]: [] }, 'scopes'],
  ['a credential without scopes to check', { heldScopes: undefined }, { [BUCKET]: VIEWER }, 'allowed'],
  ['a method without scopes', { heldScopes: [], acceptedScopes: undefined }, { [BUCKET]: VIEWER }, 'allowed'],
];

for (const [name, change, levels, expected] of rows) {
  test(`decide: ${name}`, () => {
    const decision = ask(change, levels);
    assert.equal(decision.refusedBy ?? 'allowed', expected);
    assert.equal(decision.verdict, expected === 'allowed' ? 'allowed' : 'refused');
    assert.equal(maySucceed(decision), expected === 'allowed');
    const granted = spellOut(decision).policies.some(({ bindings }) => bindings.some(({ grants }) => grants));
    assert.equal(granted, decision.grantedBy !== undefined, 'the words say what the verdict says');
  });
}

test('in audit mode a refusal of an authenticated call is recorded and passes', () => {
  const decision = ask({ mode: 'audit' }, {});
  assert.deepEqual([decision.verdict, decision.carriedOut, maySucceed(decision)], ['refused', false, true]);
});

test('in audit mode a caller without credentials is still refused', () => {
  const decision = ask({ mode: 'audit', principal: ANONYMOUS, heldScopes: undefined }, {});
  assert.deepEqual([decision.carriedOut, maySucceed(decision)], [true, false]);
});

test('a decision spells out each policy and binding with the part that did not match', () => {
  const decision = ask(
    { permission: 'storage.objects.delete' },
    { [BUCKET]: [...VIEWER, ['roles/storage.admin', 'user:x@y.z']], [PROJECT]: [['roles/unknown.role', SA]] },
  );
  assert.deepEqual(spellOut(decision), {
    verdict: 'refused',
    carriedOut: true,
    mode: 'enforce',
    refusedBy: 'iam',
    principal: SA,
    principalState: 'active',
    identities: ['allAuthenticatedUsers', 'allUsers'],
    permission: 'storage.objects.delete',
    resource: BUCKET,
    timeMs: 0,
    scopes: { outcome: 'sufficient', held: PLATFORM, accepted },
    denyPolicies: [],
    policies: [
      {
        resource: BUCKET,
        bindings: [
          {
            role: 'roles/storage.objectViewer',
            memberMatch: [SA],
            memberCount: 1,
            rolePermission: 'notIncluded',
            grants: false,
          },
          {
            role: 'roles/storage.admin',
            memberMatch: [],
            memberCount: 1,
            rolePermission: 'included',
            grants: false,
          },
        ],
      },
      {
        resource: PROJECT,
        bindings: [
          {
            role: 'roles/unknown.role',
            memberMatch: [SA],
            memberCount: 1,
            rolePermission: 'unknownRole',
            grants: false,
          },
        ],
      },
    ],
  });
});

test('a remedy opens the gate that it is for', () => {
  for (const permission of [
    'storage.objects.get',
    'storage.buckets.list',
    'storage.objects.delete',
    'compute.instances.list',
    'compute.instances.create',
    'iam.serviceAccounts.actAs',
  ]) {
    const resource = permission.startsWith('storage.objects') ? BUCKET : PROJECT;
    const levels: Readonly<Record<string, Bindings>> =
      resource === BUCKET ? { [BUCKET]: [], [PROJECT]: [] } : { [PROJECT]: [] };
    const refused = spellOut(ask({ permission, resource, heldScopes: [] }, levels));
    const { grants, scopes } = findRemedies(refused, { rolesWith: rolesWithPermission, findRole });
    assert.ok(grants.length > 0 && scopes.length > 0, permission);
    for (const grant of grants) {
      const opened = ask(
        { permission, resource },
        { ...levels, [grant.resource]: [[grant.role, grant.member]] },
      );
      assert.equal(opened.verdict, 'allowed', `${permission} by ${grant.role}`);
    }
    for (const scope of scopes)
      assert.equal(ask({ permission, resource, heldScopes: [scope] }, levels).scopes, 'sufficient');
  }
});

test('to nobody in particular no grant is proposed where none can be made', () => {
  const nobody = { principal: ANONYMOUS, heldScopes: undefined };
  const on = (resource: string) =>
    findRemedies(spellOut(ask({ ...nobody, resource }, { [resource]: [] })), {
      rolesWith: rolesWithPermission,
      findRole,
    }).grants.length;
  assert.equal(on(PROJECT), 0);
  assert.ok(on(BUCKET) > 0);
});

test('a remedy for reading is a role that reads', () => {
  const first = (permission: string, resource: string) => {
    const levels = { [resource]: [] };
    return findRemedies(spellOut(ask({ permission, resource }, levels)), {
      rolesWith: rolesWithPermission,
      findRole,
    }).grants[0]?.role;
  };
  assert.equal(first('storage.objects.get', BUCKET), 'roles/storage.objectViewer');
  assert.equal(first('storage.objects.list', BUCKET), 'roles/storage.objectViewer');
  assert.equal(first('storage.buckets.list', PROJECT), 'roles/storage.bucketViewer');
  assert.equal(first('compute.instances.list', PROJECT), 'roles/compute.viewer');
  assert.equal(first('compute.instances.create', PROJECT), 'roles/compute.instanceAdmin');
  assert.equal(first('iam.serviceAccounts.actAs', PROJECT), 'roles/iam.serviceAccountUser');
  assert.equal(first('resourcemanager.projects.get', PROJECT), 'roles/browser');
});

const roleNames = fc.constantFrom(
  'roles/storage.objectViewer',
  'roles/storage.admin',
  'roles/owner',
  'roles/viewer',
  'roles/none.such',
);
const members = fc.constantFrom(
  SA,
  'user:ada@example.com',
  'allUsers',
  'allAuthenticatedUsers',
  'projectOwner:p',
  'deleted:user:x?uid=1',
);
const bindings = fc.array(fc.tuple(roleNames, members), { maxLength: 6 }) as fc.Arbitrary<Bindings>;
const permissions = fc.constantFrom(
  'storage.objects.get',
  'storage.objects.delete',
  'storage.buckets.list',
  'no.such.permission',
);
const principals = fc.constantFrom<Principal>(account, user, ANONYMOUS);

test('adding a binding never takes access away, and order does not matter', () => {
  fc.assert(
    fc.property(
      bindings,
      bindings,
      bindings,
      permissions,
      principals,
      (onBucket, onProject, more, permission, principal) => {
        const change = { permission, principal, heldScopes: undefined };
        const before = ask(change, { [BUCKET]: onBucket, [PROJECT]: onProject }).verdict;
        const after = ask(change, { [BUCKET]: [...onBucket, ...more], [PROJECT]: onProject }).verdict;
        if (before === 'allowed') assert.equal(after, 'allowed');
        const turned = ask(change, {
          [BUCKET]: [...onBucket].reverse(),
          [PROJECT]: [...onProject].reverse(),
        }).verdict;
        assert.equal(turned, before);
      },
    ),
  );
});

test('members come and go without touching others', () => {
  const policy = toPolicy([['roles/viewer', 'user:a@b.c']]);
  const grown = withMembers(policy, 'roles/viewer', ['user:a@b.c', 'user:d@e.f']);
  assert.deepEqual(grown, toPolicy([['roles/viewer', 'user:a@b.c', 'user:d@e.f']]));
  assert.equal(withMembers(grown, 'roles/viewer', ['user:d@e.f']), grown, 'nothing new is the same policy');
  assert.deepEqual(withoutMembers(grown, 'roles/viewer', ['user:d@e.f']), policy);
  assert.deepEqual(withoutMembers(policy, 'roles/viewer', ['user:a@b.c']), { bindings: [] });
});
