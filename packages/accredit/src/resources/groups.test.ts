import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FixedClock, seededRandom } from '../apis/api.fixture.ts';
import { CONTAINING_GROUP_LIMIT, GROUP_DEPTH_LIMIT } from '../protocol/iam/groups.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { Range } from '../store/store.ts';
import { renderKeptMember, storedUniqueIds, toKeptMembers } from './group-members.ts';
import { Groups } from './groups.ts';
import { ServiceAccounts } from './service-accounts.ts';

const ADA = 'user:ada@example.com';
const EMAIL = 'robot@lab-project.iam.gserviceaccount.com';

/** A store that counts how often it is listed and how much it gave. */
class ObservedStore extends MemoryStore {
  lists = 0;
  listed = 0;

  override async list(range: Range) {
    const entries = await super.list(range);
    this.lists += 1;
    this.listed += entries.length;
    return entries;
  }
}

function open() {
  const store = new ObservedStore();
  const groups = new Groups(store, new FixedClock(), seededRandom());
  const accounts = new ServiceAccounts(store, new FixedClock(), seededRandom());
  /** Writes groups anew, all in one commit; those that are there lose the members that are not named. */
  const write = async (wanted: Readonly<Record<string, readonly string[]>>) => {
    const changes = await Promise.all(
      Object.entries(wanted).map(async ([name, members]) => {
        const stored = await groups.get(`${name}@x.y`);
        const group = stored?.value ?? groups.draft(`${name}@x.y`);
        return groups.put({ ...group, members: [...members].sort() }, stored?.value);
      }),
    );
    await store.commit(changes.flat());
  };
  const containing = async (member: string) => [...(await groups.containing(member))].sort();
  return { store, groups, accounts, write, containing };
}

test('a member is in the groups that name it, and in those that name these', async () => {
  const { write, containing } = open();
  await write({ a: [ADA], b: ['group:a@x.y'], c: ['group:b@x.y', 'user:bob@x.y'], d: ['user:bob@x.y'] });
  assert.deepEqual(await containing(ADA), ['group:a@x.y', 'group:b@x.y', 'group:c@x.y']);
  assert.deepEqual(await containing('group:b@x.y'), ['group:c@x.y']);
  assert.deepEqual(await containing('user:bob@x.y'), ['group:c@x.y', 'group:d@x.y']);
  assert.deepEqual(await containing('user:eve@x.y'), []);
});

test('a member is not in the groups of one whose name goes on', async () => {
  const { write, containing } = open();
  await write({ a: ['user:ada@example.com'] });
  for (const other of ['user:ada@example', 'user:ada@example.com.x', 'user:', 'group:ada@example.com', '']) {
    assert.deepEqual(await containing(other), [], other);
  }
});

test('groups that hold each other are harmless', async () => {
  const { write, containing } = open();
  await write({ a: [ADA, 'group:c@x.y', 'group:a@x.y'], b: ['group:a@x.y'], c: ['group:b@x.y'] });
  const all = ['group:a@x.y', 'group:b@x.y', 'group:c@x.y'];
  assert.deepEqual(await containing(ADA), all);
  assert.deepEqual(await containing('group:b@x.y'), all);
});

test('a change of any membership holds from the next question on', async () => {
  const { write, containing, groups, store } = open();
  await write({ a: [ADA], b: ['group:a@x.y'] });
  assert.deepEqual(await containing(ADA), ['group:a@x.y', 'group:b@x.y']);
  await write({ b: [], c: ['group:a@x.y'] });
  assert.deepEqual(await containing(ADA), ['group:a@x.y', 'group:c@x.y']);
  const stored = await groups.get('a@x.y');
  assert.ok(stored);
  await store.commit(groups.remove(stored.value));
  assert.deepEqual(await containing(ADA), []);
});

test('a group that is made anew is in what its address is in: groups are known by it (deviation)', async () => {
  const { write, containing, groups, store } = open();
  await write({ a: [ADA], b: ['group:a@x.y'] });
  const first = await groups.get('a@x.y');
  assert.ok(first);
  await store.commit(groups.remove(first.value));
  await write({ a: ['user:bob@x.y'] });
  assert.notEqual((await groups.get('a@x.y'))?.value.uniqueId, first.value.uniqueId);
  assert.deepEqual(await containing('user:bob@x.y'), ['group:a@x.y', 'group:b@x.y']);
  assert.deepEqual(await containing(ADA), []);
});

test('what was found is kept until a membership changes; a name for people is none', async () => {
  const { store, write, containing, groups } = open();
  await write({ a: [ADA] });
  await containing(ADA);
  const { lists } = store;
  await containing(ADA);
  await groups.change('a@x.y', async (group) => ({ ...group, displayName: 'A' }));
  await containing(ADA);
  assert.equal(store.lists, lists);
});

test('what it costs does not depend on the number of groups', async () => {
  const costs = [];
  for (const count of [10, 1_000]) {
    const { store, write, containing } = open();
    const others = Array.from({ length: count }, (_, n) => [`other-${n}`, ['user:bob@x.y']] as const);
    await write({ ...Object.fromEntries(others), a: [ADA], b: ['group:a@x.y'] });
    await containing(ADA);
    costs.push([store.lists, store.listed]);
  }
  assert.deepEqual(costs, [
    [3, 2],
    [3, 2],
  ]);
});

test('a chain of groups may have 100 of them; one more and the question is refused, never half answered', async () => {
  const { write, containing } = open();
  const chain = Array.from(
    { length: GROUP_DEPTH_LIMIT },
    (_, n) => [`g${n}`, [`group:g${n - 1}@x.y`]] as const,
  );
  await write({ ...Object.fromEntries(chain), g0: [ADA] });
  assert.equal((await containing(ADA)).length, GROUP_DEPTH_LIMIT);
  await write({ last: [`group:g${GROUP_DEPTH_LIMIT - 1}@x.y`] });
  const message =
    "'user:ada@example.com' is in more than 7500 groups, or in groups nested more than 100 deep: take it out of some.";
  await assert.rejects(containing(ADA), { code: 'INVALID_ARGUMENT', message });
  await write({ last: [] });
  assert.equal((await containing(ADA)).length, GROUP_DEPTH_LIMIT);
});

test('a member may be in 7,500 groups; one more and the question is refused', async () => {
  const { write, containing } = open();
  const many = Array.from({ length: CONTAINING_GROUP_LIMIT }, (_, n) => [`g${n}`, [ADA]] as const);
  await write(Object.fromEntries(many));
  assert.equal((await containing(ADA)).length, CONTAINING_GROUP_LIMIT);
  await write({ outer: ['group:g7@x.y'] });
  await assert.rejects(containing(ADA), { code: 'INVALID_ARGUMENT' });
});

test('two who change a group at once both have their change', async () => {
  const { write, containing, groups } = open();
  await write({ a: [] });
  const add = (member: string) =>
    groups.change('a@x.y', async (group) => ({ ...group, members: [...group.members, member].sort() }));
  await Promise.all([add(ADA), add('user:bob@x.y')]);
  assert.deepEqual((await groups.get('a@x.y'))?.value.members, [ADA, 'user:bob@x.y']);
  assert.deepEqual(await containing('user:bob@x.y'), ['group:a@x.y']);
  assert.equal(await groups.change('b@x.y', async (group) => group), undefined);
});

test('a service account is in a group itself, and whoever has its address later is not', async () => {
  const { store, accounts, write, containing } = open();
  const findUniqueId = storedUniqueIds(accounts);
  const member = `serviceAccount:${EMAIL}`;
  assert.deepEqual(await toKeptMembers([member], findUniqueId), [member], 'one that is not here');
  const first = accounts.draft('lab-project', EMAIL);
  await store.commit(accounts.put(first));
  const [kept = ''] = await toKeptMembers([member, member], findUniqueId);
  assert.equal(kept, `${member}?uid=${first.uniqueId}`);
  await write({ a: [kept] });
  assert.deepEqual(await containing(kept), ['group:a@x.y']);
  assert.deepEqual(await containing(member), []);
  assert.equal(await renderKeptMember(kept, findUniqueId), member);
  await store.commit(await accounts.remove(first));
  assert.equal(await renderKeptMember(kept, findUniqueId), `deleted:${kept}`);
  const second = accounts.draft('lab-project', EMAIL);
  await store.commit(accounts.put(second));
  assert.equal(await renderKeptMember(kept, findUniqueId), `deleted:${kept}`);
  assert.deepEqual(await containing(`${member}?uid=${second.uniqueId}`), []);
});

test('members are kept sorted, each once', async () => {
  const { accounts } = open();
  const members = ['user:b@x.y', 'group:c@x.y', ADA, 'user:b@x.y'];
  const kept = await toKeptMembers(members, storedUniqueIds(accounts));
  assert.deepEqual(kept, ['group:c@x.y', ADA, 'user:b@x.y']);
});
