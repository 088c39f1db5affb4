import assert from 'node:assert/strict';
import { join } from 'node:path';
import process from 'node:process';
import { before, test } from 'node:test';
import { assertAccessToken, EXAMPLES, printed } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';
import { NETNS, PROXY } from './ways.fixture.ts';

const BUCKETS = 'my-project-inbox\nmy-project-reports\n';
const STRANGER = 'stranger@my-project.iam.gserviceaccount.com';

clientSuite('node', 'Node', undefined, (cloud) => {
  const run = (options: readonly string[], program: string, ...args: readonly string[]) =>
    cloud.run(options, [process.execPath, join(EXAMPLES, 'node', program), ...args]);

  before(async () => printed(await cloud.accredit('service-accounts', 'create', 'stranger')));

  for (const { isolation, skip } of [NETNS, PROXY]) {
    const vm1 = ['--instance', 'vm-1', '--quiet', '--isolation', isolation];

    test(`@google-cloud/storage finds its project and its account by itself (${isolation})`, {
      skip,
    }, async () => {
      assert.equal(printed(await run(vm1, 'list-buckets.js')), BUCKETS);
    });

    test(`google-auth-library prints a token of the VM (${isolation})`, { skip }, async () => {
      assertAccessToken(printed(await run(vm1, 'access-token.js')));
    });

    test(`fetch reaches the metadata server and the APIs (${isolation})`, { skip }, async () => {
      const url = 'http://metadata.google.internal/computeMetadata/v1/project/project-id';
      assert.equal(
        printed(await run(vm1, 'request.js', 'GET', url, 'Metadata-Flavor: Google')),
        'my-project',
      );
      const api = 'https://storage.googleapis.com/storage/v1/b?project=my-project';
      assert.match(printed(await run(vm1, 'request.js', 'GET', api)), /"code": 401/);
    });
  }

  test('a project may be named on the command line', async () => {
    assert.equal(printed(await run(['--instance', 'vm-1'], 'list-buckets.js', 'my-project')), BUCKETS);
  });

  test('@google-cloud/storage is refused by IAM where the account has no role', async () => {
    const outcome = await run(['--service-account', 'stranger'], 'list-buckets.js');
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'storage.buckets.list',
      principal: `serviceAccount:${STRANGER}`,
      words: new RegExp(
        `^Cloud Storage says 403: ${STRANGER} does not have storage\\.buckets\\.list access`,
        'm',
      ),
    });
  });

  test('@google-cloud/storage is refused by the scopes of a VM without one for Storage', async () => {
    const outcome = await run(['--scopes', 'compute-ro'], 'list-buckets.js');
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'scopes',
      permission: 'storage.buckets.list',
      words: /^Cloud Storage says 403: Provided scope\(s\) are not authorized$/m,
    });
  });
});
