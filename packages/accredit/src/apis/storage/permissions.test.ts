/** Each permission of each method is necessary and sufficient, and so is each scope. */
import assert from 'node:assert/strict';
import { openTestCloud, PROJECT_ID, type TestCloud, type TestRequest } from '../api.fixture.ts';
import { findTestRole } from '../one-permission.fixture.ts';
import { testPermissions } from '../permission-suite.fixture.ts';
import { storage } from './index.ts';
import { NEW_OBJECT, OLD_OBJECT, STORAGE_PERMISSIONS } from './permissions.fixture.ts';
import { BUCKET, HOST, makeBucket, UPLOAD } from './storage.fixture.ts';

/** What makes a method go through, where its path does not. */
const REQUESTS: Readonly<Record<string, TestRequest & { readonly query?: string }>> = {
  'storage.buckets.list': { query: `?project=${PROJECT_ID}` },
  'storage.buckets.insert': { query: `?project=${PROJECT_ID}`, body: { name: 'bucket-2' } },
  'storage.buckets.setIamPolicy': { body: { bindings: [] } },
  'storage.objects.insert': { query: `?uploadType=media&name=${NEW_OBJECT}`, body: 'x' },
};

/** Methods that want an empty bucket: deleting it. */
const WANTS_EMPTY = 'storage.buckets.delete';

/** Answers of methods that do not go through with 200: `insertWithoutMedia` only says where uploads go. */
const STATUSES: Readonly<Record<string, number>> = {
  'storage.buckets.delete': 204,
  'storage.objects.delete': 204,
  'storage.objects.insertWithoutMedia': 400,
};

async function upload(cloud: TestCloud, name: string): Promise<void> {
  const token = await cloud.token(await cloud.account('uploader', 'only/storage.objects.create'));
  const url = `${UPLOAD}/b/${BUCKET}/o?uploadType=media&name=${name}`;
  const made = await cloud.send('POST', url, { token, body: 'x' });
  assert.equal(made.status, 200, made.text);
}

testPermissions({
  api: storage,
  source: 'IAM notes 3.1',
  expected: STORAGE_PERMISSIONS,
  async prepare({ id, template }) {
    const cloud = await openTestCloud([storage], {}, findTestRole);
    await makeBucket(cloud);
    if (id !== WANTS_EMPTY) await upload(cloud, OLD_OBJECT);
    const path = template.replace('{bucket}', BUCKET).replace('{object}', OLD_OBJECT);
    const { query = '', ...request } = REQUESTS[id] ?? {};
    return { cloud, url: `${HOST}${path}${query}`, request };
  },
  wentThrough: ({ status }, { id }) => status === (STATUSES[id] ?? 200),
  assertRefused({ json }, [permission]) {
    assert.match(json.error.message, new RegExp(`does not have ${permission} access`));
    assert.equal(json.error.errors[0].reason, 'forbidden');
  },
  assertScopesRefused({ json }) {
    assert.equal(json.error.message, 'Provided scope(s) are not authorized');
  },
});
