import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeScene } from '../cli.fixture.ts';
import { OwnerClient } from '../owner-client.ts';
import { loggedNames, parseLoggedResource } from './log-resources.ts';

const spellings: readonly (readonly [text: string, name: string])[] = [
  ['gs://my-bucket', 'projects/_/buckets/my-bucket'],
  ['gs://my-bucket/a/b', 'projects/_/buckets/my-bucket/objects/a/b'],
  ['//storage.googleapis.com/projects/_/buckets/my-bucket', 'projects/_/buckets/my-bucket'],
  ['projects/my-project', 'projects/my-project'],
  ['projects/my-project/zones/us-central1-a', 'projects/my-project/zones/us-central1-a'],
  ['policies/a%2Fb/denypolicies/c', 'policies/a%2Fb/denypolicies/c'],
  ['gs://my-*', 'projects/_/buckets/my-*'],
  ['gs://my-bucket/*', 'projects/_/buckets/my-bucket/objects/*'],
  ['gs://my-bucket/a/b*', 'projects/_/buckets/my-bucket/objects/a/b*'],
  ['//storage.googleapis.com/projects/_/buckets/my*', 'projects/_/buckets/my*'],
  ['projects/my-*', 'projects/my-*'],
  ['pro*', 'pro*'],
  ['*', '*'],
];
for (const [text, name] of spellings) {
  test(`--resource '${text}' is ${name} in the log`, () => {
    assert.equal(parseLoggedResource(text), name);
  });
}

for (const text of [
  'my-bucket',
  'my-*',
  'gs://',
  'projects/',
  '//evil.example/projects/p',
  '//evil.example/*',
  '',
]) {
  test(`--resource '${text}' is refused`, () => {
    assert.throws(() => parseLoggedResource(text), {
      message: /^It names no resource: write 'projects\/my-project', 'gs:\/\/my-bucket\/my-object', /,
    });
  });
}

test('a project is known by its number, an account by its unique id, and what is gone by what was named', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  await scene.run(['service-accounts', 'create', 'reader']);
  const owner = new OwnerClient(cloud.ownerSocket);
  const { projects, serviceAccounts } = cloud.services.resources;
  const number = (await projects.find('local-project'))?.value.projectNumber ?? '';
  const email = 'reader@local-project.iam.gserviceaccount.com';
  const { uniqueId = '' } = (await serviceAccounts.find(email))?.value ?? {};
  const account = `projects/local-project/serviceAccounts/${email}`;
  const rows = [
    ['projects/local-project', {}],
    [`projects/${number}`, { more: ['projects/local-project'] }],
    [`projects/${number}/zones/z*`, { more: ['projects/local-project/zones/z*'] }],
    [`projects/_/buckets/no-bucket`, {}],
    [`projects/-/serviceAccounts/${uniqueId}`, { more: [account] }],
    ['projects/-/serviceAccounts/nobody@x.org', {}],
    ['projects/999/zones/z', { unknownProject: 'projects/999' }],
  ] as const;
  for (const [named, { more = [], ...rest }] of rows as readonly (readonly [
    string,
    { readonly more?: readonly string[]; readonly unknownProject?: string },
  ])[])
    assert.deepEqual(await loggedNames(named, owner), { names: [named, ...more], ...rest }, named);
});
