import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTestedPermissions } from './tested-permissions.ts';

const permissions = (count: number) =>
  Array.from({ length: count }, (_, index) => `storage.buckets.p${index}`);

test('a hundred permissions may be tested at once, and no more (IAM notes 1.2)', () => {
  assert.equal(readTestedPermissions(permissions(100), 'project').length, 100);
  assert.throws(() => readTestedPermissions(permissions(101), 'project'), {
    code: 'INVALID_ARGUMENT',
    message: 'Must specify <= 100 permissions.',
  });
});

for (const wrong of [
  '',
  '*',
  'storage.*',
  'storage.buckets',
  'storage.buckets.get ',
  'a.b.c.d.e',
  'Storage.b.get',
]) {
  test(`'${wrong}' is no permission that can be tested (IAM notes 1.7)`, () => {
    assert.throws(() => readTestedPermissions(['storage.buckets.get', wrong], 'project'), {
      code: 'INVALID_ARGUMENT',
      message: `Permission ${wrong} is not valid for this resource.`,
    });
  });
}

for (const [permission, place] of [
  ['resourcemanager.projects.create', 'project'],
  ['resourcemanager.projects.list', 'project'],
  ['resourcemanager.organizations.get', 'folder'],
  ['storage.objects.get', 'serviceAccount'],
  ['iam.serviceAccounts.actAs', 'instance'],
] as const) {
  test(`${permission} cannot be tested on a ${place} (IAM notes 1.7)`, () => {
    assert.throws(() => readTestedPermissions([permission], place), {
      code: 'INVALID_ARGUMENT',
      message: `Permission ${permission} is not valid for this resource.`,
    });
  });
}

test('a permission that is not known here can be tested: Google knows more of them', () => {
  const unknown = ['pubsub.topics.create', 'compute.quantumDisks.get'];
  assert.deepEqual(readTestedPermissions(unknown, 'project'), unknown);
});
