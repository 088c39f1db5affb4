/** The way of a membership: made by the owner, and what the group was given is the member's from the next call on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';

const TEAM = 'team@example.com';

async function open() {
  const cloud = await openTestCloud([cloudResourceManager]);
  const { resources } = cloud.services;
  const email = await cloud.account('robot');
  const account = await resources.serviceAccounts.get(PROJECT_ID, email);
  assert.ok(account);
  await cloud.grant(`projects/${PROJECT_ID}`, 'roles/browser', `group:${TEAM}`);
  /** Makes a group, or sets its members. */
  const setMembers = async (group: string, ...members: readonly string[]) => {
    const stored = (await resources.groups.get(group))?.value;
    const wanted = { ...(stored ?? resources.groups.draft(group)), members };
    await resources.commit(resources.groups.put(wanted, stored));
  };
  const token = await cloud.token(email);
  const status = async () => {
    const url = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;
    return (await cloud.send('GET', url, { token })).status;
  };
  return { resources, email, account: account.value, setMembers, status };
}

test('what a group was given is its members’, through other groups too, and no longer than they are in it', async () => {
  const { email, account, setMembers, status } = await open();
  const member = `serviceAccount:${email}?uid=${account.uniqueId}`;
  assert.equal(await status(), 403, 'a group that is not there has nobody in it');
  await setMembers(TEAM, member);
  assert.equal(await status(), 200);
  await setMembers(TEAM);
  assert.equal(await status(), 403);
  await setMembers('inner@example.com', member);
  assert.equal(await status(), 403);
  await setMembers(TEAM, 'group:inner@example.com');
  assert.equal(await status(), 200);
  await setMembers('inner@example.com');
  assert.equal(await status(), 403);
});

test('whoever only has the address of a member is not in the group, also where that was named before it was there', async () => {
  const { email, account, setMembers, status } = await open();
  await setMembers(TEAM, `serviceAccount:${email}?uid=123456789012345678901`);
  assert.equal(await status(), 403);
  await setMembers(TEAM, `serviceAccount:${email}`);
  assert.equal(await status(), 403);
  await setMembers(TEAM, `serviceAccount:${email}?uid=${account.uniqueId}`);
  assert.equal(await status(), 200);
});
