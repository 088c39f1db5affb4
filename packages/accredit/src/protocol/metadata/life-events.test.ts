import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAMPLE_INSTANCE } from './instance-metadata.fixture.ts';
import { type LifeEvents, lifeAt, type Maintenance } from './life-events.ts';
import { resolve } from './resolve.ts';
import { type MetadataProfile, settingsOf } from './settings.ts';
import { buildTree } from './tree/tree.ts';

const MINUTE = 60_000;
/** 2026-11-23T05:00:00Z. */
const NOW = 1_795_410_000_000;

/** Asked for now, begins in ten minutes, lasts one. */
const MAINTENANCE: Maintenance = {
  event: 'MIGRATE_ON_HOST_MAINTENANCE',
  announcedAtMs: NOW,
  hasExtendedNotifications: true,
  startsAtMs: NOW + 10 * MINUTE,
  endsAtMs: NOW + 11 * MINUTE,
  driftTokenAfter: '77',
};
const SHORT = {
  ...MAINTENANCE,
  startsAtMs: NOW + 5000,
  endsAtMs: NOW + 6000,
  hasExtendedNotifications: false,
};
const AT_ONCE = { ...SHORT, startsAtMs: NOW };
const MIGRATE = 'MIGRATE_ON_HOST_MAINTENANCE';
const window = { windowStartMs: MAINTENANCE.startsAtMs, windowEndMs: MAINTENANCE.endsAtMs };
const idle = { maintenanceEvent: 'NONE', preempted: false, driftToken: '0' };
const pending = { ...idle, upcomingMaintenance: { status: 'PENDING', ...window } };

const states: readonly (readonly [string, LifeEvents, number, object])[] = [
  ['nothing has happened', {}, 0, idle],
  ['announced', { maintenance: MAINTENANCE }, 0, { ...pending, changesAtMs: NOW + 9 * MINUTE }],
  [
    'just before the notice',
    { maintenance: MAINTENANCE },
    9 * MINUTE - 1,
    { ...pending, changesAtMs: NOW + 9 * MINUTE },
  ],
  [
    '60 seconds before it begins',
    { maintenance: MAINTENANCE },
    9 * MINUTE,
    { ...pending, maintenanceEvent: MIGRATE, changesAtMs: NOW + 10 * MINUTE },
  ],
  [
    'it has begun',
    { maintenance: MAINTENANCE },
    10 * MINUTE,
    {
      ...idle,
      maintenanceEvent: MIGRATE,
      upcomingMaintenance: { status: 'ONGOING', ...window },
      changesAtMs: NOW + 11 * MINUTE,
    },
  ],
  ['it is over', { maintenance: MAINTENANCE }, 11 * MINUTE, { ...idle, driftToken: '77' }],
  [
    'less than 60 seconds before: told of as soon as it is asked for',
    { maintenance: SHORT },
    0,
    { ...idle, maintenanceEvent: MIGRATE, changesAtMs: SHORT.startsAtMs },
  ],
  [
    'at once',
    { maintenance: AT_ONCE },
    0,
    { ...idle, maintenanceEvent: MIGRATE, changesAtMs: SHORT.endsAtMs },
  ],
  [
    'a second one: the token of the first until it is over',
    { maintenance: AT_ONCE, driftToken: '12' },
    0,
    { ...idle, driftToken: '12', maintenanceEvent: MIGRATE, changesAtMs: SHORT.endsAtMs },
  ],
  [
    'preempted',
    { preemption: { startsAtMs: NOW, targetState: 'STOPPED' } },
    0,
    { ...idle, preempted: true, shutdown: { requestedAtMs: NOW, targetState: 'STOPPED' } },
  ],
];

for (const [name, events, afterMs, state] of states) {
  test(`what the metadata of an instance shows: ${name}`, () => {
    assert.deepEqual(lifeAt(events, NOW + afterMs), state);
  });
}

/** What a GET below `instance/` gives, of an instance to which these events have happened. */
function show(events: LifeEvents, path: string, afterMs = 0, profile: MetadataProfile = {}): unknown {
  const settings = settingsOf(profile);
  const tree = buildTree({ ...SAMPLE_INSTANCE, life: lifeAt(events, NOW + afterMs) }, settings);
  const [key = '', query = ''] = path.split('?');
  const resolution = resolve(tree, `/computeMetadata/v1/instance/${key}`, query, settings);
  if (resolution.kind === 'refused') return resolution.status;
  return resolution.kind === 'value' ? resolution.body : resolution.kind;
}

const UPCOMING_JSON =
  '{"can_reschedule":"false","latest_window_start_time":"2026-11-23T05:10:00Z","maintenance_status":"PENDING",' +
  '"type":"SCHEDULED","window_end_time":"2026-11-23T05:11:00Z","window_start_time":"2026-11-23T05:10:00Z"}';
/** As the agent for SAP reads it. */
const UPCOMING_TEXT =
  'can_reschedule false\nlatest_window_start_time 2026-11-23T05:10:00Z\nmaintenance_status PENDING\n' +
  'type SCHEDULED\nwindow_end_time 2026-11-23T05:11:00Z\nwindow_start_time 2026-11-23T05:10:00Z\n';
const UPCOMING_KEYS =
  'can_reschedule\nlatest_window_start_time\nmaintenance_status\ntype\nwindow_end_time\nwindow_start_time\n';

const announced: readonly (readonly [string, unknown])[] = [
  ['upcoming-maintenance?alt=json', UPCOMING_JSON],
  ['upcoming-maintenance', UPCOMING_TEXT],
  ['upcoming-maintenance?alt=text', UPCOMING_TEXT],
  ['upcoming-maintenance?recursive=true', UPCOMING_JSON],
  ['upcoming-maintenance/?recursive=true', UPCOMING_JSON],
  ['upcoming-maintenance/?recursive=true&alt=text', UPCOMING_TEXT],
  ['upcoming-maintenance/', UPCOMING_KEYS],
  ['upcoming-maintenance/?alt=json', 400],
  ['upcoming-maintenance/maintenance_status', 'PENDING'],
  ['upcoming-maintenance/window_start_time', '2026-11-23T05:10:00Z'],
  ['upcoming-maintenance/window-start-time', 404],
  ['upcoming-maintenance?wait_for_change=true', 'wait'],
  ['upcoming-maintenance?wait_for_change=true&last_etag=0', UPCOMING_TEXT],
  ['upcoming-maintenance?wait_for_change=true&last_etag=0&alt=json', UPCOMING_JSON],
  ['scheduling', 'redirect'],
];

for (const [path, body] of announced) {
  test(`of an announced maintenance, ${path} is as documented (metadata notes 8.1)`, () => {
    assert.equal(show({ maintenance: MAINTENANCE }, path), body);
  });
}

test('the keys of upcoming-maintenance are spelled as the settings say (metadata notes 14)', () => {
  const spelled = (upcomingMaintenanceKeys: 'kebab-case' | 'camelCase', rest = '?alt=json') =>
    show({ maintenance: MAINTENANCE }, `upcoming-maintenance${rest}`, 0, { upcomingMaintenanceKeys });
  assert.match(String(spelled('kebab-case')), /^\{"can-reschedule":"false","latest-window-start-time":/);
  assert.match(String(spelled('kebab-case', '')), /^can-reschedule false\n/);
  assert.equal(spelled('kebab-case', '/maintenance-status'), 'PENDING');
  assert.equal(spelled('camelCase', '/maintenanceStatus'), 'PENDING');
  assert.match(String(spelled('camelCase')), /^\{"canReschedule":"false","latestWindowStartTime":/);
});

test('without extended notifications upcoming-maintenance tells of none', () => {
  assert.equal(show({ maintenance: SHORT }, 'maintenance-event'), MIGRATE);
  assert.equal(show({ maintenance: SHORT }, 'upcoming-maintenance'), 503);
  const none = show({}, 'upcoming-maintenance?alt=json', 0, { noUpcomingMaintenance: 'NONE' });
  assert.equal(none, '"NONE"');
});

const preempted: LifeEvents = { preemption: { startsAtMs: NOW, targetState: 'DELETED' } };

test('a preempted VM is told of its shutdown (metadata notes 8.1)', () => {
  assert.equal(show({}, 'shutdown-details/'), '');
  assert.equal(show({}, 'shutdown-details/stop-state'), 404);
  assert.equal(show(preempted, 'preempted'), 'TRUE');
  assert.equal(
    show(preempted, 'shutdown-details/?recursive=true'),
    '{"maxDuration":"30","requestTimestamp":"2026-11-23T05:00:00Z","stopState":"PENDING_STOP","targetState":"DELETED"}',
  );
});
