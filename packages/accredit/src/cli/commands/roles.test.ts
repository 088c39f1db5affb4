/** `accredit roles`, against a cloud in this process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForPeople } from '../../protocol/iam/roles/permission-kinds.ts';
import { type CliScene, makeScene } from '../cli.fixture.ts';

/** Runs a command that must succeed, and returns what it printed. */
async function output(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(['roles', ...args]);
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

test('the roles that hold a permission are listed, those for people first, of these the smallest first', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const args = ['list', '--permission', 'storage.objects.get', '--format', 'json'];
  const roles = JSON.parse(await output(scene, ...args)) as readonly {
    readonly name: string;
    readonly includedPermissions: readonly string[];
  }[];
  assert.ok(roles.every(({ includedPermissions }) => includedPermissions.includes('storage.objects.get')));
  const split = roles.findIndex(({ name }) => !isForPeople(name));
  const groups = [roles.slice(0, split), roles.slice(split)];
  assert.ok(split > 0 && groups[1]?.every(({ name }) => !isForPeople(name)));
  for (const group of groups) {
    const sizes = group.map(({ includedPermissions }) => includedPermissions.length);
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
    );
  }
  assert.equal(roles[0]?.name, 'roles/storage.objectViewer', 'what accredit why proposes first');
  const names = new Set(roles.map(({ name }) => name));
  assert.ok(names.has('roles/storage.objectViewer') && !names.has('roles/storage.objectCreator'));
  assert.match(await output(scene, 'list'), /^roles\/storage\.objectCreator +\d+ +Storage Object Creator$/m);
  assert.equal(await output(scene, 'list', '--permission', 'a.b.c'), 'No role holds a.b.c.\n');
});

test('custom roles are those of the project, and are described as others are', async (t) => {
  const scene = makeScene(t);
  const { resources } = (await scene.startCloud()).services;
  assert.equal(await output(scene, 'list', '--custom'), 'There are no roles.\n');
  await resources.roles.create({
    parent: 'projects/local-project',
    roleId: 'reader',
    title: 'Reader',
    description: '',
    stage: 'GA',
    permissions: ['storage.objects.get', 'storage.objects.list'],
  });
  const name = 'projects/local-project/roles/reader';
  assert.equal(
    await output(scene, 'list', '--custom'),
    `NAME${' '.repeat(name.length - 4)}  PERMISSIONS  TITLE\n${name}  2            Reader\n`,
  );
  const described = JSON.parse(await output(scene, 'describe', name, '--format', 'json'));
  assert.deepEqual([described.name, described.includedPermissions.length], [name, 2]);
  assert.match(
    await output(scene, 'describe', name),
    /^ {2}name +projects\/local-project\/roles\/reader\n(?: {2}\w+ +\S.*\n)+\nIts 2 permissions:\n {2}storage\.objects\.get\n {2}storage\.objects\.list\n$/,
  );
});

test('a role with one permission, and one with none, are described in words', async (t) => {
  const scene = makeScene(t);
  const { resources } = (await scene.startCloud()).services;
  const role = { parent: 'projects/local-project', title: '', description: '', stage: 'GA' } as const;
  await resources.roles.create({ ...role, roleId: 'one', permissions: ['storage.objects.get'] });
  await resources.roles.create({ ...role, roleId: 'none', permissions: [] });
  const end = async (id: string) =>
    (await output(scene, 'describe', `projects/local-project/roles/${id}`)).split('\n\n').at(-1);
  assert.equal(await end('one'), 'Its one permission:\n  storage.objects.get\n');
  assert.equal(await end('none'), 'It holds no permissions.\n');
});

const wrong: readonly (readonly [role: string, said: RegExp])[] = [
  ['nope', /'nope' names no role: it is written 'roles\/ID', .* or 'organizations\/NUMBER\/roles\/ID'\.\n$/],
  ['projects/local-project/nope', /'projects\/local-project\/nope' names no role: /],
  ['storage.objectViewer', /did you mean 'roles\/storage\.objectViewer'\?/],
  ['roles/storage.objektViewer', /did you mean 'roles\/storage\.objectViewer'\?/],
  ['roles/nothing.of.the.kind', /The role named roles\/nothing\.of\.the\.kind was not found/],
  [
    'roles/pubsub.publisher',
    /The role named roles\/pubsub\.publisher was not found\. This cloud knows \d+ predefined roles, .* 'accredit roles list' shows\.\n$/,
  ],
  ['projects/local-project/roles/none', /The role named projects\/local-project\/roles\/none was not found/],
];
for (const [role, said] of wrong) {
  test(`accredit roles describe ${role} is refused`, async (t) => {
    const scene = makeScene(t);
    await scene.startCloud();
    const { status, stdout, stderr } = await scene.run(['roles', 'describe', role]);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, said);
  });
}

test('a permission is taken in either spelling; a misspelled one, and what is none, are refused', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const list = ['list', '--permission'];
  const [, first] = (await output(scene, ...list, 'storage.googleapis.com/objects.get')).split('\n');
  assert.match(first ?? '', /^roles\/storage\.objectViewer /);
  const refused = [
    ['storage.objects.gett', / is not known here: .*; did you mean 'storage\.objects\.get'\?\n$/],
    ['storage', /'storage' is no permission: it is written SERVICE\.RESOURCE\.VERB/],
  ] as const;
  for (const [permission, said] of refused) {
    const { status, stdout, stderr } = await scene.run(['roles', ...list, permission]);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, said);
  }
});
