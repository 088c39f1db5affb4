import assert from 'node:assert/strict';
import { test } from 'node:test';
import { make, outcomeOf, wrong } from './check.fixture.ts';
import type { Check, Evidence } from './check.ts';
import { type Control, ControlFailed, NotControllable } from './control.ts';
import { httpServer, targetAt } from './raw-server.fixture.ts';
import { runChecks } from './run-checks.ts';
import { selectChecks } from './select-checks.ts';
import { CHECKS } from './suite.ts';

test('what a check has changed is taken back, the last first, also where it fails', async () => {
  const undone: string[] = [];
  await outcomeOf(
    make(async (probe) => {
      probe.defer(async () => void undone.push('first'));
      probe.defer(async () => void undone.push('second'));
      probe.that('size', 1, 2);
    }),
  );
  assert.deepEqual(undone, ['second', 'first']);
});

const leaves: readonly (readonly [string, Error, string, string])[] = [
  ['fails at it', new ControlFailed('the control failed at clear-faults (1)'), 'documented', 'fail'],
  ['fails at it', new ControlFailed('the control failed at clear-faults (1)'), 'inferred', 'fail'],
  ['cannot', new NotControllable('the control cannot do clear-faults'), 'inferred', 'fail'],
];
for (const [how, error, evidence, outcome] of leaves) {
  test(`what a control leaves behind, since it ${how}, is a ${outcome} of a check that is ${evidence}`, async () => {
    const control: Control = { clearFaults: () => Promise.reject(error) };
    const undone: string[] = [];
    const run: Check['run'] = async (probe) => {
      probe.defer(async () => void undone.push('the other one'));
      probe.defer(async (after) => after.control.clearFaults?.());
    };
    // The evidence is one of the table above.
    const check = make(run, { evidence: evidence as Evidence });
    const result = await outcomeOf(check, { ...targetAt('127.0.0.1:1'), control });
    assert.deepEqual(
      [result.outcome, result.expected, result.seen],
      [outcome, 'what the check has changed is put back', error.message],
    );
    assert.deepEqual(undone, ['the other one']);
  });
}

for (const evidence of ['documented', 'inferred'] as const) {
  test(`a control that goes wrong is a failure of the run, also where the rule is ${evidence}`, async () => {
    const control: Control = {
      addFault: () => Promise.reject(new ControlFailed('the control failed at add-fault (1): \u001b[2Jno')),
    };
    const check = make(async (probe) => probe.control.addFault?.({ path: '/', times: 1 }), { evidence });
    const { outcome, seen } = await outcomeOf(check, { ...targetAt('127.0.0.1:1'), control });
    assert.deepEqual([outcome, seen], ['fail', 'the control failed at add-fault (1):  [2Jno']);
  });
}

test('a run that is stopped waits for what the control does, takes it back, and begins nothing more', async () => {
  const stop = new AbortController();
  const done: string[] = [];
  const begun = Promise.withResolvers<void>();
  const slow = Promise.withResolvers<void>();
  const control: Control = {
    async setAttribute(key) {
      begun.resolve();
      await slow.promise;
      done.push(`set ${key}`);
    },
    removeAttribute: async (key) => void done.push(`remove ${key}`),
  };
  const check = make(async (probe) => {
    probe.defer(async (after) => after.control.removeAttribute?.('a'));
    await probe.control.setAttribute?.('a', '1');
    await probe.control.setAttribute?.('b', '2');
  });
  const seen: number[] = [];
  const running = runChecks(
    [make(async () => {}), { ...check, number: 2 }, make(wrong, { number: 3 })],
    { ...targetAt('127.0.0.1:1'), control },
    { stop: stop.signal, onResult: ({ number }) => void seen.push(number) },
  );
  await begun.promise;
  stop.abort();
  setImmediate(slow.resolve);
  await assert.rejects(running, { name: 'Stopped' });
  assert.deepEqual(done, ['set a', 'remove a']);
  assert.deepEqual(seen, [1], 'the check that was stopped has no result');
});

test('a VM that is still being made when a run is stopped is taken away again', async (t) => {
  const target = await httpServer(t, (_, response) => void response.end());
  const stop = new AbortController();
  const made = Promise.withResolvers<void>();
  const released: string[] = [];
  const control: Control = {
    async withoutServiceAccount() {
      stop.abort();
      await made.promise;
      return { host: '127.0.0.1:1', release: async () => void released.push('released') };
    },
  };
  const checks = selectChecks(CHECKS, 'gce', '127');
  const running = runChecks(checks, { ...target, control }, { stop: stop.signal });
  setImmediate(made.resolve);
  await assert.rejects(running, { name: 'Stopped' });
  assert.deepEqual(released, ['released']);
});
