import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW_MS, openTestCloud, PROJECT_ID, seededRandom } from '../apis/api.fixture.ts';
import { ApiError } from '../kernel/api-error.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { type Instance, Instances, statusAt } from './instances.ts';
import { lifeAfterStart, liveMigrate, preempt, simulateMaintenance } from './life-events.ts';

const MINUTE = 60_000;
const PLACE = { projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm' };
const instances = new Instances(new MemoryStore(), { now: () => NOW_MS }, seededRandom());
const STANDARD = instances.draft(PLACE);
const STOPS: Instance = {
  ...STANDARD,
  scheduling: { ...STANDARD.scheduling, onHostMaintenance: 'TERMINATE' },
};
const STAYS_STOPPED: Instance = { ...STOPS, scheduling: { ...STOPS.scheduling, automaticRestart: false } };
const SPOT: Instance = {
  ...STANDARD,
  scheduling: { onHostMaintenance: 'TERMINATE', automaticRestart: false, preemptible: true },
};
const SPOT_DELETED: Instance = {
  ...SPOT,
  scheduling: { ...SPOT.scheduling, instanceTerminationAction: 'DELETE' },
};
const NOT_READY = `The resource 'projects/${PROJECT_ID}/zones/us-central1-a/instances/vm' is not ready`;

function at(afterMs: number) {
  return { nowMs: NOW_MS + afterMs, driftToken: String(afterMs + 1) };
}

function eventOf({ lifeEvents }: Instance): string | undefined {
  return lifeEvents?.maintenance?.event;
}

test('a maintenance follows the scheduling, begins after its notice and lasts a minute where nobody says', () => {
  const changed = simulateMaintenance(STANDARD, at(0));
  assert.deepEqual(changed, {
    ...STANDARD,
    lifeEvents: {
      driftToken: '0',
      maintenance: {
        event: 'MIGRATE_ON_HOST_MAINTENANCE',
        announcedAtMs: NOW_MS,
        hasExtendedNotifications: false,
        startsAtMs: NOW_MS + MINUTE,
        endsAtMs: NOW_MS + 2 * MINUTE,
        driftTokenAfter: '1',
      },
    },
  });
  assert.equal(eventOf(simulateMaintenance(STOPS, at(0))), 'TERMINATE_ON_HOST_MAINTENANCE');
});

test('a live migration is at once, and of any instance', () => {
  for (const instance of [STANDARD, STOPS, SPOT]) {
    const changed = liveMigrate(instance, { ...at(0), lastsMs: 5000 });
    assert.equal(eventOf(changed), 'MIGRATE_ON_HOST_MAINTENANCE');
    assert.equal(changed.lifeEvents?.maintenance?.startsAtMs, NOW_MS);
    assert.equal(changed.lifeEvents?.maintenance?.endsAtMs, NOW_MS + 5000);
  }
});

test('a maintenance of a Spot VM preempts it', () => {
  assert.deepEqual(simulateMaintenance(SPOT, at(0)), preempt(SPOT, NOW_MS));
});

test('a maintenance that is yet to come is replaced, and the token stays as it is until one is over', () => {
  const first = simulateMaintenance(STANDARD, { ...at(0), startsInMs: 10 * MINUTE });
  const second = simulateMaintenance(first, { ...at(MINUTE), startsInMs: 0, lastsMs: 1000 });
  assert.equal(second.lifeEvents?.maintenance?.startsAtMs, NOW_MS + MINUTE);
  assert.equal(second.lifeEvents?.driftToken, '0');
  const third = liveMigrate(second, at(MINUTE + 1000));
  assert.equal(third.lifeEvents?.driftToken, String(MINUTE + 1));
});

/** What an instance is after a while. */
const statuses: readonly (readonly [string, Instance, number, Instance['status']])[] = [
  ['one that migrates runs on', simulateMaintenance(STANDARD, at(0)), 90_000, 'RUNNING'],
  ['one that stops for it runs until it begins', simulateMaintenance(STOPS, at(0)), 59_999, 'RUNNING'],
  ['and is stopped then', simulateMaintenance(STOPS, at(0)), 60_000, 'TERMINATED'],
  ['and is restarted after it', simulateMaintenance(STOPS, at(0)), 120_000, 'RUNNING'],
  ['or not', simulateMaintenance(STAYS_STOPPED, at(0)), 120_000, 'TERMINATED'],
  ['a preempted one is stopping', preempt(SPOT, NOW_MS), 29_999, 'STOPPING'],
  ['for 30 seconds', preempt(SPOT, NOW_MS), 30_000, 'TERMINATED'],
  [
    'one that is stopped already stays so',
    { ...preempt(SPOT, NOW_MS), status: 'TERMINATED' },
    0,
    'TERMINATED',
  ],
];

for (const [name, instance, afterMs, status] of statuses) {
  test(`the status follows from the time: ${name}`, () => {
    assert.equal(statusAt(instance, NOW_MS + afterMs), status);
  });
}

test('a preempted VM that is to be deleted stays, TERMINATED (deviation)', () => {
  const changed = preempt(SPOT_DELETED, NOW_MS);
  assert.equal(changed.lifeEvents?.preemption?.targetState, 'DELETED');
  assert.equal(statusAt(changed, NOW_MS + 60 * MINUTE), 'TERMINATED');
});

const ONGOING = liveMigrate(STANDARD, at(0));
const STOPPED: Instance = { ...STANDARD, status: 'TERMINATED' };
const refusals: readonly (readonly [string, () => Instance, string])[] = [
  ['a maintenance while one goes on', () => simulateMaintenance(ONGOING, at(1000)), NOT_READY],
  ['a migration while a maintenance goes on', () => liveMigrate(ONGOING, at(1000)), NOT_READY],
  ['a maintenance of a stopped instance', () => simulateMaintenance(STOPPED, at(0)), NOT_READY],
  ['a migration of a stopped instance', () => liveMigrate(STOPPED, at(0)), NOT_READY],
  ['a second preemption', () => preempt(preempt(SPOT, NOW_MS), NOW_MS), NOT_READY],
  [
    'a preemption of a standard VM',
    () => preempt(STANDARD, NOW_MS),
    "Instance 'vm' cannot be preempted: only Spot VMs are. Make one with 'accredit instances create --spot'.",
  ],
];

for (const [name, act, message] of refusals) {
  test(`refused with 400: ${name}`, () => {
    assert.throws(act, (error) => error instanceof ApiError && error.message === message);
  });
}

test('an instance that is started again keeps its token alone', () => {
  assert.deepEqual(lifeAfterStart({}, NOW_MS), { driftToken: '0' });
  assert.deepEqual(lifeAfterStart(preempt(SPOT, NOW_MS).lifeEvents ?? {}, NOW_MS), { driftToken: '0' });
  assert.deepEqual(lifeAfterStart(ONGOING.lifeEvents ?? {}, NOW_MS + MINUTE), { driftToken: '1' });
});

test('two life events at once are both there', async () => {
  const { services } = await openTestCloud([]);
  const { resources } = services;
  await resources.commit([resources.instances.put(SPOT)]);
  await Promise.all([
    resources.instances.change(PLACE, (instance) => liveMigrate(instance, at(0))),
    resources.instances.change(PLACE, (instance) => ({ ...instance, description: 'changed' })),
  ]);
  const stored = await resources.instances.get(PROJECT_ID, PLACE.zone, PLACE.name);
  assert.deepEqual(stored?.value, { ...liveMigrate(SPOT, at(0)), description: 'changed' });
  assert.equal(
    await resources.instances.change({ ...PLACE, name: 'nosuch' }, (instance) => instance),
    undefined,
  );
});
