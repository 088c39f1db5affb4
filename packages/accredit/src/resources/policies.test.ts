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
