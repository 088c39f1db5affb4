import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from '../apis/api.fixture.ts';
import { writePolicy } from './written-policy.fixture.ts';

const PROJECT = `projects/${PROJECT_ID}`;
const WRITERS = 100;

test('a hundred who overwrite a policy unread all get through, and the policy is that of one of them', async () => {
  const { resources } = (await openTestCloud([])).services;
  const policyOf = (writer: number) => ({
    bindings: [
      { role: 'roles/viewer', members: [`user:w${writer}@example.com`] },
      { role: 'roles/browser', members: [`user:w${writer}@example.com`] },
    ],
  });
  await Promise.all(
    Array.from({ length: WRITERS }, (_, writer) => writePolicy(resources, PROJECT, () => policyOf(writer))),
  );
  const { bindings } = (await resources.policies.get(PROJECT)).value;
  const members = new Set(bindings.flatMap((binding) => binding.members));
  assert.equal(bindings.length, 2);
  assert.equal(members.size, 1, 'never a mixture');
});

test('of a hundred who read one policy, one writes it (IAM notes 1.2)', async () => {
  const { resources } = (await openTestCloud([])).services;
  const { revision } = await resources.policies.get(PROJECT);
  const outcomes = await Promise.allSettled(
    Array.from({ length: WRITERS }, (_, writer) =>
      writePolicy(
        resources,
        PROJECT,
        () => ({ bindings: [{ role: 'roles/viewer', members: [`user:w${writer}@example.com`] }] }),
        revision,
      ),
    ),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('a change of a custom role makes ready anew the policies that give it, and no other', async () => {
  const { policies, roles, commit } = (await openTestCloud([])).services.resources;
  const role = (roleId: string, permission: string) => ({
    parent: PROJECT,
    roleId,
    title: roleId,
    description: '',
    stage: 'GA' as const,
    permissions: [permission],
  });
  await roles.create(role('one', 'storage.buckets.get'));
  await roles.create(role('other', 'storage.buckets.get'));
  const give = async (resource: string, name: string) =>
    commit([await policies.put(resource, { bindings: [{ role: name, members: ['user:ada@example.com'] }] })]);
  await give('folders/1', `${PROJECT}/roles/one`);
  await give('folders/2', `${PROJECT}/roles/other`);
  await give('folders/3', 'roles/browser');
  const compiled = () =>
    Promise.all(['folders/1', 'folders/2', 'folders/3'].map((name) => policies.compiled(name)));
  const before = await compiled();
  await roles.change({ parent: PROJECT, roleId: 'one' }, () => role('one', 'storage.buckets.list'));
  const after = await compiled();
  assert.deepEqual([...(after[0]?.permissionsOf[0] ?? [])], ['storage.buckets.list']);
  assert.notEqual(after[0], before[0]);
  assert.equal(after[1], before[1]);
  assert.equal(after[2], before[2]);
});
