import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf } from '../places/policy-places.ts';
import { findRole, listRoles, rolesWithPermission } from '../roles/catalogue.ts';
import { isPredefinedRoleGrantable } from '../roles/grantable-roles.ts';
import { isForPeople, onlyReads } from '../roles/permission-kinds.ts';
import { isTestable } from '../roles/testable-permissions.ts';
import type { BindingFinding, SpelledDecision } from '../spell-out.ts';
import { findRemedies } from './remedies.ts';

const CALLER = 'serviceAccount:reader@p.iam.gserviceaccount.com';
const ROLES = { rolesWith: rolesWithPermission, findRole };

const DECISION: SpelledDecision = {
  verdict: 'refused',
  carriedOut: true,
  mode: 'enforce',
  refusedBy: 'iam',
  principal: CALLER,
  principalState: 'active',
  uniqueId: '1'.repeat(21),
  identities: [],
  permission: 'storage.buckets.create',
  resource: 'projects/p',
  timeMs: 1_795_410_000_000,
  scopes: { outcome: 'notApplicable' },
  denyPolicies: [],
  policies: [{ resource: 'projects/p', bindings: [] }],
};

const NOTHING = { scopes: [], denials: [], grants: [], near: [] };
const EDITOR = { role: 'roles/storage.editor', member: CALLER, resource: 'projects/p' };
const ADMIN = { role: 'roles/storage.admin', member: CALLER, resource: 'projects/p' };

function bound(changed: Partial<BindingFinding>): SpelledDecision {
  const binding: BindingFinding = {
    role: 'roles/storage.admin',
    memberMatch: [CALLER],
    memberCount: 1,
    rolePermission: 'included',
    grants: false,
    ...changed,
  };
  return { ...DECISION, policies: [{ resource: 'projects/p', bindings: [binding] }] };
}

test('IAM is opened by the smallest roles that hold the permission, on the resource itself', () => {
  assert.deepEqual(findRemedies(DECISION, ROLES), { ...NOTHING, grants: [EDITOR, ADMIN] });
});

test('where all gates are open nothing is to be done', () => {
  const decision: SpelledDecision = { ...bound({ grants: true }), verdict: 'allowed' };
  assert.deepEqual(findRemedies(decision, ROLES), NOTHING);
});

for (const resource of [
  'folders/12',
  'organizations/9',
  'projects/p/zones/z/instances/vm',
  'projects/p/serviceAccounts/s@p.iam.gserviceaccount.com',
]) {
  test(`a role is proposed on ${resource}`, () => {
    const permission = resource.includes('instances') ? 'compute.instances.get' : 'iam.serviceAccounts.get';
    const policies = [{ resource, bindings: [] }];
    const { grants } = findRemedies({ ...DECISION, permission, resource, policies }, ROLES);
    assert.ok(grants.length > 0);
    for (const grant of grants) assert.equal(grant.resource, resource);
  });
}

const condition = { title: 'past', expression: 'false', outcome: 'false' } as const;

test('a role that is given on a condition which does not hold is nearest, and conditions are to be told apart', () => {
  const plain = { title: 'past', expression: 'false' };
  const { near, grants } = findRemedies(bound({ condition }), ROLES);
  assert.deepEqual(near, [{ kind: 'condition', grant: { ...ADMIN, condition: plain } }]);
  assert.deepEqual(grants, [
    { ...EDITOR, besideConditions: true },
    { ...ADMIN, besideConditions: true },
  ]);
});

test('a custom role of the caller that lacks the permission is nearest', () => {
  const role = 'projects/p/roles/mine';
  const { near } = findRemedies(bound({ role, rolePermission: 'notIncluded' }), ROLES);
  assert.deepEqual(near, [{ kind: 'customRole', role, resource: 'projects/p' }]);
});

for (const rolePermission of ['disabledRole', 'deletedRole'] as const) {
  test(`a role of the caller that would hold the permission is near: ${rolePermission}`, () => {
    const role = 'projects/p/roles/mine';
    const near = (changed: Partial<BindingFinding>) =>
      findRemedies(bound({ role, rolePermission, wouldHold: true, ...changed }), ROLES).near;
    assert.deepEqual(near({}), [{ kind: rolePermission, role, resource: 'projects/p' }]);
    assert.deepEqual(near({ memberMatch: [] }), []);
    assert.deepEqual(near({ condition }), []);
    assert.deepEqual(findRemedies(bound({ role, rolePermission }), ROLES).near, []);
  });
}

test('a custom role that holds the permission and is given to others there is proposed first, on its condition', () => {
  const role = 'organizations/9/roles/theirs';
  const holding = { ...condition, outcome: 'true' } as const;
  const { grants } = findRemedies(bound({ role, memberMatch: [], condition: holding }), ROLES);
  const joining = { ...ADMIN, role, condition: { title: 'past', expression: 'false' } };
  assert.deepEqual(grants, [
    { ...joining, besideConditions: true },
    { ...EDITOR, besideConditions: true },
    { ...ADMIN, besideConditions: true },
  ]);
});

test('what a former account of the address was given is said to be near', () => {
  const formerMatch = `deleted:${CALLER}?uid=${'2'.repeat(21)}`;
  const { near } = findRemedies(bound({ memberMatch: [], formerMatch }), ROLES);
  assert.deepEqual(near, [
    { kind: 'formerAccount', role: ADMIN.role, resource: 'projects/p', member: formerMatch },
  ]);
});

const states = ['disabled', 'deleted'] as const;
for (const principalState of states) {
  test(`an account that is ${principalState} has to come back first`, () => {
    const { account } = findRemedies({ ...DECISION, principalState }, ROLES);
    const email = 'reader@p.iam.gserviceaccount.com';
    assert.deepEqual(account, { email, state: principalState, uniqueId: '1'.repeat(21) });
  });
}

const callers: readonly (readonly [string, string | undefined])[] = [
  [CALLER, 'principal://iam.googleapis.com/projects/-/serviceAccounts/reader@p.iam.gserviceaccount.com'],
  ['user:ada@example.com', 'principal://goog/subject/ada@example.com'],
  ['principal://iam.googleapis.com/x/subject/s', 'principal://iam.googleapis.com/x/subject/s'],
  ['allUsers', undefined],
];
for (const [principal, exceptionPrincipal] of callers) {
  test(`each rule that denies is to spare ${principal}, or to go (IAM notes 1.1)`, () => {
    const rule = { permission: 'denied', deniedMatch: ['x'], exceptionMatch: [], denies: true } as const;
    const denyPolicies = [
      { attachedTo: 'folders/1', id: 'a', rules: [{ ...rule, denies: false }, rule] },
      { attachedTo: 'projects/p', id: 'b', rules: [rule] },
    ];
    const spared = exceptionPrincipal === undefined ? {} : { exceptionPrincipal };
    assert.deepEqual(findRemedies({ ...DECISION, principal, denyPolicies }, ROLES).denials, [
      { attachedTo: 'folders/1', policyId: 'a', rule: 1, ...spared },
      { attachedTo: 'projects/p', policyId: 'b', rule: 0, ...spared },
    ]);
  });
}

test('nothing can be granted past a boundary; which rule is missing is said', () => {
  const bucket = 'projects/_/buckets/b';
  const decision = {
    ...DECISION,
    permission: 'storage.objects.get',
    policies: [{ resource: bucket, bindings: [] }],
    boundary: [{ resource: 'projects/_/buckets/a', permissionAvailable: true, lets: false }],
  };
  assert.deepEqual(findRemedies(decision, ROLES).boundary, {
    availableResource: bucket,
    availablePermission: 'inRole:roles/storage.objectViewer',
  });
  const open = { ...decision, boundary: [{ resource: bucket, permissionAvailable: true, lets: true }] };
  assert.equal(findRemedies(open, ROLES).boundary, undefined);
});

for (const resource of ['projects/p', 'projects/p/zones/z/instances/vm']) {
  test(`no rule of a boundary makes ${resource} available`, () => {
    const decision = { ...DECISION, resource, policies: [{ resource, bindings: [] }], boundary: [] };
    assert.deepEqual(findRemedies(decision, ROLES).boundary, {});
  });
}

test('the rule that is missing names the bucket of an object in a managed folder', () => {
  const folder = 'projects/_/buckets/b/managedFolders/f/';
  const decision = {
    ...DECISION,
    permission: 'storage.objects.get',
    resource: 'projects/_/buckets/b/objects/f/o',
    policies: [{ resource: folder, bindings: [] }],
    boundary: [],
  };
  assert.equal(findRemedies(decision, ROLES).boundary?.availableResource, 'projects/_/buckets/b');
});

test('a part of an expression is no remedy, and what was left out may have conditions', () => {
  const decision = bound({ condition: { ...condition, isCut: true } });
  const policies = [{ resource: 'projects/p', bindings: [], leftOut: 1400 }];
  assert.deepEqual(findRemedies(decision, ROLES).near, []);
  assert.deepEqual(findRemedies({ ...DECISION, policies }, ROLES).grants, [
    { ...EDITOR, besideConditions: true },
    { ...ADMIN, besideConditions: true },
  ]);
});

test('of a policy the last rule that denies is opened first, as removing one moves those behind it', () => {
  const rule = { permission: 'denied', deniedMatch: ['x'], exceptionMatch: [], denies: true } as const;
  const rules = [rule, { ...rule, denies: false }, rule];
  const denyPolicies = [{ attachedTo: 'projects/p', id: 'd', rules }];
  const { denials } = findRemedies({ ...DECISION, principal: 'allUsers', denyPolicies }, ROLES);
  assert.deepEqual(
    denials.map((denial) => denial.rule),
    [2, 0],
  );
});

test('a rule that denies is named by its place in the policy, where others were left out', () => {
  const rule = {
    place: 499,
    permission: 'denied',
    deniedMatch: [CALLER],
    exceptionMatch: [],
    denies: true,
  } as const;
  const denyPolicies = [{ attachedTo: 'projects/p', id: 'd', rules: [rule], leftOut: 499 }];
  assert.equal(findRemedies({ ...DECISION, denyPolicies }, ROLES).denials[0]?.rule, 499);
});

const BUCKET = 'projects/_/buckets/b';
const ACCOUNT = 'projects/p/serviceAccounts/s@p.iam.gserviceaccount.com';
const VM = 'projects/p/zones/z/instances/vm';

function refusedOn(levels: readonly string[], permission: string, principal = CALLER): SpelledDecision {
  const [resource = ''] = levels;
  const policies = levels.map((name) => ({ resource: name, bindings: [] }));
  return { ...DECISION, principal, permission, resource, policies };
}

for (const levels of [
  ['projects/p'],
  [BUCKET, 'projects/p'],
  [ACCOUNT, 'projects/p'],
  [VM, 'projects/p'],
  ['folders/12'],
  ['organizations/9'],
]) {
  test(`of every permission, no grant is proposed that IAM refuses or that cannot help: ${levels[0]}`, () => {
    const permissions = new Set(listRoles().flatMap((role) => [...role.permissions]));
    const wrong: string[] = [];
    let proposed = 0;
    for (const permission of permissions) {
      for (const { role, resource } of findRemedies(refusedOn(levels, permission), ROLES).grants) {
        proposed += 1;
        const place = placeOf(resource);
        const fits =
          place !== undefined && isPredefinedRoleGrantable(role, place) && isTestable(permission, place);
        if (!fits) wrong.push(`${permission}: ${role} on ${resource}`);
      }
    }
    assert.ok(proposed > 0);
    assert.deepEqual(wrong, []);
  });
}

const firstGrants: readonly (readonly [string, readonly string[], string])[] = [
  ['resourcemanager.projects.get', ['projects/p'], 'roles/browser on projects/p'],
  ['iam.roles.list', ['projects/p'], 'roles/iam.roleViewer on projects/p'],
  ['iam.serviceAccounts.list', [ACCOUNT, 'projects/p'], 'roles/iam.serviceAccountViewer on projects/p'],
  ['storage.buckets.list', [BUCKET, 'projects/p'], 'roles/storage.bucketViewer on projects/p'],
  ['resourcemanager.projects.list', ['projects/p', 'folders/12'], 'roles/browser on folders/12'],
];
for (const [permission, levels, expected] of firstGrants) {
  test(`${permission} on ${levels[0]} is opened by ${expected}`, () => {
    const [grant] = findRemedies(refusedOn(levels, permission), ROLES).grants;
    assert.equal(`${grant?.role} on ${grant?.resource}`, expected);
  });
}

const proposed: readonly (readonly [string, readonly string[], string, readonly string[]])[] = [
  ['storage.objects.get', [BUCKET, 'projects/p'], CALLER, ['roles/storage.objectViewer']],
  ['storage.objects.get', [BUCKET, 'projects/p'], 'allUsers', ['roles/storage.objectViewer']],
  ['storage.objects.get', [BUCKET, 'projects/p'], 'allAuthenticatedUsers', ['roles/storage.objectViewer']],
  ['storage.objects.create', [BUCKET, 'projects/p'], 'allUsers', ['roles/storage.objectCreator']],
  [
    'storage.objects.create',
    [BUCKET, 'projects/p'],
    CALLER,
    ['roles/storage.objectCreator', 'roles/storage.objectUser', 'roles/storage.objectAdmin'],
  ],
  // Of Storage no role that only reads holds it.
  ['storage.buckets.getIamPolicy', [BUCKET], CALLER, ['roles/storage.admin']],
];
for (const [permission, levels, principal, roles] of proposed) {
  test(`for ${permission} on ${levels[0]} ${principal} is proposed ${roles.join(', ')}`, () => {
    const { grants } = findRemedies(refusedOn(levels, permission, principal), ROLES);
    assert.deepEqual(
      grants.map(({ role }) => role),
      roles,
    );
  });
}

test('for a permission that only reads no role is proposed that writes, where one that does not can be given', () => {
  const wrong: string[] = [];
  let mixed = 0;
  for (const levels of [['projects/p'], [BUCKET], [ACCOUNT], [VM], ['folders/12'], ['organizations/9']]) {
    for (const permission of new Set(listRoles().flatMap((role) => [...role.permissions]))) {
      if (!onlyReads(permission)) continue;
      const place = placeOf(levels[0] ?? '');
      assert.ok(place !== undefined);
      const reads = (role: string) => [...(findRole(role)?.permissions ?? [])].every(onlyReads);
      const roles = findRemedies(refusedOn(levels, permission), ROLES).grants.map(({ role }) => role);
      const isFound = rolesWithPermission(permission).some(
        (role) =>
          reads(role) && isForPeople(role) && role.includes('.') && isPredefinedRoleGrantable(role, place),
      );
      mixed += isFound && roles.length > 0 ? 1 : 0;
      if (isFound && !roles.every(reads)) wrong.push(`${permission} on ${levels[0]}: ${roles.join(', ')}`);
    }
  }
  assert.ok(mixed > 100);
  assert.deepEqual(wrong, []);
});

test('a custom role is proposed to nobody in particular in buckets alone, and only where its permission can be had', () => {
  const custom = bound({ role: 'projects/p/roles/theirs', memberMatch: [] });
  const grantsOn = (resource: string, changed: Partial<SpelledDecision>) => {
    const policies = custom.policies.map((policy) => ({ ...policy, resource }));
    return findRemedies({ ...custom, policies, resource, ...changed }, ROLES)
      .grants.map(({ role }) => role)
      .filter((role) => role.startsWith('projects/'));
  };
  const permission = 'storage.objects.get';
  assert.deepEqual(grantsOn('projects/p', { permission, principal: 'allUsers' }), []);
  assert.deepEqual(grantsOn(BUCKET, { permission, principal: 'allUsers' }), ['projects/p/roles/theirs']);
  assert.deepEqual(grantsOn(ACCOUNT, { permission: 'iam.serviceAccounts.list' }), []);
});
