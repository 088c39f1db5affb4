/** `accredit iam` with conditions and on every kind of resource, against a cloud in this process. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type CliScene, makeScene } from '../cli.fixture.ts';

const ADA = 'user:ada@example.com';
const ROLE = 'roles/storage.objectViewer';
const EXPRESSION = 'request.time < timestamp("2030-01-01T00:00:00Z")';
const CONDITION = `expression=${EXPRESSION},title=until-2030`;

async function open(t: TestContext) {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  return { scene, resources: cloud.services.resources };
}

/** Runs a command that must succeed, and returns what it printed. */
async function output(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(['iam', ...args]);
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Runs a command that must fail, and returns its status and what it said. */
async function failure(scene: CliScene, ...args: readonly string[]): Promise<readonly [number, string]> {
  const { status, stdout, stderr } = await scene.run(['iam', ...args]);
  assert.equal(stdout, '', args.join(' '));
  return [status, stderr];
}

test('a role is given on a condition, shown, and taken again', async (t) => {
  const { scene } = await open(t);
  const grant = ['grant', ROLE, ADA, '--condition', CONDITION];
  const words = "on project 'local-project', on the condition 'until-2030'";
  assert.equal(await output(scene, ...grant), `${ADA} now has ${ROLE} ${words}.\n`);
  assert.match(await output(scene, ...grant), /has roles\/storage\.objectViewer on .* already, on the/);
  const table = await output(scene, 'policy');
  assert.match(table, /^ROLE +MEMBER +CONDITION\n/);
  const row = table.split('\n').find((line) => line.includes(ADA));
  assert.deepEqual(row?.split(/ {2,}/), [ROLE, ADA, `until-2030: ${EXPRESSION}`]);
  const { version, bindings } = JSON.parse(await output(scene, 'policy', '--format', 'json'));
  assert.equal(version, 3);
  assert.deepEqual(bindings.at(-1), {
    role: ROLE,
    members: [ADA],
    condition: { title: 'until-2030', expression: EXPRESSION },
  });
  assert.deepEqual(await failure(scene, 'revoke', ROLE, ADA), [
    1,
    `accredit: ${ADA} does not have ${ROLE} on project 'local-project'. It has it on 'until-2030': --all takes it.\n`,
  ]);
  assert.equal(
    await output(scene, 'revoke', ROLE, ADA, '--condition', CONDITION),
    `${ADA} no longer has ${ROLE} ${words}.\n`,
  );
  assert.match(await output(scene, 'policy'), /^ROLE +MEMBER\n/);
});

test('--condition=None is the grant without one, and --all takes every one', async (t) => {
  const { scene } = await open(t);
  await output(scene, 'grant', ROLE, ADA, '--condition', CONDITION);
  await output(scene, 'grant', ROLE, ADA, '--condition=None');
  const held = async () => (await output(scene, 'policy')).match(/ada@example\.com/g)?.length ?? 0;
  assert.equal(await held(), 2);
  await output(scene, 'revoke', ROLE, ADA, '--condition=None');
  assert.equal(await held(), 1);
  await output(scene, 'grant', ROLE, ADA);
  const done = JSON.parse(await output(scene, 'revoke', ROLE, ADA, '--all', '--format', 'json'));
  assert.deepEqual(done, { role: ROLE, member: ADA, resource: 'projects/local-project', changed: true });
  assert.equal(await held(), 0);
});

test('folders, organizations and instances have policies too', async (t) => {
  const { scene, resources } = await open(t);
  const { organizations, folders, instances, policies } = resources;
  const vm = { projectId: 'local-project', zone: 'us-central1-a', name: 'vm-1' };
  await resources.commit([
    organizations.put(organizations.draft('12', 'example.com')),
    folders.put(folders.draft('34', 'Engineering', 'organizations/12')),
    instances.put(instances.draft(vm)),
  ]);
  // The owner has an organization as one that a file declares: with its own roles.
  const roles = ['roles/resourcemanager.organizationAdmin', 'roles/resourcemanager.folderAdmin'];
  const members = ['user:owner@accredit.local'];
  const owner = { bindings: roles.map((role) => ({ role, members })) };
  await resources.commit([await policies.put('organizations/12', owner)]);
  const places = [
    [['--organization', '12'], 'roles/browser', "organization '12'", 'organizations/12'],
    [['--folder', 'folders/34'], 'roles/browser', "folder '34'", 'folders/34'],
    [
      ['--instance', 'vm-1'],
      'roles/compute.viewer',
      "instance 'vm-1'",
      'projects/local-project/zones/us-central1-a/instances/vm-1',
    ],
  ] as const;
  for (const [flags, role, name, resource] of places) {
    const grant = ['grant', role, ADA, ...flags, '--condition', CONDITION];
    assert.equal(
      await output(scene, ...grant),
      `${ADA} now has ${role} on ${name}, on the condition 'until-2030'.\n`,
    );
    assert.deepEqual((await policies.get(resource)).value.bindings.at(-1), {
      role,
      members: [ADA],
      condition: { title: 'until-2030', expression: EXPRESSION },
    });
    assert.match(await output(scene, 'policy', ...flags), /until-2030/);
    await output(scene, 'revoke', role, ADA, ...flags, '--all');
    assert.doesNotMatch(await output(scene, 'policy', ...flags), /ada@/);
  }
});

test('what is left of a deleted account is shown so, and can be taken', async (t) => {
  const { scene, resources } = await open(t);
  await scene.run(['service-accounts', 'create', 'reader']);
  const email = 'reader@local-project.iam.gserviceaccount.com';
  const uniqueId = (await resources.serviceAccounts.find(email))?.value.uniqueId;
  await output(scene, 'grant', ROLE, `serviceAccount:${email}`);
  await scene.run(['service-accounts', 'delete', 'reader']);
  const deleted = `deleted:serviceAccount:${email}?uid=${uniqueId}`;
  assert.ok((await output(scene, 'policy')).includes(`${ROLE}  ${deleted}\n`));
  assert.match(await output(scene, 'revoke', ROLE, deleted), /no longer has/);
  assert.doesNotMatch(await output(scene, 'policy'), /deleted:/);
});

const wrong: readonly (readonly [args: readonly string[], status: number, said: RegExp])[] = [
  [['grant', ROLE, ADA, '--condition', 'expression=resource.nme,title=t'], 1, /undefined field 'nme'/],
  [['grant', 'roles/viewer', ADA, '--condition', CONDITION], 1, /Conditions can't be set on primitive roles/],
  [['grant', ROLE, ADA, '--condition', 'true'], 2, /It is written 'expression=EXPRESSION/],
  [['grant', ROLE, ADA, '--all'], 2, /unknown option '--all'/],
  [['revoke', ROLE, ADA, '--all', '--condition', 'None'], 2, /leave --condition out/],
  [['policy', '--folder', '1', '--bucket', 'b'], 2, /One policy at a time: --bucket or --folder\./],
  [['policy', '--zone', 'us-central1-a'], 2, /name one with --instance/],
  [['policy', '--instance', 'vm-9'], 1, /Instance 'vm-9' does not exist in project 'local-project'/],
  [['policy', '--instance', 'vm-9', '--zone', 'z'], 1, /Unknown zone/],
  [['policy', '--instance', 'vm-9', '--zone', 'us-central1-a'], 1, /instances\/vm-9' was not found/],
  [['grant', 'roles/storage.admin', ADA, '--instance', 'vm-1'], 1, /is not supported for this resource/],
];
for (const [args, expected, said] of wrong) {
  test(`accredit iam ${args.join(' ').slice(0, 90)} is refused`, async (t) => {
    const { scene, resources } = await open(t);
    const { instances } = resources;
    const vm = { projectId: 'local-project', zone: 'us-central1-a', name: 'vm-1' };
    await resources.commit([instances.put(instances.draft(vm))]);
    const [status, message] = await failure(scene, ...args);
    assert.equal(status, expected, message);
    assert.match(message, said);
  });
}

test('a resource that is not there is named, with the name that may be meant', async (t) => {
  const { scene } = await open(t);
  const project = ['--project', 'locl-project'];
  const said = "accredit: Project 'locl-project' does not exist; did you mean 'local-project'?\n";
  assert.deepEqual(await failure(scene, 'policy', ...project), [1, said]);
  assert.deepEqual(await failure(scene, 'grant', ROLE, ADA, ...project), [1, said]);
  assert.deepEqual(await failure(scene, 'policy', '--folder', '77'), [
    1,
    "accredit: Folder '77' does not exist.\n",
  ]);
});

const READER = 'serviceAccount:reader@local-project.iam.gserviceaccount.com';

const misnamed: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [
    ['policy', '--bucket', 'my-bukket'],
    /^accredit: Bucket 'my-bukket' does not exist; did you mean 'my-bucket'\?\n$/,
  ],
  [
    ['grant', ROLE, ADA, '--bucket', 'nothing-of-it'],
    /^accredit: Bucket 'nothing-of-it' does not exist\.\n$/,
  ],
  [
    ['policy', '--service-account', 'raeder'],
    /Service account 'raeder@\S+' does not exist; did you mean 'reader@/,
  ],
  [['grant', ROLE, 'reader@local-project.iam.gserviceaccount.com'], meaning(READER)],
  [['revoke', ROLE, 'reader@local-project.iam.gserviceaccount.com'], meaning(READER)],
  [['grant', ROLE, 'reader'], meaning(READER)],
  [['grant', ROLE, 'serviceaccount:reader@local-project.iam.gserviceaccount.com'], meaning(READER)],
  [['grant', ROLE, 'ada@example.com'], meaning(ADA)],
  [['grant', ROLE, 'team@example.com'], meaning('group:team@example.com')],
  [['grant', ROLE, 'nobody'], / is no member: it is written 'user:EMAIL', [^;]* or 'allUsers'\.\n$/],
  [
    ['grant', 'roles/pubsub.publisher', ADA],
    /^accredit: Role roles\/pubsub\.publisher is not supported for this resource\. This cloud knows \d+ predefined roles, of Storage, .*, which 'accredit roles list' shows\.\n$/,
  ],
  [['grant', 'pubsub.publisher', ADA], /^accredit: 'pubsub\.publisher' names no role: it is written/],
];
for (const [args, said] of misnamed) {
  test(`accredit iam ${args.join(' ').slice(0, 90)} says what may be meant`, async (t) => {
    const { scene } = await open(t);
    await scene.run(['service-accounts', 'create', 'reader']);
    await scene.run(['buckets', 'create', 'my-bucket']);
    await scene.run(['groups', 'create', 'team@example.com']);
    const [status, message] = await failure(scene, ...args);
    assert.equal(status, 1);
    assert.match(message, said);
  });
}

/** What is said of a member that is written otherwise. */
function meaning(member: string): RegExp {
  return new RegExp(` is no member: it is written .*; did you mean '${member.replaceAll('.', '\\.')}'\\?\n$`);
}

test('a revocation of what is not there fails, and says what comes near', async (t) => {
  const { scene } = await open(t);
  await output(scene, 'grant', ROLE, ADA);
  const where = "on project 'local-project'";
  const rows = [
    [[ROLE, 'user:bob@x.org'], `user:bob@x.org does not have ${ROLE} ${where}.`],
    [
      [ROLE, 'user:adda@example.com'],
      `user:adda@example.com does not have ${ROLE} ${where}. Did you mean '${ADA}', which has it?`,
    ],
    [
      ['roles/storage.objectViewr', ADA],
      `${ADA} does not have roles/storage.objectViewr ${where}. Did you mean '${ROLE}', which it has?`,
    ],
  ] as const;
  for (const [args, said] of rows) {
    assert.deepEqual(await failure(scene, 'revoke', ...args), [1, `accredit: ${said}\n`]);
  }
  const done = JSON.parse(await output(scene, 'revoke', ...rows[0][0], '--if-present', '--format', 'json'));
  assert.equal(done.changed, false);
  assert.match(await output(scene, 'policy'), /ada@example\.com/);
});
