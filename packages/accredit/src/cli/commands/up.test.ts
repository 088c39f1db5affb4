/** `accredit up` in this process: what it starts, what it says, and when it stops. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CloudOptions } from '../../cloud.ts';
import { type CliScene, makeScene } from '../cli.fixture.ts';
import type { CliContext, StartOutcome } from '../context.ts';
import { CliError } from '../errors.ts';

/** Runs `accredit up` until it is ready, then asks it to stop. */
function upAndDown(scene: CliScene, args: readonly string[] = [], changes: Partial<CliContext> = {}) {
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  return scene.run(['up', ...args], {
    onStopSignal(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reportStart(outcome) {
      if (outcome.outcome === 'ready') for (const listener of listeners) setImmediate(listener, 'SIGTERM');
    },
    ...changes,
  });
}

/** Runs `accredit up` until it would start a cloud, and returns what it would start it with. */
async function optionsOf(
  scene: CliScene,
  args: readonly string[],
  changes: Partial<CliContext> = {},
): Promise<{ readonly options: CloudOptions | undefined; readonly stderr: string }> {
  let options: CloudOptions | undefined;
  const { stderr } = await scene.run(['up', ...args], {
    startCloud: async (given) => {
      options = given;
      throw new CliError('Enough.');
    },
    ...changes,
  });
  return { options, stderr };
}

test('it says the mode in force, where it is, how to use it and how to stop it', async (t) => {
  const scene = makeScene(t);
  const { status, stdout, stderr } = await upAndDown(scene, ['--iam', 'audit']);
  assert.equal(status, 0);
  assert.equal(stderr, 'accredit: stopping; a second signal ends it at once\n');
  assert.match(
    stdout.replace(/127\.0\.0\.1:\d+/, 'HOST:PORT'),
    new RegExp(
      [
        '^Accredit 1\\.2\\.3 is ready\\.',
        '  IAM          audit: refusals are recorded, authenticated calls pass',
        '  APIs         http://HOST:PORT',
        `  Data         ${scene.dataDirectory}`,
        '  Projects     local-project \\(default\\)',
        '  As a VM      accredit run -- gcloud storage ls',
        '  gcloud here  eval "\\$\\(accredit env --instance NAME\\)"; gcloud storage ls',
        '  Stop         Ctrl-C, or accredit down\n$',
      ].join('\n'),
    ),
  );
  assert.equal(statSync(scene.dataDirectory).mode & 0o777, 0o700);
  assert.deepEqual(
    readdirSync(join(scene.runtimeDirectory, 'accredit', 'clouds')),
    [],
    'its sockets are gone',
  );
});

test('a program gets its status as JSON', async (t) => {
  const { stdout } = await upAndDown(makeScene(t), ['--format', 'json']);
  const { iam, defaultProject, memory } = JSON.parse(stdout);
  assert.deepEqual([iam, defaultProject, memory], ['enforce', 'local-project', false]);
});

test('a cloud in memory leaves nothing, and hints say how to reach it meanwhile', async (t) => {
  const scene = makeScene(t);
  const { status, stdout } = await upAndDown(scene, ['--memory']);
  assert.equal(status, 0);
  const directory = / {2}As a VM +accredit run --data (\S+) -- /.exec(stdout)?.[1] ?? '';
  assert.match(stdout, /^ {2}Data +in memory, gone when it stops$/m);
  assert.notEqual(directory, '');
  assert.equal(existsSync(directory), false);
  assert.equal(existsSync(scene.dataDirectory), false);
});

test('settings are the flag, else the variable, else the file, else the default', async (t) => {
  const scene = makeScene(t);
  const modeOf = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    (await optionsOf(scene, args, { env: { ...scene.env, ...env } })).options?.iamMode;
  assert.equal(await modeOf([]), 'enforce');
  writeFileSync(join(scene.directory, 'accredit.yaml'), 'iam: audit\n');
  assert.equal(await modeOf([]), 'audit');
  assert.equal(await modeOf([], { ACCREDIT_IAM: 'enforce' }), 'enforce');
  assert.equal(await modeOf(['--iam', 'audit'], { ACCREDIT_IAM: 'enforce' }), 'audit');
});

test('every option reaches the cloud', async (t) => {
  const scene = makeScene(t);
  const delays = ['--operation-delay', '1.5s', '--propagation-delay', '2m'];
  const args = ['--port', '4321', '--host', '::1', ...delays, '--project', 'my-project'];
  const issuer = 'https://issuer.example';
  const { options } = await optionsOf(scene, [...args, '--record', '--issuer', issuer, '--stop-when-idle']);
  // What is a function is tested where it acts.
  const plain = Object.entries(options ?? {}).filter(([name]) => name !== 'log' && name !== 'configure');
  assert.deepEqual(Object.fromEntries(plain), {
    dataDirectory: scene.dataDirectory,
    xdgRuntimeDirectory: scene.runtimeDirectory,
    apiPort: 4321,
    apiHost: '::1',
    iamMode: 'enforce',
    operationDelayMs: 1500,
    propagationDelayMs: 120_000,
    record: true,
    issuer,
    defaultProjectId: 'my-project',
    version: '1.2.3',
    stopWhenIdle: true,
  });
});

test('what is used is recorded where the flag, the variable or the file asks for it', async (t) => {
  const scene = makeScene(t);
  const isRecorded = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    (await optionsOf(scene, args, { env: { ...scene.env, ...env } })).options?.record;
  assert.equal(await isRecorded([]), false);
  assert.equal(await isRecorded(['--record'], { ACCREDIT_RECORD: 'false' }), true);
  writeFileSync(join(scene.directory, 'accredit.yaml'), 'record: true\n');
  assert.equal(await isRecorded([]), true);
  assert.equal(await isRecorded([], { ACCREDIT_RECORD: 'false' }), false);
  const { stderr } = await optionsOf(scene, [], { env: { ...scene.env, ACCREDIT_RECORD: 'yes' } });
  assert.match(stderr, /ACCREDIT_RECORD: expected 'true' or 'false', got 'yes'\./);
});

const hosts: readonly (readonly [string, boolean])[] = [
  ['127.0.0.1', false],
  ['127.1.2.3', false],
  ['localhost', false],
  ['::1', false],
  ['0.0.0.0', true],
  ['::', true],
  ['192.168.1.5', true],
  ['127.example.com', true],
];
for (const [host, isWarned] of hosts) {
  test(`listening at '${host}' ${isWarned ? 'is warned of' : 'is nothing to warn of'}`, async (t) => {
    const { stderr, options } = await optionsOf(makeScene(t), ['--host', host]);
    assert.equal(options?.apiHost, host);
    assert.equal(
      stderr.includes(`WARNING: the APIs listen at '${host}', which other machines may reach.`),
      isWarned,
    );
  });
}

test('a configuration file is applied before the first answer, and applying it again changes nothing', async (t) => {
  const scene = makeScene(t);
  const file = `projects:
  - projectId: my-project
    serviceAccounts:
      - accountId: reader
        roles: [roles/storage.objectViewer]
    buckets:
      - name: my-bucket
`;
  writeFileSync(join(scene.directory, 'accredit.yaml'), file);
  const first = await upAndDown(scene);
  assert.match(first.stderr, /^accredit: created projects\/my-project$/m);
  assert.match(first.stderr, /^accredit: created projects\/_\/buckets\/my-bucket$/m);
  assert.match(first.stdout, /^ {2}Projects +my-project \(default\)$/m);
  const second = await upAndDown(scene);
  assert.equal(second.stderr, 'accredit: stopping; a second signal ends it at once\n');
  const listed = await scene.run(['buckets', 'list']);
  assert.match(listed.stdout, /^my-bucket /m);
});

test('what is declared no more goes with --prune alone', async (t) => {
  const scene = makeScene(t);
  const file = join(scene.directory, 'accredit.yaml');
  const project = 'projects:\n  - projectId: my-project\n';
  writeFileSync(file, `${project}    buckets:\n      - name: my-bucket\n`);
  await upAndDown(scene);
  writeFileSync(file, project);
  const kept = await upAndDown(scene);
  assert.match(kept.stderr, /^accredit: kept projects\/_\/buckets\/my-bucket, .*--prune/m);
  const pruned = await upAndDown(scene, ['--prune']);
  assert.match(pruned.stderr, /^accredit: deleted projects\/_\/buckets\/my-bucket$/m);
});

test('a configuration file that is wrong starts nothing', async (t) => {
  const scene = makeScene(t);
  writeFileSync(
    join(scene.directory, 'accredit.yaml'),
    'projects:\n  - projectId: my-project\n    bucket: []\n',
  );
  const { status, stdout, stderr } = await upAndDown(scene);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(
    stderr,
    /accredit\.yaml:3:5: projects\[0\]\.bucket: expected a known key, got 'bucket'; did you mean 'buckets'\?\n$/,
  );
  assert.equal(existsSync(scene.dataDirectory), false);
});

test('in the background it speaks in its log alone, one JSON object a line', async (t) => {
  const outcomes: StartOutcome[] = [];
  const scene = makeScene(t);
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  const { stdout, stderr } = await upAndDown(scene, ['--background', '--project', 'my-project'], {
    onStopSignal(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reportStart(outcome) {
      outcomes.push(outcome);
      for (const listener of listeners) setImmediate(listener, 'SIGTERM');
    },
  });
  assert.equal(stdout, '');
  assert.deepEqual(outcomes, [{ outcome: 'ready' }]);
  const lines = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  assert.deepEqual(
    lines.map(({ msg, notice }) => [msg, notice]),
    [
      ['ready', undefined],
      ['notice', 'stopping; a second signal ends it at once'],
    ],
  );
});

test('a data directory that is taken for a moment is waited for; one that is served is not', async (t) => {
  const scene = makeScene(t);
  const reader = await scene.startCloud();
  const waiting = upAndDown(scene);
  // What reads is done as soon as somebody has found the directory taken.
  setImmediate(() => void reader.close());
  assert.equal((await waiting).status, 0);
  await scene.startCloud();
  let nowMs = Date.now();
  // A clock that runs ahead, so that this does not wait.
  const late = await upAndDown(scene, [], { now: () => (nowMs += 10_000) });
  assert.deepEqual(late, {
    status: 1,
    stdout: '',
    stderr: `accredit: Another Accredit serves '${scene.dataDirectory}' already. See 'accredit status', or stop it with 'accredit down'. Where they find no cloud, the process that serves was started with another XDG_RUNTIME_DIR.\n`,
  });
});
