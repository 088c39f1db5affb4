import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { missingPrograms } from './programs.ts';
import { printed, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const NAME = 'Grüße an alle – 100%.txt';
const BUCKETS = 'gs://my-project-inbox/\ngs://my-project-reports/\n';
const STRANGER = 'stranger@my-project.iam.gserviceaccount.com';

clientSuite('gsutil', 'gsutil', missingPrograms('gsutil'), (cloud) => {
  const gsutil = (...args: readonly string[]) => cloud.run(['--instance', 'vm-1'], ['gsutil', ...args]);

  before(async () => printed(await cloud.accredit('service-accounts', 'create', 'stranger')));

  test('ls lists buckets, objects and folders', async () => {
    assert.equal(printed(await gsutil('ls')), BUCKETS);
    assert.equal(
      printed(await gsutil('ls', 'gs://my-project-reports/')),
      'gs://my-project-reports/hello.txt\ngs://my-project-reports/2026/\n',
    );
    assert.equal(
      printed(await gsutil('ls', 'gs://my-project-reports/2026/')),
      'gs://my-project-reports/2026/summary.csv\n',
    );
  });

  test('what its gcloud asks for first is answered 503 and 429, and ls goes on', async () => {
    await cloud.failNext('vm-1', 'project/project-id', 503, 429);
    assert.equal(printed(await gsutil('ls')), BUCKETS);
    await cloud.assertNoFaultLeft();
  });

  test('ls does not survive a 503 or a 429 for a token, for which it asks once; the next one goes on', async () => {
    // apitools tries calls of an API again, but not `_GceMetadataRequest` (apitools/base/py/credentials_lib.py).
    await cloud.failNext('vm-1', 'instance/service-accounts/default/token', 503, 429);
    const thrice = 'for attempt in 1 2 3; do gsutil ls; echo "exit $?"; done';
    const outcome = await cloud.run(['--instance', 'vm-1'], ['sh', '-c', thrice]);
    assert.equal(printed(outcome), `exit 1\nexit 1\n${BUCKETS}exit 0\n`);
    const said = outcome.stderr.match(/^apitools\S+CommunicationError: .*$/gm);
    assert.deepEqual(said, [
      'apitools.base.py.exceptions.CommunicationError: Could not reach metadata service: Service Unavailable',
      'apitools.base.py.exceptions.CommunicationError: Could not reach metadata service: Too Many Requests',
    ]);
    await cloud.assertNoFaultLeft();
  });

  test('the next command sees that its VM has other scopes', async () => {
    const other = ['https://www.googleapis.com/auth/compute.readonly'];
    await cloud.owner().replaceAccount('vm-2', WORKLOAD, other);
    await cloud.assertRefused(await cloud.run(['--instance', 'vm-2'], ['gsutil', 'ls']), {
      refusedBy: 'scopes',
      permission: 'storage.buckets.list',
      words: /403 Insufficient OAuth2 scope to perform this operation\./,
    });
  });

  test('cp and cat carry objects up and down, whatever their names', async () => {
    const text = cloud.writeFile(NAME, 'Grüße!\n');
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 251);
    const binary = cloud.writeFile('some bytes.bin', bytes);
    printed(await gsutil('cp', text, binary, 'gs://my-project-inbox/from gsutil/'));
    assert.equal(printed(await gsutil('cat', `gs://my-project-inbox/from gsutil/${NAME}`)), 'Grüße!\n');
    mkdirSync(cloud.path('down'));
    printed(await gsutil('cp', 'gs://my-project-inbox/from gsutil/*', cloud.path('down')));
    assert.equal(readFileSync(cloud.path('down', NAME), 'utf8'), 'Grüße!\n');
    assert.ok(readFileSync(cloud.path('down', 'some bytes.bin')).equals(bytes));
  });

  test('ls is refused by IAM where the account has no role', async () => {
    const outcome = await cloud.run(['--service-account', 'stranger'], ['gsutil', 'ls']);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'storage.buckets.list',
      principal: `serviceAccount:${STRANGER}`,
      words: new RegExp(
        `^AccessDeniedException: 403 ${STRANGER} does not have storage\\.buckets\\.list access`,
        'm',
      ),
    });
  });

  test('ls is refused by the scopes of a VM without one for Storage', async () => {
    const outcome = await cloud.run(['--scopes', 'compute-ro'], ['gsutil', 'ls']);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'scopes',
      permission: 'storage.buckets.list',
      words: /^AccessDeniedException: 403 Insufficient OAuth2 scope to perform this operation\.$/m,
    });
  });

  test('cp is refused where the account may only read', async () => {
    const file = cloud.writeFile('report.txt', 'mine');
    const outcome = await gsutil('cp', file, 'gs://my-project-reports/');
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'storage.objects.create',
      words: /AccessDeniedException: 403 .* does not have storage\.objects\.create access/,
    });
  });
});
