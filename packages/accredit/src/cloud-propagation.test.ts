import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startCloud } from './cloud.ts';
import { ANONYMOUS, type Principal } from './kernel/principals.ts';
import { decide } from './protocol/iam/decide.ts';
import { CLOUD_PLATFORM } from './protocol/iam/scopes.ts';
import { ensureProject } from './resources/new-project.ts';
import { writePolicy } from './resources/written-policy.fixture.ts';

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
  await writePolicy(resources, PROJECT, ({ bindings }) => ({
    bindings: [...bindings, { role: 'roles/viewer', members: ['user:ada@example.com'] }],
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

const ADA = { kind: 'user', email: 'ada@example.com' } as const;
const ZONED = { projectId: 'p-1', zone: 'us-central1-a' };

/** Opens a cloud whose policies lag, and asks of it whether ada may do something. */
async function openLagging(t: TestContext) {
  const cloud = await startCloud({
    propagationDelayMs: 120_000,
    configure: async ({ resources }) => {
      await ensureProject(resources, 'p-1', 'owner@accredit.local');
    },
  });
  t.after(() => cloud.close());
  const { resources } = cloud.services;
  const verdict = async (permission: string, resource: string, principal: Principal = ADA) =>
    decide(
      {
        principal,
        permission,
        resource,
        heldScopes: [CLOUD_PLATFORM],
        acceptedScopes: [CLOUD_PLATFORM],
        mode: 'enforce',
        timeMs: cloud.clock.now(),
      },
      await resources.factsFor(resource, principal),
    ).verdict;
  const passDelay = () => cloud.clock.advance({ seconds: 120 });
  return { resources, verdict, passDelay };
}

test('with a propagation delay a bucket that is made anew does not stand under the policy of an earlier one', async (t) => {
  const { resources, verdict, passDelay } = await openLagging(t);
  const { buckets, projects } = resources;
  const project = (await projects.get('p-1'))?.value;
  assert.ok(project);
  const [resource, object] = ['projects/_/buckets/b-1', 'projects/_/buckets/b-1/objects/a.txt'];
  const make = () => buckets.create(buckets.draft(project, { name: 'b-1', uniformBucketLevelAccess: true }));
  const stored = async () => {
    const bucket = await buckets.get('b-1');
    assert.ok(bucket);
    return bucket;
  };
  const readers = (email: string) => ({
    bindings: [{ role: 'roles/storage.objectViewer', members: [`user:${email}`] }],
  });
  await make();
  await buckets.changePolicy(await stored(), readers('ada@example.com'));
  assert.equal(await verdict('storage.objects.get', object), 'refused', 'a change lags');
  await passDelay();
  assert.equal(await verdict('storage.objects.get', object), 'allowed');
  await buckets.changePolicy(await stored(), readers('bob@example.com'));
  assert.ok(await buckets.removeEmpty(await stored()));
  await make();
  assert.equal(await verdict('storage.objects.get', object), 'refused', 'the new bucket is another');
  assert.equal(resources.policies.inForceFromMs(resource), undefined, 'nothing is to come for it');
  await passDelay();
  const bob = { kind: 'user', email: 'bob@example.com' } as const;
  assert.equal(await verdict('storage.objects.get', object, bob), 'refused', 'nor does what was to come');
});

test('with a propagation delay a new resource has its first policy at once, and a later one after the delay', async (t) => {
  const { resources, verdict, passDelay } = await openLagging(t);
  await ensureProject(resources, 'p-2', 'ada@example.com');
  assert.equal(await verdict('storage.buckets.list', 'projects/p-2'), 'allowed');
  await writePolicy(resources, 'projects/p-2', () => ({ bindings: [] }));
  assert.equal(await verdict('storage.buckets.list', 'projects/p-2'), 'allowed');
  await passDelay();
  assert.equal(await verdict('storage.buckets.list', 'projects/p-2'), 'refused');
});

test('with a propagation delay the first grant on an instance is a change: it lags, and goes with the instance', async (t) => {
  const { resources, verdict, passDelay } = await openLagging(t);
  const { instances, policies, commit } = resources;
  const vm = instances.draft({ ...ZONED, name: 'vm' });
  const name = 'projects/p-1/zones/us-central1-a/instances/vm';
  const viewers = { bindings: [{ role: 'roles/compute.viewer', members: ['user:ada@example.com'] }] };
  await commit([instances.put(vm), policies.remove(name)]);
  await commit([await policies.put(name, viewers)]);
  assert.equal(await verdict('compute.instances.get', name), 'refused');
  await passDelay();
  assert.equal(await verdict('compute.instances.get', name), 'allowed');
  await commit([...instances.remove(vm), policies.remove(name)]);
  assert.equal(await verdict('compute.instances.get', name), 'refused');
});

test('with a propagation delay a custom role counts as it is, in the policy in force and in the one to come', async (t) => {
  const { resources, verdict, passDelay } = await openLagging(t);
  const { roles } = resources;
  const role = (permissions: readonly string[], title = 'Lister') =>
    ({ parent: PROJECT, roleId: 'lister', title, description: '', stage: 'GA', permissions }) as const;
  const named = { parent: PROJECT, roleId: 'lister' };
  await roles.create(role(['storage.buckets.list']));
  const give = { role: `${PROJECT}/roles/lister`, members: ['user:ada@example.com'] };
  await writePolicy(resources, PROJECT, ({ bindings }) => ({ bindings: [...bindings, give] }));
  await roles.change(named, () => role(['storage.buckets.get']));
  await passDelay();
  assert.equal(
    await verdict('storage.buckets.list', PROJECT),
    'refused',
    'what the role had when it was given',
  );
  assert.equal(await verdict('storage.buckets.get', PROJECT), 'allowed', 'what it has');
  await roles.change(named, () => role(['storage.buckets.get'], 'Another title'));
  await writePolicy(resources, PROJECT, ({ bindings }) => ({ bindings: bindings.slice(0, -1) }));
  assert.equal(await verdict('storage.buckets.get', PROJECT), 'allowed', 'the policy in force stays');
  const owner = { kind: 'user', email: 'owner@accredit.local' } as const;
  assert.equal(await verdict('storage.buckets.list', PROJECT, owner), 'allowed');
  await roles.change(named, () => role([]));
  assert.equal(await verdict('storage.buckets.get', PROJECT), 'refused', 'also where another one is to come');
});
