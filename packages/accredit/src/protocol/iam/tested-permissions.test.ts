import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTestedPermissions } from './tested-permissions.ts';

const permissions = (count: number) =>
  Array.from({ length: count }, (_, index) => `storage.buckets.p${index}`);

test('a hundred permissions may be tested at once, and no more (IAM notes 1.2)', () => {
  assert.equal(readTestedPermissions(permissions(100)).length, 100);
  assert.throws(() => readTestedPermissions(permissions(101)), {
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
    assert.throws(() => readTestedPermissions(['storage.buckets.get', wrong]), {
      code: 'INVALID_ARGUMENT',
      message: `Permission ${wrong} is not valid for this resource.`,
    });
  });
}
