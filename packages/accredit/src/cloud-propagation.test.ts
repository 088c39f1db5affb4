import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCloud } from './cloud.ts';
import { ANONYMOUS } from './kernel/principals.ts';
import { decide } from './protocol/iam/decide.ts';
import { CLOUD_PLATFORM } from './protocol/iam/scopes.ts';
import { ensureProject } from './resources/new-project.ts';

const PROJECT = 'projects/p-1';

test('with a propagation delay a changed policy is in force after it, by the clock of the cloud; what is configured is at once', async (t) => {
  const cloud = await startCloud({
    propagationDelayMs: 120_000,
    configure: async ({ resources }) => {
      await ensureProject(resources, 'p-1', 'owner@accredit.local');
    },
  });
  t.after(() => cloud.close());
  const { resources } = cloud.services;
  const verdict = async (email: string, permission: string) => {
    const principal = { kind: 'user', email } as const;
    const question = {
      principal,
      permission,
      resource: PROJECT,
      heldScopes: [CLOUD_PLATFORM],
      acceptedScopes: [CLOUD_PLATFORM],
      mode: 'enforce',
      timeMs: cloud.clock.now(),
    } as const;
    return decide(question, await resources.factsFor(PROJECT, principal)).verdict;
  };
  assert.equal(await verdict('owner@accredit.local', 'storage.buckets.list'), 'allowed');
  await resources.policies.change(PROJECT, async (before) => ({
    policy: { bindings: [...before.bindings, { role: 'roles/viewer', members: ['user:ada@example.com'] }] },
    expectedRevision: undefined,
  }));
  const shown = (await resources.policies.get(PROJECT)).value.bindings;
  assert.ok(
    shown.some(({ members }) => members.includes('user:ada@example.com')),
    'reads show it at once',
  );
  assert.equal(await verdict('ada@example.com', 'storage.buckets.list'), 'refused');
  await cloud.clock.advance({ seconds: 119 });
  assert.equal(await verdict('ada@example.com', 'storage.buckets.list'), 'refused');
  await cloud.clock.advance({ seconds: 1 });
  assert.equal(await verdict('ada@example.com', 'storage.buckets.list'), 'allowed');
  assert.equal((await resources.factsFor(PROJECT, ANONYMOUS)).policies.length, 1);
});
