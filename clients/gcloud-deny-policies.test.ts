import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CREDENTIALS, KEEPER, makeKeeper, runAsKeeper } from './keeper.fixture.ts';
import { missingPrograms } from './programs.ts';
import { printed, told } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const PLACE = [
  '--attachment-point=cloudresourcemanager.googleapis.com/projects/my-project',
  '--kind=denypolicies',
];
const OBJECT = 'gs://my-project-reports/hello.txt';

for (const credential of CREDENTIALS) {
  clientSuite('gcloud', `gcloud iam policies as ${credential}`, missingPrograms('gcloud'), (cloud) => {
    const policies = (verb: string, ...args: readonly string[]) =>
      runAsKeeper(cloud, credential, [
        'gcloud',
        'iam',
        'policies',
        verb,
        ...args,
        ...PLACE,
        '--format=json',
        '--quiet',
      ]);
    const read = () => runAsKeeper(cloud, credential, ['gcloud', 'storage', 'cat', OBJECT]);

    /** Writes the file of a policy that denies everyone but these to read objects, in gcloud's YAML. */
    const policyFile = (displayName: string, ...exceptions: readonly string[]) =>
      cloud.writeFile(
        'policy.yaml',
        `displayName: ${displayName}
rules:
- description: Nobody reads
  denyRule:
    deniedPrincipals: ['principalSet://goog/public:all']
    exceptionPrincipals: ${JSON.stringify(exceptions)}
    deniedPermissions: [storage.googleapis.com/objects.get]
`,
      );

    before(() => makeKeeper(cloud, ['roles/iam.denyAdmin'], ['roles/storage.objectViewer']));

    test('create, get and list show a policy, and what it denies is refused in the words of Cloud Storage', async () => {
      assert.equal(printed(await read()), 'Hello from my-project-reports!\n');
      const created = told(await policies('create', 'no-reads', `--policy-file=${policyFile('First')}`));
      assert.equal(created['done'], true);
      const policy = told(await policies('get', 'no-reads'));
      assert.equal(policy['displayName'], 'First');
      assert.equal(policy['kind'], 'DenyPolicy');
      assert.match(
        String(policy['name']),
        /^policies\/cloudresourcemanager\.googleapis\.com%2Fprojects%2F\d+\/denypolicies\/no-reads$/,
      );
      const listed = JSON.parse(printed(await policies('list')));
      assert.deepEqual(
        listed.policies.map(({ name }: { readonly name: string }) => name),
        [policy['name']],
      );
      const refused = await read();
      assert.equal(refused.status, 1);
      await cloud.assertRefused(refused, {
        refusedBy: 'deny',
        permission: 'storage.objects.get',
        principal: `serviceAccount:${KEEPER}`,
        words: /does not have storage\.objects\.get access to the Google Cloud Storage object\./,
      });
    });

    test('update with a stale etag is refused; with the present one it spares whom the file names', async () => {
      const { etag } = told(await policies('get', 'no-reads'));
      const spared = `principal://iam.googleapis.com/projects/-/serviceAccounts/${KEEPER}`;
      const file = `--policy-file=${policyFile('Second', spared)}`;
      told(await policies('update', 'no-reads', file, `--etag=${String(etag)}`));
      assert.equal(printed(await read()), 'Hello from my-project-reports!\n');
      const stale = await policies('update', 'no-reads', file, `--etag=${String(etag)}`);
      assert.equal(stale.status, 1);
      assert.match(stale.stderr, /There were concurrent policy changes\./);
    });

    test('what cannot be denied is refused, and delete takes a policy away', async () => {
      const file = cloud.writeFile(
        'bad.json',
        JSON.stringify({ rules: [{ denyRule: { deniedPrincipals: ['user:a@b.c'] } }] }),
      );
      const refused = await policies('create', 'bad', `--policy-file=${file}`);
      assert.equal(refused.status, 1);
      assert.match(refused.stderr, /INVALID_ARGUMENT/);
      told(await policies('delete', 'no-reads'));
      assert.deepEqual(JSON.parse(printed(await policies('list'))), {});
    });
  });
}
