import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKnownPermission, parsePermission } from './known-permissions.ts';

const spellings: readonly (readonly [string, string])[] = [
  ['storage.objects.get', 'storage.objects.get'],
  ['storage.googleapis.com/objects.get', 'storage.objects.get'],
  ['cloudresourcemanager.googleapis.com/projects.get', 'resourcemanager.projects.get'],
  ['iam.workloadIdentityPools.get', 'iam.googleapis.com/workloadIdentityPools.get'],
];
for (const [text, permission] of spellings) {
  test(`${text} is ${permission}`, () => {
    assert.equal(assertKnownPermission(text), permission);
  });
}

const refused: readonly (readonly [string, string, string])[] = [
  [
    'storage.object.get',
    'NOT_FOUND',
    "Permission 'storage.object.get' is not known here: no predefined role holds it; did you mean 'storage.objects.get'?",
  ],
  [
    'bigquery.tables.get',
    'NOT_FOUND',
    "Permission 'bigquery.tables.get' is not known here: no predefined role holds it.",
  ],
  [
    'read everything',
    'INVALID_ARGUMENT',
    "'read everything' is no permission: it is written SERVICE.RESOURCE.VERB, such as 'storage.objects.get'.",
  ],
];
for (const [text, code, message] of refused) {
  test(`'${text}' is refused in words that help`, () => {
    assert.throws(() => assertKnownPermission(text), { code, message });
  });
}

test('a permission of a service that is not known here is one all the same', () => {
  assert.equal(parsePermission('bigquery.tables.get'), 'bigquery.tables.get');
  assert.equal(parsePermission('roles/viewer'), undefined);
});
