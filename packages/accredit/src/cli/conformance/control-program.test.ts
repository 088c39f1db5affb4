import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { ControlFailed, NotControllable } from '../../conformance/control.ts';
import { programControl } from './control-program.ts';

/** A control program of the test: a shell script, and the arguments that it was given. */
function makeControl(t: TestContext, script: string) {
  const cwd = mkdtempSync(join(tmpdir(), 'acp-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, 'control'), `#!/bin/sh\nprintf '%s|' "$@" >> calls\necho >> calls\n${script}\n`);
  chmodSync(join(cwd, 'control'), 0o700);
  const control = programControl({ program: './control', cwd, env: { PATH: process.env.PATH } });
  return { cwd, control, calls: () => readFileSync(join(cwd, 'calls'), 'utf8').trimEnd().split('\n') };
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

const failures: readonly (readonly [string, Error])[] = [
  ['exit 3', new NotControllable('the control cannot do clear-faults')],
  [
    'echo first >&2; echo no rights >&2; exit 1',
    new ControlFailed('the control failed at clear-faults (1): no rights'),
  ],
  ['exit 9', new ControlFailed('the control failed at clear-faults (9)')],
  ['kill -9 $$', new ControlFailed('the control failed at clear-faults (it was killed, or took too long)')],
];
for (const [script, error] of failures) {
  test(`a control program that does '${script}' is ${error.name}: ${error.message}`, async (t) => {
    const { control } = makeControl(t, script);
    await assert.rejects(Promise.resolve(control.clearFaults?.()), {
      name: error.name,
      message: error.message,
    });
  });
}

test('a control program that prints no address of a VM has failed', async (t) => {
  const { control } = makeControl(t, 'echo a VM was made');
  await assert.rejects(Promise.resolve(control.withoutServiceAccount?.()), {
    name: 'ControlFailed',
    message: 'the control failed at without-service-account: it printed no HOST:PORT',
  });
});

const unusable: readonly (readonly [string, string])[] = [
  ['./nosuch', "--control: there is no program './nosuch'."],
  ['.', "--control: there is no program '.' in PATH; one of this directory is written with ./ before it."],
  [
    'notes',
    "--control: there is no program 'notes' in PATH; one of this directory is written with ./ before it.",
  ],
  ['./notes', "--control: './notes' is not executable. Make it so: chmod +x './notes'."],
];
for (const [program, message] of unusable) {
  test(`'${program}' is refused as a control program before anything is asked`, (t) => {
    const cwd = mkdtempSync(join(tmpdir(), 'acp-'));
    t.after(() => rmSync(cwd, { recursive: true, force: true }));
    writeFileSync(join(cwd, 'notes'), 'not a program', { mode: 0o600 });
    assert.throws(() => programControl({ program, cwd, env: { PATH: '/nonexistent' } }), {
      status: 2,
      message,
    });
  });
}

test('a control program may be one of PATH', async (t) => {
  const { cwd, calls } = makeControl(t, '');
  const env = { PATH: `/nonexistent:${cwd}:${process.env.PATH}` };
  await programControl({ program: 'control', cwd, env }).clearFaults?.();
  assert.deepEqual(calls(), ['clear-faults|']);
});
