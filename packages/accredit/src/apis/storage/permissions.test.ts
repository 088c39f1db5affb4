/** Each permission of each method is necessary and sufficient, and so is each scope; generated from the method table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { openTestCloud, PROJECT_ID, type TestRequest } from '../api.fixture.ts';
import { EVERY_PERMISSION, findTestRole } from '../one-permission.fixture.ts';
import { storage } from './index.ts';
import { BUCKET, HOST, makeBucket } from './storage.fixture.ts';

/** What makes a method go through, where its path does not. */
const REQUESTS: Readonly<Record<string, TestRequest & { readonly query?: string }>> = {
  'storage.buckets.list': { query: `project=${PROJECT_ID}` },
  'storage.buckets.insert': { query: `project=${PROJECT_ID}`, body: { name: 'bucket-2' } },
  'storage.buckets.setIamPolicy': { body: { bindings: [] } },
  'storage.objects.insert': { query: 'uploadType=media&name=new', body: 'x' },
};

/** Methods that want an empty bucket: deleting it. */
const WANTS_EMPTY = 'storage.buckets.delete';

async function call(
  methodId: string,
  role: string | undefined,
  scopes: readonly string[] = [CLOUD_PLATFORM],
) {
  const cloud = await openTestCloud([storage], {}, findTestRole);
  await makeBucket(cloud);
  const caller = await cloud.account('caller', ...(role === undefined ? [] : [role]));
  const uploader = await cloud.account('uploader', 'only/storage.objects.create');
  const url = (path: string) => `${HOST}${path.replace('{bucket}', BUCKET).replace('{object}', 'old')}`;
  if (methodId !== WANTS_EMPTY) {
    const upload = url('/upload/storage/v1/b/{bucket}/o?uploadType=media&name=old');
    const made = await cloud.send('POST', upload, { token: await cloud.token(uploader), body: 'x' });
    assert.equal(made.status, 200);
  }
  const method = storage.methods.find(({ id }) => id === methodId);
  const [verb = '', template = ''] = method?.http[0]?.split(' ') ?? [];
  const { query, ...request } = REQUESTS[methodId] ?? {};
  const token = await cloud.token(caller, { scopes });
  return cloud.send(verb, url(query === undefined ? template : `${template}?${query}`), {
    token,
    ...request,
  });
}

/** What a call answers that goes through: insertWithoutMedia never does more than say where to go. */
const goesThrough = (status: number, id: string) =>
  id === 'storage.objects.insertWithoutMedia' ? status === 400 : status === 200 || status === 204;

for (const { id, permissions, scopes = [] } of storage.methods) {
  for (const { check } of permissions) {
    test(`${id}: ${check} is sufficient`, async () => {
      const response = await call(id, `only/${check}`);
      assert.ok(goesThrough(response.status, id), response.text);
    });

    test(`${id}: ${check} is necessary`, async () => {
      assert.ok(EVERY_PERMISSION.has(check), 'a role of the catalogue gives it');
      for (const role of [`except/${check}`, undefined]) {
        const response = await call(id, role);
        assert.equal(response.status, 403);
        assert.match(response.json.error.message, new RegExp(`does not have ${check} access`));
        assert.equal(response.json.error.errors[0].reason, 'forbidden');
      }
    });
  }

  test(`${id}: each of its scopes is sufficient, and one of them is necessary (IAM notes 3.1)`, async () => {
    const role = permissions[0] === undefined ? undefined : `only/${permissions[0].check}`;
    for (const scope of scopes) {
      const response = await call(id, role, [scope]);
      assert.ok(goesThrough(response.status, id), `${scope}: ${response.text}`);
    }
    const response = await call(id, role, ['https://www.googleapis.com/auth/compute']);
    assert.equal(response.status, 403);
    assert.equal(response.json.error.message, 'Provided scope(s) are not authorized');
  });
}

/** What Google asks for (IAM notes 3.1); the tests above only know that what is declared is asked for. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  'storage.buckets.list': ['storage.buckets.list'],
  'storage.buckets.get': ['storage.buckets.get'],
  'storage.buckets.insert': ['storage.buckets.create'],
  'storage.buckets.delete': ['storage.buckets.delete'],
  'storage.buckets.getIamPolicy': ['storage.buckets.getIamPolicy'],
  'storage.buckets.setIamPolicy': ['storage.buckets.setIamPolicy'],
  'storage.objects.list': ['storage.objects.list'],
  'storage.objects.get': ['storage.objects.get'],
  'storage.objects.delete': ['storage.objects.delete'],
  'storage.objects.insert': ['storage.objects.create'],
  'storage.objects.insertWithoutMedia': [],
};

/** The last part of each scope that a method takes (IAM notes 3.1: R, W and F). */
const READ = [
  'cloud-platform',
  'cloud-platform.read-only',
  'devstorage.full_control',
  'devstorage.read_only',
  'devstorage.read_write',
];
const WRITE = ['cloud-platform', 'devstorage.full_control', 'devstorage.read_write'];
const FULL = ['cloud-platform', 'devstorage.full_control'];

const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'storage.buckets.list': READ,
  'storage.buckets.get': READ,
  'storage.buckets.insert': WRITE,
  'storage.buckets.delete': WRITE,
  'storage.buckets.getIamPolicy': FULL,
  'storage.buckets.setIamPolicy': FULL,
  'storage.objects.list': READ,
  'storage.objects.get': READ,
  'storage.objects.delete': WRITE,
  'storage.objects.insert': WRITE,
  'storage.objects.insertWithoutMedia': WRITE,
};

test('every method asks for the permissions and takes the scopes that Google does (IAM notes 3.1)', () => {
  const permissions = storage.methods.map(({ id, permissions: rules }) => [
    id,
    rules.map(({ check }) => check),
  ]);
  assert.deepEqual(Object.fromEntries(permissions), PERMISSIONS);
  const scopes = storage.methods.map(({ id, scopes: taken = [] }) => [
    id,
    taken.map((scope) => scope.slice('https://www.googleapis.com/auth/'.length)),
  ]);
  assert.deepEqual(Object.fromEntries(scopes), SCOPES);
});
