import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newBucketPolicy, objectAclPolicy } from './default-access.ts';

const bucketBindings = [
  { role: 'roles/storage.legacyBucketOwner', members: ['projectEditor:p', 'projectOwner:p'] },
  { role: 'roles/storage.legacyBucketReader', members: ['projectViewer:p'] },
];

const readers = { role: 'roles/storage.legacyObjectReader', members: ['projectViewer:p'] };

test('a new bucket gives the basic roles its legacy roles (IAM notes, fact 1)', () => {
  assert.deepEqual(newBucketPolicy('p', false), { bindings: bucketBindings });
  assert.deepEqual(newBucketPolicy('p', true), {
    bindings: [
      ...bucketBindings,
      { role: 'roles/storage.legacyObjectOwner', members: ['projectEditor:p', 'projectOwner:p'] },
      readers,
    ],
  });
});

test('without uniform access an object is owned by its project and its uploader (storage notes 9.3)', () => {
  assert.deepEqual(objectAclPolicy('p', 'user:a@b.c'), {
    bindings: [
      {
        role: 'roles/storage.legacyObjectOwner',
        members: ['projectEditor:p', 'projectOwner:p', 'user:a@b.c'],
      },
      readers,
    ],
  });
});

test('an object is owned by an account itself, never by whoever has its address', () => {
  const owners = (owner: string | undefined) => objectAclPolicy('p', owner).bindings[0]?.members;
  const project = ['projectEditor:p', 'projectOwner:p'];
  const account = 'serviceAccount:a@p.iam.gserviceaccount.com';
  assert.deepEqual(owners(undefined), project);
  assert.deepEqual(owners(`${account}?uid=1`), [...project, `${account}?uid=1`]);
  assert.deepEqual(owners(account), project, 'a record from before unique ids were kept');
});
