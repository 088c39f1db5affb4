import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { missingPrograms } from './programs.ts';
import { printed } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const READER = 'reader@my-project.iam.gserviceaccount.com';

/** Signs in with a key file on a VM whose own account is another one, then runs a command. */
function signedIn(keyFile: string, command: string): readonly string[] {
  const signIn = `gcloud --quiet auth activate-service-account --key-file='${keyFile}' 2>/dev/null`;
  return ['sh', '-c', `${signIn} && ${command}`];
}

clientSuite('gcloud', 'gcloud with a service account key file', missingPrograms('gcloud'), (cloud) => {
  const run = (command: string) =>
    cloud.run(['--service-account', 'stranger'], signedIn(cloud.path('key.json'), command));

  before(async () => {
    for (const account of ['stranger', 'reader']) {
      printed(await cloud.accredit('service-accounts', 'create', account));
    }
    printed(
      await cloud.accredit('service-accounts', 'keys', 'create', 'key.json', '--service-account', 'reader'),
    );
  });

  test("the key file has Google's form and names Google's token endpoint", () => {
    const key = JSON.parse(readFileSync(cloud.path('key.json'), 'utf8')) as Readonly<Record<string, string>>;
    assert.equal(key.type, 'service_account');
    assert.equal(key.client_email, READER);
    assert.equal(key.token_uri, 'https://oauth2.googleapis.com/token');
  });

  test('the account of the key is the active one, besides that of the VM', async () => {
    const active = await run('gcloud auth list --filter=status:ACTIVE --format="value(account)"');
    assert.equal(printed(active), `${READER}\n`);
  });

  test('what the account of the key may not do is refused', async () => {
    const outcome = await run('gcloud storage cat gs://my-project-reports/hello.txt');
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'storage.objects.get',
      principal: `serviceAccount:${READER}`,
      words: /does not have storage\.objects\.get access|does not have permission to access/,
    });
  });

  test('the grant that the refusal proposes opens it', async () => {
    await cloud.grant(
      'roles/storage.objectViewer',
      `serviceAccount:${READER}`,
      '--bucket',
      'my-project-reports',
    );
    const outcome = await run('gcloud storage cat gs://my-project-reports/hello.txt');
    assert.equal(printed(outcome), 'Hello from my-project-reports!\n');
  });

  test('a key that was changed is no credential', async () => {
    const key = JSON.parse(readFileSync(cloud.path('key.json'), 'utf8')) as Readonly<Record<string, string>>;
    const forged = cloud.writeFile(
      'forged.json',
      JSON.stringify({ ...key, client_email: READER.replace('reader', 'stranger') }),
    );
    const outcome = await cloud.run(
      ['--service-account', 'stranger'],
      ['gcloud', '--quiet', 'auth', 'activate-service-account', `--key-file=${forged}`],
    );
    assert.equal(outcome.status, 1);
    assert.match(outcome.stderr, /invalid_grant/);
  });
});
