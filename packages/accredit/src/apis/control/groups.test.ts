import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api } from '../../http/method.ts';
import { GROUP_MEMBER_LIMIT } from '../../protocol/iam/groups.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { addMembers, createGroup, deleteGroup, getGroup, listGroups, removeMembers } from './groups.ts';
import { CONTROL_HOST } from './host.ts';

const control: Api = {
  name: 'control',
  hosts: [CONTROL_HOST],
  family: 'control',
  methods: [createGroup(), listGroups(), getGroup(), deleteGroup(), addMembers(), removeMembers()],
};
const TEAM = 'team@example.com';
const ADA = 'user:ada@example.com';
const BOB = 'user:bob@example.com';
const createTime = '2026-11-23T05:00:00.000Z';

async function open() {
  const cloud = await openTestCloud([control]);
  const call = async (method: string, path: string, body?: unknown) => {
    const { status, json } = await cloud.send(method, `http://${CONTROL_HOST}/v1/groups${path}`, {
      listener: { kind: 'owner' },
      ...(body === undefined ? {} : { body }),
    });
    return [status, json] as const;
  };
  const { resources } = cloud.services;
  const containing = (member: string) => resources.groups.containing(member);
  return { ...cloud, call, containing, resources };
}

test('a group is made, read and deleted', async () => {
  const { call, containing } = await open();
  const body = {
    email: 'Team@Example.com',
    displayName: 'The team',
    members: [BOB, 'user:Ada@example.com', BOB],
  };
  const group = { email: TEAM, displayName: 'The team', createTime, members: [ADA, BOB] };
  assert.deepEqual(await call('POST', '', body), [200, group]);
  assert.deepEqual(await call('GET', '/TEAM%40example.com'), [200, group]);
  assert.deepEqual(await containing(ADA), [`group:${TEAM}`]);
  const [status, taken] = await call('POST', '', { email: TEAM });
  assert.deepEqual([status, taken.error.message], [409, `Group '${TEAM}' already exists.`]);
  assert.deepEqual(await call('DELETE', `/${TEAM}`), [200, {}]);
  assert.deepEqual(await containing(ADA), []);
  for (const method of ['GET', 'DELETE']) {
    const [code, { error }] = await call(method, `/${TEAM}`);
    const message = `Group '${TEAM}' does not exist. See 'accredit groups list'.`;
    assert.deepEqual([code, error.message], [404, message]);
  }
});

test('groups are listed a page at a time, with how many members each has', async () => {
  const { call } = await open();
  assert.deepEqual(await call('GET', ''), [200, { groups: [] }]);
  for (const [email, members] of [
    ['b@x.y', [ADA, BOB]],
    ['a@x.y', []],
    ['c@x.y', ['group:b@x.y']],
  ] as const) {
    await call('POST', '', { email, members });
  }
  const [, first] = await call('GET', '?pageSize=2');
  assert.deepEqual(first.groups, [
    { email: 'a@x.y', createTime, memberCount: 0 },
    { email: 'b@x.y', createTime, memberCount: 2 },
  ]);
  assert.deepEqual(await call('GET', `?pageSize=2&pageToken=${first.nextPageToken}`), [
    200,
    { groups: [{ email: 'c@x.y', createTime, memberCount: 1 }] },
  ]);
});

test('members come and go, and the answer says which', async () => {
  const { call, containing } = await open();
  await call('POST', '', { email: TEAM, members: [ADA] });
  const group = { email: TEAM, createTime };
  assert.deepEqual(await call('POST', `/${TEAM}:addMembers`, { members: [BOB, ADA] }), [
    200,
    { ...group, members: [ADA, BOB], changed: [BOB] },
  ]);
  assert.deepEqual(await call('POST', `/${TEAM}:removeMembers`, { members: [ADA, 'group:x@x.y'] }), [
    200,
    { ...group, members: [BOB], changed: [ADA] },
  ]);
  assert.deepEqual([await containing(ADA), await containing(BOB)], [[], [`group:${TEAM}`]]);
});

test('a service account is in a group itself; when it is gone, that is seen, and it can be taken out', async () => {
  const { call, account, resources, services } = await open();
  const email = await account('robot');
  const member = `serviceAccount:${email}`;
  await call('POST', '', { email: TEAM, members: [member] });
  const [, { members }] = await call('GET', `/${TEAM}`);
  assert.deepEqual(members, [member]);
  const stored = await resources.serviceAccounts.get(PROJECT_ID, email);
  assert.ok(stored);
  await resources.commit(await services.resources.serviceAccounts.remove(stored.value));
  const gone = `deleted:${member}?uid=${stored.value.uniqueId}`;
  assert.deepEqual((await call('GET', `/${TEAM}`))[1].members, [gone]);
  await account('robot');
  const [, added] = await call('POST', `/${TEAM}:addMembers`, { members: [member] });
  assert.deepEqual([added.members.toSorted(), added.changed], [[gone, member], [member]]);
  const [, left] = await call('POST', `/${TEAM}:removeMembers`, { members: [gone] });
  assert.deepEqual([left.members, left.changed], [[member], [gone]]);
  const [, empty] = await call('POST', `/${TEAM}:removeMembers`, { members: [member] });
  assert.deepEqual([empty.members, empty.changed], [[], [member]]);
});

test('an account that is not there cannot be put into a group; what a file named before is taken out by its address', async () => {
  const { call, account, resources } = await open();
  const member = `serviceAccount:robot@${PROJECT_ID}.iam.gserviceaccount.com`;
  const [status, refused] = await call('POST', '', { email: TEAM, members: [member] });
  assert.equal(status, 400);
  assert.match(refused.error.message, /^Service account 'robot@.*' does not exist\./);
  await call('POST', '', { email: TEAM, members: [] });
  assert.equal((await call('POST', `/${TEAM}:addMembers`, { members: [member] }))[0], 400);
  await resources.groups.change(TEAM, async (group) => ({ ...group, members: [member] }));
  await account('robot');
  const [, { members, changed }] = await call('POST', `/${TEAM}:removeMembers`, { members: [member] });
  assert.deepEqual([members, changed], [[], [member]]);
});

const tooMany = Array.from({ length: GROUP_MEMBER_LIMIT + 1 }, (_, index) => `user:u${index}@x.y`);
const refusals: readonly (readonly [method: string, path: string, body: unknown, message: RegExp])[] = [
  ['POST', '', {}, /Invalid value at 'email'/],
  ['POST', '', { email: 'team' }, /^'team' is no address of a group/],
  ['POST', '', { email: TEAM, displayName: 'x'.repeat(74) }, /at most 73 characters/],
  ['POST', '', { email: TEAM, members: ['allUsers'] }, /^'allUsers' is no member of a group/],
  ['POST', '', { email: TEAM, members: 'x' }, /Invalid value at 'members'/],
  ['POST', '', { email: TEAM, owner: 'x' }, /Unknown name "owner"/],
  ['POST', '', { email: TEAM, members: tooMany }, /at most 10000 members, not 10001/],
  ['POST', '/a@x.y:addMembers', { members: ['domain:x.y'] }, /^'domain:x.y' is no member of a group/],
  ['POST', '/a@x.y:addMembers', { members: tooMany }, /at most 10000 members, not 10001/],
  ['POST', '/a@x.y:removeMembers', { members: ['deleted:user:a@x.y?uid=1'] }, /is no member of a group/],
  ['GET', '/team', undefined, /^'team' is no address of a group/],
  ['GET', '?pageSize=0', undefined, /^'pageSize' is 1 to 1000, not '0'/],
  ['GET', '?pageToken=x', undefined, /pageToken/],
];

for (const [method, path, body, message] of refusals) {
  test(`${method} /v1/groups${path} is refused: ${message.source}`, async () => {
    const { call } = await open();
    await call('POST', '', { email: 'a@x.y' });
    const [status, { error }] = await call(method, path, body);
    assert.equal(status, 400);
    assert.match(error.message, message);
    assert.deepEqual((await call('GET', ''))[1].groups, [{ email: 'a@x.y', createTime, memberCount: 0 }]);
  });
}

for (const verb of ['addMembers', 'removeMembers']) {
  test(`${verb} of a group that there is not is NOT_FOUND`, async () => {
    const { call } = await open();
    const [status, { error }] = await call('POST', `/${TEAM}:${verb}`, { members: [ADA] });
    assert.deepEqual([status, error.status], [404, 'NOT_FOUND']);
  });
}

test('nobody but the owner has to do with groups', async () => {
  const { send, account, token, grant } = await open();
  const email = await account('robot');
  await grant(`projects/${PROJECT_ID}`, 'roles/owner', `serviceAccount:${email}`);
  const bearer = await token(email);
  for (const [method, path] of [
    ['POST', ''],
    ['GET', ''],
    ['GET', `/${TEAM}`],
    ['DELETE', `/${TEAM}`],
    ['POST', `/${TEAM}:addMembers`],
    ['POST', `/${TEAM}:removeMembers`],
  ] as const) {
    const body = method === 'POST' ? { body: { email: TEAM, members: [] } } : {};
    const url = `http://${CONTROL_HOST}/v1/groups${path}`;
    const { status } = await send(method, url, {
      token: bearer,
      ...(path.includes(':') ? { body: { members: [] } } : body),
    });
    assert.equal(status, 403, `${method} ${path}`);
  }
});
