/** A page token goes on with the list that it came from, and with no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';
import { iam } from './iam/index.ts';
import { serviceUsage } from './serviceusage/index.ts';

const IAM = 'https://iam.googleapis.com/v1';
const OTHER = 'other-project';

/** Lists with more than one thing, by the address of the first page. */
const LISTS = [
  `${IAM}/projects/${PROJECT_ID}/serviceAccounts?pageSize=1`,
  `${IAM}/projects/${OTHER}/serviceAccounts?pageSize=1`,
  `${IAM}/roles?pageSize=1`,
  `${IAM}/projects/${PROJECT_ID}/roles?pageSize=1`,
  `https://serviceusage.googleapis.com/v1/projects/${PROJECT_ID}/services?pageSize=1`,
  `https://serviceusage.googleapis.com/v1/projects/${OTHER}/services?pageSize=1`,
  'https://cloudresourcemanager.googleapis.com/v1/projects?pageSize=1',
  'https://cloudresourcemanager.googleapis.com/v3/projects:search?pageSize=1',
];

async function open() {
  const cloud = await openTestCloud([cloudResourceManager, iam, serviceUsage], { iamMode: 'audit' });
  const { projects, serviceAccounts, roles, commit } = cloud.services.resources;
  await commit(projects.put(projects.draft(OTHER)));
  for (const projectId of [PROJECT_ID, OTHER]) {
    for (const id of ['robot-1', 'robot-2']) {
      const email = `${id}@${projectId}.iam.gserviceaccount.com`;
      await commit(serviceAccounts.put(serviceAccounts.draft(projectId, email)));
    }
  }
  const role = { title: '', description: '', stage: 'GA', permissions: [] } as const;
  for (const roleId of ['one', 'two'])
    await roles.create({ parent: `projects/${PROJECT_ID}`, roleId, ...role });
  const email = await cloud.account('caller', 'roles/owner');
  await cloud.grant(`projects/${OTHER}`, 'roles/owner', `serviceAccount:${email}`);
  const token = await cloud.token(email);
  return { get: (url: string) => cloud.send('GET', url, { token }) };
}

test('a page token of one list is refused by every other one, and by the same list of another project', async () => {
  const { get } = await open();
  for (const from of LISTS) {
    const { nextPageToken } = (await get(from)).json;
    assert.match(nextPageToken, /^[\w-]{10,100}$/, from);
    for (const list of LISTS) {
      const { status, json } = await get(`${list}&pageToken=${nextPageToken}`);
      const answered = [status, json.error?.message];
      const refused = [400, `Invalid value for field 'pageToken': '${nextPageToken}'.`];
      assert.deepEqual(answered, list === from ? [200, undefined] : refused, `${from} to ${list}`);
    }
  }
});

test('a page token goes on also where the project is named by its number', async () => {
  const { get } = await open();
  const [accounts = ''] = LISTS;
  const { nextPageToken } = (await get(accounts)).json;
  const rest = await get(`${accounts.replace(PROJECT_ID, PROJECT_NUMBER)}&pageToken=${nextPageToken}`);
  assert.equal(rest.status, 200);
  assert.equal(rest.json.accounts.length, 1);
});
