import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Binding } from '../protocol/iam/policies/policy.ts';
import { CONDITION_VARIANT_LIMIT } from '../protocol/iam/policies/policy-limits.ts';
import { ConfigurationError } from './problems.ts';
import { describeReport } from './report.ts';
import { openState, type TestState } from './state.fixture.ts';

const PROJECT = 'projects/my-project';
const BUCKET = 'projects/_/buckets/my-bucket';
const ADA = 'user:ada@example.com';
const VIEWER = 'roles/storage.objectViewer';
const REPORTS = { title: 'reports', expression: 'resource.name.endsWith("/reports")' };

/** A file of one project whose policy has these bindings, written as JSON. */
function policyFile(bindings: readonly unknown[]): string {
  return `projects: [{projectId: my-project, iamPolicy: ${JSON.stringify(bindings)}}]`;
}

function bucketFile(bindings: readonly unknown[], more = 'uniformBucketLevelAccess: true'): string {
  const policy = JSON.stringify(bindings);
  return `projects: [{projectId: my-project, buckets: [{name: my-bucket, ${more}, iamPolicy: ${policy}}]}]`;
}

/** Returns the bindings of a role in a stored policy. */
async function bindingsOf(state: TestState, resource: string, role = VIEWER): Promise<readonly Binding[]> {
  const { value } = await state.resources.policies.get(resource);
  return value.bindings.filter((binding) => binding.role === role);
}

async function problemsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message.split('\n');
  }
  return [];
}

test('the same role without a condition, and on two, are three grants', async () => {
  const state = openState();
  const described = { ...REPORTS, description: 'Text' };
  const file = policyFile([
    { role: VIEWER, members: [ADA] },
    { role: VIEWER, members: [ADA], condition: REPORTS },
    { role: VIEWER, members: [ADA], condition: described },
  ]);
  await state.apply(file);
  assert.deepEqual(await bindingsOf(state, PROJECT), [
    { role: VIEWER, members: [ADA] },
    { role: VIEWER, members: [ADA], condition: REPORTS },
    { role: VIEWER, members: [ADA], condition: described },
  ]);
  await state.apply(file);
  assert.equal(state.store.commits, 1, 'applied again it commits nothing');
});

test('members join the binding of their condition; others stay as they are', async () => {
  const state = openState();
  await state.apply(policyFile([{ role: VIEWER, members: [ADA], condition: REPORTS }]));
  const bob = 'user:bob@example.com';
  const report = await state.apply(policyFile([{ role: VIEWER, members: [ADA, bob], condition: REPORTS }]));
  assert.deepEqual(report.updated, [
    { resource: PROJECT, changes: [`gave ${VIEWER} to ${bob} on the condition 'reports'`] },
  ]);
  assert.deepEqual(await bindingsOf(state, PROJECT), [
    { role: VIEWER, members: [ADA, bob], condition: REPORTS },
  ]);
});

test('a condition that changes is another grant: the former one stays until it is pruned', async () => {
  const state = openState();
  const later = { expression: 'request.time < timestamp("2030-01-01T00:00:00Z")' };
  await state.apply(policyFile([{ role: VIEWER, members: [ADA], condition: REPORTS }]));
  const file = policyFile([{ role: VIEWER, members: [ADA], condition: later }]);
  const grant = { role: VIEWER, member: ADA, condition: REPORTS };
  const { kept } = await state.apply(file);
  assert.deepEqual(kept, [{ resource: PROJECT, grant, reason: 'it would go with --prune' }]);
  const pruned = await state.apply(file, { prune: true });
  assert.deepEqual(pruned.deleted, [{ resource: PROJECT, grant }]);
  assert.deepEqual(describeReport(pruned), [
    `updated ${PROJECT}: took ${VIEWER} from ${ADA} on the condition 'reports'`,
    `deleted ${VIEWER} for ${ADA} on the condition 'reports' on ${PROJECT}`,
  ]);
  assert.deepEqual(await bindingsOf(state, PROJECT), [{ role: VIEWER, members: [ADA], condition: later }]);
});

test('what is pruned takes no condition from a policy, though an account goes that is in it', async () => {
  const state = openState();
  const member = 'serviceAccount:workload@my-project.iam.gserviceaccount.com';
  const account = 'serviceAccounts: [{accountId: workload}]';
  const binding = JSON.stringify([{ role: VIEWER, members: [ADA, member], condition: REPORTS }]);
  await state.apply(`projects: [{projectId: my-project, ${account}, iamPolicy: ${binding}}]`);
  const uniqueId = (await state.resources.serviceAccounts.find(member.slice(15)))?.value.uniqueId;
  const left = policyFile([{ role: VIEWER, members: [ADA], condition: REPORTS }]);
  const byHand = { role: 'roles/browser', members: [member], condition: REPORTS };
  const { policies } = state.resources;
  const before = (await policies.get(PROJECT)).value;
  const policy = { ...before, bindings: [...before.bindings, byHand] };
  await state.resources.commit([await policies.put(PROJECT, policy)]);
  await state.apply(left, { prune: true });
  assert.deepEqual(await bindingsOf(state, PROJECT), [{ role: VIEWER, members: [ADA], condition: REPORTS }]);
  assert.deepEqual(await bindingsOf(state, PROJECT, 'roles/browser'), [
    { ...byHand, members: [`deleted:${member}?uid=${uniqueId}`] },
  ]);
});

const wrong: readonly (readonly [why: string, binding: object, place: string, message: string])[] = [
  [
    'an expression of an unknown field',
    { condition: { expression: 'resource.nme == "a"' } },
    'condition.expression',
    `expected a condition in CEL that IAM takes, got 'resource.nme == "a"': Check expression:1:8: undefined field 'nme'.`,
  ],
  [
    'no expression',
    { condition: { title: 't' } },
    'condition.expression',
    'expected a condition in CEL that IAM takes, got nothing.',
  ],
  [
    'a basic role',
    { role: 'roles/viewer', condition: REPORTS },
    'condition',
    'expected no condition on a basic role, got a mapping.',
  ],
  [
    'a long title',
    { condition: { ...REPORTS, title: 'x'.repeat(101) } },
    'condition.title',
    `expected a title in quotes, of at most 100 bytes, got '${'x'.repeat(60)}...'.`,
  ],
  [
    'a long description',
    { condition: { ...REPORTS, description: 'x'.repeat(257) } },
    'condition.description',
    `expected a description in quotes, of at most 256 bytes, got '${'x'.repeat(60)}...'.`,
  ],
  [
    'an unknown key',
    { condition: { ...REPORTS, titl: 't' } },
    'condition.titl',
    "expected a known key, got 'titl'; did you mean 'title'?",
  ],
];
for (const [why, binding, place, message] of wrong) {
  test(`a condition with ${why} is refused where it stands`, async () => {
    const file = policyFile([{ role: VIEWER, members: [ADA], ...binding }]);
    const [problem = '', ...more] = await problemsOf(() => openState().apply(file));
    assert.deepEqual(more, []);
    assert.equal(
      problem.replace(/^accredit\.yaml:\d+:\d+: /, ''),
      `projects[0].iamPolicy[0].${place}: ${message}`,
    );
  });
}

test('a wrong expression is named by its own line and column', async () => {
  const file = `
projects:
  - projectId: my-project
    iamPolicy:
      - role: ${VIEWER}
        members: ['${ADA}']
        condition:
          expression: resource.name
`;
  await assert.rejects(async () => openState().apply(file), {
    message:
      'accredit.yaml:8:23: projects[0].iamPolicy[0].condition.expression: expected a condition in CEL that IAM takes, ' +
      "got 'resource.name': Check expression:1:8: expected type 'bool' but found 'string'.",
  });
});

test('a bucket with conditions has uniform access (IAM notes 1.4)', async () => {
  const state = openState();
  const conditional = [{ role: VIEWER, members: [ADA, 'user:bob@example.com'], condition: REPORTS }];
  assert.deepEqual(await problemsOf(() => state.apply(bucketFile(conditional, 'location: US'))), [
    "accredit.yaml:1:197: projects[0].buckets[0].iamPolicy[0].condition: expected 'uniformBucketLevelAccess: true' on " +
      'a bucket with conditions, got a bucket without it.',
  ]);
  await state.apply(bucketFile(conditional));
  assert.deepEqual((await bindingsOf(state, BUCKET)).at(-1), conditional[0]);
});

test('everybody has no conditions in a bucket', async () => {
  const file = bucketFile([{ role: VIEWER, members: ['allUsers'], condition: REPORTS }]);
  await assert.rejects(
    async () => openState().apply(file),
    /expected no condition on a binding of 'allUsers'/,
  );
});

test(`a role is given to one member on ${CONDITION_VARIANT_LIMIT} conditions at most (IAM notes 1.2)`, async () => {
  const bindings = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      role: VIEWER,
      members: [ADA],
      condition: { ...REPORTS, title: `t${index}` },
    }));
  await openState().apply(policyFile(bindings(CONDITION_VARIANT_LIMIT)));
  const [problem = ''] = await problemsOf(() =>
    openState().apply(policyFile(bindings(CONDITION_VARIANT_LIMIT + 1))),
  );
  assert.match(problem, /expected a policy within IAM's limits\. .*different conditions/);
});
