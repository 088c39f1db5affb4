/** Clouds in processes of their own: started, found, refused, stopped, and nothing left. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type CliScene, makeScene, NODE_ARGS } from '../cli.fixture.ts';
import type { BackgroundStart } from '../context.ts';
import { BACKGROUND_LOG_LIMIT_BYTES, oldLogOf } from './background-log.ts';

const ENTRY = fileURLToPath(new URL('../../../bin/accredit.js', import.meta.url));

/** Asserts that a cloud left no socket, and that its data directory can be served again. */
async function assertGone(scene: CliScene): Promise<void> {
  assert.deepEqual(readdirSync(join(scene.runtimeDirectory, 'accredit', 'clouds')), []);
  await (await scene.startCloud()).close();
}

/** A port that is taken. */
async function takePort(t: TestContext): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('a cloud in the background: started, used, refused, explained, stopped, and nothing left', async (t) => {
  const scene = makeScene(t);
  const up = await scene.spawn(['up', '--detach', '--format', 'json']).result;
  assert.deepEqual([up.status, up.stderr], [0, '']);
  const { pid, apiUrl } = JSON.parse(up.stdout) as { readonly pid: number; readonly apiUrl: string };
  scene.endWithTest(pid);
  assert.equal((await fetch(`${apiUrl}/readyz`)).status, 200);
  // The commands run in this process, over the socket of that one.
  assert.equal((await scene.run(['service-accounts', 'create', 'reader'])).status, 0);
  const made = await scene.run(['instances', 'create', 'vm-1', '--service-account', 'reader']);
  assert.equal(made.stdout, "Instance 'vm-1' is in us-central1-a.\n");
  const token = (await scene.run(['token', '--service-account', 'reader'])).stdout.trim();
  const refused = await fetch(`${apiUrl}/storage/v1/b?project=local-project`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  assert.equal(refused.status, 403);
  await refused.text();
  assert.match(
    (await scene.run(['why'])).stdout,
    /^Refused: storage\.buckets\.list for serviceAccount:reader@/,
  );
  const waited = await scene.run(['up', '--wait', '0']);
  assert.match(waited.stdout, new RegExp(`^ {2}APIs +${apiUrl}$`, 'm'));
  const again = await scene.spawn(['up', '--detach']).result;
  assert.deepEqual(
    [again.status, again.stderr],
    [
      1,
      `accredit: Another Accredit serves '${scene.dataDirectory}' already. See 'accredit status', or stop it with 'accredit down'. Where they find no cloud, the process that serves was started with another XDG_RUNTIME_DIR.\n`,
    ],
  );
  const down = await scene.run(['down']);
  assert.deepEqual(down, { status: 0, stdout: '', stderr: 'accredit: the cloud has stopped\n' });
  await assertGone(scene);
  const log = join(scene.dataDirectory, 'accredit.log');
  assert.equal(statSync(log).mode & 0o777, 0o600);
  const text = readFileSync(log, 'utf8');
  assert.match(text, /"msg":"ready"/);
  assert.match(text, /"method":"storage\.buckets\.list".*"msg":"request refused"/);
  assert.equal(text.includes(token.slice(-20)), false);
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} ends a cloud in the foreground with status 0, and nothing is left`, async (t) => {
    const scene = makeScene(t);
    const up = scene.spawn(['up']);
    await up.untilOutput('  Stop ');
    up.signal(signal);
    const { status, stderr } = await up.result;
    assert.deepEqual([status, stderr], [0, 'accredit: stopping; a second signal ends it at once\n']);
    await assertGone(scene);
  });
}

test('a process that is killed leaves a data directory that can be served again, with its refusals', async (t) => {
  const scene = makeScene(t);
  const up = scene.spawn(['up', '--format', 'json']);
  await up.untilOutput('}\n');
  assert.equal((await scene.run(['service-accounts', 'create', 'reader'])).status, 0);
  up.signal('SIGKILL');
  await up.result;
  const accounts = await scene.run(['service-accounts', 'list']);
  assert.match(accounts.stdout, /^reader@local-project\.iam\.gserviceaccount\.com /m);
});

test('a stop lets an upload under way end, and accepts nobody new meanwhile', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  await scene.run(['service-accounts', 'create', 'writer']);
  await scene.run(['buckets', 'create', 'my-bucket']);
  const member = 'serviceAccount:writer@local-project.iam.gserviceaccount.com';
  await scene.run(['iam', 'grant', 'roles/storage.objectAdmin', member, '--bucket', 'my-bucket']);
  const token = (await scene.run(['token', '--service-account', 'writer'])).stdout.trim();
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'text/plain', 'Content-Length': '10' };
  const url = `${cloud.apiUrl}/upload/storage/v1/b/my-bucket/o?uploadType=media&name=late`;
  const upload = request(url, { method: 'POST', headers });
  const answered = once(upload, 'response');
  // The cloud has the request when it is asked for the rest.
  upload.write('12345');
  await fetch(`${cloud.apiUrl}/healthz`).then((answer) => answer.text());
  const closing = cloud.close();
  await assert.rejects(
    async () => {
      for (;;) await fetch(`${cloud.apiUrl}/readyz`, { headers: { Connection: 'close' } });
    },
    { name: 'TypeError', message: 'fetch failed' },
  );
  upload.end('67890');
  const [answer] = (await answered) as [IncomingMessage];
  const { name, size } = JSON.parse(await text(answer));
  assert.deepEqual([answer.statusCode, name, size], [200, 'late', '10']);
  await closing;
  await assertGone(scene);
});

test('a port in use is said, in the foreground and in the background, and nothing is left', async (t) => {
  const scene = makeScene(t);
  const port = String(await takePort(t));
  const sentence = `accredit: Cannot listen at 127.0.0.1:${port}: it is in use; stop what uses it, or choose another with --port.\n`;
  const foreground = await scene.spawn(['up', '--port', port]).result;
  assert.deepEqual(foreground, { status: 1, stdout: '', stderr: sentence });
  const background = await scene.spawn(['up', '--detach', '--port', port]).result;
  assert.deepEqual(background, { status: 1, stdout: '', stderr: sentence });
  await assertGone(scene);
});

test('a start in the background that is interrupted leaves no cloud', async (t) => {
  const scene = makeScene(t);
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  const done: string[] = [];
  const { status, stderr } = await scene.run(['up', '--detach'], {
    onStopSignal(listener) {
      listeners.add(listener);
      setImmediate(listener, 'SIGINT');
      return () => void listeners.delete(listener);
    },
    startInBackground: () => ({
      outcome: new Promise(() => {}),
      stop: async () => void done.push('stop'),
      release: () => void done.push('release'),
    }),
  });
  assert.deepEqual(
    [status, stderr],
    [1, 'accredit: Interrupted: the cloud was stopped before it was ready.\n'],
  );
  assert.deepEqual(done, ['stop', 'release']);
  assert.equal(listeners.size, 0);
});

test('a start in the background begins a new log where the last one has grown too large', async (t) => {
  const scene = makeScene(t);
  const log = join(scene.dataDirectory, 'accredit.log');
  mkdirSync(scene.dataDirectory, { recursive: true, mode: 0o700 });
  writeFileSync(log, '');
  truncateSync(log, BACKGROUND_LOG_LIMIT_BYTES + 1);
  const seen: boolean[] = [];
  const start = (): BackgroundStart => {
    seen.push(existsSync(log), existsSync(oldLogOf(log)));
    return { outcome: Promise.resolve({ outcome: 'failed' }), stop: async () => {}, release() {} };
  };
  assert.equal((await scene.run(['up', '--detach'], { startInBackground: start })).status, 1);
  assert.deepEqual(seen, [false, true]);
});

test('a start in the background that takes too long, or ends without a word, points to its log', async (t) => {
  const scene = makeScene(t);
  const log = join(scene.dataDirectory, 'accredit.log');
  const release = () => {};
  const stop = async () => {};
  const onStopSignal = () => release;
  const late = await scene.run(['up', '--detach', '--wait', '0'], {
    onStopSignal,
    startInBackground: () => ({ outcome: new Promise(() => {}), stop, release }),
  });
  const lateSentence = `accredit: The cloud was not ready within 0 seconds and was stopped; see '${log}'.\n`;
  assert.deepEqual(late, { status: 1, stdout: '', stderr: lateSentence });
  const mute = await scene.run(['up', '--detach'], {
    onStopSignal,
    startInBackground: () => ({ outcome: Promise.resolve({ outcome: 'failed' }), stop, release }),
  });
  const muteSentence = `accredit: The cloud ended before it was ready; see '${log}'.\n`;
  assert.deepEqual(mute, { status: 1, stdout: '', stderr: muteSentence });
});

test('a start in the background that does not stop when it is asked to is ended', async (t) => {
  const scene = makeScene(t);
  const pidFile = join(scene.directory, 'pid');
  const deaf = join(scene.directory, 'deaf.mjs');
  // Whatever is asked of it, the process in the background is busy for ever.
  const source = `import { writeFileSync } from 'node:fs';
    if (process.argv.includes('--background')) {
      process.on('SIGTERM', () => {});
      writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
      for (;;);
    }`;
  writeFileSync(deaf, source);
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(deaf).href}` };
  const { status, stderr } = await scene.spawn(['up', '--detach', '--wait', '3'], env).result;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  scene.endWithTest(pid);
  assert.equal(status, 1);
  assert.match(stderr, /^accredit: The cloud was not ready within 3 seconds and was stopped; /);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('a runtime directory that cannot be made is said at once', {
  skip: process.platform !== 'linux' && 'no /proc here',
}, async (t) => {
  const scene = makeScene(t);
  const sentence =
    "accredit: The directory '/proc/foo/accredit', for sockets and running programs, cannot be made: no directory " +
    'can be made there; set XDG_RUNTIME_DIR to another place.\n';
  const { status, stderr } = await scene.spawn(['up'], { XDG_RUNTIME_DIR: '/proc/foo' }).result;
  assert.deepEqual([status, stderr], [1, sentence]);
});

test('a socket that somebody else may have put there is not connected to', {
  skip: process.getuid === undefined && 'no users here',
}, async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const base = join(scene.runtimeDirectory, 'accredit');
  chmodSync(base, 0o755);
  const sentence = `accredit: '${base}' is open to other users; close it with 'chmod 700', or set XDG_RUNTIME_DIR.\n`;
  for (const args of [['status'], ['why'], ['iam', 'grant', 'roles/viewer', 'user:ada@example.com']]) {
    assert.deepEqual(await scene.run(args), { status: 1, stdout: '', stderr: sentence });
  }
});

test('of two that start at once one serves, and the other says that it does', async (t) => {
  const scene = makeScene(t);
  const both = [scene.spawn(['up', '--detach']), scene.spawn(['up', '--detach'])];
  const results = (await Promise.all(both.map(({ result }) => result))).toSorted(
    (a, b) => a.status - b.status,
  );
  assert.deepEqual(
    results.map(({ status }) => status),
    [0, 1],
  );
  assert.match(results[1]?.stderr ?? '', /^accredit: Another Accredit serves '.*' already\./);
  assert.equal((await scene.run(['down'])).status, 0);
  await assertGone(scene);
});

test('a cloud in memory is reached by the directory that it names, and leaves nothing', async (t) => {
  const scene = makeScene(t);
  const up = scene.spawn(['up', '--memory', '--format', 'json']);
  await up.untilOutput('}\n');
  const status = await scene.run(['status', '--format', 'json', '--data', directoryOf(scene)]);
  assert.equal(JSON.parse(status.stdout).memory, true);
  const down = await scene.run(['down', '--data', directoryOf(scene)]);
  assert.equal(down.status, 0);
  assert.equal((await up.result).status, 0);
  assert.deepEqual(
    readdirSync(scene.directory).filter((name) => name !== 'run'),
    [],
  );
  assert.deepEqual(readdirSync(join(scene.runtimeDirectory, 'accredit', 'clouds')), []);
});

/** The directory that stands for a cloud in memory: the temporary directory of the scene is its own. */
function directoryOf(scene: CliScene): string {
  const name = readdirSync(scene.directory).find((entry) => entry.startsWith('accredit-')) ?? '';
  return join(scene.directory, name);
}

test('a data directory without rights is refused', {
  skip: process.getuid?.() === 0 && 'root has every right',
}, async (t) => {
  const scene = makeScene(t);
  const closed = join(scene.directory, 'closed');
  mkdirSync(closed, { mode: 0o500 });
  const directory = join(closed, 'data');
  const up = await scene.spawn(['up', '--data', directory]).result;
  const sentence = `accredit: The data directory '${directory}' cannot be used: this user has no right to write there.\n`;
  assert.deepEqual(up, { status: 1, stdout: '', stderr: sentence });
});

test('a reader that has seen enough is no error', async (t) => {
  const scene = makeScene(t);
  await (await scene.startCloud()).close();
  const command = [process.execPath, ...NODE_ARGS].map((word) => `"${word}"`).join(' ');
  const script = `${command} iam policy --format json | head -c 1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script], {
    cwd: scene.directory,
    env: scene.env,
    encoding: 'utf8',
  });
  assert.deepEqual([stdout, stderr], ['{', '']);
});

test('an old Node is told what is needed, in one line', (t) => {
  const scene = makeScene(t);
  for (const version of ['20.20.2', '22.17.1', '18.0.0']) {
    const fake = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
    const result = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(fake)}`, ENTRY, 'up'],
      {
        cwd: scene.directory,
        env: scene.env,
        encoding: 'utf8',
      },
    );
    assert.deepEqual(
      [result.status, result.stdout, result.stderr],
      [1, '', `accredit needs Node 22.18 or newer, and this is ${version}.\n`],
    );
  }
  assert.equal(existsSync(scene.dataDirectory), false);
});
