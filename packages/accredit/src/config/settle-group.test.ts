import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GROUP_MEMBER_LIMIT } from '../protocol/iam/groups.ts';
import { ConfigurationError } from './problems.ts';
import { readConfiguration } from './read.ts';
import { openState, type TestState } from './state.fixture.ts';

const WORKLOAD = 'serviceAccount:workload@my-project.iam.gserviceaccount.com';
const PROJECTS = 'projects: [{projectId: my-project, serviceAccounts: [{accountId: workload}]}]\n';
const TEAM = 'groups/team@example.com';

/** A file of one group with these keys, and of one account. */
function team(keys: string, rest = PROJECTS): string {
  return `${rest}groups: [{email: Team@example.com${keys}}]\n`;
}

async function membersOf({ resources }: TestState): Promise<readonly string[] | undefined> {
  return (await resources.groups.get('team@example.com'))?.value.members;
}

async function keptWorkload({ resources }: TestState): Promise<string> {
  const account = await resources.serviceAccounts.find(WORKLOAD.slice('serviceAccount:'.length));
  return `${WORKLOAD}?uid=${account?.value.uniqueId}`;
}

test('a group is made with the accounts of the same file, in one commit, and applying it again commits nothing', async () => {
  const state = openState();
  const text = team(
    `, displayName: The team, members: ['user:Ada@example.com', '${WORKLOAD}', 'group:x@y.z']`,
  );
  const report = await state.apply(text);
  assert.ok(report.created.includes(TEAM));
  const kept = await keptWorkload(state);
  const stored = (await state.resources.groups.get('team@example.com'))?.value;
  assert.deepEqual(
    [stored?.displayName, stored?.members],
    ['The team', ['group:x@y.z', kept, 'user:ada@example.com']],
  );
  assert.deepEqual(await state.resources.groups.containing(kept), ['group:team@example.com']);
  await state.apply(text);
  assert.equal(state.store.commits, 1);
});

test('members are those of the file, where it names them; else they stay', async () => {
  const state = openState();
  await state.apply(team(", members: ['user:a@x.y', 'user:b@x.y']"));
  const { updated } = await state.apply(team(", displayName: T, members: ['user:b@x.y', 'user:c@x.y']"));
  assert.deepEqual(updated, [{ resource: TEAM, changes: ['displayName', 'members'] }]);
  assert.deepEqual(await membersOf(state), ['user:b@x.y', 'user:c@x.y']);
  assert.deepEqual(await state.resources.groups.containing('user:a@x.y'), []);
  await state.apply(team(''));
  assert.deepEqual(await membersOf(state), ['user:b@x.y', 'user:c@x.y']);
  await state.apply(team(', members: '));
  assert.deepEqual(await membersOf(state), []);
});

test('an account that was made anew is in the group again when the file is applied', async () => {
  const state = openState();
  const text = team(`, members: ['${WORKLOAD}']`);
  await state.apply(text);
  const first = await keptWorkload(state);
  const { serviceAccounts } = state.resources;
  const stored = await serviceAccounts.find(WORKLOAD.slice('serviceAccount:'.length));
  assert.ok(stored);
  await state.resources.commit(await serviceAccounts.remove(stored.value));
  const { updated } = await state.apply(text);
  assert.deepEqual(updated, [{ resource: TEAM, changes: ['members'] }]);
  const second = await keptWorkload(state);
  assert.notEqual(second, first);
  assert.deepEqual(await membersOf(state), [second]);
});

test('an account that goes with the same commit is kept by its address, as one that is not here', async () => {
  const state = openState();
  await state.apply(team(`, members: ['${WORKLOAD}']`));
  const text = team(`, members: ['${WORKLOAD}']`, 'projects: [{projectId: my-project}]\n');
  await state.apply(text, { prune: true });
  assert.deepEqual(await membersOf(state), [WORKLOAD]);
  const { commits } = state.store;
  await state.apply(text, { prune: true });
  assert.equal(state.store.commits, commits);
});

test('a group that is not declared any more goes with --prune, unless it was made anew by hand', async () => {
  const state = openState();
  await state.apply(team(", members: ['user:a@x.y']"));
  const { kept } = await state.apply(PROJECTS);
  assert.deepEqual(kept, [{ resource: TEAM, reason: 'it would go with --prune' }]);
  const { deleted } = await state.apply(PROJECTS, { prune: true });
  assert.deepEqual(deleted, [{ resource: TEAM }]);
  assert.deepEqual(
    [await membersOf(state), await state.resources.groups.containing('user:a@x.y')],
    [undefined, []],
  );
  await state.apply(team(''));
  const { groups } = state.resources;
  await groups.delete('team@example.com');
  const anew = { ...groups.draft('team@example.com'), members: ['user:a@x.y'] };
  await state.resources.commit(groups.put(anew, undefined));
  await state.apply(PROJECTS, { prune: true });
  assert.deepEqual(await membersOf(state), ['user:a@x.y']);
});

test('a group that is changed while the file is applied is read again', async () => {
  const state = openState();
  await state.apply(team(", members: ['user:a@x.y']"));
  state.store.beforeCommit = () =>
    state.resources.groups.change('team@example.com', async (group) => ({
      ...group,
      members: [...group.members, 'user:z@x.y'],
    }));
  await state.apply(team(", members: ['user:b@x.y']"));
  assert.deepEqual(await membersOf(state), ['user:b@x.y']);
  assert.deepEqual(await state.resources.groups.containing('user:z@x.y'), []);
});

const MEMBER = "expected a member, such as 'user:ada@example.com', 'serviceAccount:EMAIL' or 'group:EMAIL'";
const many = Array.from({ length: GROUP_MEMBER_LIMIT + 1 }, (_, index) => `user:u${index}@x.y`).join(', ');
const wrong: readonly (readonly [groups: string, problem: string])[] = [
  ['[{email: team}]', "groups[0].email: expected the e-mail address of a group, got 'team'."],
  ['[{displayName: T}]', 'groups[0].email: expected the e-mail address of a group, got nothing.'],
  ['[{email: a@x.y, members: [allUsers]}]', `groups[0].members[0]: ${MEMBER}, got 'allUsers'.`],
  ["[{email: a@x.y, members: ['domain:x.y']}]", `groups[0].members[0]: ${MEMBER}, got 'domain:x.y'.`],
  [
    '[{email: a@x.y}, {email: A@x.y}]',
    "groups[1].email: expected each name once, got 'groups/a@x.y' again after line 1.",
  ],
  [
    `[{email: a@x.y, displayName: ${'x'.repeat(74)}}]`,
    'groups[0].displayName: expected a name for people (one line of at most 73 characters), got',
  ],
  [`[{email: a@x.y, members: [${many}]}]`, 'groups[0].members: expected at most 10000 members'],
  ['[{email: a@x.y, owners: []}]', 'groups[0].owners: expected one of the keys email, displayName, members'],
];

for (const [groups, problem] of wrong) {
  test(`a file is refused: ${problem}`, () => {
    assert.throws(
      () => readConfiguration(`groups: ${groups}`, 'accredit.yaml', '/nowhere'),
      (error: unknown) => {
        assert.ok(error instanceof ConfigurationError);
        assert.ok(error.message.includes(problem), error.message.slice(0, 300));
        return true;
      },
    );
  });
}
