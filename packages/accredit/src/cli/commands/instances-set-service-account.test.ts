import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { makeScene } from '../cli.fixture.ts';

const READER = 'reader@local-project.iam.gserviceaccount.com';
const WRITER = 'writer@local-project.iam.gserviceaccount.com';
const STORAGE_READ = 'https://www.googleapis.com/auth/devstorage.read_only';
const COMPUTE_READ = 'https://www.googleapis.com/auth/compute.readonly';
const PLACE = { projectId: 'local-project', zone: 'us-central1-a' };

/** A cloud with two accounts, and two instances that are stopped, one of them without an account. */
async function open(t: TestContext) {
  const scene = makeScene(t);
  await scene.startCloud();
  const run = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await scene.run(args);
    assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  await run('service-accounts', 'create', 'reader');
  await run('service-accounts', 'create', 'writer');
  await run('instances', 'create', 'vm-1', '--service-account', 'reader', '--scopes', 'storage-ro');
  await run('instances', 'create', 'vm-2');
  await run('instances', 'stop', 'vm-1');
  await run('instances', 'stop', 'vm-2');
  const accountsOf = async (name: string): Promise<unknown> =>
    JSON.parse(await run('instances', 'describe', name, '--format', 'json')).serviceAccounts;
  const set = (...args: readonly string[]) => scene.run(['instances', 'set-service-account', ...args]);
  return { run, set, accountsOf };
}

test('instances set-service-account changes what is named, and leaves the rest', async (t) => {
  const { set, accountsOf } = await open(t);
  const { stdout } = await set('vm-1', '--scopes', 'storage-ro,compute-ro');
  assert.equal(stdout, `Instance 'vm-1' in us-central1-a has ${READER}.\n`);
  const scopes = [STORAGE_READ, COMPUTE_READ];
  assert.deepEqual(await accountsOf('vm-1'), [{ email: READER, scopes }]);
  const changed = await set('vm-1', '--service-account', 'writer', '--format', 'json');
  assert.deepEqual(JSON.parse(changed.stdout), { ...PLACE, name: 'vm-1', serviceAccount: WRITER, scopes });
  assert.deepEqual(await accountsOf('vm-1'), [{ email: WRITER, scopes }]);
});

test('an instance without an account gets one with the scopes that a new instance has', async (t) => {
  const { set, accountsOf } = await open(t);
  assert.equal((await set('vm-2', '--service-account', READER)).status, 0);
  const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
  assert.deepEqual(await accountsOf('vm-2'), [{ email: READER, scopes }]);
});

const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
  [['vm-1'], 2, /Say what changes: --service-account, --scopes, or both\.\n$/],
  [['vm-2', '--scopes', 'storage-ro'], 2, /'vm-2' has no service account: say which with --service-account/],
  [['vm-1', '--scopes', 'storage'], 2, /Scope 'storage' is neither a URL nor one of /],
  [['vm-3', '--scopes', 'storage-ro'], 1, /'vm-3' does not exist in project 'local-project'/],
  [['vm-1', '--service-account', 'nobody'], 1, /nobody@local-project/],
];
for (const [args, status, message] of wrong) {
  test(`instances set-service-account ${args.join(' ')} says what is wrong, and changes nothing`, async (t) => {
    const { set, accountsOf } = await open(t);
    const result = await set(...args);
    assert.deepEqual([result.status, result.stdout], [status, '']);
    assert.match(result.stderr, message);
    assert.deepEqual(await accountsOf('vm-1'), [{ email: READER, scopes: [STORAGE_READ] }]);
  });
}

test('an instance that runs keeps its account', async (t) => {
  const { run, set, accountsOf } = await open(t);
  await run('instances', 'start', 'vm-1');
  const { status, stderr } = await set('vm-1', '--scopes', 'compute-ro');
  assert.equal(status, 1);
  assert.match(stderr, /stopped|running/i);
  assert.deepEqual(await accountsOf('vm-1'), [{ email: READER, scopes: [STORAGE_READ] }]);
});
