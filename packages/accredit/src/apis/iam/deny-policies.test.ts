import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toPageToken } from '../../kernel/page-tokens.ts';
import { NOW_MS, openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import {
  accountPrincipal,
  attach,
  denyRule,
  EVERYONE,
  POLICIES_NAME,
  POLICIES_URL,
} from './deny-policy.fixture.ts';
import { iam } from './index.ts';

const TIME = new Date(NOW_MS).toISOString();
const DENY_ADMIN = 'roles/iam.denyAdmin';
const STALE =
  'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.';

async function open(changed: Parameters<typeof openTestCloud>[1] = {}) {
  const cloud = await openTestCloud([iam], changed);
  const token = await cloud.token(await cloud.account('caller', DENY_ADMIN));
  const send = (verb: string, url: string, body?: unknown) => cloud.send(verb, url, { token, body });
  const create = (policyId: string, body: unknown, base = POLICIES_URL) =>
    send('POST', `${base}?policyId=${policyId}`, body);
  return { cloud, send, create };
}

test('a deny policy is made, read, changed and deleted, each by an operation that is done (IAM notes 1.3)', async () => {
  const { cloud, send, create } = await open();
  const email = await cloud.account('robot-1');
  const rule = {
    description: 'Nobody deletes.',
    denyRule: {
      deniedPrincipals: [EVERYONE],
      exceptionPrincipals: [accountPrincipal(email)],
      deniedPermissions: ['storage.googleapis.com/objects.delete'],
      exceptionPermissions: ['storage.googleapis.com/buckets.get'],
      denialCondition: { title: 't', expression: "resource.matchTag('123456789012/env', 'prod')" },
    },
  };
  const body = { displayName: 'No deletes', annotations: { team: 'a' }, etag: 'ignored', rules: [rule] };
  const created = await create('no-deletes', body);
  assert.equal(created.status, 200, created.text);
  const { name, metadata, done, response } = created.json;
  assert.match(name, new RegExp(`^${POLICIES_NAME}/no-deletes/operations/[0-9a-f]{32}$`));
  assert.deepEqual(metadata, {
    '@type': 'type.googleapis.com/google.iam.v2.PolicyOperationMetadata',
    createTime: TIME,
  });
  assert.equal(done, true);
  const { '@type': type, ...policy } = response;
  assert.equal(type, 'type.googleapis.com/google.iam.v2.Policy');
  assert.deepEqual(policy, {
    name: `${POLICIES_NAME}/no-deletes`,
    uid: policy.uid,
    kind: 'DenyPolicy',
    displayName: 'No deletes',
    annotations: { team: 'a' },
    etag: policy.etag,
    createTime: TIME,
    updateTime: TIME,
    rules: [rule],
  });
  assert.match(policy.uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual((await send('GET', `${POLICIES_URL}/no-deletes`)).json, policy);
  assert.deepEqual((await send('GET', `https://iam.googleapis.com/v2/${name}`)).json, created.json);

  cloud.clock.nowMs += 1000;
  const updated = await send('PUT', `${POLICIES_URL}/no-deletes`, { ...policy, displayName: 'Other' });
  assert.equal(updated.status, 200, updated.text);
  const changed = updated.json.response;
  assert.notEqual(changed.etag, policy.etag);
  assert.deepEqual((await send('GET', `${POLICIES_URL}/no-deletes`)).json, {
    ...policy,
    displayName: 'Other',
    etag: changed.etag,
    updateTime: new Date(NOW_MS + 1000).toISOString(),
  });

  const deleted = await send('DELETE', `${POLICIES_URL}/no-deletes?etag=${encodeURIComponent(changed.etag)}`);
  assert.equal(deleted.status, 200, deleted.text);
  assert.equal(deleted.json.response.deleteTime, new Date(NOW_MS + 1000).toISOString());
  assert.equal((await send('GET', `${POLICIES_URL}/no-deletes`)).status, 404);
  assert.deepEqual((await send('GET', POLICIES_URL)).json, {});
});

test('a policy is found by the id and the number of its project, encoded once or twice, and shown by number', async () => {
  const { send, create } = await open();
  for (const [index, base] of [
    POLICIES_URL,
    POLICIES_URL.replace(PROJECT_ID, PROJECT_NUMBER),
    POLICIES_URL.replaceAll('%2F', '%252F'),
    POLICIES_URL.replaceAll('%2F', '%2f'),
  ].entries()) {
    const policyId = `policy-${index}`;
    const created = await create(policyId, { rules: [] }, base);
    assert.equal(created.status, 200, created.text);
    const read = await send('GET', `${base}/${policyId}`);
    assert.equal(read.json.name, `${POLICIES_NAME}/${policyId}`);
  }
});

test('a list shows no rules, takes any page size for 1,000, and goes on after a token (IAM notes 1.2)', async () => {
  const { send, create } = await open();
  for (const id of ['bbb', 'aaa', 'ccc']) {
    await create(id, { rules: [denyRule('storage.googleapis.com/objects.get')] });
  }
  const listed = await send('GET', `${POLICIES_URL}?pageSize=1`);
  const names = listed.json.policies.map(({ name }: { name: string }) => name);
  assert.deepEqual(
    names,
    ['aaa', 'bbb', 'ccc'].map((id) => `${POLICIES_NAME}/${id}`),
  );
  assert.deepEqual(Object.keys(listed.json.policies[0]), [
    'name',
    'uid',
    'kind',
    'etag',
    'createTime',
    'updateTime',
  ]);
  const rest = await send(
    'GET',
    `${POLICIES_URL}?pageToken=${toPageToken(`projects/${PROJECT_ID}/denyPolicies`, 'bbb')}`,
  );
  assert.deepEqual(
    rest.json.policies.map(({ name }: { name: string }) => name),
    [`${POLICIES_NAME}/ccc`],
  );
  assert.equal((await send('GET', `${POLICIES_URL}?pageToken=x`)).status, 400);
});

test('a stale etag changes and deletes nothing: 409 ABORTED (IAM notes 1.2)', async () => {
  const { send, create } = await open();
  const first = (await create('policy-1', { rules: [] })).json.response;
  const second = (await send('PUT', `${POLICIES_URL}/policy-1`, { displayName: 'b', etag: first.etag })).json;
  const stale = await send('PUT', `${POLICIES_URL}/policy-1`, { displayName: 'c', etag: first.etag });
  assert.deepEqual(stale.json, { error: { code: 409, message: STALE, status: 'ABORTED' } });
  for (const etag of [first.etag, 'CAE=', 'no etag']) {
    const kept = await send('DELETE', `${POLICIES_URL}/policy-1?etag=${encodeURIComponent(etag)}`);
    assert.deepEqual(kept.json, stale.json);
  }
  const read = await send('GET', `${POLICIES_URL}/policy-1`);
  assert.equal(read.json.displayName, 'b');
  assert.equal(read.json.etag, second.response.etag);
  assert.equal((await send('DELETE', `${POLICIES_URL}/policy-1`)).status, 200, 'without an etag it goes');
});

test('of writers at once with one etag, one wins, and its policy is the one that is there', async () => {
  const { send, create } = await open();
  const { etag } = (await create('policy-1', { rules: [] })).json.response;
  const texts = ['a', 'b', 'c', 'd'].map((displayName) => ({
    displayName,
    etag,
    rules: [denyRule(`storage.googleapis.com/objects.${displayName === 'a' ? 'get' : 'delete'}`)],
  }));
  const answers = await Promise.all(texts.map((body) => send('PUT', `${POLICIES_URL}/policy-1`, body)));
  assert.deepEqual(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [200, 409, 409, 409],
  );
  const { '@type': _, ...won } = answers.find(({ status }) => status === 200)?.json.response ?? {};
  assert.deepEqual((await send('GET', `${POLICIES_URL}/policy-1`)).json, won);
});

test('of two who make one policy at once, one does: 409 ALREADY_EXISTS', async () => {
  const { create } = await open();
  const answers = await Promise.all([create('policy-1', { rules: [] }), create('policy-1', { rules: [] })]);
  const [made, refused] = answers.toSorted((a, b) => a.status - b.status);
  assert.equal(made?.status, 200);
  assert.equal(refused?.status, 409);
  assert.equal(refused?.json.error.status, 'ALREADY_EXISTS');
});

test('an operation is seen to run for the delay that the cloud has, though its policy holds at once', async () => {
  const { cloud, send, create } = await open({ operationDelayMs: 5000 });
  const created = await create('policy-1', { rules: [] });
  assert.deepEqual(Object.keys(created.json), ['name', 'metadata']);
  const url = `https://iam.googleapis.com/v2/${created.json.name}`;
  assert.equal((await send('GET', `${POLICIES_URL}/policy-1`)).status, 200);
  cloud.clock.nowMs += 4999;
  assert.deepEqual((await send('GET', url)).json, created.json);
  cloud.clock.nowMs += 1;
  const ended = (await send('GET', url)).json;
  assert.equal(ended.done, true);
  assert.equal(ended.response.name, `${POLICIES_NAME}/policy-1`);
});

test('folders and organizations have deny policies too, and who administers the project has no say there', async () => {
  const { cloud, send, create } = await open();
  const { organizations, folders, commit } = cloud.services.resources;
  await commit([
    organizations.put(organizations.draft('789', 'example.com')),
    folders.put(folders.draft('456', 'Team', 'organizations/789')),
  ]);
  for (const node of ['folders/456', 'organizations/789']) {
    const base = POLICIES_URL.replace(`projects%2F${PROJECT_ID}`, node.replace('/', '%2F'));
    const refused = await create('policy-1', { rules: [] }, base);
    assert.equal(refused.status, 403);
    await cloud.grant(node, DENY_ADMIN, `serviceAccount:caller@${PROJECT_ID}.iam.gserviceaccount.com`);
    const created = await create('policy-1', { rules: [] }, base);
    assert.equal(created.status, 200, created.text);
    const place = `policies/cloudresourcemanager.googleapis.com%2F${node.replace('/', '%2F')}`;
    assert.equal(created.json.response.name, `${place}/denypolicies/policy-1`);
    assert.equal((await send('GET', base)).json.policies.length, 1);
  }
  const nowhere = POLICIES_URL.replace(PROJECT_ID, 'nobodys-project');
  assert.equal((await create('policy-1', { rules: [] }, nowhere)).status, 403);
});

test('principals are kept in their canonical spelling, each once; a deleted account keeps its unique id', async () => {
  const { cloud, send, create } = await open();
  const email = await cloud.account('robot-1');
  const account = await cloud.services.resources.serviceAccounts.find(email);
  assert.ok(account);
  const deniedPrincipals = [
    'principal://goog/subject/Ada@Example.com',
    'principal://goog/subject/ada@example.com',
    'principalSet://goog/group/Team@example.com',
    accountPrincipal(email.toUpperCase()),
  ];
  await create('policy-1', {
    rules: [denyRule('storage.googleapis.com/objects.get', { deniedPrincipals })],
  });
  const read = async () =>
    (await send('GET', `${POLICIES_URL}/policy-1`)).json.rules[0].denyRule.deniedPrincipals;
  const kept = ['principal://goog/subject/ada@example.com', 'principalSet://goog/group/team@example.com'];
  assert.deepEqual(await read(), [...kept, accountPrincipal(email)]);
  const { serviceAccounts, commit } = cloud.services.resources;
  await commit(await serviceAccounts.remove(account.value));
  const deleted = [...kept, `deleted:${accountPrincipal(email)}?uid=${account.value.uniqueId}`];
  assert.deepEqual(await read(), deleted);
  const stored = (await send('GET', `${POLICIES_URL}/policy-1`)).json;
  const written = await send('PUT', `${POLICIES_URL}/policy-1`, { ...stored, displayName: 'again' });
  assert.equal(written.status, 200, written.text);
  assert.deepEqual(await read(), deleted);
});

test('a policy is read and written where refusals are not carried out, and what is not there is 404', async () => {
  const cloud = await openTestCloud([iam], { iamMode: 'audit' });
  const token = await cloud.token(await cloud.account('caller'));
  await attach(cloud.services.resources, `projects/${PROJECT_ID}`, 'policy-1');
  assert.equal((await cloud.send('GET', `${POLICIES_URL}/policy-1`, { token })).status, 200);
  const nowhere = POLICIES_URL.replace(PROJECT_ID, 'nobodys-project');
  const missing = [
    `${nowhere}/policy-1`,
    `${POLICIES_URL}/policy-2`,
    `${POLICIES_URL}/policy-1/operations/x`,
  ];
  for (const url of missing) {
    const answer = await cloud.send('GET', url, { token });
    assert.equal(answer.status, 404, url);
    assert.equal(answer.json.error.status, 'NOT_FOUND');
  }
});
