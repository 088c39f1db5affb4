import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { before, test } from 'node:test';
import { EXAMPLES, printed, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';
import { NETNS, PROXY } from './ways.fixture.ts';

/** What a user's own login looks like; nothing in it is real. */
const PLANTED = JSON.stringify({
  type: 'authorized_user',
  client_id: 'planted.apps.googleusercontent.com',
  client_secret: 'planted-secret',
  refresh_token: 'planted-refresh-token',
});

const LIST_BUCKETS = [process.execPath, join(EXAMPLES, 'node', 'list-buckets.js')];

clientSuite('node', "a user's own credentials never enter", undefined, (cloud) => {
  let home = '';
  let wellKnownFile = '';
  let environment: Readonly<Record<string, string>> = {};

  before(() => {
    home = cloud.path('user');
    wellKnownFile = join(home, '.config', 'gcloud', 'application_default_credentials.json');
    mkdirSync(join(home, '.config', 'gcloud'), { recursive: true });
    writeFileSync(wellKnownFile, PLANTED);
    writeFileSync(join(home, 'planted.json'), PLANTED);
    environment = {
      HOME: home,
      GOOGLE_APPLICATION_CREDENTIALS: join(home, 'planted.json'),
      CLOUDSDK_AUTH_ACCESS_TOKEN: 'planted-access-token',
      GOOGLE_CLOUD_PROJECT: 'planted-project',
    };
  });

  test('netns: the well-known file is masked, and the variables are gone', {
    skip: NETNS.skip,
  }, async () => {
    const script = `
      cat '${wellKnownFile}' 2>&1
      ls -A '${join(home, '.config', 'gcloud')}'
      env | grep -e planted`;
    const outcome = await cloud.run(['--isolation', 'netns'], ['sh', '-c', script], { env: environment });
    assert.doesNotMatch(`${outcome.stdout}${outcome.stderr}`, /planted/);
    assert.equal(outcome.status, 1, 'grep finds nothing');
  });

  test('netns: a library takes the identity of the VM', { skip: NETNS.skip }, async () => {
    const outcome = await cloud.run(['--isolation', 'netns'], LIST_BUCKETS, { env: environment });
    assert.equal(printed(outcome), 'my-project-inbox\nmy-project-reports\n');
    const email =
      'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/email';
    const get = [
      process.execPath,
      join(EXAMPLES, 'node', 'request.js'),
      'GET',
      email,
      'Metadata-Flavor: Google',
    ];
    assert.equal(printed(await cloud.run(['--isolation', 'netns'], get, { env: environment })), WORKLOAD);
  });

  for (const isolation of ['proxy', 'env']) {
    test(`${isolation}: stops before the program starts, and says why`, async () => {
      const outcome = await cloud.run(['--isolation', isolation], ['echo', 'started'], { env: environment });
      assert.equal(outcome.status, 125);
      assert.equal(outcome.stdout, '');
      assert.ok(
        outcome.stderr.startsWith(`accredit: '${wellKnownFile}' holds credentials of your own`),
        outcome.stderr,
      );
      assert.match(outcome.stderr, /use '--isolation netns'/);
      assert.doesNotMatch(outcome.stderr, /planted-/);
    });
  }

  test('proxy: variables alone are cleared, and a library takes the identity of the VM', {
    skip: PROXY.skip,
  }, async () => {
    const env = { ...environment, HOME: cloud.path('home') };
    const outcome = await cloud.run(['--quiet', '--isolation', 'proxy'], LIST_BUCKETS, { env });
    assert.equal(printed(outcome), 'my-project-inbox\nmy-project-reports\n');
  });
});
