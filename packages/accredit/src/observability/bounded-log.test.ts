import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from '../apis/api.fixture.ts';
import { MetadataServer } from '../apis/metadata/server.ts';
import { type Log, type LogFields, type SetAlarm, silentLog } from '../kernel/ports.ts';
import { boundRepetition, LINES_A_SECOND } from './bounded-log.ts';

/** A log that keeps its lines, and alarms that ring when they are told to. */
function keepLines() {
  const lines: (readonly [level: string, message: string, fields: LogFields])[] = [];
  const keep = (level: string) => (fields: LogFields, message: string) =>
    lines.push([level, message, fields]);
  const alarms: (() => void)[] = [];
  const setAlarm: SetAlarm = (delayMs, ring) => {
    assert.equal(delayMs, 1_000);
    alarms.push(ring);
    return () => {};
  };
  const kept: Log = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  const secondPasses = () => {
    for (const ring of alarms.splice(0)) ring();
  };
  return { log: boundRepetition(kept, setAlarm), lines, secondPasses };
}

for (const level of ['info', 'warn', 'error'] as const) {
  test(`what is said too often in a second is counted, then said again: ${level}`, () => {
    const { log, lines, secondPasses } = keepLines();
    const say = (count: number) => {
      for (let index = 0; index < count; index += 1) log[level]({ index }, 'refused');
    };
    say(LINES_A_SECOND + 7);
    assert.equal(lines.length, LINES_A_SECOND);
    assert.deepEqual(lines.at(-1), [level, 'refused', { index: LINES_A_SECOND - 1 }]);
    log[level]({}, 'something else');
    assert.deepEqual(lines.at(-1), [level, 'something else', {}]);
    secondPasses();
    assert.deepEqual(lines.at(-1), [level, 'and more of the same', { of: 'refused', more: 7 }]);
    say(1);
    assert.deepEqual(lines.at(-1), [level, 'refused', { index: 0 }]);
    secondPasses();
    assert.equal(lines.length, LINES_A_SECOND + 3, 'nothing is said of none');
  });
}

test('who asks for debug has every line', () => {
  const { log, lines } = keepLines();
  for (let count = 0; count < 2 * LINES_A_SECOND; count += 1) log.debug({}, 'request answered');
  assert.equal(lines.length, 2 * LINES_A_SECOND);
});

test('a metadata server that refuses without end writes a few lines of it', async () => {
  const lines: string[] = [];
  const kept: Log = { ...silentLog, info: (_, message) => lines.push(message) };
  const alarms: (() => void)[] = [];
  const log = boundRepetition(kept, (_, ring) => {
    alarms.push(ring);
    return () => {};
  });
  const cloud = await openTestCloud([], { log });
  const name = `projects/${PROJECT_ID}/zones/us-central1-a/instances/vm`;
  const metadata = new MetadataServer(cloud.services);
  const request = {
    method: 'GET',
    target: '/computeMetadata/v1/x',
    headers: { host: 'metadata' },
    listener: { kind: 'metadata', instance: name } as const,
  };
  for (let count = 0; count < 1_000; count += 1) await metadata.handle(request, name);
  for (const ring of alarms) ring();
  assert.equal(LINES_A_SECOND, 20);
  assert.deepEqual(lines, [
    ...Array.from({ length: 20 }, () => 'metadata request refused'),
    'and more of the same',
  ]);
});
