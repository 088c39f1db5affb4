import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseResource, toFullResourceName } from './resource-spellings.ts';

/** Relative names and their full ones. */
const names: readonly (readonly [string, string])[] = [
  ['projects/p', '//cloudresourcemanager.googleapis.com/projects/p'],
  ['folders/1', '//cloudresourcemanager.googleapis.com/folders/1'],
  ['organizations/1', '//cloudresourcemanager.googleapis.com/organizations/1'],
  ['projects/_/buckets/b', '//storage.googleapis.com/projects/_/buckets/b'],
  ['projects/_/buckets/b/objects/a/b c', '//storage.googleapis.com/projects/_/buckets/b/objects/a/b c'],
  [
    'projects/_/buckets/b/managedFolders/f/',
    '//storage.googleapis.com/projects/_/buckets/b/managedFolders/f/',
  ],
  ['projects/p/serviceAccounts/a@b.c', '//iam.googleapis.com/projects/p/serviceAccounts/a@b.c'],
  ['projects/p/roles/R', '//iam.googleapis.com/projects/p/roles/R'],
  ['projects/p/zones/z/instances/i', '//compute.googleapis.com/projects/p/zones/z/instances/i'],
];
for (const [relative, full] of names) {
  test(`${full} is ${relative}, in both directions`, () => {
    assert.equal(parseResource(full), relative);
    assert.equal(parseResource(relative), relative);
    assert.equal(toFullResourceName(relative), full);
  });
}

const others: readonly (readonly [string, string | undefined])[] = [
  ['gs://b', 'projects/_/buckets/b'],
  ['gs://b/', 'projects/_/buckets/b'],
  ['gs://b/a/b', 'projects/_/buckets/b/objects/a/b'],
  ['gs://', undefined],
  ['//storage.googleapis.com/projects/p', undefined],
  ['//evil.example/projects/p', undefined],
  ['projects/', undefined],
  ['folders/x', undefined],
  ['my-project', undefined],
  ['', undefined],
];
for (const [text, name] of others) {
  test(`'${text}' is ${name ?? 'no resource'}`, () => {
    assert.equal(parseResource(text), name);
  });
}
