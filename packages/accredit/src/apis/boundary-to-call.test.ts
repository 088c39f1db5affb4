/** From a down-scoped token to the calls that it may and may not make, over the whole pipeline. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessBoundaryRule } from '../protocol/iam/boundaries/boundary.ts';
import { CLOUD_PLATFORM } from '../protocol/iam/scopes.ts';
import { writePolicy } from '../resources/written-policy.fixture.ts';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from './api.fixture.ts';
import { cloudResourceManager } from './cloudresourcemanager/index.ts';
import { storage } from './storage/index.ts';

const API = 'https://storage.googleapis.com/storage/v1';
const VIEWER = 'inRole:roles/storage.objectViewer';

async function open(boundary: readonly AccessBoundaryRule[]) {
  const cloud = await openTestCloud([storage, cloudResourceManager]);
  const { buckets, serviceAccounts } = cloud.services.resources;
  const project = { projectId: PROJECT_ID, projectNumber: PROJECT_NUMBER };
  for (const name of ['bucket-1', 'bucket-2']) {
    await buckets.create(buckets.draft(project, { name, uniformBucketLevelAccess: true }));
  }
  const email = await cloud.account('robot-1', 'roles/storage.admin', 'roles/browser');
  const account = await serviceAccounts.find(email);
  const { token } = cloud.services.issuer.mintAccessToken({
    grantId: 'test',
    principal: { kind: 'serviceAccount', email, uniqueId: account?.value.uniqueId ?? '' },
    scopes: [CLOUD_PLATFORM],
    boundary,
  });
  const status = async (verb: string, url: string, body?: unknown) =>
    (await cloud.send(verb, url, { token, ...(body === undefined ? {} : { body }) })).status;
  return { cloud, status };
}

const ON_BUCKET_1: AccessBoundaryRule = {
  availableResource: '//storage.googleapis.com/projects/_/buckets/bucket-1',
  availablePermissions: [VIEWER],
};

test('a down-scoped token does what both its principal and its boundary may (IAM notes 1.3)', async () => {
  const { status } = await open([ON_BUCKET_1]);
  assert.equal(await status('GET', `${API}/b/bucket-1/o`), 200);
  assert.equal(await status('GET', `${API}/b/bucket-1/o/x`), 404, 'it may know that nothing is there');
  assert.equal(await status('DELETE', `${API}/b/bucket-1/o/x`), 403, 'its roles do not hold the permission');
  assert.equal(await status('GET', `${API}/b/bucket-2/o`), 403, 'another bucket');
  assert.equal(
    await status('GET', `https://cloudresourcemanager.googleapis.com/v1/projects/${PROJECT_ID}`),
    403,
    'another API',
  );
});

test('a boundary never adds access', async () => {
  const { cloud, status } = await open([
    { ...ON_BUCKET_1, availablePermissions: ['inRole:roles/storage.admin'] },
  ]);
  await writePolicy(cloud.services.resources, `projects/${PROJECT_ID}`, () => ({ bindings: [] }));
  assert.equal(await status('GET', `${API}/b/bucket-1/o`), 403);
});

test('a boundary looks at the names of objects, and at the prefix of a list (IAM notes 1.4)', async () => {
  const expression =
    "resource.name.startsWith('projects/_/buckets/bucket-1/objects/a/') || " +
    "api.getAttribute('storage.googleapis.com/objectListPrefix', '').startsWith('a/')";
  const { cloud, status } = await open([{ ...ON_BUCKET_1, availabilityCondition: { expression } }]);
  const url = 'https://storage.googleapis.com/upload/storage/v1/b/bucket-1/o?uploadType=media&name=a/x';
  const token = await cloud.token('robot-1@lab-project.iam.gserviceaccount.com');
  assert.equal((await cloud.send('POST', url, { token, body: 'x' })).status, 200);
  assert.equal(await status('GET', `${API}/b/bucket-1/o/a%2Fx`), 200);
  assert.equal(await status('GET', `${API}/b/bucket-1/o/b%2Fx`), 403);
  assert.equal(await status('GET', `${API}/b/bucket-1/o?prefix=a/`), 200);
  assert.equal(await status('GET', `${API}/b/bucket-1/o?prefix=b/`), 403);
  assert.equal(await status('GET', `${API}/b/bucket-1/o`), 403);
});
