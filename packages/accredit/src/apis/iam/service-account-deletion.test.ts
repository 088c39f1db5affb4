import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNDELETE_PERIOD_MS } from '../../resources/deleted-service-accounts.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { iam } from './index.ts';

const HOST = 'https://iam.googleapis.com';
const ACCOUNTS = `projects/${PROJECT_ID}/serviceAccounts`;
const NAME = `${ACCOUNTS}/robot-1@lab-project.iam.gserviceaccount.com`;

async function open() {
  const cloud = await openTestCloud([iam]);
  const caller = await cloud.account('caller', 'roles/iam.serviceAccountAdmin');
  const token = await cloud.token(caller);
  const send = (method: string, path: string, body?: unknown) =>
    cloud.send(method, `${HOST}/v1/${path}`, { token, ...(body === undefined ? {} : { body }) });
  const create = async () => (await send('POST', ACCOUNTS, { accountId: 'robot-1' })).json;
  const account = await create();
  const undelete = (uniqueId: string) => send('POST', `projects/-/serviceAccounts/${uniqueId}:undelete`, {});
  return { cloud, token, caller, send, create, account, undelete };
}

test('a deleted account is not there, by address or unique id, nor in the list (IAM notes 1.8)', async () => {
  const { account, send } = await open();
  const deleted = await send('DELETE', NAME);
  assert.equal(deleted.status, 200);
  assert.deepEqual(deleted.json, {});
  for (const name of [NAME, `${ACCOUNTS}/${account.uniqueId}`]) {
    assert.equal((await send('GET', name)).status, 404, name);
  }
  const { json } = await send('GET', ACCOUNTS);
  assert.deepEqual(
    json.accounts.map(({ email }: { readonly email: string }) => email),
    ['caller@lab-project.iam.gserviceaccount.com'],
  );
  assert.equal((await send('DELETE', NAME)).status, 404);
});

test('an account is deleted by its unique id through any project, and undeleted as it was (IAM notes 1.8)', async () => {
  const { account, send, undelete } = await open();
  await send('PATCH', NAME, { serviceAccount: { displayName: 'Robot' }, updateMask: 'displayName' });
  await send('POST', `${NAME}:disable`);
  assert.equal((await send('DELETE', `projects/-/serviceAccounts/${account.uniqueId}`)).status, 200);
  const { json } = await undelete(account.uniqueId);
  const { etag, ...restored } = json.restoredAccount;
  const { etag: _, ...created } = account;
  assert.deepEqual(restored, { ...created, displayName: 'Robot', disabled: true });
  assert.deepEqual((await send('GET', NAME)).json, { ...restored, etag });
});

test('the policy of an account comes back with it, and is not that of a namesake', async () => {
  const { account, caller, create, send, undelete } = await open();
  const bindings = [{ role: 'roles/iam.serviceAccountUser', members: [`serviceAccount:${caller}`] }];
  await send('POST', `${NAME}:setIamPolicy`, { policy: { bindings } });
  await send('DELETE', NAME);
  const namesake = await create();
  assert.notEqual(namesake.uniqueId, account.uniqueId);
  assert.deepEqual((await send('POST', `${NAME}:getIamPolicy`)).json, { etag: 'ACAB' });
  await send('DELETE', NAME);
  assert.equal((await undelete(account.uniqueId)).status, 200);
  const { json } = await send('POST', `${NAME}:getIamPolicy`);
  assert.deepEqual(json.bindings, bindings);
});

test('a policy comes back with those whom it meant: not with later accounts of their addresses', async () => {
  const { account, caller, send, undelete } = await open();
  const { uniqueId, email } = (await send('POST', ACCOUNTS, { accountId: 'robot-2' })).json;
  const role = 'roles/iam.serviceAccountUser';
  const members = [`serviceAccount:${email}`, `serviceAccount:${caller}`];
  await send('POST', `${NAME}:setIamPolicy`, { policy: { bindings: [{ role, members }] } });
  await send('DELETE', NAME);
  await send('DELETE', `${ACCOUNTS}/${email}`);
  await send('POST', ACCOUNTS, { accountId: 'robot-2' });
  await undelete(account.uniqueId);
  const { json } = await send('POST', `${NAME}:getIamPolicy`);
  const kept = [`deleted:serviceAccount:${email}?uid=${uniqueId}`, `serviceAccount:${caller}`];
  assert.deepEqual(json.bindings, [{ role, members: kept }]);
  await send('DELETE', `${ACCOUNTS}/${email}`);
  await undelete(uniqueId);
  const again = await send('POST', `${NAME}:getIamPolicy`);
  assert.deepEqual(again.json.bindings, [{ role, members }], 'and with the account itself when it is back');
});

test('a policy that was written about an account after it was deleted is not that of a namesake', async () => {
  const { caller, cloud, create, send } = await open();
  await send('DELETE', NAME);
  await cloud.grant(NAME, 'roles/iam.serviceAccountUser', `serviceAccount:${caller}`);
  await create();
  assert.deepEqual((await send('POST', `${NAME}:getIamPolicy`)).json, { etag: 'ACAB' });
});

test('an account cannot be undeleted while another one has its address', async () => {
  const { account, create, send, undelete } = await open();
  await send('DELETE', NAME);
  const namesake = await create();
  const response = await undelete(account.uniqueId);
  assert.equal(response.status, 409);
  assert.equal(response.json.error.status, 'ALREADY_EXISTS');
  assert.equal(response.json.error.details[0].resourceName, NAME);
  assert.equal((await send('GET', NAME)).json.uniqueId, namesake.uniqueId);
  await send('DELETE', NAME);
  assert.equal((await undelete(account.uniqueId)).json.restoredAccount.uniqueId, account.uniqueId);
});

test('an account that is there is not undeleted', async () => {
  const { account, undelete } = await open();
  assert.equal((await undelete(account.uniqueId)).status, 409);
});

test('an account can be undeleted for 30 days by the clock of the cloud (IAM notes 1.8)', async () => {
  const { account, cloud, caller, send } = await open();
  const path = `${HOST}/v1/${ACCOUNTS}/${account.uniqueId}:undelete`;
  const again = async () => cloud.send('POST', path, { token: await cloud.token(caller), body: {} });
  await send('DELETE', NAME);
  cloud.clock.nowMs += UNDELETE_PERIOD_MS - 1;
  assert.equal((await again()).status, 200);
  const token = await cloud.token(caller);
  assert.equal((await cloud.send('DELETE', `${HOST}/v1/${NAME}`, { token })).status, 200);
  cloud.clock.nowMs += UNDELETE_PERIOD_MS;
  const late = await again();
  assert.equal(late.status, 404);
  assert.equal(late.json.error.message, 'Unknown service account');
});

test('an account is undeleted by its unique id alone, in its own project alone', async () => {
  const { account, cloud, send } = await open();
  const { projects, commit } = cloud.services.resources;
  await commit(projects.put(projects.draft('other-project', 'Other', '210987654321')));
  await send('DELETE', NAME);
  assert.equal((await send('POST', `${NAME}:undelete`, {})).status, 404);
  const elsewhere = `projects/other-project/serviceAccounts/${account.uniqueId}:undelete`;
  assert.equal((await send('POST', elsewhere, {})).status, 403);
});

test('a deleted account of an earlier project of the same id is not undeleted in the later one', async () => {
  const { account, cloud, send } = await open();
  const { projects, commit } = cloud.services.resources;
  await send('DELETE', NAME);
  cloud.clock.nowMs += 1000;
  await commit(projects.put(projects.draft(PROJECT_ID, 'Lab', '123456789012')));
  assert.equal((await send('POST', `${ACCOUNTS}/${account.uniqueId}:undelete`, {})).status, 404);
});

test('of many that undelete one account at once, one does', async () => {
  const { account, send, undelete } = await open();
  await send('DELETE', NAME);
  const answers = await Promise.all(Array.from({ length: 6 }, () => undelete(account.uniqueId)));
  const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
  assert.deepEqual(statuses, [200, 409, 409, 409, 409, 409]);
});
