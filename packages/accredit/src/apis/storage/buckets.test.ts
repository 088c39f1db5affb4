import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { storage } from './index.ts';
import { API, BUCKET, errorBody, makeBucket, openStorage, refusal, UPLOAD } from './storage.fixture.ts';

const CREATE = `${API}/b?project=${PROJECT_ID}`;
const NOW = '2026-11-23T05:00:00.000Z';

/** What every new bucket has besides its name, its place and its generation. */
const COMMON = {
  kind: 'storage#bucket',
  projectNumber: PROJECT_NUMBER,
  metageneration: '1',
  storageClass: 'STANDARD',
  etag: 'CAE=',
  timeCreated: NOW,
  updated: NOW,
  softDeletePolicy: { retentionDurationSeconds: '0' },
  iamConfiguration: {
    bucketPolicyOnly: { enabled: false },
    uniformBucketLevelAccess: { enabled: false },
    publicAccessPrevention: 'inherited',
  },
};

const MEMBER_ORDER = [
  'kind',
  'selfLink',
  'id',
  'name',
  'projectNumber',
  'generation',
  'metageneration',
  'location',
  'storageClass',
  'etag',
  'timeCreated',
  'updated',
  'softDeletePolicy',
  'iamConfiguration',
  'locationType',
];

test('a new bucket has the defaults of the API, in the recorded order (storage notes 1.1)', async () => {
  const { send } = await openStorage();
  const response = await send('POST', CREATE, { body: { name: 'b-1', location: 'europe-central2' } });
  assert.equal(response.status, 200);
  const { generation, ...rest } = response.json;
  assert.match(generation, /^1795410000000\d{6}$/);
  assert.deepEqual(rest, {
    ...COMMON,
    selfLink: 'https://www.googleapis.com/storage/v1/b/b-1',
    id: 'b-1',
    name: 'b-1',
    location: 'EUROPE-CENTRAL2',
    locationType: 'region',
  });
  assert.deepEqual(Object.keys(response.json), MEMBER_ORDER);
  assert.equal(response.headers.ETag, 'CAE=');
  assert.equal(response.headers['Cache-Control'], 'no-cache, no-store, max-age=0, must-revalidate');
  assert.equal(response.headers.Pragma, 'no-cache');
  assert.equal(response.headers.Expires, 'Mon, 01 Jan 1990 00:00:00 GMT');
  assert.equal(response.headers.Server, 'UploadServer');
  assert.equal(response.headers.Vary, 'Origin, X-Origin');
  assert.match(response.headers['X-GUploader-UploadID'] ?? '', /^[0-9a-f]{16}$/);
  const read = await send('GET', `${API}/b/b-1`);
  assert.deepEqual(read.json, response.json);
});

const creations: readonly (readonly [string, object, object])[] = [
  ['nothing but a name', {}, { location: 'US', locationType: 'multi-region', rpo: 'DEFAULT' }],
  ['a class', { storageClass: 'nearline' }, { storageClass: 'NEARLINE' }],
  ['labels', { labels: { a: '1' } }, { labels: { a: '1' } }],
  ['no labels', { labels: {} }, { labels: undefined }],
  [
    'uniform access',
    { iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' } },
    {
      iamConfiguration: {
        bucketPolicyOnly: { enabled: true, lockedTime: '2027-02-21T05:00:00.000Z' },
        uniformBucketLevelAccess: { enabled: true, lockedTime: '2027-02-21T05:00:00.000Z' },
        publicAccessPrevention: 'enforced',
      },
    },
  ],
  [
    'uniform access by its older name',
    { iamConfiguration: { bucketPolicyOnly: { enabled: true }, publicAccessPrevention: 'unspecified' } },
    {
      iamConfiguration: {
        bucketPolicyOnly: { enabled: true, lockedTime: '2027-02-21T05:00:00.000Z' },
        uniformBucketLevelAccess: { enabled: true, lockedTime: '2027-02-21T05:00:00.000Z' },
        publicAccessPrevention: 'inherited',
      },
    },
  ],
  [
    'soft delete off',
    { softDeletePolicy: { retentionDurationSeconds: 0 } },
    { softDeletePolicy: { retentionDurationSeconds: '0' } },
  ],
  [
    'what is only shown, and what nobody knows',
    { kind: 'x', etag: 'x', metageneration: '9', timeCreated: 'x', projectNumber: 5, novelty: {} },
    { kind: 'storage#bucket', etag: 'CAE=', metageneration: '1', timeCreated: NOW, novelty: undefined },
  ],
  [
    'settings that say nothing',
    { acl: [], versioning: { enabled: false }, lifecycle: { rule: [] }, website: null, rpo: 'DEFAULT' },
    { acl: undefined, versioning: undefined, lifecycle: undefined },
  ],
];

for (const [name, body, expected] of creations) {
  test(`a bucket is made: ${name} (storage notes 1.1)`, async () => {
    const { send } = await openStorage();
    const response = await send('POST', CREATE, { body: { name: 'b-1', ...body } });
    assert.equal(response.status, 200, response.text);
    for (const [member, value] of Object.entries(expected))
      assert.deepEqual(response.json[member], value, member);
  });
}

const NOT_YET = (name: string) => `'${name}' is not supported by this server yet. Leave it out.`;
const UNIFORM =
  'Cannot use ACL API to update bucket policy when uniform bucket-level access is enabled. ' +
  'Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access';
const uniform = { iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };

const refusedCreations: readonly (readonly [string, string, unknown, string, string])[] = [
  ['no project', `${API}/b`, { name: 'b-1' }, 'required', 'Required parameter: project'],
  ['an unknown project', `${API}/b?project=nobody`, { name: 'b-1' }, 'invalid', 'Unknown project id: nobody'],
  ['no name', CREATE, {}, 'required', 'Required'],
  ['a bad name', CREATE, { name: 'Bad_Upper' }, 'invalid', "Invalid bucket name: 'Bad_Upper'"],
  ['no JSON', CREATE, '{"name":', 'parseError', 'Parse Error'],
  [
    'a member of another type',
    CREATE,
    { name: 5 },
    'parseError',
    "Parse Error: Invalid value at 'name' (TYPE_STRING), 5",
  ],
  [
    'no location',
    CREATE,
    { name: 'b-1', location: 'mars' },
    'invalid',
    'The specified location constraint is not valid.',
  ],
  ['no class', CREATE, { name: 'b-1', storageClass: 'X' }, 'invalid', 'Invalid storage class "X"'],
  ['a label', CREATE, { name: 'b-1', labels: { A: 'x' } }, 'invalid', 'Invalid user label: A'],
  [
    'a label without value',
    CREATE,
    { name: 'b-1', labels: { a: null } },
    'invalid',
    'Invalid user label: a with no value',
  ],
  [
    'public access prevention',
    CREATE,
    { name: 'b-1', iamConfiguration: { publicAccessPrevention: 'on' } },
    'invalid',
    'Invalid value for: on is not a valid value',
  ],
  [
    'soft delete of an hour',
    CREATE,
    { name: 'b-1', softDeletePolicy: { retentionDurationSeconds: '3600' } },
    'invalid',
    'Soft delete policy must have a retention duration between 7 days and 90 days.',
  ],
  [
    'an unknown canned list',
    `${CREATE}&predefinedAcl=all`,
    { name: 'b-1' },
    'invalid',
    'Invalid predefined ACL "all"',
  ],
  [
    'a canned list under uniform access',
    `${CREATE}&predefinedAcl=private`,
    { name: 'b-1', ...uniform },
    'invalid',
    UNIFORM,
  ],
  [
    'a list under uniform access',
    CREATE,
    { name: 'b-1', ...uniform, acl: [{ entity: 'allUsers', role: 'READER' }] },
    'invalid',
    UNIFORM,
  ],
  [
    'a projection',
    `${CREATE}&projection=half`,
    { name: 'b-1' },
    'invalidParameter',
    "Invalid value for parameter 'projection': 'half'.",
  ],
];

for (const [name, url, body, reason, message] of refusedCreations) {
  test(`a bucket is refused: ${name} (storage notes 2.1, 3.1)`, async () => {
    const { send, cloud } = await openStorage();
    const response = await send('POST', url, { body });
    assert.equal(response.status, 400);
    assert.equal(response.json.error.message, message);
    assert.equal(response.json.error.errors[0].reason, reason);
    assert.equal(await cloud.services.resources.buckets.get('b-1'), undefined);
  });
}

const lost: readonly (readonly [string, string, object])[] = [
  ['versioning', CREATE, { versioning: { enabled: true } }],
  ['lifecycle', CREATE, { lifecycle: { rule: [{ action: { type: 'Delete' } }] } }],
  ['cors', CREATE, { cors: [{ origin: ['*'] }] }],
  ['retentionPolicy', CREATE, { retentionPolicy: { retentionPeriod: '1' } }],
  ['encryption', CREATE, { encryption: { defaultKmsKeyName: 'k' } }],
  ['billing', CREATE, { billing: { requesterPays: true } }],
  ['hierarchicalNamespace', CREATE, { hierarchicalNamespace: { enabled: true } }],
  ['acl', CREATE, { acl: [{ entity: 'allUsers', role: 'READER' }] }],
  ['rpo', CREATE, { rpo: 'ASYNC_TURBO' }],
  ['softDeletePolicy', CREATE, { softDeletePolicy: { retentionDurationSeconds: 1_000_000 } }],
  ['predefinedAcl=publicRead', `${CREATE}&predefinedAcl=publicRead`, {}],
  ['enableObjectRetention', `${CREATE}&enableObjectRetention=true`, {}],
];

test('what is not kept is refused, not lost', async () => {
  const { send } = await openStorage();
  for (const [name, url, body] of lost) {
    const response = await send('POST', url, { body: { name: 'b-1', ...body } });
    assert.deepEqual(response.json, errorBody(400, 'invalid', NOT_YET(name)));
  }
  const defaults = `${CREATE}&predefinedAcl=projectPrivate&predefinedDefaultObjectAcl=projectPrivate&enableObjectRetention=False`;
  assert.equal((await send('POST', defaults, { body: { name: 'b-1' } })).status, 200);
});

test('a name that is taken says by whom (storage notes 2.1)', async () => {
  const { send, cloud, email } = await openStorage();
  const { projects, commit } = cloud.services.resources;
  await commit(projects.put(projects.draft('other-project')));
  await cloud.grant('projects/other-project', 'roles/storage.admin', `serviceAccount:${email}`);
  const own = await send('POST', CREATE, { body: { name: BUCKET } });
  const message = 'Your previous request to create the named bucket succeeded and you already own it.';
  assert.equal(own.status, 409);
  assert.deepEqual(own.json, errorBody(409, 'conflict', message));
  const foreign = await send('POST', `${API}/b?project=other-project`, { body: { name: BUCKET } });
  assert.deepEqual(
    foreign.json,
    errorBody(
      409,
      'conflict',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. ' +
        'Please select a different name and try again.',
    ),
  );
});

test('of many that ask for one name at once, one gets it', async () => {
  const { send } = await openStorage();
  const asked = Array.from({ length: 8 }, () => send('POST', CREATE, { body: { name: 'b-1' } }));
  const statuses = (await Promise.all(asked)).map(({ status }) => status).sort((a, b) => a - b);
  assert.deepEqual(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
});

test('buckets are listed by project, page by page, in the order of their names (storage notes 7.6)', async () => {
  const { send, cloud } = await openStorage();
  for (const name of ['c-1', 'a-1', 'b-2']) await makeBucket(cloud, name);
  const all = await send('GET', `${API}/b?project=${PROJECT_NUMBER}`);
  assert.equal(all.json.kind, 'storage#buckets');
  assert.deepEqual(
    all.json.items.map(({ name }: { name: string }) => name),
    ['a-1', 'b-2', BUCKET, 'c-1'],
  );
  assert.deepEqual(all.json.items[2], (await send('GET', `${API}/b/${BUCKET}`)).json);
  assert.deepEqual(Object.keys(all.json), ['kind', 'items']);
  const seen: string[] = [];
  let token = '';
  do {
    const url = `${CREATE}&maxResults=1&pageToken=${encodeURIComponent(token)}`;
    const page = await send('GET', url);
    assert.equal(page.json.items.length, 1);
    seen.push(page.json.items[0].name);
    token = page.json.nextPageToken ?? '';
  } while (token !== '');
  assert.deepEqual(seen, ['a-1', 'b-2', BUCKET, 'c-1']);
  const some = await send('GET', `${CREATE}&prefix=b`);
  assert.equal(some.json.items.length, 2);
  const none = await send('GET', `${CREATE}&prefix=x`);
  assert.deepEqual(none.json, { kind: 'storage#buckets' });
});

test('gsutil and gcloud list with partial answers (clients notes 2.1)', async () => {
  const { send } = await openStorage();
  const gsutil = `${CREATE}&alt=json&fields=items%2Fid%2CnextPageToken&maxResults=1000&projection=noAcl`;
  assert.deepEqual((await send('GET', gsutil)).json, { items: [{ id: BUCKET }] });
  const compact = await send('GET', `${CREATE}&fields=items/name&prettyPrint=false`);
  assert.equal(compact.text, `{"items":[{"name":"${BUCKET}"}]}`);
});

const badLists: readonly (readonly [string, string, string, string])[] = [
  ['', 'Required parameter: project', 'required', 'project'],
  ['?project=nobody', 'Unknown project id: nobody', 'invalid', ''],
  [`?project=${PROJECT_ID}&maxResults=-1`, 'Invalid argument.', 'invalid', 'maxResults'],
  [`?project=${PROJECT_ID}&maxResults=x`, 'Invalid argument.', 'invalid', 'maxResults'],
  [`?project=${PROJECT_ID}&pageToken=garbage`, 'Invalid argument.', 'invalid', 'pageToken'],
  [
    `?project=${PROJECT_ID}&softDeleted=maybe`,
    "Invalid value for parameter 'softDeleted': 'maybe'.",
    'invalidParameter',
    'softDeleted',
  ],
];

for (const [query, message, reason, parameter] of badLists) {
  test(`a list of buckets is refused: '${query}' (storage notes 3.0, 7.3)`, async () => {
    const { send } = await openStorage();
    const response = await send('GET', `${API}/b${query}`);
    assert.equal(response.status, 400);
    const where = parameter === '' ? {} : { locationType: 'parameter', location: parameter };
    const errors = [{ message, domain: 'global', reason, ...where }];
    assert.deepEqual(response.json, { error: { code: 400, message, errors } });
  });
}

test('more than a page can be asked for, and 0 is the default (storage notes 2.3, 14)', async () => {
  const { send } = await openStorage();
  for (const limit of ['0', '5000']) {
    assert.equal((await send('GET', `${CREATE}&maxResults=${limit}`)).json.items.length, 1);
  }
});

test('conditions on reading a bucket: 412 for Match, 304 for NotMatch (storage notes 4.1)', async () => {
  const { send } = await openStorage();
  const url = `${API}/b/${BUCKET}`;
  const failed = await send('GET', `${url}?ifMetagenerationMatch=9`);
  const message = 'At least one of the pre-conditions you specified did not hold.';
  assert.equal(failed.status, 412);
  assert.deepEqual(failed.json, errorBody(412, 'conditionNotMet', message, 'If-Match'));
  for (const [query, headers] of [
    ['?ifMetagenerationNotMatch=1', {}],
    ['', { 'if-none-match': 'CAE=' }],
    ['', { 'if-none-match': '"CAE="' }],
  ] as const) {
    const response = await send('GET', url + query, { headers });
    assert.equal(response.status, 304);
    assert.equal(response.text, '');
    assert.equal(response.headers.ETag, 'CAE=');
    assert.equal(response.headers['Content-Type'], undefined);
  }
  assert.equal((await send('GET', url, { headers: { 'if-match': 'CAI=' } })).status, 412);
  assert.equal((await send('GET', `${url}?ifMetagenerationMatch=1`)).status, 200);
  for (const query of ['ifMetagenerationMatch=-1', 'ifMetagenerationNotMatch=x']) {
    assert.equal((await send('GET', `${url}?${query}`)).json.error.message, 'Invalid argument.');
  }
});

test('a bucket that is not there is 404 for everybody, and a name that cannot be is 400 (storage notes 3.0)', async () => {
  const { cloud, send } = await openStorage();
  const nobody = await cloud.token(await cloud.account('nobody'));
  const message = 'The specified bucket does not exist.';
  for (const token of [nobody, undefined]) {
    const response = await cloud.send('GET', `${API}/b/none`, token === undefined ? {} : { token });
    assert.equal(response.status, 404);
    assert.deepEqual(response.json, errorBody(404, 'notFound', message));
  }
  for (const [verb, path] of [
    ['DELETE', 'b/none'],
    ['GET', 'b/none/iam'],
    ['PUT', 'b/none/iam'],
    ['GET', 'b/none/o'],
    ['GET', 'b/none/o/x'],
    ['DELETE', 'b/none/o/x'],
  ] as const) {
    assert.equal((await send(verb, `${API}/${path}`)).json.error.message, message);
    const badName = await send(verb, `${API}/${path.replace('none', 'Bad%2FName')}`);
    assert.deepEqual(badName.json, errorBody(400, 'invalid', "Invalid bucket name: 'Bad/Name'"));
  }
});

test('another generation of a bucket is not there (storage notes 3.1)', async () => {
  const { send } = await openStorage();
  const url = `${API}/b/${BUCKET}`;
  const { generation } = (await send('GET', url)).json;
  assert.equal((await send('GET', `${url}?generation=${generation}`)).status, 200);
  assert.equal((await send('GET', `${url}?generation=5`)).status, 404);
  const softDeleted = await send('GET', `${url}?softDeleted=true`);
  assert.deepEqual(softDeleted.json, errorBody(400, 'required', 'You must specify a generation.'));
  assert.equal((await send('GET', `${url}?softDeleted=true&generation=${generation}`)).status, 404);
});

test('an empty bucket is deleted with its policy, and made anew it is another one (storage notes 3.1)', async () => {
  const { send, cloud } = await openStorage();
  const url = `${API}/b/${BUCKET}`;
  const before = (await send('GET', url)).json;
  await cloud.grant(`projects/_/buckets/${BUCKET}`, 'roles/storage.objectViewer', 'allUsers');
  const deleted = await send('DELETE', url);
  assert.equal(deleted.status, 204);
  assert.equal(deleted.text, '');
  assert.equal((await send('GET', url)).status, 404);
  assert.equal((await send('DELETE', url)).status, 404);
  assert.deepEqual((await send('GET', CREATE)).json, { kind: 'storage#buckets' });
  const policy = await cloud.services.resources.policies.get(`projects/_/buckets/${BUCKET}`);
  assert.equal(policy.revision, 0);
  const again = await send('POST', CREATE, { body: { name: BUCKET } });
  assert.equal(again.status, 200);
  assert.notEqual(again.json.generation, before.generation);
  const anonymous = await cloud.send('GET', `${url}/o`);
  assert.equal(anonymous.status, 401, 'what was granted on the old one is not granted on the new one');
});

test('a bucket that holds something is not deleted (storage notes 3.1)', async () => {
  const { send, upload } = await openStorage();
  const url = `${API}/b/${BUCKET}`;
  await upload('a');
  const response = await send('DELETE', url);
  assert.equal(response.status, 409);
  assert.deepEqual(response.json, errorBody(409, 'conflict', 'The bucket you tried to delete is not empty.'));
  assert.equal((await send('DELETE', `${url}/o/a`)).status, 204);
  assert.equal((await send('DELETE', url)).status, 204);
});

test('conditions on deleting a bucket (storage notes 4.1)', async () => {
  const { send } = await openStorage();
  const url = `${API}/b/${BUCKET}`;
  assert.equal((await send('DELETE', `${url}?ifMetagenerationMatch=2`)).status, 412);
  assert.equal((await send('DELETE', `${url}?ifMetagenerationNotMatch=1`)).status, 304);
  assert.equal(
    (await send('DELETE', url, { headers: { 'if-match': 'CAI=' } })).status,
    204,
    'ignored on writes',
  );
});

test('no upload survives its bucket: one that ends while the bucket goes comes too late, or stops it', async () => {
  const { send, cloud } = await openStorage();
  const uploads = Array.from({ length: 10 }, (_, index) =>
    send('POST', `${UPLOAD}/b/${BUCKET}/o?uploadType=media&name=o${index}`, { body: 'x' }),
  );
  const [deletion, ...stored] = await Promise.all([send('DELETE', `${API}/b/${BUCKET}`), ...uploads]);
  const kept = stored.filter(({ status }) => status === 200).length;
  const { objects } = cloud.services.resources;
  const left = await objects.list(BUCKET, {
    prefix: '',
    delimiter: '',
    includeTrailingDelimiter: false,
    limit: 100,
  });
  assert.equal(left.items.length, deletion.status === 204 ? 0 : kept);
  assert.ok(deletion.status === 204 ? kept === 0 : deletion.status === 409);
});

test('who may not gets the words of Storage (storage notes 3.0, IAM notes 4.3)', async () => {
  const { cloud } = await openStorage();
  const email = await cloud.account('nobody');
  const token = await cloud.token(email);
  for (const [verb, url, permission, kind] of [
    ['GET', CREATE, 'storage.buckets.list', 'project'],
    ['POST', CREATE, 'storage.buckets.create', 'project'],
    ['GET', `${API}/b/${BUCKET}`, 'storage.buckets.get', 'Storage bucket'],
    ['DELETE', `${API}/b/${BUCKET}`, 'storage.buckets.delete', 'Storage bucket'],
    ['GET', `${API}/b/${BUCKET}/o`, 'storage.objects.list', 'Storage bucket'],
    ['GET', `${API}/b/${BUCKET}/o/x`, 'storage.objects.get', 'Storage object'],
  ] as const) {
    const refused = await cloud.send(verb, url, { token });
    assert.equal(refused.status, 403);
    assert.deepEqual(refused.json, errorBody(403, 'forbidden', refusal(email, permission, kind)));
    const anonymous = await cloud.send(verb, url);
    const message = refusal('Anonymous caller', permission, kind);
    assert.equal(anonymous.status, 401);
    assert.deepEqual(anonymous.json, errorBody(401, 'required', message, 'Authorization'));
    assert.equal(anonymous.headers['WWW-Authenticate'], 'Bearer realm="https://accounts.google.com/"');
    assert.match(anonymous.headers['X-GUploader-UploadID'] ?? '', /^[0-9a-f]{16}$/);
    assert.equal(anonymous.headers['Cache-Control'], 'private, max-age=0');
  }
});

test('a bad token is 401 even where everybody may (storage notes 3.0)', async () => {
  const { cloud } = await openStorage();
  await cloud.grant(`projects/_/buckets/${BUCKET}`, 'roles/storage.objectViewer', 'allUsers');
  const url = `${API}/b/${BUCKET}/o`;
  assert.deepEqual((await cloud.send('GET', url)).json, { kind: 'storage#objects' });
  for (const headers of [{ authorization: 'Bearer ya29.garbage' }, { authorization: '' }]) {
    const response = await cloud.send('GET', url, { headers });
    assert.equal(response.status, 401);
    assert.deepEqual(response.json, errorBody(401, 'authError', 'Invalid Credentials', 'Authorization'));
  }
});

test('a token without the scope is refused in the words of Storage (IAM notes, fact 7)', async () => {
  const { cloud, email } = await openStorage();
  const token = await cloud.token(email, {
    scopes: ['https://www.googleapis.com/auth/devstorage.read_only'],
  });
  const response = await cloud.send('POST', CREATE, { token, body: { name: 'b-1' } });
  assert.equal(response.status, 403);
  assert.deepEqual(response.json, errorBody(403, 'forbidden', 'Provided scope(s) are not authorized'));
  assert.equal(
    response.headers['WWW-Authenticate'],
    'Bearer realm="https://accounts.google.com/", error="insufficient_scope", ' +
      'scope="https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/devstorage.full_control ' +
      'https://www.googleapis.com/auth/devstorage.read_write"',
  );
});

test('known paths with another verb are 405, and bytes are refused where there are none (storage notes 3.0)', async () => {
  const { send } = await openStorage();
  const other = await send('PATCH', `${API}/b`);
  assert.equal(other.status, 405);
  const message = 'The specified method is not allowed against this resource.';
  assert.deepEqual(other.json, errorBody(405, 'methodNotAllowed', message));
  const media = await send('GET', `${CREATE}&alt=media`);
  assert.equal(media.status, 400);
  assert.equal(media.text, "This method returns no media. Leave 'alt=media' out.");
});

test('everything answers under www.googleapis.com too (storage notes, part 0)', async () => {
  const cloud = await openTestCloud([storage]);
  await makeBucket(cloud);
  const token = await cloud.token(await cloud.account('admin', 'roles/storage.admin'));
  const base = 'https://www.googleapis.com';
  const url = `${base}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=a`;
  const headers = { 'content-type': 'text/plain' };
  assert.equal((await cloud.send('POST', url, { token, headers, body: 'x' })).status, 200);
  const list = await cloud.send('GET', `${base}/storage/v1/b?project=${PROJECT_ID}`, { token });
  assert.equal(list.json.items[0].name, BUCKET);
  const media = await cloud.send('GET', `${base}/download/storage/v1/b/${BUCKET}/o/a?alt=media`, { token });
  assert.equal(media.text, 'x');
});
