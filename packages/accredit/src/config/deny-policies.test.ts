import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from './problems.ts';
import { readConfiguration } from './read.ts';
import { openState } from './state.fixture.ts';

const PROJECT = 'projects/my-project';
const POLICY = `${PROJECT}/denyPolicies/no-deletes`;
const EMAIL = 'workload@my-project.iam.gserviceaccount.com';
const ACCOUNT = `principal://iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`;

/** A rule in the spelling of `gcloud iam policies create --policy-file`. */
const RULE = `
          - description: Nobody deletes
            denyRule:
              deniedPrincipals: [principalSet://goog/public:all]
              exceptionPrincipals: ['${ACCOUNT}']
              deniedPermissions: [storage.googleapis.com/objects.delete]
              denialCondition: {title: prod, expression: "resource.matchTag('123456789012/env', 'prod')"}`;

/** A file of one project with an account, and with these deny policies. */
function file(denyPolicies: string): string {
  return `projects:
  - projectId: my-project
    projectNumber: '123456789012'
    serviceAccounts: [{accountId: workload}]
    denyPolicies:${denyPolicies}`;
}

const DECLARED = file(`
      - id: no-deletes
        displayName: No deletes
        rules:${RULE}`);

test('a declared deny policy is made, changed where the file changes, and left alone where it does not', async () => {
  const state = openState();
  const { denyPolicies, serviceAccounts } = state.resources;
  const first = await state.apply(DECLARED);
  assert.ok(first.created.includes(POLICY));
  const stored = await denyPolicies.get(PROJECT, 'no-deletes');
  assert.equal(stored?.value.displayName, 'No deletes');
  assert.deepEqual(stored?.value.rules, [
    {
      description: 'Nobody deletes',
      deniedPrincipals: ['principalSet://goog/public:all'],
      exceptionPrincipals: [ACCOUNT],
      deniedPermissions: ['storage.googleapis.com/objects.delete'],
      exceptionPermissions: [],
      denialCondition: { title: 'prod', expression: "resource.matchTag('123456789012/env', 'prod')" },
    },
  ]);
  const again = await state.apply(DECLARED);
  assert.ok(again.unchanged.includes(POLICY));
  assert.equal(state.store.commits, 1, 'the second time commits nothing');

  const changed = await state.apply(DECLARED.replace('objects.delete', 'objects.*'));
  assert.deepEqual(changed.updated, [{ resource: POLICY, changes: ['rules'] }]);
  const after = await denyPolicies.get(PROJECT, 'no-deletes');
  assert.equal(after?.value.uid, stored?.value.uid);
  assert.notEqual(after?.value.etag, stored?.value.etag);

  // The account that the same commit made is the one that is spared, not whoever has its address later.
  const account = await serviceAccounts.find(EMAIL);
  assert.ok(account);
  await state.resources.commit(await serviceAccounts.remove(account.value));
  const orphaned = await denyPolicies.get(PROJECT, 'no-deletes');
  assert.deepEqual(orphaned?.value.rules[0]?.exceptionPrincipals, [
    `deleted:${ACCOUNT}?uid=${account.value.uniqueId}`,
  ]);
});

test('folders and organizations have deny policies too, which go with them', async () => {
  const state = openState();
  const { denyPolicies, commit } = state.resources;
  const inside = 'denyPolicies: [{id: abc, rules: []}]';
  const text = `organizations:
  - organizationId: '789'
    displayName: example.com
    ${inside}
    folders:
      - {folderId: '456', displayName: Team, ${inside}, folders: [{folderId: '457', displayName: Inner, ${inside}}]}`;
  const nodes = ['folders/457', 'folders/456', 'organizations/789'];
  const { created } = await state.apply(text);
  for (const node of nodes) {
    assert.ok(created.includes(`${node}/denyPolicies/abc`), node);
    assert.equal((await denyPolicies.all(node)).length, 1);
    await commit([
      await denyPolicies.put(denyPolicies.draft(node, 'by-hand', { displayName: '', rules: [] })),
    ]);
  }
  await state.apply('', { prune: true });
  assert.deepEqual(await state.store.list({ prefix: '' }), []);
});

test('a deny policy that is declared no more is kept until it is pruned; others are never touched', async () => {
  const state = openState();
  const { denyPolicies, commit } = state.resources;
  await state.apply(DECLARED);
  await commit([
    await denyPolicies.put(denyPolicies.draft(PROJECT, 'by-hand', { displayName: '', rules: [] })),
  ]);
  const kept = await state.apply(file(' []'));
  assert.deepEqual(kept.kept, [{ resource: POLICY, reason: 'it would go with --prune' }]);
  const pruned = await state.apply(file(' []'), { prune: true });
  assert.deepEqual(pruned.deleted, [{ resource: POLICY }]);
  const left = await denyPolicies.all(PROJECT);
  assert.deepEqual(
    left.map(({ value }) => value.policyId),
    ['by-hand'],
  );
});

test('when everything that a file declared is pruned, deny policies go with their project', async () => {
  const state = openState();
  const { denyPolicies, commit } = state.resources;
  await state.apply(DECLARED);
  await commit([
    await denyPolicies.put(denyPolicies.draft(PROJECT, 'by-hand', { displayName: '', rules: [] })),
  ]);
  const { deleted } = await state.apply('', { prune: true });
  assert.deepEqual(
    deleted.map(({ resource }) => resource),
    [POLICY, `${PROJECT}/serviceAccounts/${EMAIL}`, PROJECT],
  );
  assert.deepEqual(await state.store.list({ prefix: '' }), []);
});

test('a deny policy that was changed by hand is put back, one that was made anew by hand is the file’s again', async () => {
  const state = openState();
  const { denyPolicies, commit } = state.resources;
  await state.apply(DECLARED);
  const stored = await denyPolicies.get(PROJECT, 'no-deletes');
  assert.ok(stored);
  await commit([await denyPolicies.put(denyPolicies.changed(stored.value, { displayName: 'Mine' }))]);
  const report = await state.apply(DECLARED);
  assert.deepEqual(report.updated, [{ resource: POLICY, changes: ['displayName'] }]);
});

/** What a file may not declare, and what is said of it. */
const refused: readonly (readonly [string, string, RegExp])[] = [
  ['an id', '\n      - {id: No, rules: []}', /expected an id of a deny policy .*, got 'No'\./],
  [
    'an id twice',
    '\n      - {id: abc, rules: []}\n      - {id: abc, rules: []}',
    /expected each name once, got 'projects\/my-project\/denyPolicies\/abc' again/,
  ],
  ['no rules', '\n      - {id: abc}', /expected a list of rules/],
  [
    'a member of allow policies',
    `\n      - {id: abc, rules: [{denyRule: {deniedPrincipals: [allUsers], deniedPermissions: [storage.googleapis.com/objects.get]}}]}`,
    /expected a principal of deny policies, such as .*, got 'allUsers'\./,
  ],
  [
    'everyone as an exception',
    `\n      - id: abc\n        rules:${RULE.replace(ACCOUNT, 'principalSet://goog/public:all')}`,
    /expected a principal of deny policies other than everyone/,
  ],
  [
    'a misspelled permission',
    `\n      - id: abc\n        rules:${RULE.replace('objects.delete', 'objects.delet')}`,
    /expected a permission that can be denied.*objects\.delete/,
  ],
  [
    'a rule for nobody',
    '\n      - {id: abc, rules: [{denyRule: {deniedPrincipals: [], deniedPermissions: []}}]}',
    /expected a list of principals, at least one/,
  ],
  [
    'a condition on the time',
    `\n      - id: abc\n        rules:${RULE.replace(/resource\.matchTag\([^)]*\)/, "request.time < timestamp('2030-01-01T00:00:00Z')")}`,
    /expected a condition of resource tag functions only/,
  ],
  ['a key that rules do not have', '\n      - {id: abc, rules: [{allowRule: {}}]}', /allowRule/],
];

for (const [name, denyPolicies, message] of refused) {
  test(`a declared deny policy is refused: ${name}`, () => {
    assert.throws(
      () => readConfiguration(file(denyPolicies), 'accredit.yaml', '/nowhere'),
      (error) => error instanceof ConfigurationError && message.test(error.message),
    );
  });
}

test('an account that is not there, and more than a resource may have, are refused when a file is applied', async () => {
  const state = openState();
  const missing = DECLARED.replace(ACCOUNT, ACCOUNT.replace('workload', 'nobody'));
  await assert.rejects(
    state.apply(missing),
    /expected a service account that there is, got 'nobody@my-project\.iam\.gserviceaccount\.com'\./,
  );
  const rules = RULE.repeat(300);
  const many = file(`\n      - id: abc\n        rules:${rules}\n      - id: abd\n        rules:${rules}`);
  await assert.rejects(
    state.apply(many),
    /The number of rules in the deny policies of the resource \(600\) is larger than the maximum allowed size 500\./,
  );
  assert.equal(state.store.commits, 0);
});
