import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeScene } from './cli.fixture.ts';

const COMMANDS: readonly (readonly string[])[] = [
  ['up'],
  ['down'],
  ['status'],
  ['why'],
  ['instances', 'list'],
  ['instances', 'create'],
  ['instances', 'describe'],
  ['instances', 'delete'],
  ['instances', 'start'],
  ['instances', 'stop'],
  ['service-accounts', 'list'],
  ['service-accounts', 'create'],
  ['buckets', 'list'],
  ['buckets', 'create'],
  ['buckets', 'delete'],
  ['iam', 'grant'],
  ['iam', 'revoke'],
  ['iam', 'policy'],
  ['token'],
  ['env'],
  ['conformance'],
  ['config', 'check'],
  ['clock', 'show'],
  ['clock', 'advance'],
  ['faults', 'add'],
  ['faults', 'list'],
  ['faults', 'remove'],
];

for (const command of COMMANDS) {
  test(`accredit ${command.join(' ')} has a form for programs`, async (t) => {
    const { stdout } = await makeScene(t).run([...command, '--help']);
    assert.match(stdout, /--format <form>/);
  });
}

test('what a command did is JSON for programs', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const json = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await scene.run([...args, '--format', 'json'])).stdout);
  const grant = ['roles/viewer', 'user:ada@example.com'];
  const granted = { role: grant[0], member: grant[1], resource: 'projects/local-project' };
  assert.deepEqual(await json('iam', 'grant', ...grant), { ...granted, changed: true });
  assert.deepEqual(await json('iam', 'grant', ...grant), { ...granted, changed: false });
  assert.deepEqual(await json('iam', 'revoke', ...grant), { ...granted, changed: true });
  const place = { projectId: 'local-project', zone: 'us-central1-a', name: 'vm-1' };
  assert.deepEqual(await json('instances', 'create', 'vm-1'), place);
  assert.deepEqual(await json('instances', 'stop', 'vm-1'), { ...place, status: 'TERMINATED' });
  assert.deepEqual(await json('instances', 'start', 'vm-1'), { ...place, status: 'RUNNING' });
  assert.deepEqual(await json('instances', 'delete', 'vm-1'), place);
  assert.deepEqual(
    await json('buckets', 'delete', ((await json('buckets', 'create', 'a-bucket')) as { name: string }).name),
    { bucket: 'a-bucket' },
  );
});
