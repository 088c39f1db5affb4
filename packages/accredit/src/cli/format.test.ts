import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeScene } from './cli.fixture.ts';
import { USAGE } from './errors.ts';

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

const refused: readonly (readonly [value: string, command: string, forms: string])[] = [
  ['xml', 'status', "'table' or 'json'"],
  ['JSON', 'instances list', "'table' or 'json'"],
  ['yaml', 'iam policy', "'table' or 'json'"],
  ['yaml', 'why', "'table', 'json', 'gcloud' or 'terraform'"],
  ['xml', 'recommend', "'table', 'json', 'gcloud', 'terraform' or 'yaml'"],
];
for (const [value, command, forms] of refused) {
  test(`ACCREDIT_FORMAT=${value} is refused by accredit ${command}`, async (t) => {
    const scene = makeScene(t);
    const env = { ...scene.env, ACCREDIT_FORMAT: value };
    assert.deepEqual(await scene.run(command.split(' '), { env }), {
      status: USAGE,
      stdout: '',
      stderr: `accredit: ACCREDIT_FORMAT is '${value}', which 'accredit ${command}' does not have: say ${forms} there, or with --format.\n`,
    });
    const { status } = await scene.run([...command.split(' '), '--help'], { env });
    assert.equal(status, 0, 'its help is shown all the same');
  });
}

test('ACCREDIT_FORMAT is obeyed by who has the form; --format comes before it, and empty it says nothing', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const output = async (value: string, ...args: readonly string[]) => {
    const env = { ...scene.env, ACCREDIT_FORMAT: value };
    const { status, stdout, stderr } = await scene.run(args, { env });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const { stdout: table } = await scene.run(['status']);
  assert.match(await output('json', 'status'), /^\{\n/);
  assert.match(await output('xml', 'status', '--format', 'json'), /^\{\n/);
  assert.equal((await output('', 'status')).split(' ')[0], table.split(' ')[0]);
  const { stdout: yaml } = await scene.run(['recommend', '--format', 'yaml']);
  assert.equal(await output('yaml', 'recommend'), yaml);
  assert.notEqual(yaml, await output('table', 'recommend'));
});

test('the help of every command that obeys ACCREDIT_FORMAT names it', async (t) => {
  for (const command of ['status', 'why', 'recommend', 'logs', 'up'])
    assert.match((await makeScene(t).run([command, '--help'])).stdout, /ACCREDIT_FORMAT/, command);
});
