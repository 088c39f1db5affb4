import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { NotControllable } from '../conformance/control.ts';
import { programControl } from './control-program.ts';

/** A control program of the test: a shell script, and the arguments that it was given. */
function makeControl(t: TestContext, script: string) {
  const cwd = mkdtempSync(join(tmpdir(), 'acp-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, 'control'), `#!/bin/sh\nprintf '%s|' "$@" >> calls\necho >> calls\n${script}\n`);
  chmodSync(join(cwd, 'control'), 0o700);
  const control = programControl({ program: './control', cwd, env: { PATH: process.env.PATH } });
  return { control, calls: () => readFileSync(join(cwd, 'calls'), 'utf8').trimEnd().split('\n') };
}

test('a control program is run with what is to be done, each value an argument of its own', async (t) => {
  const { control, calls } = makeControl(t, '[ "$1" != without-service-account ] || echo 127.0.0.1:8081');
  await control.setAttribute?.('key', 'a b; $(c)');
  await control.removeAttribute?.('key');
  await control.setMaintenanceEvent?.('NONE');
  await control.advanceClock?.(60);
  await control.addFault?.({ path: '/x', status: 503, times: 1 });
  await control.clearFaults?.();
  const other = await control.withoutServiceAccount?.();
  assert.equal(other?.host, '127.0.0.1:8081');
  await other.release();
  assert.deepEqual(calls(), [
    'set-attribute|key|a b; $(c)|',
    'remove-attribute|key|',
    'set-maintenance-event|NONE|',
    'advance-clock|60|',
    'add-fault|{"path":"/x","status":503,"times":1}|',
    'clear-faults|',
    'without-service-account|',
    'release|127.0.0.1:8081|',
  ]);
});

const failures: readonly (readonly [string, string])[] = [
  ['exit 3', 'the control cannot do clear-faults'],
  ['echo first >&2; echo no rights >&2; exit 1', 'the control failed at clear-faults (1): no rights'],
  ['exit 9', 'the control failed at clear-faults (9)'],
];
for (const [script, message] of failures) {
  test(`a control program that says '${script}' skips the check: ${message}`, async (t) => {
    const { control } = makeControl(t, script);
    await assert.rejects(Promise.resolve(control.clearFaults?.()), new NotControllable(message));
  });
}

test('a control program that is not there skips the check', async () => {
  const control = programControl({ program: './nosuch', cwd: tmpdir(), env: {} });
  await assert.rejects(Promise.resolve(control.clearFaults?.()), {
    message: /^the control failed at clear-faults \(ENOENT\)/,
  });
});
