import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { layOutRun, mountPrivateRun } from './private-run.ts';

/** A tool that mounts nothing: it fails where it is to mount a table, and says so of everything else that it has. */
const FAILS_TABLES = `#!/bin/sh
case "$2" in
  --all) echo 'mount: no' >&2; exit 32 ;;
esac
`;

/** A /run with a directory and a file, laid out; nothing is mounted over anything. */
async function layOut(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const target = join(directory, 'run of the machine');
  mkdirSync(join(target, 'dbus'), { recursive: true });
  writeFileSync(join(target, 'back\\slash'), 'content');
  const source = join(directory, 'own');
  const run = await layOutRun({ rootPem: 'root', clientPem: 'client' }, source, target);
  assert.ok(run !== undefined);
  const mountTool = join(directory, 'mount');
  writeFileSync(mountTool, FAILS_TABLES, { mode: 0o700 });
  return { directory, run, source, target, mountTool };
}

test('what cannot be bound and is still there is an error with the words of the tool', async (t) => {
  const { run, target, mountTool } = await layOut(t);
  rmSync(join(target, 'back\\slash'));
  await assert.rejects(mountPrivateRun(run, mountTool), {
    message: `'${join(target, 'dbus')}' could not be kept: mount: no`,
  });
});

test('what went before it could be bound is not missed, and leaves no empty place', async (t) => {
  const { run, source, target, mountTool } = await layOut(t);
  rmSync(join(target, 'back\\slash'));
  rmSync(join(target, 'dbus'), { recursive: true });
  await mountPrivateRun(run, mountTool);
  assert.deepEqual(readdirSync(source), ['google-mds-mtls']);
});

test('the table has a line for each part, with spaces and backslashes in octal (getmntent(3))', async (t) => {
  const { directory, run, source, mountTool } = await layOut(t);
  await assert.rejects(mountPrivateRun(run, mountTool));
  assert.deepEqual(readFileSync(`${source}.fstab`, 'utf8').trimEnd().split('\n').sort(), [
    `${directory}/run\\040of\\040the\\040machine/back\\134slash ${source}/back\\134slash none rbind 0 0`,
    `${directory}/run\\040of\\040the\\040machine/dbus ${source}/dbus none rbind 0 0`,
  ]);
});
