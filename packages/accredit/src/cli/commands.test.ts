/** The commands against a cloud in this process, over its private socket. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CliScene, makeScene } from './cli.fixture.ts';

const READER = 'reader@local-project.iam.gserviceaccount.com';

/** A scene with a cloud that runs. */
async function open(t: TestContext): Promise<CliScene> {
  const scene = makeScene(t);
  await scene.startCloud();
  return scene;
}

/** Runs a command that must succeed, and returns what it printed. */
async function output(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(args);
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Runs a command that must fail, and returns the sentence that it said. */
async function failure(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(args);
  // A run that failed is told from a program that did (the exit status of `env` and `timeout`).
  assert.deepEqual([status, stdout], [args[0] === 'run' ? 125 : 1, ''], args.join(' '));
  return stderr;
}

test('instances are created, listed, described and deleted', async (t) => {
  const scene = await open(t);
  assert.equal(await output(scene, 'instances', 'list'), "Project 'local-project' has no instances.\n");
  await output(scene, 'service-accounts', 'create', 'reader');
  const created = ['instances', 'create', 'vm-1', '--service-account', 'reader', '--scopes', 'storage-ro'];
  assert.equal(
    await output(scene, ...created, '--metadata', 'a=b'),
    "Instance 'vm-1' is in us-central1-a.\n",
  );
  const elsewhere = ['--zone', 'europe-west1-b', '--machine-type', 'e2-micro'];
  assert.equal(
    await output(scene, 'instances', 'create', 'vm-2', ...elsewhere),
    "Instance 'vm-2' is in europe-west1-b.\n",
  );
  assert.equal(
    await output(scene, 'instances', 'list'),
    'NAME  ZONE            MACHINE TYPE  INTERNAL IP  STATUS   SERVICE ACCOUNT\n' +
      'vm-2  europe-west1-b  e2-micro      10.132.0.2   RUNNING\n' +
      `vm-1  us-central1-a   e2-medium     10.128.0.2   RUNNING  ${READER}\n`,
  );
  const described = JSON.parse(await output(scene, 'instances', 'describe', 'vm-1', '--format', 'json'));
  assert.deepEqual(described.serviceAccounts, [
    { email: READER, scopes: ['https://www.googleapis.com/auth/devstorage.read_only'] },
  ]);
  assert.deepEqual(described.metadata.items, [{ key: 'a', value: 'b' }]);
  const [listed] = JSON.parse(
    await output(scene, 'instances', 'list', '--zone', 'us-central1-a', '--format', 'json'),
  );
  assert.deepEqual(listed, described);
  assert.match(await output(scene, 'instances', 'describe', 'vm-1'), /^ {2}metadata\.items\[0\]\.value +b$/m);
  assert.equal(
    await output(scene, 'instances', 'delete', 'vm-2'),
    "Instance 'vm-2' is gone from europe-west1-b.\n",
  );
  assert.equal(
    await failure(scene, 'instances', 'delete', 'vm-2'),
    "accredit: Instance 'vm-2' does not exist in project 'local-project'. See 'accredit instances list'.\n",
  );
});

test('an account that there is not is no account of an instance, and how it is made is said', async (t) => {
  const scene = await open(t);
  assert.equal(
    await failure(scene, 'instances', 'create', 'vm-1', '--service-account', 'my-robot'),
    "accredit: The resource 'my-robot@local-project.iam.gserviceaccount.com' of type 'serviceAccount' was not found. " +
      "Make it with 'accredit service-accounts create my-robot'.\n",
  );
  assert.equal(await output(scene, 'instances', 'list', '--format', 'json'), '[]\n');
  assert.match(await output(scene, 'service-accounts', 'create', '--help'), /6 to 30\s+characters/);
});

test('an instance is created with the metadata server of a Pod, of which Compute Engine says nothing', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  const create = ['instances', 'create', 'vm-1', '--metadata-profile'];
  assert.equal((await scene.run([...create, 'azure'])).status, 2);
  await output(scene, ...create, 'gke');
  const vm = await cloud.services.resources.instances.get('local-project', 'us-central1-a', 'vm-1');
  assert.ok(vm);
  const { metadataAddress } = await cloud.places(vm.value, 'loopback');
  const answer = await fetch(`http://${metadataAddress}/`, { headers: { 'Metadata-Flavor': 'Google' } });
  assert.equal(answer.headers.get('server'), 'GKE Metadata Server');
  const described = await output(scene, 'instances', 'describe', 'vm-1', '--format', 'json');
  assert.doesNotMatch(described, /gke|profile/i);
});

test('instances are stopped and started; nothing runs in one that is stopped', async (t) => {
  const scene = await open(t);
  await output(scene, 'instances', 'create', 'vm-1');
  const stopped = "Instance 'vm-1' in us-central1-a is TERMINATED.\n";
  assert.equal(await output(scene, 'instances', 'stop', 'vm-1'), stopped);
  assert.match(await output(scene, 'instances', 'list'), /^vm-1 .* TERMINATED$/m);
  assert.equal(
    await failure(scene, 'run', '--instance', 'vm-1', '--', 'true'),
    "accredit: Instance 'vm-1' is stopped. Start it with 'accredit instances start vm-1'.\n",
  );
  const started = "Instance 'vm-1' in us-central1-a is RUNNING.\n";
  assert.equal(await output(scene, 'instances', 'start', 'vm-1'), started);
  assert.match(await output(scene, 'instances', 'list'), /^vm-1 .* RUNNING$/m);
});

test("what an API refuses is said in the API's words", async (t) => {
  const scene = await open(t);
  await output(scene, 'instances', 'create', 'vm-1');
  const taken =
    "accredit: The resource 'projects/local-project/zones/us-central1-a/instances/vm-1' already exists\n";
  assert.equal(await failure(scene, 'instances', 'create', 'vm-1'), taken);
  // A failure that comes in an operation, not in the answer (IAM notes, fact 9).
  const missing = `accredit: The resource 'nobody@local-project.iam.gserviceaccount.com' of type 'serviceAccount' was not found. Make it with 'accredit service-accounts create nobody'.\n`;
  assert.equal(await failure(scene, 'instances', 'create', 'vm-2', '--service-account', 'nobody'), missing);
  assert.equal(await failure(scene, 'buckets', 'create', 'X'), "accredit: Invalid bucket name: 'X'\n");
  assert.equal(
    await failure(scene, 'iam', 'policy', '--service-account', 'nobody'),
    "accredit: Service account 'nobody@local-project.iam.gserviceaccount.com' does not exist.\n",
  );
  assert.equal(
    await failure(scene, 'iam', 'grant', 'roles/viewer', 'bob'),
    "accredit: 'bob' is no member: it is written 'user:EMAIL', 'serviceAccount:EMAIL', 'group:EMAIL', 'domain:DOMAIN', 'principal://…', 'principalSet://…' or 'allUsers'.\n",
  );
});

test('an instance of a name that two zones have must be named with its zone', async (t) => {
  const scene = await open(t);
  for (const zone of ['us-central1-a', 'us-central1-b'])
    await output(scene, 'instances', 'create', 'vm', '--zone', zone);
  const { status, stderr } = await scene.run(['instances', 'describe', 'vm']);
  assert.equal(status, 2);
  assert.equal(
    stderr,
    "accredit: Instances 'vm' are in us-central1-a and us-central1-b: say which with --zone.\n",
  );
  await output(scene, 'instances', 'delete', 'vm', '--zone', 'us-central1-b');
  await output(scene, 'instances', 'describe', 'vm');
});

test('an operation that takes its time is waited for', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud({ operationDelayMs: 150 });
  await output(scene, 'instances', 'create', 'vm-1');
  assert.match(await output(scene, 'instances', 'list'), /^vm-1 .* RUNNING$/m);
});

test('service accounts are created and listed, and a key file is for its owner alone', async (t) => {
  const scene = await open(t);
  assert.equal(
    await output(scene, 'service-accounts', 'create', 'reader', '--display-name', 'Reads it'),
    `${READER}\n`,
  );
  const accounts = JSON.parse(await output(scene, 'service-accounts', 'list', '--format', 'json')) as {
    readonly email: string;
    readonly uniqueId: string;
  }[];
  const reader = accounts.find(({ email }) => email === READER);
  assert.match(
    await output(scene, 'service-accounts', 'list'),
    new RegExp(`^${READER} +${reader?.uniqueId}  Reads it +active$`, 'm'),
  );
  const file = join(scene.directory, 'key.json');
  const create = ['service-accounts', 'keys', 'create', 'key.json', '--service-account', 'reader'];
  const { status, stdout, stderr } = await scene.run(create);
  assert.deepEqual([status, stdout], [0, '']);
  const key = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal(
    stderr,
    `accredit: made projects/local-project/serviceAccounts/${READER}/keys/${key.private_key_id}\n`,
  );
  assert.deepEqual(
    [key.type, key.client_email, statSync(file).mode & 0o777],
    ['service_account', READER, 0o600],
  );
  const before = readFileSync(file, 'utf8');
  assert.equal(await failure(scene, ...create), `accredit: '${file}' is there already; name another file.\n`);
  assert.equal(readFileSync(file, 'utf8'), before);
});

test('where no key can be made, no file stays behind', async (t) => {
  const scene = await open(t);
  await failure(scene, 'service-accounts', 'keys', 'create', 'key.json', '--service-account', 'nobody');
  assert.equal(existsSync(join(scene.directory, 'key.json')), false);
});

test('buckets are created, listed and deleted', async (t) => {
  const scene = await open(t);
  assert.equal(await output(scene, 'buckets', 'list'), "Project 'local-project' has no buckets.\n");
  assert.equal(
    await output(scene, 'buckets', 'create', 'my-bucket', '--location', 'EUROPE-WEST1'),
    'gs://my-bucket\n',
  );
  assert.match(
    await output(scene, 'buckets', 'list'),
    /^NAME +LOCATION +CLASS +CREATED\nmy-bucket {2}EUROPE-WEST1 {2}STANDARD {2}\d{4}-.*Z\n$/,
  );
  assert.equal(await output(scene, 'buckets', 'delete', 'my-bucket'), "Bucket 'my-bucket' is gone.\n");
  assert.equal(await output(scene, 'buckets', 'list', '--format', 'json'), '[]\n');
  assert.equal(
    await failure(scene, 'buckets', 'delete', 'my-bucket'),
    "accredit: Bucket 'my-bucket' does not exist.\n",
  );
});

const places: readonly (readonly [string, readonly string[], string, string])[] = [
  ['a project', [], "project 'local-project'", 'roles/storage.admin'],
  ['a bucket', ['--bucket', 'gs://my-bucket'], "bucket 'my-bucket'", 'roles/storage.objectViewer'],
  [
    'a service account',
    ['--service-account', 'reader'],
    `service account '${READER}'`,
    'roles/iam.serviceAccountUser',
  ],
];
for (const [name, flags, target, role] of places) {
  test(`a role on ${name} is granted, shown and revoked`, async (t) => {
    const scene = await open(t);
    await output(scene, 'service-accounts', 'create', 'reader');
    await output(scene, 'buckets', 'create', 'my-bucket');
    const member = `serviceAccount:${READER}`;
    const row = new RegExp(`^${role} +${member}$`, 'm');
    const shows = async () => row.test(await output(scene, 'iam', 'policy', ...flags));
    assert.equal(await shows(), false);
    const grant = ['iam', 'grant', role, member, ...flags];
    assert.equal(await output(scene, ...grant), `${member} now has ${role} on ${target}.\n`);
    assert.equal(await output(scene, ...grant), `${member} has ${role} on ${target} already.\n`);
    assert.equal(await shows(), true);
    const revoke = ['iam', 'revoke', role, member, ...flags];
    assert.equal(await output(scene, ...revoke), `${member} no longer has ${role} on ${target}.\n`);
    const missing = `${member} does not have ${role} on ${target}.\n`;
    assert.equal(await failure(scene, ...revoke), `accredit: ${missing}`);
    assert.equal(await output(scene, ...revoke, '--if-present'), missing);
    assert.equal(await shows(), false);
  });
}

test('grants that are made at once all stand: each one reads, and writes on what it read', async (t) => {
  const scene = await open(t);
  const members = ['a', 'b', 'c', 'd'].map((name) => `user:${name}@example.com`);
  await Promise.all(members.map((member) => output(scene, 'iam', 'grant', 'roles/viewer', member)));
  const { bindings } = JSON.parse(await output(scene, 'iam', 'policy', '--format', 'json')) as {
    readonly bindings: readonly { readonly role: string; readonly members: readonly string[] }[];
  };
  assert.deepEqual(bindings.find(({ role }) => role === 'roles/viewer')?.members.toSorted(), members);
});

test('a token is the only thing on standard output, and the call that it makes is refused with a reason', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  await output(scene, 'service-accounts', 'create', 'reader');
  const token = await output(scene, 'token', '--service-account', 'reader', '--scopes', 'storage-ro');
  assert.match(token, /^ya29\.[^\s]+\n$/);
  const call = async (path: string) => {
    const answer = await fetch(`${cloud.apiUrl}${path}`, {
      headers: { Authorization: `Bearer ${token.trim()}` },
    });
    await answer.body?.cancel();
    return answer.status;
  };
  assert.equal(await output(scene, 'why'), 'Nothing was refused.\n');
  assert.equal(await call('/storage/v1/b?project=local-project'), 403);
  const text = await output(scene, 'why');
  assert.match(text, new RegExp(`^Refused: storage\\.buckets\\.list for serviceAccount:${READER}\n`));
  assert.match(text, /^Access scopes: open\. The token carries storage-ro\.$/m);
  const grant = / {2}accredit (iam grant .*)\n/.exec(text)?.[1]?.split(' ') ?? [];
  await output(scene, ...grant);
  assert.equal(
    await call('/storage/v1/b?project=local-project'),
    200,
    'the grant that was proposed opens the gate',
  );
  assert.equal(await call('/compute/v1/projects/local-project/zones/us-central1-a/instances'), 403);
  assert.match(
    await output(scene, 'why'),
    /^Access scopes: closed\. The token carries storage-ro\. The method accepts /m,
  );
  const all = JSON.parse(await output(scene, 'why', '--all', '--format', 'json')) as {
    readonly method: string;
  }[];
  assert.deepEqual(
    all.map(({ method }) => method),
    ['compute.instances.list', 'storage.buckets.list'],
  );
});

test('what only reads works on a data directory that no cloud serves, and refusals outlive their cloud', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  await output(scene, 'buckets', 'create', 'my-bucket');
  const anonymous = await fetch(`${cloud.apiUrl}/storage/v1/b/my-bucket`);
  assert.equal(anonymous.status, 401);
  await anonymous.body?.cancel();
  await output(scene, 'service-accounts', 'create', 'reader');
  await cloud.close();
  assert.match(await output(scene, 'why'), /^Refused: storage\.buckets\.get for allUsers\n/);
  assert.match(await output(scene, 'service-accounts', 'list'), new RegExp(READER));
  for (const args of [
    ['instances', 'list'],
    ['buckets', 'list'],
    ['iam', 'policy'],
  ])
    await output(scene, ...args);
  const none = `accredit: No cloud runs for the data directory '${scene.dataDirectory}'. Start one with 'accredit up'.\n`;
  for (const args of [['status'], ['down'], ['env', '--instance', 'vm']])
    assert.equal(await failure(scene, ...args), none);
});

test('what writes does so on a data directory that no cloud serves, and it stays', async (t) => {
  const scene = makeScene(t);
  await (await scene.startCloud()).close();
  const file = join(scene.directory, 'key.json');
  const writing = [
    ['service-accounts', 'create', 'reader'],
    ['service-accounts', 'keys', 'create', file, '--service-account', 'reader'],
    ['token', '--service-account', 'reader'],
    ['instances', 'create', 'vm-1', '--service-account', 'reader'],
    ['buckets', 'create', 'my-bucket'],
    ['iam', 'grant', 'roles/viewer', `serviceAccount:${READER}`],
  ];
  for (const args of writing) await output(scene, ...args);
  assert.match(await output(scene, 'instances', 'describe', 'vm-1'), new RegExp(READER));
  assert.match(await output(scene, 'iam', 'policy'), new RegExp(`roles/viewer +serviceAccount:${READER}`));
  const taking = [
    ['instances', 'delete', 'vm-1'],
    ['buckets', 'delete', 'my-bucket'],
    ['iam', 'revoke', 'roles/viewer', `serviceAccount:${READER}`],
  ];
  for (const args of taking) await output(scene, ...args);
  assert.doesNotMatch(await output(scene, 'iam', 'policy'), /roles\/viewer/);
  assert.equal(await output(scene, 'buckets', 'list', '--format', 'json'), '[]\n');
  assert.equal(
    await failure(scene, 'buckets', 'delete', 'my-bucket'),
    "accredit: Bucket 'my-bucket' does not exist.\n",
  );
});

test("commands that read an unserved data directory at once do not get in each other's way", async (t) => {
  const scene = makeScene(t);
  await (await scene.startCloud()).close();
  const texts = await Promise.all(Array.from({ length: 8 }, () => output(scene, 'why')));
  assert.deepEqual(texts, Array(8).fill('Nothing was refused.\n'));
});

test('commands that write to an unserved data directory at once all get through', async (t) => {
  const scene = makeScene(t);
  await (await scene.startCloud()).close();
  const names = ['bucket-1', 'bucket-2', 'bucket-3', 'bucket-4'];
  const results = await Promise.all(names.map((name) => scene.spawn(['buckets', 'create', name]).result));
  assert.deepEqual(
    results.map(({ stdout, stderr }) => stdout + stderr),
    names.map((name) => `gs://${name}\n`),
  );
});

test('without a data directory there is nothing to read', async (t) => {
  const scene = makeScene(t);
  const hint = `accredit: No cloud runs for the data directory '/nowhere/at-all'. Start one with 'accredit up --data /nowhere/at-all'.\n`;
  assert.equal(await failure(scene, 'why', '--data', '/nowhere/at-all'), hint);
});

test('status shows the mode in force, and is JSON for programs', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud({ iamMode: 'audit', version: '9.9.9' });
  const text = await output(scene, 'status');
  assert.match(
    text,
    /^Accredit 9\.9\.9 is ready\.\n {2}IAM +audit: refusals are recorded, authenticated calls pass\n/,
  );
  assert.match(text, new RegExp(`^ {2}APIs +${cloud.apiUrl}$`, 'm'));
  const { uptimeSeconds, ...status } = JSON.parse(await output(scene, 'status', '--format', 'json'));
  assert.equal(typeof uptimeSeconds, 'number');
  assert.deepEqual(status, {
    version: '9.9.9',
    pid: process.pid,
    iam: 'audit',
    propagationDelayMs: 0,
    record: false,
    apiUrl: cloud.apiUrl,
    dataDirectory: scene.dataDirectory,
    memory: false,
    defaultProject: 'local-project',
    projects: ['local-project'],
    workloads: 0,
    stopsWhenIdle: false,
  });
  assert.doesNotMatch(text, /^ {2}(?:Policies|Recording) /m);
  const byVariable = await scene.run(['status'], { env: { ...scene.env, ACCREDIT_FORMAT: 'json' } });
  assert.equal(JSON.parse(byVariable.stdout).version, '9.9.9');
});

test('status says for how long a changed policy is not in force, and that uses are recorded', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud({ propagationDelayMs: 90_500, record: true });
  const text = await output(scene, 'status');
  assert.match(text, /^ {2}Policies +in force 90500ms after they were changed \(--propagation-delay\)$/m);
  assert.match(text, /^ {2}Recording +which permissions are used, for accredit recommend$/m);
  const { propagationDelayMs, record } = JSON.parse(await output(scene, 'status', '--format', 'json'));
  assert.deepEqual([propagationDelayMs, record], [90_500, true]);
});

test('env prints what leads a program to the metadata server of an instance, and takes credentials away', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  await output(scene, 'instances', 'create', 'vm-1');
  const env = { ...scene.env, GOOGLE_APPLICATION_CREDENTIALS: '/k.json', CLOUDSDK_CONFIG: '/home/me' };
  const { stdout } = await scene.run(['env', '--instance', 'vm-1'], { env });
  assert.match(stdout, /^unset GOOGLE_APPLICATION_CREDENTIALS\nexport GCE_METADATA_HOST=127\.0\.0\.1:\d+\n/);
  assert.match(
    stdout,
    new RegExp(`^export CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=${cloud.apiUrl}/storage/v1/$`, 'm'),
  );
  assert.match(stdout, new RegExp(`^export CLOUDSDK_CONFIG=${scene.dataDirectory}/gcloud/.*vm-1$`, 'm'));
  const { set, unset } = JSON.parse(await output(scene, 'env', '--instance', 'vm-1', '--format', 'json'));
  assert.deepEqual(unset, []);
  const name = await fetch(`http://${set.GCE_METADATA_HOST}/computeMetadata/v1/instance/name`, {
    headers: { 'Metadata-Flavor': 'Google' },
  });
  assert.equal(await name.text(), 'vm-1');
});

test('the project is the flag, else the variable, else the one of the cloud', async (t) => {
  const scene = await open(t);
  const none = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    (await scene.run(['iam', 'policy', ...args], { env: { ...scene.env, ...env } })).stderr;
  assert.equal(await none([]), '');
  const missing = "accredit: Project 'other-project' does not exist.\n";
  assert.equal(await none(['--project', 'other-project']), missing);
  assert.equal(await none([], { ACCREDIT_PROJECT: 'other-project' }), missing);
  assert.equal(await none(['--project', 'local-project'], { ACCREDIT_PROJECT: 'other-project' }), '');
});

test('config check says what is wrong and where, or that nothing is', async (t) => {
  const scene = makeScene(t);
  assert.equal(
    await failure(scene, 'config', 'check'),
    `accredit: There is no accredit.yaml in '${scene.directory}' or above. Name a file.\n`,
  );
  const file = join(scene.directory, 'accredit.yaml');
  writeFileSync(file, 'projects:\n  - projectId: my-project\n');
  assert.equal(await output(scene, 'config', 'check'), `${file} is good: it declares 1 project.\n`);
  writeFileSync(file, 'projects:\n  - projectId: 7\n');
  assert.match(
    await failure(scene, 'config', 'check', 'accredit.yaml'),
    /^accredit: accredit\.yaml:2:16: projects\[0\]\.projectId: expected /,
  );
});

test('a configuration file that is not there is said to be so', async (t) => {
  assert.equal(
    await failure(makeScene(t), 'config', 'check', 'nofile.yaml'),
    "accredit: There is no file 'nofile.yaml'.\n",
  );
});

test('a misspelled role is not granted, and the one that is meant is named', async (t) => {
  const scene = await open(t);
  for (const role of ['storage.admin', 'roles/storage.admim']) {
    assert.equal(
      await failure(scene, 'iam', 'grant', role, 'user:ada@example.com'),
      `accredit: Role '${role}' does not exist; did you mean 'roles/storage.admin'?\n`,
    );
  }
});

test('config check looks at the files that a configuration names, as up does', async (t) => {
  const scene = makeScene(t);
  const objects = [
    { name: 'a', file: 'data.bin' },
    { name: 'b', file: 'here' },
    { name: 'c', content: 'text' },
  ];
  const identity = {
    spiffeId: 'spiffe://pool.global.1.workload.id.goog/ns/default/sa/web',
    certificateFile: 'web.pem',
    privateKeyFile: 'web.key',
  };
  const instance = { name: 'vm', zone: 'us-central1-a', workloadCertificates: { identities: [identity] } };
  const project = {
    projectId: 'my-project',
    buckets: [{ name: 'my-bucket', objects }],
    instances: [instance],
  };
  // JSON is YAML too.
  writeFileSync(join(scene.directory, 'other.yaml'), JSON.stringify({ projects: [project] }));
  writeFileSync(join(scene.directory, 'web.pem'), 'no certificate');
  mkdirSync(join(scene.directory, 'here'));
  const said = await failure(scene, 'config', 'check', '--config', 'other.yaml');
  assert.match(
    said,
    /objects\[0\]\.file: expected a file inside this directory, got 'data\.bin', which does not exist\.$/m,
  );
  assert.match(
    said,
    /objects\[1\]\.file: expected a file inside this directory, got 'here', which is no file\.$/m,
  );
  assert.match(said, /certificateFile: expected a file .* with certificates in PEM, got 'web\.pem'\.$/m);
  assert.match(said, /privateKeyFile: expected a file .*, got 'web\.key', which does not exist\.$/m);
  assert.equal(said.trimEnd().split('\n').length, 4, said);
  const twice = await scene.run(['config', 'check', 'other.yaml', '--config', 'other.yaml']);
  assert.equal(twice.status, 2);
});

test('where a project is missing, the file that should declare it is named', async (t) => {
  const scene = makeScene(t);
  const file = join(scene.directory, 'accredit.yaml');
  writeFileSync(file, 'projects:\n  - projectId: local-project\n');
  const args = ['run', '--memory', '--isolation', 'env', '--project', 'other', '--', 'true'];
  const { status, stderr } = await scene.run(args);
  assert.deepEqual(
    [status, stderr],
    [
      125,
      "accredit: Project 'other' does not exist in this cloud. Declare it in accredit.yaml. " +
        `The file in force is '${file}'; a cloud that runs reads it when it starts again.\n`,
    ],
  );
});
