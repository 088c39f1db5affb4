import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpResponse } from '../../http/message.ts';
import { GCE, SAMPLE_INSTANCE } from '../../protocol/metadata/instance-metadata.fixture.ts';
import { resolve } from '../../protocol/metadata/resolve.ts';
import { buildTree } from '../../protocol/metadata/tree/tree.ts';
import { TestAlarms } from '../api.fixture.ts';
import type { Dialect } from './answers.ts';
import { V1 } from './metadata.fixture.ts';
import { type Render, Waiters } from './waiters.ts';

const DIALECT: Dialect = { profile: 'gce', settings: GCE };
const DESCRIPTION = `${V1}/instance/description`;

const render: Render = (ended) => ({
  status: ended.status,
  headers: {},
  body: ended.kind === 'value' ? ended.body : ended.reason,
});

function treeOf(description: string) {
  return buildTree({ ...SAMPLE_INSTANCE, description }, GCE);
}

/** Lets so many requests wait for the description to be another than `before`. */
function open(count: number, before: string) {
  const waiters = new Waiters(new TestAlarms().set, render);
  const answered: HttpResponse[] = [];
  for (let number = 0; number < count; number += 1) {
    const wait = resolve(treeOf(before), DESCRIPTION, 'wait_for_change=true', GCE);
    assert.equal(wait.kind, 'wait');
    void waiters.wait('vm', wait, DIALECT, undefined).then((response) => answered.push(response));
  }
  return { waiters, answered };
}

const aTurn = () => new Promise(setImmediate);

test('many are answered in turns, with a large body that became bytes once', async () => {
  const { waiters, answered } = open(120, '');
  waiters.wake('vm', waiters.beginLook(), treeOf('x'.repeat(100_000)), DIALECT);
  assert.equal(waiters.count(), 0);
  await Promise.resolve();
  assert.equal(answered.length, 50);
  await aTurn();
  assert.equal(answered.length, 100);
  await aTurn();
  assert.equal(answered.length, 120);
  const bodies = new Set(answered.map(({ body }) => body));
  assert.equal(bodies.size, 1);
  assert.ok([...bodies][0] instanceof Buffer);
});

test('a look that began before another tells nothing once that other has', async () => {
  const { waiters, answered } = open(1, 'two');
  const older = waiters.beginLook();
  const newer = waiters.beginLook();
  waiters.wake('vm', newer, treeOf('two'), DIALECT);
  waiters.wake('vm', older, treeOf('one'), DIALECT);
  await aTurn();
  assert.deepEqual([answered.length, waiters.count('vm')], [0, 1]);
  waiters.wake('vm', waiters.beginLook(), treeOf('three'), DIALECT);
  await aTurn();
  assert.deepEqual(
    answered.map(({ body }) => body),
    ['three'],
  );
});

test('a look that began before anybody waited tells nothing', async () => {
  const { waiters } = open(0, '');
  const older = waiters.beginLook();
  const wait = resolve(treeOf('two'), DESCRIPTION, 'wait_for_change=true', GCE);
  assert.equal(wait.kind, 'wait');
  void waiters.wait('vm', wait, DIALECT, undefined);
  waiters.wake('vm', older, treeOf('one'), DIALECT);
  assert.equal(waiters.count('vm'), 1);
});
