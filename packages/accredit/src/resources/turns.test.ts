import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PreconditionFailed } from '../store/store.ts';
import { Turns } from './turns.ts';

test('turns on one thing are taken in order, those on another do not wait', async () => {
  const turns = new Turns();
  const log: string[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = turns.run('a', async () => {
    await gate;
    log.push('a1');
  });
  const second = turns.run('a', async () => log.push('a2'));
  await turns.run('b', async () => log.push('b1'));
  open();
  await Promise.all([first, second]);
  assert.deepEqual(log, ['b1', 'a1', 'a2']);
});

test('a turn that fails does not hold up the next, and nothing is kept of either', async () => {
  const turns = new Turns();
  const failing = turns.run('a', () => Promise.reject(new Error('no')));
  const next = turns.run('a', async () => 'yes');
  await assert.rejects(failing, /^Error: no$/);
  assert.equal(await next, 'yes');
  await Promise.resolve();
  assert.equal(turns.size, 0);
});

test('a turn that is overtaken is taken again, twenty times at most', async () => {
  const turns = new Turns();
  let attempts = 0;
  const attempt = (losses: number) => async () => {
    attempts += 1;
    if (attempts <= losses) throw new PreconditionFailed('key');
    return attempts;
  };
  assert.equal(await turns.run('a', attempt(19)), 20);
  attempts = 0;
  await assert.rejects(turns.run('a', attempt(20)), PreconditionFailed);
  assert.equal(attempts, 20);
});

test('between the turns on one thing others of the process have theirs', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const write = (name: string) => turns.run('a', async () => log.push(name));
  const another = () => setImmediate(() => log.push('another'));
  another();
  const together = [write('a1'), write('a2')];
  await Promise.all(together);
  another();
  await write('a3');
  assert.deepEqual(log, ['another', 'a1', 'a2', 'another', 'a3']);
});
