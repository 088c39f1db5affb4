import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type CliScene, makeScene } from '../cli.fixture.ts';

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const BELOW = 'Its metadata server shows it below computeMetadata/v1/instance/:\\n';

/** Runs a command that must succeed, and returns what it printed. */
async function output(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(['instances', ...args]);
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** A scene with a cloud that runs, and a standard and a Spot VM. */
async function open(t: TestContext) {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  await output(scene, 'create', 'vm-1');
  await output(scene, 'create', 'spot-1', '--spot');
  return { scene, cloud };
}

function whole(text: string): RegExp {
  return new RegExp(`^${text}$`);
}

test('instances simulate-maintenance says what the program will see, and where', async (t) => {
  const { scene } = await open(t);
  assert.match(
    await output(scene, 'simulate-maintenance', 'vm-1', '--in', '10m', '--for', '60s'),
    whole(
      `Instance 'vm-1' is moved from ${TIME} to ${TIME}\\.\\n${BELOW}` +
        ` {2}maintenance-event {10}NONE until 60 seconds before ${TIME}\\n` +
        ` {2}upcoming-maintenance {7}PENDING, gone at ${TIME}\\n` +
        ` {2}virtual-clock/drift-token {2}0 until ${TIME}, then another\\n`,
    ),
  );
  const answer = JSON.parse(await output(scene, 'simulate-maintenance', 'vm-1', '--format', 'json'));
  assert.equal(answer.maintenanceEvent, 'MIGRATE_ON_HOST_MAINTENANCE');
  assert.equal(Date.parse(answer.endTime) - Date.parse(answer.startTime), 60_000);
  assert.equal(answer.upcomingMaintenance, undefined);
});

test('instances live-migrate moves an instance for as long as is said; one that moves is not moved again', async (t) => {
  const { scene } = await open(t);
  assert.match(
    await output(scene, 'live-migrate', 'vm-1', '--for', '1h'),
    whole(
      `Instance 'vm-1' is moved from ${TIME} to ${TIME}\\.\\n${BELOW}` +
        ` {2}maintenance-event {10}MIGRATE_ON_HOST_MAINTENANCE until ${TIME}\\n` +
        ` {2}virtual-clock/drift-token {2}0 until ${TIME}, then another\\n`,
    ),
  );
  const { status, stderr } = await scene.run(['instances', 'live-migrate', 'vm-1']);
  assert.equal(status, 1);
  assert.match(stderr, whole(`accredit: Instance 'vm-1' is being moved until ${TIME}\\.\\n`));
});

test('instances preempt takes a Spot VM back, also over a restart, and no other', async (t) => {
  const { scene, cloud } = await open(t);
  assert.match(
    await output(scene, 'preempt', 'spot-1'),
    whole(
      `Instance 'spot-1' is preempted: it is STOPPING, and TERMINATED at ${TIME}\\.\\n${BELOW}` +
        ' {2}preempted {22}TRUE\\n {2}shutdown-details/stop-state {4}PENDING_STOP\\n' +
        ' {2}shutdown-details/target-state {2}STOPPED\\n',
    ),
  );
  const { status, stderr } = await scene.run(['instances', 'preempt', 'vm-1']);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    "accredit: Instance 'vm-1' cannot be preempted: only Spot VMs are. " +
      "Make one with 'accredit instances create --spot'.\n",
  );
  await cloud.close();
  await scene.startCloud();
  assert.match(await output(scene, 'list'), /^spot-1 .* (?:STOPPING|TERMINATED)$/m);
  const again = await scene.run(['instances', 'preempt', 'spot-1']);
  assert.match(
    again.stderr,
    /^accredit: Instance 'spot-1' is (?:preempted already: it is STOPPING|stopped\.)/,
  );
});

test('a maintenance that was announced outlives a restart', async (t) => {
  const { scene, cloud } = await open(t);
  await output(scene, 'live-migrate', 'vm-1', '--for', '1h');
  await cloud.close();
  await scene.startCloud();
  const { stderr } = await scene.run(['instances', 'simulate-maintenance', 'vm-1']);
  assert.match(stderr, /^accredit: Instance 'vm-1' is being moved until /);
});

test('who waits in the instance is told at once, and when the clock is moved to its end', async (t) => {
  const { scene, cloud } = await open(t);
  const vm = await cloud.services.resources.instances.get('local-project', 'us-central1-a', 'vm-1');
  assert.ok(vm);
  const { metadataAddress } = await cloud.places(vm.value, 'loopback');
  const ask = async (query: string) => {
    const url = `http://${metadataAddress}/computeMetadata/v1/instance/${query}`;
    const answer = await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } });
    return { etag: answer.headers.get('etag') ?? '', text: await answer.text() };
  };
  const { etag, text } = await ask('maintenance-event');
  assert.equal(text, 'NONE');
  // Each waits from where the one before ended, so none can come too late.
  const begun = ask(`maintenance-event?wait_for_change=true&last_etag=${etag}`);
  await output(scene, 'live-migrate', 'vm-1', '--for', '2h');
  const during = await begun;
  assert.equal(during.text, 'MIGRATE_ON_HOST_MAINTENANCE');
  const ended = ask(`maintenance-event?wait_for_change=true&last_etag=${during.etag}`);
  assert.equal((await scene.run(['clock', 'advance', '2h'])).status, 0);
  assert.equal((await ended).text, 'NONE');
  assert.match((await ask('virtual-clock/drift-token')).text, /^[1-9]\d{17}$/);
});

test('a duration that is none is refused with status 2', async (t) => {
  const { scene } = await open(t);
  for (const duration of ['10', '1.5s', '500ms', '-1s', '0s', '25h', 'soon']) {
    const { status, stderr } = await scene.run(['instances', 'live-migrate', 'vm-1', `--for=${duration}`]);
    assert.equal(status, 2, duration);
    assert.match(stderr, /It must be numbers with 'd', .*, in whole seconds; from 1s to 1d\./);
  }
  const late = await scene.run(['instances', 'simulate-maintenance', 'vm-1', '--in', '31d']);
  assert.match(late.stderr, /; from 0s to 30d\./);
});

test('the help of each has examples', async (t) => {
  const scene = makeScene(t);
  for (const command of ['simulate-maintenance', 'live-migrate', 'preempt'])
    assert.match(await output(scene, command, '--help'), new RegExp(`\\$ accredit instances ${command} `));
});
