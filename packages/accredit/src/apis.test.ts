import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { googleApis } from './apis.ts';

for (const { name, methods } of googleApis) {
  if (methods.every(({ permissions }) => permissions.length === 0)) continue;
  test(`${name} has a test that each permission is necessary and sufficient`, () => {
    assert.ok(existsSync(new URL(`./apis/${name}/permissions.test.ts`, import.meta.url)));
  });
}

test('every method has an id of its own', () => {
  const ids = googleApis.flatMap(({ methods }) => methods.map(({ id }) => id));
  assert.deepEqual(ids, [...new Set(ids)]);
});
