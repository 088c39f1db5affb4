import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api } from '../../http/method.ts';
import type { Instance } from '../../resources/instances.ts';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { CONTROL_HOST } from './host.ts';
import { maintainInstance, migrateInstance, preemptInstance } from './life-events.ts';

const control: Api = {
  name: 'control',
  hosts: [CONTROL_HOST],
  family: 'control',
  methods: [maintainInstance(), migrateInstance(), preemptInstance()],
};
const ZONE = 'us-central1-a';
const NAME = `projects/${PROJECT_ID}/zones/${ZONE}/instances/vm`;
const SPOT: Partial<Instance> = {
  scheduling: { onHostMaintenance: 'TERMINATE', automaticRestart: false, preemptible: true },
};
const RUNNING = { projectId: PROJECT_ID, zone: ZONE, name: 'vm', status: 'RUNNING', preempted: false };

async function open(change: Partial<Instance> = {}) {
  const cloud = await openTestCloud([control]);
  const { instances } = cloud.services.resources;
  const instance = instances.draft({ projectId: PROJECT_ID, zone: ZONE, name: 'vm', ...change });
  await cloud.services.resources.commit([instances.put(instance)]);
  const act = (verb: string, body?: unknown, name = NAME) =>
    cloud.send('POST', `http://${CONTROL_HOST}/v1/${name}:${verb}`, {
      listener: { kind: 'owner' },
      ...(body === undefined ? {} : { body }),
    });
  return { ...cloud, act };
}

test('a maintenance is told of at once, and begins in a minute', async () => {
  const { act } = await open();
  const { status, json } = await act('simulateMaintenance');
  assert.deepEqual(
    [status, json],
    [
      200,
      {
        ...RUNNING,
        maintenanceEvent: 'MIGRATE_ON_HOST_MAINTENANCE',
        startTime: '2026-11-23T05:01:00.000Z',
        endTime: '2026-11-23T05:02:00.000Z',
        driftToken: '0',
      },
    ],
  );
});

test('a maintenance that is to begin later is announced; by the number of the project too', async () => {
  const { act } = await open();
  const name = NAME.replace(PROJECT_ID, PROJECT_NUMBER);
  const { json } = await act('simulateMaintenance', { startsInSeconds: 600, durationSeconds: 5 }, name);
  assert.deepEqual(json, {
    ...RUNNING,
    maintenanceEvent: 'NONE',
    upcomingMaintenance: 'PENDING',
    startTime: '2026-11-23T05:10:00.000Z',
    endTime: '2026-11-23T05:10:05.000Z',
    driftToken: '0',
  });
});

test('a migration begins at once, and gives the VM a token of its own', async () => {
  const { act, clock } = await open();
  const first = await act('liveMigrate', { durationSeconds: 1 });
  assert.deepEqual(first.json, {
    ...RUNNING,
    maintenanceEvent: 'MIGRATE_ON_HOST_MAINTENANCE',
    startTime: '2026-11-23T05:00:00.000Z',
    endTime: '2026-11-23T05:00:01.000Z',
    driftToken: '0',
  });
  clock.nowMs += 1000;
  const { json } = await act('liveMigrate', { durationSeconds: 1 });
  assert.match(json.driftToken, /^[1-9]\d{17}$/);
  clock.nowMs += 1000;
  assert.notEqual((await act('liveMigrate', {})).json.driftToken, json.driftToken);
});

for (const verb of ['preempt', 'simulateMaintenance']) {
  test(`a Spot VM is preempted by ${verb}`, async () => {
    const { act } = await open(SPOT);
    assert.deepEqual((await act(verb)).json, {
      ...RUNNING,
      status: 'STOPPING',
      maintenanceEvent: 'NONE',
      preempted: true,
      stopTime: '2026-11-23T05:00:30.000Z',
      targetState: 'STOPPED',
      driftToken: '0',
    });
  });
}

const STARTS = "'startsInSeconds' is 0 to 2592000, not ";
const LASTS = "'durationSeconds' is 1 to 86400, not ";
const NO_WINDOW =
  "Instance 'vm' is a Spot VM: a maintenance preempts it at once, so it has neither a start nor a duration.";
const refusals: readonly (readonly [string, unknown, number, string | RegExp, Partial<Instance>?])[] = [
  ['preempt', undefined, 400, /^Instance 'vm' cannot be preempted: only Spot VMs are\./],
  ['simulateMaintenance', { startsInSeconds: -1 }, 400, `${STARTS}'-1'.`],
  ['simulateMaintenance', { startsInSeconds: 2_592_001 }, 400, `${STARTS}'2592001'.`],
  ['simulateMaintenance', { durationSeconds: 0 }, 400, `${LASTS}'0'.`],
  ['liveMigrate', { durationSeconds: 86_401 }, 400, `${LASTS}'86401'.`],
  ['liveMigrate', { startsInSeconds: 1 }, 400, /startsInSeconds/],
  ['simulateMaintenance', { startsInSeconds: 0 }, 400, NO_WINDOW, SPOT],
  ['simulateMaintenance', { durationSeconds: 1 }, 400, NO_WINDOW, SPOT],
  [
    'liveMigrate',
    {},
    400,
    "Instance 'vm' is stopped. Start it with 'accredit instances start vm'.",
    { status: 'TERMINATED' },
  ],
];

const STOPS_FOR_MAINTENANCE = {
  scheduling: {
    ...SPOT.scheduling,
    preemptible: false,
    onHostMaintenance: 'TERMINATE',
    automaticRestart: true,
  },
} as const;

const underWay: readonly (readonly [first: string, second: string, said: string, Partial<Instance>?])[] = [
  ['liveMigrate', 'simulateMaintenance', "Instance 'vm' is being moved until 2026-11-23T05:01:00.000Z."],
  [
    'simulateMaintenance',
    'liveMigrate',
    "Instance 'vm' is stopped for maintenance until 2026-11-23T05:01:00.000Z.",
    STOPS_FOR_MAINTENANCE,
  ],
  [
    'preempt',
    'preempt',
    "Instance 'vm' is preempted already: it is STOPPING, and TERMINATED at 2026-11-23T05:00:30.000Z.",
    SPOT,
  ],
];

for (const [first, second, said, change] of underWay) {
  test(`${second} says what ${first} has under way, and until when: ${said}`, async () => {
    const { act } = await open(change);
    const body = first === 'simulateMaintenance' ? { startsInSeconds: 0 } : undefined;
    assert.equal((await act(first, body ?? (first === 'preempt' ? undefined : {}))).status, 200);
    const { status, json } = await act(second, second === 'preempt' ? undefined : {});
    assert.deepEqual([status, json.error.message], [400, said]);
  });
}

test('an instance that was stopped or preempted is said to be stopped, and one that stops or starts until when', async () => {
  const soon = Date.parse('2026-11-23T05:00:10Z');
  const cases: readonly (readonly [Partial<Instance>, string])[] = [
    [{ status: 'TERMINATED', stoppedAtMs: soon }, "Instance 'vm' stops until 2026-11-23T05:00:10.000Z."],
    [{ startedAtMs: soon }, "Instance 'vm' starts until 2026-11-23T05:00:10.000Z."],
  ];
  for (const [change, said] of cases)
    assert.equal((await (await open(change)).act('liveMigrate', {})).json.error.message, said);
  const { act, clock } = await open(SPOT);
  await act('preempt');
  clock.nowMs += 30_000;
  assert.match((await act('preempt')).json.error.message, /^Instance 'vm' is stopped\. Start it with/);
});

for (const [verb, body, status, message, change] of refusals) {
  test(`${verb} of ${JSON.stringify(body)} is refused: ${message}`, async () => {
    const { act } = await open(change);
    const { json, status: answered } = await act(verb, body);
    assert.equal(answered, status);
    if (typeof message === 'string') assert.equal(json.error.message, message);
    else assert.match(json.error.message, message);
  });
}

test('an instance, a zone or a project that is not there is 404', async () => {
  const { act } = await open();
  for (const name of [NAME.replace(/vm$/, 'no'), NAME.replace('-a/', '-b/'), NAME.replace('lab', 'no')]) {
    const { status, json } = await act('liveMigrate', {}, name);
    assert.deepEqual([status, json.error.status], [404, 'NOT_FOUND'], name);
    assert.match(json.error.message, /^Instance '(?:vm|no)' does not exist in project '.*'\. See/);
  }
});

test('nobody but the owner may, and nothing happens', async () => {
  const cloud = await open();
  const token = await cloud.token(await cloud.account('editor', 'roles/owner'));
  for (const verb of ['preempt', 'liveMigrate', 'simulateMaintenance']) {
    const { status } = await cloud.send('POST', `http://${CONTROL_HOST}/v1/${NAME}:${verb}`, { token });
    assert.equal(status, 403, verb);
  }
  const stored = await cloud.services.resources.instances.get(PROJECT_ID, ZONE, 'vm');
  assert.equal(stored?.value.lifeEvents, undefined);
});
