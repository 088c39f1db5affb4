import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openState } from '../config/state.fixture.ts';

const STATE = `
organizations:
  - organizationId: '9'
    displayName: example.com
    tags: {9/env: prod, 9/team: red}
    folders: [{folderId: '1', displayName: Blue, tags: {9/team: blue}}]
projects:
  - projectId: my-project
    parent: folders/1
    tags: {my-project/cost: low}
    buckets: [{name: my-bucket, tags: {9/env: test}}, {name: plain-bucket}]
    instances: [{name: vm-1, zone: us-central1-a, resourceManagerTags: {9/env: dev}}]
  - projectId: lone-project
`;

const VM = 'projects/my-project/zones/us-central1-a/instances/vm-1';

const expected: readonly (readonly [resource: string, tags: readonly string[]])[] = [
  ['organizations/9', ['9/env=prod', '9/team=red']],
  ['folders/1', ['9/env=prod', '9/team=blue']],
  ['projects/my-project', ['9/env=prod', '9/team=blue', 'my-project/cost=low']],
  ['projects/_/buckets/my-bucket', ['9/env=test', '9/team=blue', 'my-project/cost=low']],
  ['projects/_/buckets/my-bucket/objects/a/b', ['9/env=test', '9/team=blue', 'my-project/cost=low']],
  ['projects/_/buckets/plain-bucket', ['9/env=prod', '9/team=blue', 'my-project/cost=low']],
  [VM, ['9/env=dev', '9/team=blue', 'my-project/cost=low']],
  ['projects/my-project/serviceAccounts/a@b.c', ['9/env=prod', '9/team=blue', 'my-project/cost=low']],
  ['projects/lone-project', []],
  ['projects/nobody', []],
  ['projects/_/buckets/nobody', []],
];

test('a resource has its own tags and inherits those of what it is in; the nearest value counts (IAM notes 1.4)', async () => {
  const state = openState();
  await state.apply(STATE);
  for (const [resource, tags] of expected) {
    const found = await state.resources.tagsOf(resource);
    assert.deepEqual(
      found.map(({ key, value }) => `${key}=${value}`),
      tags,
      resource,
    );
  }
});

test('a tag has ids, the same for the same names, and other ones for others', async () => {
  const state = openState();
  await state.apply(STATE);
  const [env, team] = await state.resources.tagsOf('organizations/9');
  assert.match(env?.keyId ?? '', /^tagKeys\/\d{15}$/);
  assert.match(env?.valueId ?? '', /^tagValues\/\d{15}$/);
  assert.notEqual(env?.keyId, team?.keyId);
  const [test] = await state.resources.tagsOf('projects/_/buckets/my-bucket');
  assert.equal(test?.keyId, env?.keyId);
  assert.notEqual(test?.valueId, env?.valueId);
});

test('a changed tag counts from the next question on', async () => {
  const state = openState();
  await state.apply(STATE);
  await state.resources.tagsOf(VM);
  await state.apply(STATE.replace('9/env: dev', '9/env: stage'));
  assert.equal((await state.resources.tagsOf(VM))[0]?.value, 'stage');
  await state.apply(STATE.replace('9/team: red}', '9/zone: far}'));
  assert.deepEqual(
    (await state.resources.tagsOf(VM)).map(({ key }) => key),
    ['9/env', '9/team', '9/zone', 'my-project/cost'],
  );
});
