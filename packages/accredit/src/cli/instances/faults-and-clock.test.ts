/** `accredit faults` and `accredit clock`, against a cloud in this process and without one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CliScene, makeScene } from '../cli.fixture.ts';

const V1 = '/computeMetadata/v1/';

/** Runs a command that must succeed, and returns what it printed. */
async function output(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(args);
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Runs a command that must fail, and returns its status and what it said. */
async function failure(scene: CliScene, ...args: readonly string[]): Promise<readonly [number, string]> {
  const { status, stdout, stderr } = await scene.run(args);
  assert.equal(stdout, '', args.join(' '));
  return [status, stderr];
}

test('faults are added, listed and removed', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  await output(scene, 'instances', 'create', 'vm-1');
  assert.equal(await output(scene, 'faults', 'list'), 'There are no faults.\n');
  const json = async (...args: readonly string[]) =>
    JSON.parse(await output(scene, 'faults', 'add', ...args, '--format', 'json'));
  const first = await json('--status', '503', '--times', '2', '--path', 'instance/id');
  assert.deepEqual(first, {
    id: first.id,
    project: 'local-project',
    path: `${V1}instance/id`,
    status: 503,
    times: 2,
  });
  const second = await json('--instance', 'vm-1', '--latency', '1.5s', '--reset', '--times', '1');
  assert.deepEqual(second, {
    id: second.id,
    instance: 'projects/local-project/zones/us-central1-a/instances/vm-1',
    path: '*',
    latencyMs: 1500,
    reset: true,
    times: 1,
  });
  const third = await json('--token-lifetime', '1m30s', '--path', 'instance/service-accounts/*');
  assert.equal(third.tokenLifetimeSeconds, 90);
  const fourth = await json('--expired-token');
  assert.equal(fourth.token, 'expired');
  assert.equal(
    await output(scene, 'faults', 'list'),
    'ID        WHERE                           PATH                         WHAT                           HOW OFTEN\n' +
      `${first.id}  instances of local-project      instance/id                  status 503                     2 times\n` +
      `${second.id}  instance vm-1 in us-central1-a  *                            connection reset after 1500ms  once\n` +
      `${third.id}  instances of local-project      instance/service-accounts/*  token that dies after 90s      until removed\n` +
      `${fourth.id}  instances of local-project      *                            expired token                  until removed\n`.replaceAll(
        '  '.repeat(0),
        '',
      ),
  );
  const listed = JSON.parse(await output(scene, 'faults', 'list', '--format', 'json'));
  assert.deepEqual(listed, [first, second, third, fourth]);
  assert.equal(await output(scene, 'faults', 'remove', first.id), `Fault '${first.id}' is removed.\n`);
  const [status, said] = await failure(scene, 'faults', 'remove', first.id);
  assert.equal(status, 1);
  assert.match(said, /does not exist/);
  assert.equal(await output(scene, 'faults', 'remove', '--all'), '3 faults are removed.\n');
  const none = await output(scene, 'faults', 'remove', '--all', '--format', 'json');
  assert.deepEqual(JSON.parse(none), { removed: 0 });
});

test('what a fault is, where and how often, is said in a sentence', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const said = await output(scene, 'faults', 'add', '--latency', '2s');
  assert.match(
    said,
    /^Fault '[0-9a-f]{8}': answer after 2000ms, for every path, at instances of local-project, until removed\.\n$/,
  );
});

const wrong: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [[], /Say what is to happen/],
  [['--status', '200'], /whole number from 400 to 599/],
  [['--status', '503', '--reset'], /cannot be used with/],
  [['--reset', '--expired-token'], /cannot be used with/],
  [['--expired-token', '--token-lifetime', '30s'], /cannot be used with/],
  [['--latency', '0s'], /from 1ms to 10m/],
  [['--latency', '11m'], /from 1ms to 10m/],
  [['--token-lifetime', '500ms'], /from 1s to 12h/],
  [['--reset', '--times', '0'], /whole number from 1 to/],
  [['--reset', '--zone', 'us-central1-a'], /say --instance too/],
];

for (const [args, said] of wrong) {
  test(`accredit faults add ${args.join(' ')} is a wrong command line`, async (t) => {
    const scene = makeScene(t);
    await scene.startCloud();
    const [status, message] = await failure(scene, 'faults', 'add', ...args);
    assert.equal(status, 2);
    assert.match(message, said);
  });
}

test('a fault of what there is not is refused', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const cases = [
    [['--instance', 'vm-9'], /Instance 'vm-9' does not exist/],
    [['--instance', 'vm-9', '--zone', 'us-central1-a'], /vm-9' does not exist/],
    [['--project', 'nothing'], /Project 'nothing' does not exist/],
    [['--path', 'a*b'], /with a '\*' at its end/],
    [['--path', 'foo'], /begins with '\/', or with one of 'instance', 'project', 'oslogin' and 'universe'/],
    [['--path', 'v1/instance/id'], /begins with '\/'/],
  ] as const;
  for (const [args, said] of cases) {
    const [status, message] = await failure(scene, 'faults', 'add', '--reset', ...args);
    assert.equal(status, 1);
    assert.match(message, said);
  }
  for (const args of [[], ['1a2b3c4d', '--all']]) {
    assert.equal((await failure(scene, 'faults', 'remove', ...args))[0], 2);
  }
});

test('the time is shown and moved forward', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  assert.match(await output(scene, 'clock'), /^The cloud's time is 20\S+Z, as real time is\.\n$/);
  const moved = await output(scene, 'clock', 'advance', '1h30m');
  assert.match(moved, /^The cloud's time is 20\S+Z, 1h30m ahead of real time\.\n$/);
  const shown = JSON.parse(await output(scene, 'clock', '--format', 'json'));
  assert.equal(shown.aheadSeconds, 5400);
  assert.ok(Math.abs(Date.parse(shown.time) - cloud.clock.now()) < 60_000);
  for (const duration of ['', '0s', '-1s', '1ms', '56', '30m1h', '3651d']) {
    const [status, said] = await failure(scene, 'clock', 'advance', duration);
    assert.deepEqual([status, /It must be|only moves forward/.test(said)], [2, true], duration);
  }
  const [status, said] = await failure(scene, 'clock', 'advance', '3650d');
  assert.equal(status, 1);
  assert.match(said, /at most ten years/);
});

const misspelled: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [
    ['advance', '5'],
    /^accredit: '5' is not how far time can be moved\. It must be numbers with .*; from 1s to 3650d\.\n$/,
  ],
  [['advance', '-5m'], /^accredit: The cloud's time only moves forward, not by '-5m'\.\n$/],
  [['advance', '--far', '5m'], /^accredit: unknown option '--far'\n/],
  [['advance', '5m', '6m'], /^accredit: expected one duration/],
  [['advance'], /missing required argument 'duration'/],
  [['advanc', '5m'], /^accredit: unknown command 'advanc'; did you mean 'advance'\?\n/],
  [['reset'], /^accredit: unknown command 'reset'; there are show and advance\n/],
];

for (const [args, said] of misspelled) {
  test(`accredit clock ${args.join(' ')} is a wrong command line, and says how`, async (t) => {
    const scene = makeScene(t);
    const cloud = await scene.startCloud();
    const [status, message] = await failure(scene, 'clock', ...args);
    assert.equal(status, 2);
    assert.match(message, said);
    assert.ok(cloud.clock.now() - Date.now() < 1000, 'no time has passed');
  });
}

test('without a running cloud both work on what is stored', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  await cloud.close();
  assert.match(await output(scene, 'clock', 'advance', '56m'), /56m ahead/);
  assert.match(await output(scene, 'clock', 'show'), /56m ahead/);
  await output(scene, 'faults', 'add', '--reset');
  assert.match(await output(scene, 'faults', 'list'), /connection reset/);
});
