import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpResponse } from '../../http/message.ts';
import { NOW_MS } from '../api.fixture.ts';
import { openServer, V1 } from './metadata.fixture.ts';

const GREETING = `${V1}/instance/attributes/greeting`;
const INSTANCE = `${V1}/instance/?recursive=true`;

function greet(value: string) {
  return { metadata: [{ key: 'greeting', value }] };
}

function etagOf({ headers }: HttpResponse): string {
  return headers.ETag ?? assert.fail('no etag');
}

test('a wait ends with the new value and its new etag (metadata notes 7.1, check 103)', async () => {
  const { ask, begin, change, untilWaiting } = await openServer();
  const before = etagOf(await ask(GREETING));
  const { response } = begin(`${GREETING}?wait_for_change=true`);
  await untilWaiting(1);
  await change(greet('bye'));
  const after = await response;
  assert.deepEqual([after.status, after.body], [200, 'bye']);
  assert.notEqual(etagOf(after), before);
  assert.equal(etagOf(after), etagOf(await ask(GREETING)));
  await untilWaiting(0);
});

test('the etag that a client has decides whether it waits (metadata notes 7.4, 7.5, checks 101, 102, 113)', async () => {
  const { ask, begin, change, server, untilWaiting } = await openServer();
  for (const etag of ['0', 'NONE', '0123456789abcdef']) {
    const response = await ask(`${GREETING}?wait_for_change=true&last_etag=${etag}`);
    assert.equal(response.body, 'hello\n');
  }
  const guestAgent = `${V1}/?alt=json&last_etag=NONE&recursive=true&timeout_sec=60&wait_for_change=true`;
  const first = await ask(guestAgent);
  assert.equal(first.headers['Content-Type'], 'application/json');
  assert.equal(server.waiterCount, 0);
  const next = begin(guestAgent.replace('NONE', etagOf(first)));
  await untilWaiting(1);
  await change(greet('bye'));
  assert.match(String((await next.response).body), /"greeting":"bye"/);
});

test('when the time is up, the value is answered as it is, with the etag that it had (metadata notes 7.7, check 100)', async () => {
  const { ask, begin, alarms, untilWaiting } = await openServer();
  const etag = etagOf(await ask(GREETING));
  const { response } = begin(`${GREETING}?wait_for_change=true&last_etag=${etag}&timeout_sec=30`);
  await untilWaiting(1);
  assert.deepEqual(alarms.delaysMs, [30_000]);
  alarms.ring(30_000);
  const answer = await response;
  assert.deepEqual([answer.status, answer.body, etagOf(answer)], [200, 'hello\n', etag]);
  await untilWaiting(0);
});

test('a wait without a timeout sets no alarm, and one that ended leaves none (metadata notes 7.8)', async () => {
  const { begin, change, alarms, untilWaiting } = await openServer();
  const unbounded = begin(`${GREETING}?wait_for_change=true`);
  const bounded = begin(`${GREETING}?wait_for_change=true&timeout_sec=60`);
  await untilWaiting(2);
  assert.deepEqual(alarms.delaysMs, [60_000]);
  await change(greet('bye'));
  assert.equal((await unbounded.response).body, 'bye');
  assert.equal((await bounded.response).body, 'bye');
  assert.deepEqual(alarms.delaysMs, []);
});

test('a change elsewhere, and a write of the same, wake nobody (metadata notes 7.13, 7.14, check 105)', async () => {
  const { begin, change, changeProject, server, untilWaiting } = await openServer();
  const greeting = begin(`${GREETING}?wait_for_change=true`);
  const whole = begin(`${INSTANCE}&wait_for_change=true`);
  await untilWaiting(2);
  await change({});
  await changeProject([{ key: 'k', value: 'v' }]);
  await new Promise(setImmediate);
  assert.equal(server.waiterCount, 2);
  await change({ tags: ['web'] });
  assert.match(String((await whole.response).body), /"tags":\["web"\]/);
  assert.equal(server.waiterCount, 1, 'the greeting is the same');
  await change({ tags: ['web'], ...greet('bye') });
  assert.equal((await greeting.response).body, 'bye');
});

test('a change of the project reaches those who wait for it, whatever was asked meanwhile', async () => {
  const { begin, changeProject, untilWaiting } = await openServer();
  const { response } = begin(`${V1}/project/attributes/?recursive=true&wait_for_change=true`);
  await untilWaiting(1);
  await changeProject([{ key: 'k', value: 'v' }]);
  assert.equal((await response).body, '{"k":"v"}');
});

test('a key that goes ends its wait with 404, and one that comes is not waited for (metadata notes 7.11, 7.12)', async () => {
  const { ask, begin, change, untilWaiting } = await openServer();
  assert.equal((await ask(`${V1}/instance/attributes/nosuch?wait_for_change=true`)).status, 404);
  const { response } = begin(`${GREETING}?wait_for_change=true`);
  await untilWaiting(1);
  await change({ metadata: [] });
  const gone = await response;
  assert.deepEqual([gone.status, gone.headers['Metadata-Flavor']], [404, 'Google']);
});

test('a client that leaves frees its place and its alarm (metadata notes 7.18, check 114)', async () => {
  const { begin, alarms, server, untilWaiting } = await openServer();
  const waits = [1, 2, 3].map(() => begin(`${GREETING}?wait_for_change=true&timeout_sec=60`));
  await untilWaiting(3);
  for (const wait of waits) wait.leave();
  assert.equal(server.waiterCount, 0);
  assert.deepEqual(alarms.delaysMs, []);
  for (const wait of waits) wait.leave();
  assert.equal(server.waiterCount, 0, 'leaving twice is leaving');
});

test('at most 500 wait at one instance, as many as its settings say; the next is 503 (metadata notes 10.5)', async () => {
  for (const [settings, limit] of [
    [undefined, 500],
    [{ waiterLimit: 3 }, 3],
  ] as const) {
    const { ask, begin, change, untilWaiting } = await openServer(
      settings === undefined ? {} : { metadataServer: settings },
    );
    const waits = Array.from({ length: limit }, () => begin(`${GREETING}?wait_for_change=true`));
    await untilWaiting(limit);
    const refused = await ask(`${INSTANCE}&wait_for_change=true`);
    assert.deepEqual([refused.status, refused.headers['Metadata-Flavor']], [503, 'Google']);
    assert.equal(
      (await ask(`${GREETING}?wait_for_change=true&last_etag=0`)).status,
      200,
      'nothing waits there',
    );
    waits[0]?.leave();
    const late = begin(`${GREETING}?wait_for_change=true`);
    await untilWaiting(limit);
    await change({ ...greet('bye'), ...(settings === undefined ? {} : { metadataServer: settings }) });
    for (const { response } of [...waits.slice(1), late]) assert.equal((await response).body, 'bye');
  }
});

test('all that wait for one value get the one answer that was made (check 112)', async () => {
  const { begin, change, untilWaiting } = await openServer();
  const waits = Array.from({ length: 100 }, () => begin(`${INSTANCE}&wait_for_change=true`));
  await untilWaiting(100);
  await change(greet('bye'));
  const answers = await Promise.all(waits.map(({ response }) => response));
  assert.equal(new Set(answers).size, 1);
});

test('whoever asks like others, or like nobody before, waits for the value that there is and gets the next', async () => {
  const { ask, begin, change, untilWaiting } = await openServer();
  // More different targets than the server keeps the meaning of (100), each of them twice.
  const targets = Array.from(
    { length: 150 },
    (_, index) => `${GREETING}?wait_for_change=true&timeout_sec=${index + 1}`,
  );
  for (const value of ['one', 'two']) {
    const last = etagOf(await ask(GREETING));
    const pending = [...targets, ...targets].map((target) => begin(`${target}&last_etag=${last}`));
    await untilWaiting(300);
    await change(greet(value));
    const answers = await Promise.all(pending.map(({ response }) => response));
    assert.deepEqual(new Set(answers.map(({ body }) => body)), new Set([value]));
    assert.equal((await ask(`${targets[0]}&last_etag=${last}`)).body, value);
  }
});

test('a change that comes while what is waited for is being read is not lost', async () => {
  const { ask, begin, change } = await openServer();
  const etag = etagOf(await ask(GREETING));
  await change({ description: 'other' });
  // Its view is gone, so this one is being read when the change comes.
  const { response } = begin(`${GREETING}?wait_for_change=true&last_etag=${etag}`);
  await change(greet('bye'));
  assert.equal((await response).body, 'bye');
});

test('no update is lost over many changes (check 149)', async () => {
  const { ask, begin, change } = await openServer();
  let etag = etagOf(await ask(GREETING));
  for (const value of ['one', 'two', 'three', 'four']) {
    const { response } = begin(`${GREETING}?wait_for_change=true&last_etag=${etag}`);
    await change(greet(value));
    const answer = await response;
    assert.equal(answer.body, value);
    etag = etagOf(answer);
  }
});

test('those who wait at an instance that is deleted are let go with 503 (metadata notes 7.16)', async () => {
  const { begin, instance, server, services, untilWaiting } = await openServer();
  const { response } = begin(`${GREETING}?wait_for_change=true`);
  await untilWaiting(1);
  await services.resources.commit(services.resources.instances.remove(instance));
  assert.equal((await response).status, 503);
  assert.equal(server.waiterCount, 0);
});

test('those who wait when the cloud ends are let go with 503, and nobody waits any more (metadata notes 7.16)', async () => {
  const { ask, begin, server, untilWaiting } = await openServer();
  const { response } = begin(`${GREETING}?wait_for_change=true`);
  await untilWaiting(1);
  server.release();
  assert.equal((await response).status, 503);
  assert.equal((await ask(`${GREETING}?wait_for_change=true`)).status, 503);
  assert.equal((await ask(GREETING)).status, 200);
});

test('when time is moved, those who wait see what the life of the instance has come to', async () => {
  const { begin, clock, server, untilWaiting } = await openServer({
    lifeEvents: {
      maintenance: {
        event: 'MIGRATE_ON_HOST_MAINTENANCE',
        announcedAtMs: NOW_MS,
        startsAtMs: NOW_MS + 3_600_000,
        endsAtMs: NOW_MS + 3_660_000,
        driftTokenAfter: '7',
      },
    },
  });
  const event = begin(`${V1}/instance/maintenance-event?wait_for_change=true`);
  const drift = begin(`${V1}/instance/virtual-clock/drift-token?wait_for_change=true`);
  await untilWaiting(2);
  clock.nowMs += 3_600_000;
  server.timeMoved();
  assert.equal((await event.response).body, 'MIGRATE_ON_HOST_MAINTENANCE');
  clock.nowMs += 60_000;
  server.timeMoved();
  assert.equal((await drift.response).body, '7');
});
