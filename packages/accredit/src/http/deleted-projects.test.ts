import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../apis/api.fixture.ts';
import { cloudResourceManager } from '../apis/cloudresourcemanager/index.ts';
import { compute } from '../apis/compute/index.ts';
import { iam } from '../apis/iam/index.ts';
import { storage } from '../apis/storage/index.ts';
import { PROJECT_DELETION_MS } from '../resources/projects.ts';

const URLS = {
  'storage.googleapis.com': 'https://storage.googleapis.com/storage/v1/b/lab-bucket',
  'compute.googleapis.com': `https://compute.googleapis.com/compute/v1/projects/${PROJECT_ID}/zones/us-central1-a/instances`,
  'iam.googleapis.com': `https://iam.googleapis.com/v1/projects/${PROJECT_ID}/serviceAccounts`,
};

test('what is in a deleted project is refused by every API but Resource Manager until it is brought back', async () => {
  const cloud = await openTestCloud([storage, compute, iam, cloudResourceManager]);
  const email = await cloud.account('caller', 'roles/owner');
  const token = await cloud.token(email);
  const buckets = `https://storage.googleapis.com/storage/v1/b?project=${PROJECT_ID}`;
  const made = await cloud.send('POST', buckets, { token, body: { name: 'lab-bucket' } });
  assert.equal(made.status, 200);
  const project = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;
  assert.equal((await cloud.send('DELETE', project, { token })).status, 200);
  for (const [service, url] of Object.entries(URLS)) {
    const response = await cloud.send('GET', url, { token });
    assert.equal(response.status, 403, service);
    assert.equal(response.json.error.message, `Project #${PROJECT_NUMBER} has been deleted.`);
    if (service === 'storage.googleapis.com') continue;
    assert.deepEqual(response.json.error.details[0], {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'CONSUMER_INVALID',
      domain: 'googleapis.com',
      metadata: { consumer: `projects/${PROJECT_NUMBER}`, service },
    });
  }
  assert.equal((await cloud.send('GET', project, { token })).status, 200);
  await cloud.send('POST', `${project}:undelete`, { token, body: {} });
  for (const url of Object.values(URLS)) assert.equal((await cloud.send('GET', url, { token })).status, 200);
});

test('who may not use a project is not told that it was deleted', async () => {
  const cloud = await openTestCloud([iam, cloudResourceManager]);
  const owner = await cloud.token(await cloud.account('caller', 'roles/owner'));
  const project = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;
  await cloud.send('DELETE', project, { token: owner });
  const token = await cloud.token(await cloud.account('stranger'));
  const response = await cloud.send('GET', URLS['iam.googleapis.com'], { token });
  assert.match(response.json.error.message, /^Permission 'iam\.serviceAccounts\.list' denied/);
});

test('an account of a deleted project is good elsewhere until the project is gone', async () => {
  const cloud = await openTestCloud([cloudResourceManager]);
  const { projects, serviceAccounts, commit } = cloud.services.resources;
  const deletion = { state: 'DELETE_REQUESTED', deletedAtMs: cloud.clock.nowMs } as const;
  const email = 'worker@second-project.iam.gserviceaccount.com';
  await commit([
    ...projects.put({ ...projects.draft('second-project'), ...deletion }),
    ...serviceAccounts.put(serviceAccounts.draft('second-project', email)),
  ]);
  await cloud.grant(`projects/${PROJECT_ID}`, 'roles/viewer', `serviceAccount:${email}`);
  const url = `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`;
  const get = async () => cloud.send('GET', url, { token: await cloud.token(email) });
  cloud.clock.nowMs += PROJECT_DELETION_MS - 1;
  assert.equal((await get()).status, 200);
  cloud.clock.nowMs += 1;
  const response = await get();
  assert.equal(response.status, 401);
  assert.equal(response.json.error.details[0].reason, 'ACCOUNT_STATE_INVALID');
});
