import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { probeNamespace } from '../../workload/namespace/probe.ts';
import { type CliScene, makeScene } from '../cli.fixture.ts';
import { findSession } from '../connect.ts';

/** What must come about does so within this; a slow machine takes a fraction of it. */
const PATIENCE_MS = 15_000;

const namespaces = await probeNamespace();
const skipNetns = namespaces.works ? false : `namespaces are not permitted here: ${namespaces.reason}`;

/** A program that asks the metadata server and then an API, as any client on a VM would, and prints what it got. */
const PROGRAM = `
  const md = (path) => fetch('http://' + (process.env.GCE_METADATA_HOST ?? '169.254.169.254') + '/computeMetadata/v1/' + path,
    { headers: { 'Metadata-Flavor': 'Google' } });
  const token = await (await md('instance/service-accounts/default/token')).json();
  const email = await (await md('instance/service-accounts/default/email')).text();
  const name = await (await md('instance/name')).text();
  const greeting = await (await md('instance/attributes/greeting')).text();
  const answer = await fetch('https://storage.googleapis.com/storage/v1/b?project=local-project',
    { headers: { Authorization: 'Bearer ' + token.access_token } });
  console.log(JSON.stringify({ email, name, greeting, expiresIn: token.expires_in, status: answer.status,
    isolation: process.env.ACCREDIT_ISOLATION, adc: process.env.GOOGLE_APPLICATION_CREDENTIALS ?? null }));
`;

const program = [process.execPath, '--input-type=module', '-e', PROGRAM];

interface Seen {
  readonly email: string;
  readonly name: string;
  readonly greeting: string;
  readonly expiresIn: number;
  readonly status: number;
  readonly isolation: string;
  readonly adc: string | null;
}

function seenBy(stdout: string): Seen {
  return JSON.parse(stdout) as Seen;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const limitMs = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    assert.ok(performance.now() < limitMs, `in time: ${what}`);
    await delay(25);
  }
}

/** Says whether a cloud serves the data directory of the scene. */
async function isServed(scene: CliScene): Promise<boolean> {
  return (await findSession(scene.context, scene.dataDirectory)) !== undefined;
}

async function instancesOf(scene: CliScene): Promise<readonly string[]> {
  const { stdout } = await scene.run(['instances', 'list', '--format', 'json'], {});
  return (JSON.parse(stdout) as readonly { readonly name: string }[]).map(({ name }) => name);
}

for (const isolation of ['netns', 'proxy'] as const) {
  test(`a program runs as a VM by ${isolation}: its identity, its refusal, and nothing left`, {
    skip: isolation === 'netns' && skipNetns,
  }, async (t) => {
    const scene = makeScene(t);
    const options = [
      '--isolation',
      isolation,
      '--quiet',
      '--metadata',
      'greeting=hello',
      '--token-lifetime',
      isolation === 'proxy' ? '900' : '15m',
    ];
    const { status, stdout, stderr } = await scene.spawn(['run', ...options, '--', ...program]).result;
    assert.deepEqual([status, stderr], [0, '']);
    const seen = seenBy(stdout);
    assert.equal(seen.email, 'workload@local-project.iam.gserviceaccount.com');
    assert.match(seen.name, /^run-[0-9a-f]{8}$/);
    assert.deepEqual([seen.greeting, seen.status, seen.isolation, seen.adc], ['hello', 403, isolation, null]);
    assert.ok(seen.expiresIn > 890 && seen.expiresIn <= 900);
    await until('the cloud ends with its last workload', async () => !(await isServed(scene)));
    assert.deepEqual(readdirSync(join(scene.runtimeDirectory, 'accredit', 'runs')), []);
    const why = await scene.spawn(['why']).result;
    assert.match(why.stdout, /storage\.buckets\.list/, 'the refusal outlives the cloud');
    assert.match(why.stdout, /IAM: closed/);
  });
}

test('a program runs as a Pod or a container where it is told so', async (t) => {
  const script = `const url = 'http://' + process.env.GCE_METADATA_HOST + '/computeMetadata/v1/instance/';
    const { headers, text } = await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } })
      .then(async (answer) => ({ headers: answer.headers, text: await answer.text() }));
    console.log(headers.get('server') + ': ' + text.trim().split('\\n'));`;
  const seen = [
    ['gke', 'GKE Metadata Server: attributes/,hostname,id,service-accounts/,zone\n'],
    ['cloud-run', 'Metadata Server for VM: id,region,service-accounts/,zone\n'],
  ] as const;
  for (const [profile, expected] of seen) {
    const options = ['--memory', '--quiet', '--isolation', 'env', '--metadata-profile', profile];
    const program = [process.execPath, '--input-type=module', '-e', script];
    const { stdout } = await makeScene(t).spawn(['run', ...options, '--', ...program]).result;
    assert.equal(stdout, expected);
  }
});

/** Prints the variables that mark a service on Cloud Run. */
const PRINT_MARKS =
  "const { K_SERVICE, K_REVISION, K_CONFIGURATION } = process.env; console.log([K_SERVICE, K_REVISION, K_CONFIGURATION].join(' '))";

test('a program on Cloud Run knows its service, and no other does (metadata notes 13.2.5)', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  const { resources } = cloud.services;
  const instances = (['cloud-run', 'gce'] as const).map((profile) =>
    resources.instances.draft({
      projectId: 'local-project',
      zone: 'us-central1-a',
      name: `my-${profile}`,
      metadataServer: { profile },
    }),
  );
  await resources.commit(instances.map((instance) => resources.instances.put(instance)));
  const print = async (...options: readonly string[]) => {
    const program = [process.execPath, '-e', PRINT_MARKS];
    const run = ['run', '--quiet', '--isolation', 'env', ...options, '--', ...program];
    return (await scene.spawn(run).result).stdout;
  };
  assert.equal(await print('--instance', 'my-cloud-run'), 'my-cloud-run my-cloud-run-00001 my-cloud-run\n');
  assert.equal(await print('--instance', 'my-gce'), '  \n');
  assert.match(await print('--metadata-profile', 'cloud-run'), /^(\S+) \1-00001 \1\n$/);
  assert.equal(await print('--metadata-profile', 'gke'), '  \n');
});

test('a role is had for the run alone', { skip: skipNetns }, async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  const policy = async () => (await cloud.services.resources.policies.get('projects/local-project')).value;
  const before = await policy();
  const granted = await scene.spawn(['run', '--role', 'roles/storage.bucketViewer', '--', ...program]).result;
  assert.equal(seenBy(granted.stdout).status, 200);
  assert.deepEqual((await policy()).bindings, before.bindings, 'when run has ended, the grant is gone');
  const names: string[] = [];
  for await (const { value } of cloud.services.resources.instances.all()) names.push(value.name);
  assert.deepEqual(names, [], 'and so is the VM');
});

test('a custom role is had for the run alone, on the projects that it is for', async (t) => {
  const scene = makeScene(t);
  const { resources } = (await scene.startCloud()).services;
  const role = { title: '', description: '', stage: 'GA', permissions: ['storage.buckets.list'] } as const;
  for (const parent of ['projects/local-project', 'projects/other'])
    await resources.roles.create({ parent, roleId: 'lister', ...role });
  const policy = async () => (await resources.policies.get('projects/local-project')).value.bindings;
  const before = await policy();
  const run = (role: string) =>
    scene.spawn(['run', '--quiet', '--isolation', 'proxy', '--role', role, '--', ...program]).result;
  const granted = await run('projects/local-project/roles/lister');
  assert.equal(seenBy(granted.stdout).status, 200, granted.stderr);
  assert.deepEqual(await policy(), before);
  const foreign = await run('projects/other/roles/lister');
  assert.equal(foreign.status, 125);
  assert.match(foreign.stderr, /Role 'projects\/other\/roles\/lister' cannot be given on project/);
});

test('an existing instance keeps its account and scopes', { skip: skipNetns }, async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  const { resources } = cloud.services;
  const account = resources.serviceAccounts.draft(
    'local-project',
    'robot@local-project.iam.gserviceaccount.com',
  );
  const scopes = ['https://www.googleapis.com/auth/logging.write'];
  const serviceAccounts = [{ email: account.email, scopes }];
  const instance = resources.instances.draft({
    projectId: 'local-project',
    zone: 'us-central1-a',
    name: 'vm-1',
    serviceAccounts,
  });
  await resources.commit([...resources.serviceAccounts.put(account), resources.instances.put(instance)]);
  const { stdout } = await scene.spawn(['run', '--instance', 'vm-1', '--', ...program]).result;
  const seen = seenBy(stdout);
  assert.deepEqual([seen.email, seen.name, seen.status], [account.email, 'vm-1', 403]);
  assert.deepEqual(await instancesOf(scene), ['vm-1'], 'it was there before and stays');
});

const exits: readonly (readonly [name: string, command: readonly string[], status: number])[] = [
  ['its own status', ['sh', '-c', 'exit 7'], 7],
  ['127 for a program that is not there', ['no-such-program-anywhere'], 127],
  ['126 for one that cannot be executed', ['/etc/passwd'], 126],
];

for (const [name, command, expected] of exits) {
  for (const isolation of ['netns', 'proxy']) {
    test(`the exit status by ${isolation} is ${name}`, {
      skip: isolation === 'netns' && skipNetns,
    }, async (t) => {
      const scene = makeScene(t);
      const options = ['--memory', '--quiet', '--isolation', isolation];
      const { status, stdout } = await scene.spawn(['run', ...options, '--', ...command]).result;
      assert.deepEqual([status, stdout], [expected, '']);
      assert.equal(
        existsSync(join(scene.dataDirectory, 'accredit.sqlite')),
        false,
        'a cloud in memory leaves no file',
      );
    });
  }
}

test('a program that a signal killed takes run with it, by the same signal', {
  skip: skipNetns,
}, async (t) => {
  const scene = makeScene(t);
  const { status } = await scene.spawn(['run', '--memory', '--', 'sh', '-c', 'kill -TERM $$']).result;
  assert.equal(status, -2, 'the fixture says so of a signal');
});

test('when run is killed, what was made for it goes all the same', { skip: skipNetns }, async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  const running = scene.spawn([
    'run',
    '--role',
    'roles/viewer',
    '--',
    'sh',
    '-c',
    'echo started; exec sleep 60',
  ]);
  await running.untilOutput('started');
  assert.equal((await instancesOf(scene)).length, 1);
  running.signal('SIGKILL');
  await running.result;
  await until('the VM is gone', async () => (await instancesOf(scene)).length === 0);
  const { value } = await cloud.services.resources.policies.get('projects/local-project');
  assert.equal(
    value.bindings.some(({ role }) => role === 'roles/viewer'),
    false,
  );
});

for (const isolation of ['netns', 'proxy']) {
  test(`a cloud that dies leaves a program by ${isolation} to its own end`, {
    skip: isolation === 'netns' && skipNetns,
  }, async (t) => {
    const scene = makeScene(t);
    const cloud = scene.spawn(['up', '--format', 'json']);
    await cloud.untilOutput('}\n');
    const go = join(scene.directory, 'go');
    const script = `echo started; while ! [ -e '${go}' ]; do sleep 0.05; done; exit 7`;
    const options = ['--quiet', '--isolation', isolation];
    const running = scene.spawn(['run', ...options, '--', 'sh', '-c', script]);
    await running.untilOutput('started');
    cloud.signal('SIGKILL');
    await cloud.result;
    writeFileSync(go, '');
    assert.deepEqual(await running.result, { status: 7, stdout: 'started\n', stderr: '' });
    assert.deepEqual(readdirSync(join(scene.runtimeDirectory, 'accredit', 'runs')), []);
  });
}

test('where no directory for the program can be made, nothing is run and nothing left in the cloud', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const runs = join(scene.runtimeDirectory, 'accredit', 'runs');
  writeFileSync(runs, '');
  const { status, stdout, stderr } = await scene.spawn(['run', '--isolation', 'proxy', '--', 'echo', 'ran'])
    .result;
  const sentence = `accredit: '${runs}' is not a directory of this user; remove it, or set XDG_RUNTIME_DIR.\n`;
  assert.deepEqual([status, stdout, stderr], [125, '', sentence]);
  assert.deepEqual(await instancesOf(scene), []);
});

test('what why proposes can be done when the cloud of the run is gone, and opens the gate', {
  skip: skipNetns,
}, async (t) => {
  const scene = makeScene(t);
  const refused = await scene.spawn(['run', '--', ...program]).result;
  assert.equal(seenBy(refused.stdout).status, 403);
  await until('the cloud ends with its last workload', async () => !(await isServed(scene)));
  const why = await scene.run(['why']);
  const [, command = ''] = /^ *accredit (iam grant .*)$/m.exec(why.stdout) ?? [];
  const granted = await scene.run(command.split(' '));
  assert.equal(granted.status, 0, granted.stderr);
  const allowed = await scene.spawn(['run', '--', ...program]).result;
  assert.equal(seenBy(allowed.stdout).status, 200);
});

test('several that start at once from nothing share one cloud, which ends with the last', {
  skip: skipNetns,
}, async (t) => {
  const scene = makeScene(t);
  const results = await Promise.all([1, 2, 3].map(() => scene.spawn(['run', '--', ...program]).result));
  assert.deepEqual(
    results.map(({ status }) => status),
    [0, 0, 0],
    results.map(({ stderr }) => stderr).join(),
  );
  assert.equal(new Set(results.map(({ stdout }) => seenBy(stdout).name)).size, 3);
  await until('the cloud has ended', async () => !(await isServed(scene)));
});

/** Puts credentials of a user where clients look for them. */
function plantCredentials(scene: CliScene): {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
} {
  const directory = join(scene.directory, '.config', 'gcloud');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'application_default_credentials.json');
  writeFileSync(file, '{"type":"authorized_user","refresh_token":"planted"}');
  return { file, env: { GOOGLE_APPLICATION_CREDENTIALS: file, CLOUDSDK_AUTH_ACCESS_TOKEN: 'planted' } };
}

test("a user's own credentials never enter a namespace", { skip: skipNetns }, async (t) => {
  const scene = makeScene(t);
  const { file, env } = plantCredentials(scene);
  const script = `cat ${file} 2>&1; env | grep -c planted; env | grep ^GOOGLE_APPLICATION_CREDENTIALS; ls ${scene.dataDirectory} ${scene.runtimeDirectory}/accredit/clouds/*/owner.sock; true`;
  const { stdout, stderr } = await scene.spawn(['run', '--', 'sh', '-c', script], env).result;
  assert.doesNotMatch(stdout, /refresh_token|GOOGLE_APPLICATION_CREDENTIALS|owner\.sock$|sqlite/m, stderr);
  assert.match(stdout, /No such file/);
  assert.match(stdout, /^0$/m);
  assert.match(readFileSync(file, 'utf8'), /planted/, 'the file itself is as it was');
});

test('of the runtime directory a program in a namespace sees the files of its own run alone', {
  skip: skipNetns,
}, async (t) => {
  const scene = makeScene(t);
  const base = join(scene.runtimeDirectory, 'accredit');
  // As of a run of this process, which runs: what is left of those that do not is removed.
  const other = join(base, 'runs', `run-${process.pid}-other`);
  mkdirSync(other, { recursive: true, mode: 0o700 });
  writeFileSync(join(other, 'client.key'), 'the key of another');
  const script = `ls ${base}; ls ${base}/runs | wc -l; cat ${other}/client.key; ls ${base}/runs/*; cat "$BOTO_CONFIG" | head -1; ls /run/google-mds-mtls`;
  const { stdout, stderr } = await scene.spawn(['run', '--', 'sh', '-c', script]).result;
  assert.deepEqual(
    stdout.split('\n').map((line) => line.trim()),
    ['runs', '1', 'files', '[Boto]', 'client.key', 'root.crt', ''],
    stderr,
  );
  assert.match(stderr, /No such file/);
  assert.deepEqual(readdirSync(join(base, 'runs')), [`run-${process.pid}-other`], 'its own is gone with it');
});

test('where they could not be hidden, the run stops and says why', async (t) => {
  const scene = makeScene(t);
  const { file, env } = plantCredentials(scene);
  for (const isolation of ['proxy', 'env']) {
    const options = ['--memory', '--isolation', isolation];
    const { status, stdout, stderr } = await scene.spawn(
      ['run', ...options, '--', 'sh', '-c', 'echo ran'],
      env,
    ).result;
    assert.deepEqual([status, stdout], [125, '']);
    assert.ok(stderr.includes(file), stderr);
  }
});

const wrong: readonly (readonly [name: string, args: readonly string[], message: RegExp, status: number])[] =
  [
    ['an unknown role', ['--role', 'roles/nothing'], /Role 'roles\/nothing' does not exist/, 125],
    [
      'a role without its prefix',
      ['--role', 'storage.admin'],
      /^accredit: Role 'storage\.admin' does not exist; did you mean 'roles\/storage\.admin'\?\n$/,
      125,
    ],
    [
      'a misspelled role',
      ['--role', 'roles/storage.admim'],
      /^accredit: Role 'roles\/storage\.admim' does not exist; did you mean 'roles\/storage\.admin'\?\n$/,
      125,
    ],
    ['an unknown scope', ['--scopes', 'everything'], /Scope 'everything' is neither a URL nor one of/, 2],
    [
      'an account that is not there',
      ['--service-account', 'nobody'],
      /Make it with 'accredit service-accounts create nobody'/,
      125,
    ],
    ['an instance that is not there', ['--instance', 'vm-9'], /See 'accredit instances list'/, 125],
    [
      'a project that is not there',
      ['--project', 'other'],
      /Declare it in accredit\.yaml\. No such file was found; name one with --config\.\n$/,
      125,
    ],
    ['a zone that is not there', ['--zone', 'mars-north1-a'], /mars-north1-a/, 2],
    [
      'an instance and an account',
      ['--instance', 'a', '--service-account', 'b'],
      /leave --instance or --service-account out/,
      2,
    ],
    [
      'a lifetime out of range',
      ['--token-lifetime', '0'],
      /It must be whole seconds, or numbers with .*; from 1s to 12h\./,
      2,
    ],
    ['a metadata server that nobody has', ['--metadata-profile', 'azure'], /gce, gke, cloud-run/, 2],
    [
      'a metadata server for an instance that has its own',
      ['--instance', 'vm-9', '--metadata-profile', 'gke'],
      /keeps its own: leave --instance or --metadata-profile out\.\n$/,
      2,
    ],
    [
      'a configuration file that is not there',
      ['--config', 'nowhere.yaml'],
      /nowhere\.yaml:1:1: expected a file that can be read/,
      125,
    ],
    [
      'an account for an instance that has its own',
      ['--instance', 'vm-9', '--service-account', 'nobody'],
      /leave --instance or --service-account out\.\n$/,
      2,
    ],
    [
      'scopes for one',
      ['--instance', 'vm-9', '--scopes', 'storage-ro'],
      /leave --instance or --scopes out/,
      2,
    ],
    [
      'metadata for one',
      ['--instance', 'vm-9', '--metadata', 'a=b'],
      /leave --instance or --metadata out/,
      2,
    ],
    [
      'a life of tokens for one',
      ['--instance', 'vm-9', '--token-lifetime', '60'],
      /leave --instance or --token-lifetime out/,
      2,
    ],
    ['the link-local address', ['--allow', '169.254.169.254:80'], /169\.254\.169\.254/, 2],
  ];

for (const [name, args, message, expected] of wrong) {
  test(`run refuses ${name}, and runs nothing`, async (t) => {
    const scene = makeScene(t);
    const options = ['--memory', '--quiet', '--isolation', 'proxy', ...args];
    const { status, stdout, stderr } = await scene.spawn(['run', ...options, '--', 'sh', '-c', 'echo ran'])
      .result;
    assert.match(stderr, message);
    assert.deepEqual([status, stdout], [expected, '']);
  });
}

test('run says what a way does not catch, but not when it is told to be quiet', async (t) => {
  const scene = makeScene(t);
  const told = await scene.spawn(['run', '--memory', '--isolation', 'env', '--', 'true']).result;
  assert.match(told.stderr, /reached by '--isolation env'\. This way does not catch:\n/);
  const quiet = await scene.spawn(['run', '--memory', '--isolation', 'env', '--quiet', '--', 'true']).result;
  assert.equal(quiet.stderr, '');
});

test('a cloud that lingers after a program makes way for one that is to stay', {
  skip: skipNetns,
}, async (t) => {
  const scene = makeScene(t);
  assert.equal((await scene.spawn(['run', '--', 'true']).result).status, 0);
  assert.ok(await isServed(scene), 'it waits for another program');
  const up = scene.spawn(['up', '--format', 'json']);
  await up.untilOutput('"stopsWhenIdle": false');
  up.signal('SIGTERM');
  assert.equal((await up.result).status, 0);
});

test('nothing is run in an instance that is stopped, and the status is that of a run that failed', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  for (const args of [
    ['create', 'vm-1'],
    ['stop', 'vm-1'],
  ])
    await scene.run(['instances', ...args]);
  const options = ['--quiet', '--isolation', 'proxy', '--instance', 'vm-1'];
  const { status, stdout, stderr } = await scene.spawn(['run', ...options, '--', 'echo', 'ran']).result;
  const sentence = "accredit: Instance 'vm-1' is stopped. Start it with 'accredit instances start vm-1'.\n";
  assert.deepEqual([status, stdout, stderr], [125, '', sentence]);
});

test('a configuration file that is wrong fails the run, not its program', async (t) => {
  const scene = makeScene(t);
  writeFileSync(join(scene.directory, 'accredit.yaml'), 'projekts: []\n');
  const options = ['--memory', '--quiet', '--isolation', 'proxy'];
  const { status, stdout, stderr } = await scene.spawn(['run', ...options, '--', 'echo', 'ran']).result;
  assert.match(stderr, /projekts/);
  assert.deepEqual([status, stdout], [125, '']);
});
