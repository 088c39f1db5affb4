import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunningWorkloads } from './running-workloads.ts';

test('a cloud that nobody uses is idle after a while, and one that is used is not', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let idle = 0;
  const workloads = new RunningWorkloads(() => {
    idle += 1;
  });
  workloads.open();
  t.mock.timers.tick(29_999);
  const first = workloads.started();
  const second = workloads.started();
  t.mock.timers.tick(60_000);
  assert.deepEqual([idle, workloads.count], [0, 2]);
  first();
  first();
  assert.equal(workloads.count, 1, 'an end counts once');
  second();
  t.mock.timers.tick(1_999);
  assert.equal(idle, 0);
  t.mock.timers.tick(1);
  assert.equal(idle, 1);
});

test('a cloud that stays is never idle', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const workloads = new RunningWorkloads(undefined);
  workloads.open();
  workloads.started()();
  t.mock.timers.tick(1_000_000);
  assert.equal(workloads.count, 0);
});

test('closing waits for those that run', async () => {
  const workloads = new RunningWorkloads(undefined);
  const ended = workloads.started();
  let closed = false;
  const closing = workloads.close().then(() => {
    closed = true;
  });
  await new Promise(setImmediate);
  assert.equal(closed, false);
  ended();
  await closing;
  await new RunningWorkloads(undefined).close();
});
