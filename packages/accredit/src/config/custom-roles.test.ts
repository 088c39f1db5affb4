import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from '../kernel/timestamps.ts';
import { CUSTOM_ROLE_LIMIT } from '../protocol/iam/roles/custom-role-life.ts';
import { listTestablePermissions } from '../protocol/iam/roles/testable-permissions.ts';
import { openState, type TestState } from './state.fixture.ts';

const NAMED = { parent: 'projects/my-project', roleId: 'reader' };
const NAME = 'projects/my-project/roles/reader';
const ADA = 'user:ada@example.com';

const ROLE =
  'customRoles: [{roleId: reader, title: Reader, permissions: [storage.objects.get, compute.instances.get]}]';
const GIVEN = `iamPolicy: [{role: ${NAME}, members: ['${ADA}']}]`;

/** A file of one project with these keys in it. */
function project(...keys: readonly string[]): string {
  return `projects: [{${['projectId: my-project', ...keys].join(', ')}}]`;
}

async function role({ resources }: TestState) {
  return (await resources.roles.get(NAMED))?.value;
}

test('a custom role is made, and can be given in the same file', async () => {
  const state = openState();
  const account = `serviceAccounts: [{accountId: workload, roles: [${NAME}]}]`;
  const report = await state.apply(project(ROLE, GIVEN, account));
  assert.ok(report.created.includes(NAME));
  assert.deepEqual(await role(state), {
    ...NAMED,
    title: 'Reader',
    description: '',
    stage: 'ALPHA',
    permissions: ['compute.instances.get', 'storage.objects.get'],
  });
  const grants = await state.grants(NAMED.parent);
  assert.ok(grants.includes(`${NAME} ${ADA}`));
  assert.ok(grants.includes(`${NAME} serviceAccount:workload@my-project.iam.gserviceaccount.com`));
  assert.deepEqual(
    [...((await state.resources.roles.find(NAME))?.permissions ?? [])],
    ['compute.instances.get', 'storage.objects.get'],
  );
  await state.apply(project(ROLE, GIVEN, account));
  assert.equal(state.store.commits, 1, 'applied again it commits nothing');
});

test('what differs of a role is set, and what the file leaves out stays', async () => {
  const state = openState();
  await state.apply(project(ROLE));
  const { roles } = state.resources;
  await roles.change(NAMED, ({ value }) => ({ ...value, description: 'By hand', permissions: [] }));
  const { updated } = await state.apply(project(ROLE));
  assert.deepEqual(updated, [{ resource: NAME, changes: ['permissions'] }]);
  assert.equal((await role(state))?.description, 'By hand');
  await state.apply(project('customRoles: [{roleId: reader, permissions:}]'));
  assert.deepEqual((await role(state))?.permissions, []);
});

test('a role that was deleted by hand comes back; one whose id is held does not', async () => {
  const state = openState();
  await state.apply(project(ROLE));
  const remove = () =>
    state.resources.roles.change(NAMED, ({ value }, nowMs) => ({ ...value, deletedAtMs: nowMs }));
  await remove();
  const { updated } = await state.apply(project(ROLE));
  assert.deepEqual(updated, [{ resource: NAME, changes: ['deleted'] }]);
  assert.equal((await role(state))?.deletedAtMs, undefined);
  await remove();
  state.clock.nowMs += 8 * DAY_MS;
  await assert.rejects(state.apply(project(ROLE)), {
    message:
      'accredit.yaml:1:59: projects[0].customRoles[0].roleId: expected an id that is free, ' +
      "got 'reader', which a role that was deleted holds for 37 days.",
  });
  state.clock.nowMs += 30 * DAY_MS;
  assert.deepEqual((await state.apply(project(ROLE))).created, [NAME]);
});

test('a role that is not declared any more goes when it is pruned, and its id is free', async () => {
  const state = openState();
  await state.apply(project(ROLE, GIVEN));
  const grant = { role: NAME, member: ADA };
  const { deleted } = await state.apply(project(), { prune: true });
  assert.deepEqual(deleted, [{ resource: NAMED.parent, grant }, { resource: NAME }]);
  assert.equal(await state.resources.roles.getKept(NAMED), undefined);
  assert.ok((await state.apply(project(ROLE))).created.includes(NAME));
  await state.apply('', { prune: true });
  assert.deepEqual(await state.store.list({ prefix: '' }), []);
});

test('a role that was made by hand keeps its project; a deleted one goes with it', async () => {
  const state = openState();
  await state.apply(project());
  const { roles } = state.resources;
  await roles.create({ ...NAMED, title: '', description: '', stage: 'GA', permissions: [] });
  const { kept } = await state.apply('', { prune: true });
  assert.deepEqual(kept, [{ resource: NAMED.parent, reason: `it holds ${NAME}` }]);
  await roles.change(NAMED, ({ value }, nowMs) => ({ ...value, deletedAtMs: nowMs }));
  await state.apply('', { prune: true });
  assert.deepEqual(await state.store.list({ prefix: '' }), []);
});

test("an organization's role can be given in a project that is in it, and nowhere else", async () => {
  const organization = (more: string) =>
    `organizations: [{organizationId: '1', displayName: example.com, customRoles: [{roleId: auditor}]${more}}]`;
  const given = "iamPolicy: [{role: organizations/1/roles/auditor, members: ['user:ada@example.com']}]";
  const folder = ", folders: [{folderId: '2', displayName: Engineering}]";
  const state = openState();
  const { created } = await state.apply(`${organization(folder)}\n${project('parent: folders/2', given)}`);
  assert.ok(created.includes('organizations/1/roles/auditor'));
  assert.ok((await state.grants(NAMED.parent)).includes(`organizations/1/roles/auditor ${ADA}`));
  await assert.rejects(openState().apply(`${organization('')}\n${project(given)}`), {
    message:
      "accredit.yaml:2:55: projects[0].iamPolicy[0].role: expected a custom role of 'projects/my-project' or of what " +
      "that is in, got 'organizations/1/roles/auditor'.",
  });
});

test('a custom role that there is not cannot be given', async () => {
  const state = openState();
  const message =
    'accredit.yaml:1:55: projects[0].iamPolicy[0].role: expected a custom role that there is, ' +
    "got 'projects/my-project/roles/reader'.";
  await assert.rejects(state.apply(project(GIVEN)), { message });
  await state.apply(project(ROLE));
  await assert.rejects(state.apply(project(GIVEN), { prune: true }), { message });
  await state.apply(project(GIVEN));
});

const wrong: readonly (readonly [why: string, roles: string, said: RegExp])[] = [
  [
    'an unknown permission',
    '[{roleId: reader, permissions: [storage.object.get]}]',
    /permissions\[0\]: expected a permission that a custom role of a project can hold, got 'storage\.object\.get'; did you mean 'storage\.objects\.get'\?/,
  ],
  [
    'a permission that is for organizations alone',
    '[{roleId: reader, permissions: [resourcemanager.organizations.get]}]',
    /permissions\[0\]: expected a permission that a custom role of a project can hold/,
  ],
  [
    'a bad id',
    '[{roleId: a-b}]',
    /roleId: expected a role id \(3 to 64 letters, digits, '_' and '\.'\), got 'a-b'/,
  ],
  ['no id', '[{title: Reader}]', /roleId: expected a role id/],
  ['an unknown stage', '[{roleId: reader, stage: gaa}]', /stage: expected 'ALPHA' or 'BETA' or 'GA'/],
  [
    'a long title',
    `[{roleId: reader, title: ${'x'.repeat(101)}}]`,
    /title: expected a title in quotes, of at most 100 bytes/,
  ],
  [
    'a long description',
    `[{roleId: reader, description: ${'x'.repeat(301)}}]`,
    /description: expected .* at most 300 bytes/,
  ],
  [
    'the same id twice',
    '[{roleId: reader}, {roleId: reader}]',
    /customRoles\[1\]\.roleId: expected each name once/,
  ],
  [
    'too many of them',
    JSON.stringify(Array.from({ length: CUSTOM_ROLE_LIMIT + 1 }, (_, index) => ({ roleId: `r.${index}` }))),
    /customRoles: expected at most 300 custom roles/,
  ],
];
for (const [why, roles, said] of wrong) {
  test(`custom roles with ${why} are refused`, async () => {
    await assert.rejects(async () => openState().apply(project(`customRoles: ${roles}`)), said);
  });
}

test('those made by hand count for how many there may be', async () => {
  const state = openState();
  await state.apply(project());
  await state.resources.roles.create({ ...NAMED, title: '', description: '', stage: 'GA', permissions: [] });
  const many = Array.from({ length: CUSTOM_ROLE_LIMIT }, (_, index) => ({ roleId: `r.${index}` }));
  await assert.rejects(
    state.apply(project(`customRoles: ${JSON.stringify(many)}`)),
    /customRoles: expected at most 300 custom roles in 'projects\/my-project', with those made by hand, got 301\./,
  );
});

/** The first permissions that a custom role of a project can hold. */
function permissions(count: number): string {
  return listTestablePermissions('project').slice(0, count).join(', ');
}

const oneMistake: readonly (readonly [what: string, role: string, said: RegExp])[] = [
  [
    'a misspelled permission',
    'permissions: [storage.objects.gett]',
    /^accredit\.yaml:\S+ projects\[0\]\.customRoles\[0\]\.permissions\[0\]: expected .*; did you mean 'storage\.objects\.get'\?$/,
  ],
  ['a long title', `title: ${'x'.repeat(101)}`, /^\S+ \S+\.title: expected a title in quotes, .*$/],
  [
    'too many permissions',
    `permissions: [${permissions(1500)}, ${permissions(1501)}]`,
    /^\S+ projects\[0\]\.customRoles\[0\]: expected at most 3000 permissions in a role, got 3001\.\n\S+ .* at most 65536 bytes of text in a role, got \d+\.$/,
  ],
  [
    'too much text',
    `permissions: [${Array.from({ length: 3000 }, () => 'compute.instances.setMetadata').join(', ')}]`,
    /^\S+ projects\[0\]\.customRoles\[0\]: expected at most 65536 bytes of text in a role, got 87000\.$/,
  ],
];
for (const [what, keys, said] of oneMistake) {
  test(`of a custom role with ${what} nothing else is said to be wrong`, async () => {
    const file = project(`customRoles: [{roleId: reader, ${keys}}]`);
    await assert.rejects(
      async () => openState().apply(file),
      ({ message }: Error) => said.test(message) || assert.fail(message.slice(0, 500)),
    );
  });
}
