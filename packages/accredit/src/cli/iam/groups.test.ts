/** `accredit groups`, against a cloud in this process. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type CliScene, makeScene } from '../cli.fixture.ts';

const READER = 'serviceAccount:reader@local-project.iam.gserviceaccount.com';
const TEAM = 'team@example.com';

async function open(t: TestContext) {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  return { scene, resources: cloud.services.resources };
}

/** Runs a command that must succeed, and returns what it printed. */
async function output(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(['groups', ...args]);
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Runs a command that must fail, and returns its status and what it said. */
async function failure(scene: CliScene, ...args: readonly string[]): Promise<readonly [number, string]> {
  const { status, stdout, stderr } = await scene.run(['groups', ...args]);
  assert.equal(stdout, '', args.join(' '));
  return [status, stderr];
}

test('groups are created, listed, described and deleted', async (t) => {
  const { scene, resources } = await open(t);
  assert.equal(await output(scene, 'list'), 'There are no groups.\n');
  const named = ['--display-name', 'The team', '--member', 'user:ada@example.com,group:all@example.com'];
  assert.equal(
    await output(scene, 'create', 'Team@example.com', ...named, '--member', 'user:bob@example.com'),
    `${TEAM}\n`,
  );
  const made = JSON.parse(await output(scene, 'create', 'all@example.com', '--format', 'json'));
  assert.deepEqual(made, { email: 'all@example.com', createTime: made.createTime, members: [] });
  assert.equal(
    await output(scene, 'list'),
    'EMAIL             MEMBERS  DISPLAY NAME\nall@example.com   0\nteam@example.com  3        The team\n',
  );
  const listed = JSON.parse(await output(scene, 'list', '--format', 'json'));
  assert.deepEqual(listed[0], { email: 'all@example.com', createTime: made.createTime, memberCount: 0 });
  const described = JSON.parse(await output(scene, 'describe', TEAM, '--format', 'json'));
  const members = ['group:all@example.com', 'user:ada@example.com', 'user:bob@example.com'];
  assert.deepEqual(described, {
    email: TEAM,
    displayName: 'The team',
    createTime: described.createTime,
    members,
  });
  assert.match(await output(scene, 'describe', TEAM), /^ {2}members\[1\] +user:ada@example\.com$/m);
  assert.deepEqual(await resources.groups.containing('user:bob@example.com'), [`group:${TEAM}`]);
  assert.equal(await output(scene, 'delete', TEAM), `Group '${TEAM}' is gone.\n`);
  const missing = `accredit: Group '${TEAM}' does not exist. See 'accredit groups list'.\n`;
  for (const command of ['delete', 'describe'])
    assert.deepEqual(await failure(scene, command, TEAM), [1, missing]);
});

test('members are added and taken out', async (t) => {
  const { scene, resources } = await open(t);
  await scene.run(['service-accounts', 'create', 'reader']);
  await output(scene, 'create', TEAM);
  const two = ['add-member', TEAM, 'user:Ada@example.com', READER] as const;
  assert.equal(
    await output(scene, ...two),
    `${READER} is now in group '${TEAM}'.\nuser:ada@example.com is now in group '${TEAM}'.\n`,
  );
  assert.equal(await output(scene, ...two), `Group '${TEAM}' has them already.\n`);
  const account = await resources.serviceAccounts.find(READER.slice('serviceAccount:'.length));
  assert.ok(account);
  assert.deepEqual(await resources.groups.containing(`${READER}?uid=${account.value.uniqueId}`), [
    `group:${TEAM}`,
  ]);
  const removed = await output(scene, 'remove-member', TEAM, READER, '--format', 'json');
  const { members, changed } = JSON.parse(removed);
  assert.deepEqual([members, changed], [['user:ada@example.com'], [READER]]);
  assert.equal(await output(scene, 'remove-member', TEAM, READER), `Group '${TEAM}' does not have them.\n`);
  assert.equal(
    await output(scene, 'remove-member', TEAM, 'user:ada@example.com'),
    `user:ada@example.com is no longer in group '${TEAM}'.\n`,
  );
});

const wrong: readonly (readonly [args: readonly string[], status: number, said: RegExp])[] = [
  [['create', TEAM], 1, /Group 'team@example\.com' already exists/],
  [['create', 'team'], 1, /'team' is no address of a group/],
  [['create', 'a@x.y', '--member', 'allUsers'], 1, /'allUsers' is no member of a group/],
  [['create', 'a@x.y', '--display-name', 'x'.repeat(74)], 1, /at most 73 characters/],
  [['add-member', 'a@x.y', 'user:ada@example.com'], 1, /Group 'a@x\.y' does not exist/],
  [['add-member', TEAM, 'ada@example.com'], 1, /'ada@example\.com' is no member of a group/],
  [['remove-member', TEAM, 'domain:example.com'], 1, /'domain:example\.com' is no member of a group/],
  [['add-member', TEAM], 2, /missing required argument 'members'/],
  [['describe', 'a/b'], 1, /'a\/b' is no address of a group/],
];

for (const [args, expected, said] of wrong) {
  test(`accredit groups ${args.join(' ').slice(0, 60)} is refused`, async (t) => {
    const { scene } = await open(t);
    await output(scene, 'create', TEAM);
    const [status, message] = await failure(scene, ...args);
    assert.equal(status, expected, message);
    assert.match(message, said);
  });
}
