import assert from 'node:assert/strict';
import { join } from 'node:path';
import process from 'node:process';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertAccessToken, EXAMPLES, printed, told, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';
import { assertSeesChanges } from './watch.fixture.ts';
import { NETNS, PROXY } from './ways.fixture.ts';

const BUCKETS = 'my-project-inbox\nmy-project-reports\n';
const SERVICE_ACCOUNT = 'instance/service-accounts/default';
const METADATA = [process.execPath, fileURLToPath(new URL('node/metadata.ts', import.meta.url))];
const STRANGER = 'stranger@my-project.iam.gserviceaccount.com';

clientSuite('node', 'Node', undefined, (cloud) => {
  const run = (options: readonly string[], program: string, ...args: readonly string[]) =>
    cloud.run(options, [process.execPath, join(EXAMPLES, 'node', program), ...args]);

  before(async () => {
    printed(await cloud.accredit('service-accounts', 'create', 'stranger'));
    await cloud.owner().setProjectAttribute('team', 'finance');
  });

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

    test(`gcp-metadata knows its VM and its project (${isolation})`, { skip }, async () => {
      const instanceId = await cloud.owner().instanceId('vm-1');
      assert.deepEqual(told(await cloud.run(vm1, [...METADATA, 'facts'])), {
        available: true,
        projectId: 'my-project',
        projectNumber: 123456789012,
        team: 'finance',
        instanceId,
        instanceIdInDump: instanceId,
        zone: 'projects/123456789012/zones/us-central1-a',
        tags: ['web'],
        greeting: 'hello',
        email: WORKLOAD,
        missing: null,
        universe: 'googleapis.com',
        bulk: { 'instance/name': 'vm-1', 'project/project-id': 'my-project' },
      });
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

  test('google-auth-library finds project, account and tokens, and survives a 503 and a 429 for each', async () => {
    await cloud.failNext('vm-1', `${SERVICE_ACCOUNT}/token`, 503, 429);
    await cloud.failNext('vm-1', `${SERVICE_ACCOUNT}/identity`, 429, 503);
    const outcome = await cloud.run(['--instance', 'vm-1'], [...METADATA, 'credentials']);
    const { token, idToken, ...found } = told(outcome);
    assert.deepEqual(found, { projectId: 'my-project', universe: 'googleapis.com', email: WORKLOAD });
    assertAccessToken(String(token));
    const claims = await cloud.owner().verifyIdentityToken(String(idToken), 'https://node.example');
    assert.equal(claims.sub, await cloud.owner().accountId(WORKLOAD));
    await cloud.assertNoFaultLeft();
  });

  test('gcp-metadata finds the VM although it is answered 503 and 429 first', async () => {
    await cloud.failNext('vm-1', 'instance/*', 503, 429);
    assert.equal(told(await cloud.run(['--instance', 'vm-1'], [...METADATA, 'facts'])).available, true);
    await cloud.assertNoFaultLeft();
  });

  test('gcp-metadata sees a change, an empty value, and the end of an attribute', () =>
    assertSeesChanges(cloud, [...METADATA, 'watch']));

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
