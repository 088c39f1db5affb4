import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { NotControllable } from '../../conformance/control.ts';
import { OwnerClient } from '../owner-client.ts';
import { instanceControl } from './instance-control.ts';

const PLACE = { projectId: 'p', zone: 'z', name: 'vm' };
const INSTANCE = '/compute/v1/projects/p/zones/z/instances/vm';
const DONE = { name: 'op', status: 'DONE' };

/** A cloud that answers at its socket as the test says, and remembers what it was asked. */
async function fakeCloud(t: TestContext, answers: Readonly<Record<string, unknown>>) {
  const directory = mkdtempSync(join(tmpdir(), 'aic-'));
  const socket = join(directory, 'owner.sock');
  const asked: (readonly [string, unknown])[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const call = `${request.method} ${request.headers.host}${request.url}`;
    asked.push([call, body === '' ? undefined : JSON.parse(body)]);
    const known = answers[call];
    response.writeHead(known === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(known ?? { error: { message: 'Nothing is there.' } }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  t.after(() => {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { control: instanceControl(new OwnerClient(socket), PLACE), asked };
}

const METADATA = { fingerprint: 'ZmluZ2Vy', items: [{ key: 'old', value: '1' }] };

test('attributes are changed under the fingerprint that was read (compute notes 5.5)', async (t) => {
  const { control, asked } = await fakeCloud(t, {
    [`GET compute.googleapis.com${INSTANCE}`]: { metadata: METADATA },
    [`POST compute.googleapis.com${INSTANCE}/setMetadata`]: DONE,
  });
  await control.setAttribute?.('new', '2');
  await control.setAttribute?.('old', '3');
  await control.removeAttribute?.('old');
  const { fingerprint } = METADATA;
  assert.deepEqual(
    asked.filter(([call]) => call.startsWith('POST')).map(([, body]) => body),
    [
      { fingerprint, items: [...METADATA.items, { key: 'new', value: '2' }] },
      { fingerprint, items: [{ key: 'old', value: '3' }] },
      { fingerprint, items: [] },
    ],
  );
});

test('the clock and faults are the cloud’s own; only the faults that were added are removed', async (t) => {
  const { control, asked } = await fakeCloud(t, {
    'POST control.accredit.local/v1/clock:advance': {},
    'POST control.accredit.local/v1/faults': { id: 'f1' },
  });
  await control.advanceClock?.(60);
  await control.addFault?.({ path: '/computeMetadata/v1/instance/id', status: 503, times: 1 });
  await control.clearFaults?.();
  await control.clearFaults?.();
  assert.deepEqual(asked, [
    ['POST control.accredit.local/v1/clock:advance', { seconds: 60 }],
    [
      'POST control.accredit.local/v1/faults',
      {
        instance: 'projects/p/zones/z/instances/vm',
        path: '/computeMetadata/v1/instance/id',
        status: 503,
        times: 1,
      },
    ],
    // One that has met all its requests is gone already: 404 is no error.
    ['DELETE control.accredit.local/v1/faults/f1', undefined],
  ]);
});

test('maintenance begins at once, and ends when the cloud’s time has passed it', async (t) => {
  const simulate = 'POST control.accredit.local/v1/projects/p/zones/z/instances/vm:simulateMaintenance';
  const { control, asked } = await fakeCloud(t, {
    [simulate]: {},
    'POST control.accredit.local/v1/clock:advance': {},
  });
  await control.setMaintenanceEvent?.('MIGRATE_ON_HOST_MAINTENANCE');
  await control.setMaintenanceEvent?.('NONE');
  assert.deepEqual(asked, [
    [simulate, { startsInSeconds: 0, durationSeconds: 60 }],
    ['POST control.accredit.local/v1/clock:advance', { seconds: 60 }],
  ]);
});

test('what the cloud refuses skips the check', async (t) => {
  const { control } = await fakeCloud(t, {});
  const refused = new NotControllable('the cloud refused: Nothing is there.');
  for (const work of [
    control.setAttribute?.('a', 'b'),
    control.removeAttribute?.('a'),
    control.setMaintenanceEvent?.('MIGRATE_ON_HOST_MAINTENANCE'),
    control.advanceClock?.(1),
    control.addFault?.({ path: '/', reset: true, times: 1 }),
    control.withoutServiceAccount?.(),
  ]) {
    await assert.rejects(Promise.resolve(work), (error) => {
      assert.ok(error instanceof NotControllable);
      assert.equal(error.message, refused.message);
      return true;
    });
  }
});
