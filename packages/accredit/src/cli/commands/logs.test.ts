import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import type { LogEntry } from '../../observability/log-entry.ts';
import { type CliScene, makeScene } from '../cli.fixture.ts';
import { fetchStatus } from '../cloud/cloud-status.ts';
import { USAGE } from '../errors.ts';
import { OwnerClient } from '../owner-client.ts';

const EMAIL = 'my-program@local-project.iam.gserviceaccount.com';

/** What is said of a span that ends before it begins. */
const REVERSED = /--since \(\d{4}-\S+Z\) must be before --until \(\d{4}-\S+Z\); a duration is how long ago\./;

/** Starts a cloud of a data directory. */
async function openCloud(t: TestContext) {
  const scene = makeScene(t);
  return { scene, cloud: await scene.startCloud() };
}

/** Makes the account, and calls Cloud Storage as it: before it may, and after. */
async function callAsAccount(scene: CliScene, apiUrl: string): Promise<void> {
  await scene.run(['service-accounts', 'create', 'my-program']);
  const { stdout } = await scene.run(['token', '--service-account', 'my-program']);
  const headers = { Authorization: `Bearer ${stdout.trim()}`, 'User-Agent': 'my-program/1.0' };
  const url = `${apiUrl}/storage/v1/b?project=local-project`;
  assert.equal((await fetch(url, { headers })).status, 403);
  await scene.run(['iam', 'grant', 'roles/storage.admin', `serviceAccount:${EMAIL}`]);
  assert.equal((await fetch(url, { headers })).status, 200);
}

async function entriesOf(scene: CliScene, ...args: readonly string[]): Promise<readonly LogEntry[]> {
  const { status, stdout, stderr } = await scene.run(['logs', '--format', 'json', ...args]);
  assert.equal(status, 0, stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogEntry);
}

const resultsOf = (entries: readonly LogEntry[]) =>
  entries.map(({ protoPayload: { methodName, status } }) => `${methodName} ${status.code ?? 0}`);

test('what was called is shown while the cloud runs, and after it has ended', async (t) => {
  const { scene, cloud } = await openCloud(t);
  await callAsAccount(scene, cloud.apiUrl);
  const expected = ['storage.buckets.list 7', 'storage.buckets.list 0'];
  assert.deepEqual(resultsOf(await entriesOf(scene, '--principal', EMAIL)), expected);
  await cloud.close();
  assert.deepEqual(resultsOf(await entriesOf(scene, '--principal', `serviceAccount:${EMAIL}`)), expected);
  assert.deepEqual(resultsOf(await entriesOf(scene, '--principal', EMAIL, '--denied')), expected.slice(0, 1));
  const [entry] = await entriesOf(scene, '--principal', EMAIL, '--limit', '1');
  assert.equal(entry?.protoPayload.requestMetadata.callerIp, '127.0.0.1');
  assert.equal(entry?.protoPayload.requestMetadata.callerSuppliedUserAgent, 'my-program/1.0');
  assert.equal(entry?.protoPayload.status.code, undefined, 'the newest one');
});

test('every entry is shown once with --all, and the last ones without', async (t) => {
  const { scene, cloud } = await openCloud(t);
  for (let call = 0; call < 105; call += 1) await fetch(`${cloud.apiUrl}/storage/v1/b/b-${call}`);
  const names = (entries: readonly LogEntry[]) =>
    entries.map(({ protoPayload }) => protoPayload.resourceName);
  const of = ['--method', 'storage.buckets.get'];
  assert.deepEqual(
    names(await entriesOf(scene, ...of)),
    Array.from({ length: 100 }, (_, call) => `projects/_/buckets/b-${call + 5}`),
  );
  assert.equal((await entriesOf(scene, ...of, '--all')).length, 105);
  assert.equal((await entriesOf(scene, '--resource', 'projects/_/buckets/b-7')).length, 1);
  assert.equal((await scene.run(['logs', '--all', ...of])).stdout.split('\n').length, 107);
});

test('a person gets a table: what was refused in red, and nothing that a terminal obeys', async (t) => {
  const { scene, cloud } = await openCloud(t);
  await callAsAccount(scene, cloud.apiUrl);
  await fetch(`${cloud.apiUrl}/storage/v1/b/x%1b%5b31m%c2%9b%e2%80%ae`);
  const plain = await scene.run(['logs', '--method', 'storage.buckets.*']);
  const [header, refused, allowed, hostile] = plain.stdout.split('\n');
  assert.match(header ?? '', /^TIME +RESULT +PRINCIPAL +METHOD +PERMISSION +RESOURCE$/);
  assert.match(
    refused ?? '',
    /^\d{4}-\S+Z {2}PERMISSION_DENIED {2}my-program@\S+ {2}storage\.buckets\.list {2}storage\.buckets\.list {2}projects\/local-project$/,
  );
  assert.match(allowed ?? '', /^\S+ {2}OK /);
  assert.match(hostile ?? '', /projects\/_\/buckets\/x\ufffd\[31m\ufffd\ufffd$/);
  const terminal = { isTerminal: true, write() {} };
  const coloured = await scene.run(['logs', '--permission', 'storage.buckets.list'], { out: terminal });
  assert.equal(coloured.stdout.split('\n').filter((line) => line.startsWith('\u001b[31m')).length, 1);
});

test('times are those of the cloud: what was called an hour ago by them is not of the last 5 minutes', async (t) => {
  const { scene, cloud } = await openCloud(t);
  await callAsAccount(scene, cloud.apiUrl);
  const before = new Date(cloud.clock.now() + 1000).toISOString();
  await cloud.clock.advance({ seconds: 3600 });
  assert.deepEqual(await entriesOf(scene, '--since', '5m', '--principal', EMAIL), []);
  assert.equal((await entriesOf(scene, '--since', '2h', '--principal', EMAIL)).length, 2);
  assert.equal((await entriesOf(scene, '--until', '30m', '--principal', EMAIL)).length, 2);
  assert.equal((await entriesOf(scene, '--since', before, '--principal', EMAIL)).length, 0);
  assert.equal((await entriesOf(scene, '--until', before, '--principal', EMAIL)).length, 2);
  const none = await scene.run(['logs', '--since', '5m']);
  assert.equal(none.stdout, 'Nothing that matches was called.\n');
});

for (const time of ['yesterday', '5', '2026-11-23', '2026-13-23T05:00:00Z']) {
  test(`--since ${time} is refused`, async (t) => {
    const { status, stderr } = await makeScene(t).run(['logs', '--since', time]);
    assert.equal(status, USAGE);
    assert.match(stderr, /It must be a time such as '2026-11-23T05:00:00Z', or how long ago/);
  });
}

for (const command of ['logs', 'recommend']) {
  test(`${command} refuses what is no principal`, async (t) => {
    const { status, stderr } = await makeScene(t).run([command, '--principal', 'bob']);
    assert.equal(status, USAGE);
    assert.match(stderr, /It must be an e-mail address, 'user:EMAIL', .* or 'allUsers'\./);
  });
}

test('a resource is found in every spelling, while the cloud runs and after it has ended', async (t) => {
  const { scene, cloud } = await openCloud(t);
  const number = (await cloud.services.resources.projects.find('local-project'))?.value.projectNumber ?? '';
  await callAsAccount(scene, cloud.apiUrl);
  await fetch(`${cloud.apiUrl}/storage/v1/b/some-bucket/o/a`);
  const count = async (resource: string, ...more: readonly string[]) =>
    (await entriesOf(scene, '--resource', resource, ...more)).length;
  const check = async () => {
    for (const bucket of [
      'gs://some-bucket',
      '//storage.googleapis.com/projects/_/buckets/some-bucket',
      'gs://some*',
    ])
      assert.equal(await count(bucket), 1, bucket);
    for (const project of ['projects/local-project', `projects/${number}`])
      assert.equal(await count(project, '--principal', EMAIL), 2, project);
  };
  await check();
  await cloud.close();
  await check();
  const { status, stderr } = await scene.run(['logs', '--resource', 'projects/999']);
  assert.equal(status, 0);
  assert.equal(
    stderr,
    "accredit: 'projects/999' is not here, so its id is not known: what is logged by its id is not shown\n",
  );
});

const wrong: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [['--resource', 'my-bucket'], /argument 'my-bucket' is invalid\. It names no resource: write /],
  [['--permission', 'storage.objects.gett'], /is not known here: .*; did you mean 'storage\.objects\.get'\?/],
  [['--permission', 'get'], /'get' is no permission: it is written SERVICE\.RESOURCE\.VERB/],
  [
    ['--permission', 'storage.object.*'],
    /No permission that is known here begins with 'storage\.object\.'\./,
  ],
  [['--since', '5m', '--until', '10m'], REVERSED],
  [['--since', '2026-01-02T00:00:00Z', '--until', '2026-01-01T00:00:00Z'], REVERSED],
];
for (const [args, said] of wrong) {
  test(`logs ${args.join(' ')} is refused`, async (t) => {
    const { scene } = await openCloud(t);
    const { status, stdout, stderr } = await scene.run(['logs', ...args]);
    assert.deepEqual([status, stdout], [USAGE, '']);
    assert.match(stderr, said);
  });
}

test('recommend refuses a span that ends before it begins', async (t) => {
  const { scene } = await openCloud(t);
  const { status, stderr } = await scene.run(['recommend', '--since', '5m', '--until', '10m']);
  assert.equal(status, USAGE);
  assert.match(stderr, REVERSED);
});

test('the cloud itself recommends nothing for what is no principal', async (t) => {
  const { cloud } = await openCloud(t);
  const query = { principal: 'group:g@example.com' };
  const request = { method: 'GET', host: CONTROL_HOST, path: '/v1/recommendation', query } as const;
  await assert.rejects(
    new OwnerClient(cloud.ownerSocket).call(request),
    /'principal' must be an e-mail address/,
  );
});

test('where there is neither a cloud nor a stored one, that is said', async (t) => {
  const { status, stderr } = await makeScene(t).run(['logs']);
  assert.equal(status, 1);
  assert.match(stderr, /No cloud runs/);
});

test('--follow shows what comes, and ends well at Ctrl-C', async (t) => {
  const { scene, cloud } = await openCloud(t);
  await fetch(`${cloud.apiUrl}/storage/v1/b/before`);
  const running = scene.spawn(['logs', '--follow']);
  await running.untilOutput('buckets/before\n');
  await fetch(`${cloud.apiUrl}/storage/v1/b/while`);
  await running.untilOutput('buckets/while\n');
  running.signal('SIGINT');
  const { status, stdout, stderr } = await running.result;
  assert.equal(status, 0, stderr);
  assert.equal(stdout.match(/buckets\/before\n/g)?.length, 1);
});

test('--follow ends with the time that --until names, at once where that is past', async (t) => {
  const { scene, cloud } = await openCloud(t);
  await fetch(`${cloud.apiUrl}/storage/v1/b/before`);
  const following = ['logs', '--follow', '--method', 'storage.buckets.get'];
  const past = await scene.run([...following, '--until', '2026-01-01T00:00:00Z']);
  assert.equal(past.status, 0);
  assert.match(past.stdout, /^TIME .* RESOURCE\n$/, 'the headers alone');
  // Each look at this clock is an hour later than the last one.
  let nowMs = Date.now();
  const now = () => {
    nowMs += 3_600_000;
    return nowMs;
  };
  const until = new Date(cloud.clock.now() + 1_800_000).toISOString();
  const { status, stdout } = await scene.run([...following, '--until', until], { now });
  assert.equal(status, 0);
  assert.match(stdout, /buckets\/before\n$/);
});

test('--follow ends where the time of the cloud is moved past --until', async (t) => {
  const { scene, cloud } = await openCloud(t);
  const until = new Date(cloud.clock.now() + 1_800_000).toISOString();
  const running = scene.spawn(['logs', '--follow', '--until', until]);
  await fetch(`${cloud.apiUrl}/storage/v1/b/before`);
  await running.untilOutput('buckets/before\n');
  await cloud.clock.advance({ seconds: 3600 });
  await fetch(`${cloud.apiUrl}/storage/v1/b/later`);
  const { status, stdout } = await running.result;
  assert.equal(status, 0);
  assert.doesNotMatch(stdout, /buckets\/later/);
});

test('a cloud that is killed leaves whole lines, and the next one goes on behind them', async (t) => {
  const scene = makeScene(t);
  const up = scene.spawn(['up', '--format', 'json']);
  await up.untilOutput('"apiUrl"');
  const follower = scene.spawn(['logs', '--follow', '--method', 'storage.buckets.get', '--format', 'json']);
  const status = await scene.run(['status', '--format', 'json']);
  const { apiUrl } = JSON.parse(status.stdout) as { readonly apiUrl: string };
  for (let call = 0; call < 50; call += 1) await fetch(`${apiUrl}/storage/v1/b/b-${call}`);
  await follower.untilOutput('buckets/b-49');
  up.signal('SIGKILL');
  await up.result;
  const directory = join(scene.dataDirectory, 'audit');
  const text = readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');
  assert.ok(text.endsWith('\n'));
  assert.doesNotThrow(() =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  );
  const next = await scene.startCloud();
  await fetch(`${next.apiUrl}/storage/v1/b/b-50`);
  await follower.untilOutput('buckets/b-50');
  follower.signal('SIGTERM');
  assert.equal((await follower.result).status, 0);
  assert.equal((await entriesOf(scene, '--method', 'storage.buckets.get')).length, 51);
});

test('where the log is is for the owner to know', async (t) => {
  const { cloud } = await openCloud(t);
  assert.equal((await fetch(`${cloud.apiUrl}/v1/auditLog`)).status, 403);
});

test('a cloud in memory has a log too, which goes with it', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.context.startCloud({ xdgRuntimeDirectory: scene.runtimeDirectory });
  t.after(() => cloud.close());
  await fetch(`${cloud.apiUrl}/storage/v1/b/some-bucket`);
  const owner = new OwnerClient(cloud.ownerSocket);
  const { dataDirectory } = await fetchStatus(owner);
  assert.equal((await entriesOf(scene, '--data', dataDirectory)).length, 1);
  await cloud.close();
  assert.ok(!existsSync(dataDirectory));
});

test('the tables of the guide have the columns of the command', () => {
  const guide = readFileSync(new URL('../../../../../docs/guide/logs.md', import.meta.url), 'utf8');
  const samples = [...guide.matchAll(/^(TIME .*)\n(2026.*)$/gm)];
  assert.equal(samples.length, 2);
  for (const [, headers = '', row = ''] of samples) {
    const ends = [...headers.matchAll(/\S+ {2,}/g)].map(({ index, 0: cell }) => index + cell.length);
    assert.equal(ends.length, 5, headers);
    for (const end of ends) assert.match(row.slice(end - 3, end + 1), /^. {2}\S$/, row);
  }
});
