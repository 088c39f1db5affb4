import assert from 'node:assert/strict';
import { chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { NamespacePlan } from './plan.ts';
import { readNamespaceIds } from './processes.ts';
import { type Caller, createScene, findCallers, node, type Scene } from './scene.fixture.ts';

/** Refuses to go on outside a namespace, so that no mistake in a test lets its probes out. */
const GUARD = `
import { readlinkSync } from 'node:fs';
if (readlinkSync('/proc/self/ns/net') === ${JSON.stringify(readNamespaceIds('self').net)}) throw new Error('outside');
`;

/** Says that it runs, and when it is told to end, what runs it sees then and what its own files hold. */
const WAIT = `${GUARD}
import { readdirSync, readFileSync } from 'node:fs';
process.on('SIGTERM', () => {
  const files = ['/etc/hosts', '/run/google-mds-mtls/client.key', process.env.SETTINGS];
  console.log(JSON.stringify([readdirSync(process.env.RUNS), ...files.map((path) => readFileSync(path, 'utf8'))]));
  process.exit(0);
});
setInterval(() => {}, 1_000);
console.log('ready');
`;

/** Where a run of the test has its files. */
interface Run {
  readonly workDir: string;
  plan(script: string): NamespacePlan;
}

/** A run whose directory lies beside those of the others, all of them masked, as `accredit run` does it. */
function makeRun(scene: Scene, caller: Caller, name: string): Run {
  const runs = join(scene.directory, 'runs');
  const workDir = join(runs, name);
  const seenDirectory = join(workDir, 'files');
  const settings = join(seenDirectory, 'settings');
  for (const path of [runs, workDir, seenDirectory]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chownSync(path, caller.uid, caller.gid);
  }
  writeFileSync(settings, `settings of ${name}`, { mode: 0o644 });
  chownSync(settings, caller.uid, caller.gid);
  const plan = (script: string): NamespacePlan => {
    const { env, ...rest } = scene.plan(node(script));
    return {
      ...rest,
      env: { ...env, SETTINGS: settings, RUNS: runs },
      workDir,
      seenDirectory,
      maskedPaths: [runs],
      metadataTlsFiles: { rootPem: 'the root', clientPem: `key of ${name}` },
    };
  };
  return { workDir, plan };
}

/** Starts a run and waits until its program runs. */
async function startWaiting(
  t: TestContext,
  caller: Caller,
): Promise<{ scene: Scene; first: Run; end(): Promise<readonly unknown[]> }> {
  const scene = await createScene(t, caller);
  const first = makeRun(scene, caller, 'run-1');
  const launch = scene.launch(first.plan(WAIT));
  await launch.untilOutput('ready\n');
  const end = async () => {
    launch.child.kill('SIGTERM');
    const { result, stdout, stderr } = await launch.outcome;
    assert.deepEqual([result, stderr], [{ exit: { code: 0 } }, '']);
    return JSON.parse(stdout.replace('ready\n', ''));
  };
  return { scene, first, end };
}

for (const caller of await findCallers()) {
  describe(`runs beside each other, by ${caller.label}`, { skip: caller.skip }, () => {
    test('neither see nor change the files of one another', async (t) => {
      const { scene, first, end } = await startWaiting(t, caller);
      const second = makeRun(scene, caller, 'run-2');
      const look = `${GUARD}
        import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
        const [runs, other, own] = ${JSON.stringify([join(scene.directory, 'runs'), first.workDir, second.workDir])};
        const attempt = (act) => { try { return act() ?? 'done'; } catch (error) { return error.code; } };
        const files = ['hosts', 'run/google-mds-mtls/client.key', 'files/settings'].map((name) => other + '/' + name);
        const processes = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
        const past = processes.flatMap((id) => files.map((file) => '/proc/' + id + '/root' + file)).filter((file) => existsSync(file));
        const seen = {
          runs: readdirSync(runs), own: readdirSync(own), settings: readFileSync(process.env.SETTINGS, 'utf8'),
          key: readFileSync('/run/google-mds-mtls/client.key', 'utf8'),
          read: files.map((file) => attempt(() => readFileSync(file, 'utf8'))),
          past,
          processes: processes.length > 1,
        };
        mkdirSync(other + '/run/google-mds-mtls', { recursive: true });
        mkdirSync(other + '/files');
        seen.written = files.map((file) => attempt(() => writeFileSync(file, 'by another')));
        console.log(JSON.stringify(seen));`;
      const { result, stdout, stderr } = await scene.run(second.plan(look));
      assert.deepEqual([result, stderr], [{ exit: { code: 0 } }, '']);
      assert.deepEqual(JSON.parse(stdout), {
        runs: ['run-2'],
        own: ['files'],
        settings: 'settings of run-2',
        key: 'key of run-2',
        read: ['ENOENT', 'ENOENT', 'ENOENT'],
        past: [],
        processes: true,
        // Into the mask, which goes with the run.
        written: ['done', 'done', 'done'],
      });
      const [runs, hosts, ...rest] = await end();
      assert.deepEqual(runs, ['run-1'], 'one that began later is not seen either');
      assert.match(String(hosts), /^# Written by accredit run\.\n127\.0\.0\.1 localhost\n/);
      assert.deepEqual(rest, ['key of run-1', 'settings of run-1']);
    });

    test('lose the cover of what the machine replaces meanwhile (a limit of mounts)', async (t) => {
      const scene = await createScene(t, caller);
      const file = join(scene.directory, 'key.json');
      writeFileSync(file, 'of the start', { mode: 0o644 });
      const look = `${GUARD}
        import { readFileSync } from 'node:fs';
        const read = () => JSON.stringify(readFileSync(${JSON.stringify(file)}, 'utf8'));
        process.on('SIGTERM', () => { console.log(read()); process.exit(0); });
        setInterval(() => {}, 1_000);
        console.log(read());`;
      const launch = scene.launch(scene.plan(node(look), { maskedPaths: [file] }));
      await launch.untilOutput('\n');
      writeFileSync(`${file}.new`, 'of later', { mode: 0o644 });
      renameSync(`${file}.new`, file);
      launch.child.kill('SIGTERM');
      const { result, stdout, stderr } = await launch.outcome;
      assert.deepEqual([result, stdout, stderr], [{ exit: { code: 0 } }, '""\n"of later"\n', '']);
    });

    test('cannot change what is mounted, nor take a mounted file away: it is read-only and busy', async (t) => {
      const scene = await createScene(t, caller);
      const run = makeRun(scene, caller, 'run-1');
      const look = `${GUARD}
        import { renameSync, unlinkSync, writeFileSync } from 'node:fs';
        const attempt = (act) => { try { act(); return 'done'; } catch (error) { return error.code; } };
        console.log(JSON.stringify([
          attempt(() => writeFileSync('/etc/hosts', 'by the program')),
          attempt(() => unlinkSync('/etc/hosts')),
          attempt(() => renameSync('/etc/hosts', '/etc/hosts.old')),
        ]));`;
      const { stdout, stderr } = await scene.run(run.plan(look));
      // A user without rights on /etc is told of these first.
      const taken = caller.uid === 0 ? 'EBUSY' : 'EACCES';
      assert.deepEqual([JSON.parse(stdout), stderr], [['EROFS', taken, taken], '']);
    });
  });
}
