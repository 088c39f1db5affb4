import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { missingPrograms } from './programs.ts';
import { printed, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const VM_1 = ['--instance', 'vm-1'];
const IN_ZONE = '--zone=us-central1-a';

const STRANGER = 'stranger@my-project.iam.gserviceaccount.com';

/** A name that has to be encoded in every part of a URL. */
const NAME = 'Grüße an alle – 100%.txt';

/** A dozen commands of gcloud take forty seconds on two busy cores. */
const SCRIPT_TIMEOUT_MS = 150_000;

/**
 * Changes vm-1, whose metadata server answers the script, and vm-2, which is stopped and given another account. Each
 * line of its output is what was seen after a change.
 */
const CHANGE_SCRIPT = `
set -eu
zone=${IN_ZONE}
instances() { gcloud compute instances "$@" "$zone" --quiet > /dev/null; }
metadata() { curl -sS -H 'Metadata-Flavor: Google' "$@"; }
base=http://metadata.google.internal/computeMetadata/v1

instances add-metadata vm-1 --metadata=greeting=hello,other=kept
echo "attribute: $(metadata $base/instance/attributes/greeting)"
instances remove-metadata vm-1 --keys=greeting
echo "after removal: $(metadata -o /dev/null -w '%{http_code}' $base/instance/attributes/greeting)"

instances add-tags vm-1 --tags=web,db
instances remove-tags vm-1 --tags=web
echo "tags: $(metadata $base/instance/tags)"

gcloud compute project-info add-metadata --metadata=enable-guest-attributes=TRUE --quiet > /dev/null
echo "project attribute: $(metadata $base/project/attributes/enable-guest-attributes)"
metadata -X PUT --data done $base/instance/guest-attributes/testing/result
guest=$(gcloud compute instances get-guest-attributes vm-1 "$zone" --query-path=testing/ --format='value(namespace,key,value)')
echo "guest attribute: $guest"

instances simulate-maintenance-event vm-1
echo "maintenance: $(metadata $base/instance/maintenance-event)"

describe() { gcloud compute instances describe vm-2 "$zone" --format="value($1)"; }
instances stop vm-2
echo "stopped: $(describe status)"
instances set-service-account vm-2 --service-account=${STRANGER} --scopes=cloud-platform
echo "account: $(describe 'serviceAccounts[0].email')"
instances start vm-2
echo "started: $(describe status)"
`;

clientSuite('gcloud', 'gcloud', missingPrograms('gcloud'), (cloud) => {
  const gcloud = (...args: readonly string[]) => cloud.run(VM_1, ['gcloud', ...args]);

  before(async () => printed(await cloud.accredit('service-accounts', 'create', 'stranger')));

  test('storage ls lists buckets, objects and folders', async () => {
    assert.equal(
      printed(await gcloud('storage', 'ls')),
      'gs://my-project-inbox/\ngs://my-project-reports/\n',
    );
    assert.equal(
      printed(await gcloud('storage', 'ls', 'gs://my-project-reports/')),
      'gs://my-project-reports/hello.txt\ngs://my-project-reports/2026/\n',
    );
    assert.equal(
      printed(await gcloud('storage', 'ls', 'gs://my-project-reports/2026/')),
      'gs://my-project-reports/2026/summary.csv\n',
    );
  });

  test('storage cp and cat carry objects up and down, whatever their names', async () => {
    const text = cloud.writeFile(NAME, 'Grüße!\n');
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 251);
    const binary = cloud.writeFile('some bytes.bin', bytes);
    printed(await gcloud('storage', 'cp', text, binary, 'gs://my-project-inbox/from gcloud/'));
    assert.equal(
      printed(await gcloud('storage', 'ls', 'gs://my-project-inbox/from gcloud/')),
      `gs://my-project-inbox/from gcloud/${NAME}\ngs://my-project-inbox/from gcloud/some bytes.bin\n`,
    );
    const object = `gs://my-project-inbox/from gcloud/${NAME}`;
    assert.equal(printed(await gcloud('storage', 'cat', object)), 'Grüße!\n');
    mkdirSync(cloud.path('down'));
    printed(await gcloud('storage', 'cp', 'gs://my-project-inbox/from gcloud/*', cloud.path('down')));
    assert.equal(readFileSync(cloud.path('down', NAME), 'utf8'), 'Grüße!\n');
    assert.ok(readFileSync(cloud.path('down', 'some bytes.bin')).equals(bytes));
  });

  test('storage cp is refused where the account may only read', async () => {
    const file = cloud.writeFile('report.txt', 'mine');
    const outcome = await gcloud('storage', 'cp', file, 'gs://my-project-reports/');
    assert.equal(outcome.status, 1);
    const refusal = await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'storage.objects.create',
      words: /does not have storage\.objects\.create access to the Google Cloud Storage object\./,
    });
    assert.equal(refusal.decision.resource, 'projects/_/buckets/my-project-reports/objects/report.txt');
  });

  test('storage ls is refused by the scopes of a VM without one for Storage', async () => {
    const outcome = await cloud.run(['--scopes', 'compute-ro'], ['gcloud', 'storage', 'ls']);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'scopes',
      permission: 'storage.buckets.list',
      words: /Provided scope\(s\) are not authorized/,
    });
  });

  test('compute instances list and describe show the instances', async () => {
    const columns = '--format=value(name,zone.basename(),machineType.basename(),status)';
    assert.equal(
      printed(await gcloud('compute', 'instances', 'list', columns)),
      'vm-1\tus-central1-a\te2-medium\tRUNNING\nvm-2\tus-central1-a\te2-small\tRUNNING\n',
    );
    const account = '--format=value(serviceAccounts[0].email)';
    assert.equal(
      printed(await gcloud('compute', 'instances', 'describe', 'vm-2', IN_ZONE, account)),
      `${WORKLOAD}\n`,
    );
  });

  test('compute instances list is refused by the scopes of a VM without one for Compute', async () => {
    const outcome = await cloud.run(['--instance', 'vm-2'], ['gcloud', 'compute', 'instances', 'list']);
    // It is only a warning to gcloud, and its exit status is 0.
    assert.match(outcome.stderr, /Listed 0 items\./);
    await cloud.assertRefused(outcome, {
      refusedBy: 'scopes',
      permission: 'compute.instances.list',
      words: /Request had insufficient authentication scopes\./,
    });
  });

  test('compute instances create is refused without a role, in the words of Compute Engine', async () => {
    const outcome = await gcloud('compute', 'instances', 'create', 'made-1', IN_ZONE);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'compute.instances.create',
      words:
        /Required 'compute\.instances\.create' permission for 'projects\/my-project\/zones\/us-central1-a\/instances\/made-1'/,
    });
  });

  test('to attach an account, a caller must be allowed to act as it', async () => {
    const create = [
      'gcloud',
      'compute',
      'instances',
      'create',
      'made-1',
      IN_ZONE,
      `--service-account=${WORKLOAD}`,
    ];
    const options = ['--service-account', 'stranger', '--role', 'roles/compute.instanceAdmin.v1'];
    const outcome = await cloud.run(options, create);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'iam.serviceAccounts.actAs',
      principal: `serviceAccount:${STRANGER}`,
      words: new RegExp(
        `The user does not have access to service account '${WORKLOAD}'\\.  User: '${STRANGER}'\\.`,
      ),
    });
  });

  test('with the roles for it, compute instances create and delete do what they say', async () => {
    const roles = ['--role', 'roles/compute.instanceAdmin.v1', '--role', 'roles/iam.serviceAccountUser'];
    const made = [
      'gcloud',
      'compute',
      'instances',
      'create',
      'made-2',
      IN_ZONE,
      `--service-account=${WORKLOAD}`,
    ];
    const created = await cloud.run(roles, [...made, '--format=value(name,status)']);
    assert.equal(printed(created), 'made-2\tRUNNING\n');
    const filter = ['compute', 'instances', 'list', '--filter=name=made-2', '--format=value(name)'];
    assert.equal(printed(await gcloud(...filter)), 'made-2\n');
    printed(
      await cloud.run(roles, ['gcloud', 'compute', 'instances', 'delete', 'made-2', IN_ZONE, '--quiet']),
    );
    assert.equal(printed(await gcloud(...filter)), '');
  });

  test('what gcloud changes of an instance and its project, the metadata server shows', async () => {
    const script = cloud.writeFile('change.sh', CHANGE_SCRIPT);
    const roles = ['--role', 'roles/compute.instanceAdmin.v1', '--role', 'roles/iam.serviceAccountUser'];
    const outcome = await cloud.run([...VM_1, ...roles], ['sh', script], { timeoutMs: SCRIPT_TIMEOUT_MS });
    const changed = printed(outcome);
    assert.deepEqual(changed.split('\n'), [
      'attribute: hello',
      'after removal: 404',
      'tags: ["db"]',
      'project attribute: TRUE',
      'guest attribute: testing\tresult\tdone',
      'maintenance: MIGRATE_ON_HOST_MAINTENANCE',
      'stopped: TERMINATED',
      `account: ${STRANGER}`,
      'started: RUNNING',
      '',
    ]);
  });
});
