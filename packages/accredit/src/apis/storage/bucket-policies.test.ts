import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID } from '../api.fixture.ts';
import { API, BUCKET, errorBody, openStorage } from './storage.fixture.ts';

const URL = `${API}/b/${BUCKET}/iam`;
const RESOURCE = `projects/_/buckets/${BUCKET}`;

const LEGACY = [
  {
    role: 'roles/storage.legacyBucketOwner',
    members: [`projectEditor:${PROJECT_ID}`, `projectOwner:${PROJECT_ID}`],
  },
  { role: 'roles/storage.legacyBucketReader', members: [`projectViewer:${PROJECT_ID}`] },
];

test('a new bucket has its convenience bindings, made with it (IAM notes, fact 1)', async () => {
  const { send } = await openStorage();
  const created = await send('POST', `${API}/b?project=${PROJECT_ID}`, {
    body: { name: 'uniform-1', iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } },
  });
  assert.equal(created.status, 200);
  const policy = await send('GET', `${API}/b/uniform-1/iam`);
  assert.equal(policy.status, 200);
  assert.deepEqual(policy.json, {
    kind: 'storage#policy',
    resourceId: 'projects/_/buckets/uniform-1',
    version: 1,
    etag: 'CAE=',
    bindings: [
      ...LEGACY,
      {
        role: 'roles/storage.legacyObjectOwner',
        members: [`projectEditor:${PROJECT_ID}`, `projectOwner:${PROJECT_ID}`],
      },
      { role: 'roles/storage.legacyObjectReader', members: [`projectViewer:${PROJECT_ID}`] },
    ],
  });
  assert.deepEqual((await send('GET', `${URL}?optionsRequestedPolicyVersion=3`)).json.bindings, LEGACY);
});

test('as gcloud and gsutil change a policy: read, add, write, read back (clients notes 2.1)', async () => {
  const { send, cloud } = await openStorage();
  const read = await send('GET', `${URL}?alt=json&fields=bindings%2Cetag&optionsRequestedPolicyVersion=3`);
  assert.deepEqual(read.json, { bindings: LEGACY, etag: 'CAE=' });
  const bindings = [...LEGACY, { role: 'roles/storage.objectViewer', members: ['user:Bob@Example.com'] }];
  cloud.clock.nowMs += 1000;
  const body = { bindings, etag: read.json.etag, kind: 'storage#policy', resourceId: RESOURCE, version: 3 };
  const written = await send('PUT', `${URL}?alt=json`, { body });
  assert.equal(written.status, 200);
  assert.deepEqual(written.json, {
    kind: 'storage#policy',
    resourceId: RESOURCE,
    version: 1,
    etag: 'CAI=',
    bindings: [...LEGACY, { role: 'roles/storage.objectViewer', members: ['user:bob@example.com'] }],
  });
  assert.deepEqual((await send('GET', URL)).json, written.json);
  const bucket = (await send('GET', `${API}/b/${BUCKET}`)).json;
  assert.equal(bucket.metageneration, '2');
  assert.equal(bucket.etag, 'CAI=');
  assert.equal(bucket.updated, '2026-11-23T05:00:01.000Z');
});

test('an older etag is 412, one that never was is 400, none overwrites (storage notes 4.1)', async () => {
  const { send } = await openStorage();
  assert.equal((await send('PUT', URL, { body: { bindings: LEGACY, etag: 'CAE=' } })).status, 200);
  const stale = await send('PUT', URL, { body: { bindings: [], etag: 'CAE=' } });
  const message = 'At least one of the pre-conditions you specified did not hold.';
  assert.equal(stale.status, 412);
  assert.deepEqual(stale.json, errorBody(412, 'conditionNotMet', message, 'If-Match'));
  for (const etag of ['CAk=', 'BwWWja0YfJA=', 'ACAB']) {
    const response = await send('PUT', URL, { body: { bindings: [], etag } });
    const text = 'Invalid etag - must use etag from GetPolicy response.';
    assert.deepEqual(response.json, errorBody(400, 'invalid', text));
  }
  const noBytes = await send('PUT', URL, { body: { bindings: [], etag: '!!' } });
  assert.deepEqual(noBytes.json, errorBody(400, 'invalid', 'Invalid value for ByteString: !!'));
  assert.deepEqual((await send('GET', URL)).json.bindings, LEGACY);
  const cleared = await send('PUT', URL, { body: { bindings: [] } });
  assert.deepEqual(cleared.json, {
    kind: 'storage#policy',
    resourceId: RESOURCE,
    version: 1,
    etag: 'CAM=',
  });
});

test('of many that read one policy, one writes it', async () => {
  const { send } = await openStorage();
  const writes = Array.from({ length: 6 }, () =>
    send('PUT', URL, { body: { bindings: LEGACY, etag: 'CAE=' } }),
  );
  const statuses = (await Promise.all(writes)).map(({ status }) => status).sort((a, b) => a - b);
  assert.deepEqual(statuses, [200, 412, 412, 412, 412, 412]);
});

const refused: readonly (readonly [string, object, string])[] = [
  [
    'a role of another service',
    { role: 'roles/viewer', members: ['user:a@b.c'] },
    'Role roles/viewer is not supported for this resource.',
  ],
  [
    'an unknown role',
    { role: 'roles/storage.nothing', members: ['user:a@b.c'] },
    'Role roles/storage.nothing is not supported for this resource.',
  ],
  [
    'a malformed role',
    { role: 'viewer', members: ['user:a@b.c'] },
    'The role name must be in the form "roles/{role}", "organizations/{organization_id}/roles/{role}", or "projects/{project_id}/roles/{role}".',
  ],
  [
    'another project as a set',
    { role: 'roles/storage.objectViewer', members: ['projectOwner:other'] },
    'Project other does not exist.',
  ],
  [
    'an account that is not there',
    { role: 'roles/storage.objectViewer', members: ['serviceAccount:x@lab-project.iam.gserviceaccount.com'] },
    'Service account x@lab-project.iam.gserviceaccount.com does not exist.',
  ],
  [
    'a condition in a policy of another version than 3',
    { role: 'roles/storage.objectViewer', members: ['user:a@b.c'], condition: { expression: 'true' } },
    "Specified policy version (0) must be at least 3 based on the policy's contents. For more information, please refer to https://cloud.google.com/iam/help/allow-policies/versions.",
  ],
];

for (const [name, binding, message] of refused) {
  test(`a bucket's policy is refused: ${name} (IAM notes 1.6)`, async () => {
    const { send } = await openStorage();
    const response = await send('PUT', URL, { body: { bindings: [binding] } });
    assert.equal(response.status, 400);
    assert.deepEqual(response.json, errorBody(400, 'invalid', message));
    assert.equal((await send('GET', URL)).json.etag, 'CAE=');
  });
}

test('under public access prevention everybody is refused, and has no effect where they are named (storage notes 9.4)', async () => {
  const { send, cloud, upload } = await openStorage({ publicAccessPrevention: 'enforced' });
  await upload('a');
  const binding = { role: 'roles/storage.objectViewer', members: ['allUsers'] };
  const message =
    'The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.';
  const added = await send('PUT', URL, { body: { bindings: [...LEGACY, binding] } });
  assert.deepEqual(added.json, errorBody(412, 'conditionNotMet', message, 'If-Match'));
  await cloud.grant(RESOURCE, 'roles/storage.objectViewer', 'allUsers');
  assert.equal((await cloud.send('GET', `${API}/b/${BUCKET}/o`)).status, 401);
  const kept = await send('PUT', URL, { body: { bindings: [...LEGACY, binding] } });
  assert.equal(kept.status, 200, 'what is there already may stay');
});
