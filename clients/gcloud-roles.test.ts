import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CREDENTIALS, makeKeeper, runAsKeeper } from './keeper.fixture.ts';
import { missingPrograms } from './programs.ts';
import { printed, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

/** Fourteen commands of gcloud take twenty seconds, and two minutes where others keep both cores busy. */
const SCRIPT_TIMEOUT_MS = 300_000;

const ROLE_ADMIN = ['--instance', 'vm-1', '--role', 'roles/iam.roleAdmin'];

/** Lives through a custom role; each line of its output is what was seen after a command. */
const LIFE_SCRIPT = `
set -eu
roles() { command=$1; shift; gcloud iam roles "$command" "$@" --project=my-project --quiet; }

roles create lister --title=Lister --permissions=storage.buckets.list --stage=GA --format='value(name,title,stage)'
roles describe lister --format='value(includedPermissions)'
roles update lister --add-permissions=storage.objects.list --format='value(includedPermissions.list())'
roles update lister --remove-permissions=storage.buckets.list --description=Lists --format='value(includedPermissions,description)'
gcloud iam roles copy --source=roles/storage.bucketViewer --destination=copied --dest-project=my-project --quiet --format='value(name,includedPermissions.list(),stage)'
gcloud iam roles list --project=my-project --format='value(name)'
roles delete copied --format='value(deleted)'
gcloud iam roles list --project=my-project --format='value(name)'
gcloud iam roles list --project=my-project --show-deleted --format='value(name,deleted)'
roles undelete copied --format='value(name)'
gcloud iam roles describe copied --project=my-project > described.yaml
sed -i 's/^title: .*/title: From a file/' described.yaml
roles update copied --file=described.yaml --format='value(title)'
roles update copied --file=described.yaml > /dev/null 2> stale.txt || echo "stale: $(grep -c 'Stale "etag"' stale.txt)"
`;

for (const credential of CREDENTIALS) {
  clientSuite('gcloud', `gcloud iam roles as ${credential}`, missingPrograms('gcloud'), (cloud) => {
    before(() => makeKeeper(cloud, ['roles/iam.roleAdmin']));

    test('a custom role is created, described, updated, copied, listed, deleted and brought back', async () => {
      const script = cloud.writeFile('roles.sh', LIFE_SCRIPT);
      const outcome = await runAsKeeper(cloud, credential, ['sh', script], {
        timeoutMs: SCRIPT_TIMEOUT_MS,
      });
      assert.deepEqual(printed(outcome).split('\n'), [
        'projects/my-project/roles/lister\tLister\tGA',
        'storage.buckets.list',
        'storage.buckets.list,storage.objects.list',
        'storage.objects.list\tLists',
        'projects/my-project/roles/copied\tstorage.buckets.get,storage.buckets.list\tALPHA',
        'projects/my-project/roles/copied',
        'projects/my-project/roles/lister',
        // The sample's own.
        'projects/my-project/roles/summaryReader',
        'True',
        'projects/my-project/roles/lister',
        'projects/my-project/roles/summaryReader',
        'projects/my-project/roles/copied\tTrue',
        'projects/my-project/roles/lister\t',
        'projects/my-project/roles/summaryReader\t',
        'projects/my-project/roles/copied',
        'From a file',
        'stale: 1',
        '',
      ]);
    });
  });
}

clientSuite('gcloud', 'gcloud iam roles, as they are', missingPrograms('gcloud'), (cloud) => {
  const gcloud = (...args: readonly string[]) => cloud.run(ROLE_ADMIN, ['gcloud', 'iam', ...args]);

  test('roles list and describe show the predefined roles', async () => {
    const names = printed(
      await gcloud('roles', 'list', '--filter=name:roles/storage.object', '--format=value(name)'),
    );
    assert.deepEqual(names.trim().split('\n'), [
      'roles/storage.objectAdmin',
      'roles/storage.objectCreator',
      'roles/storage.objectUser',
      'roles/storage.objectViewer',
    ]);
    const described = JSON.parse(
      printed(await gcloud('roles', 'describe', 'roles/storage.bucketViewer', '--format=json')),
    );
    assert.deepEqual(described, {
      description: 'Grants permission to view buckets and their metadata, excluding IAM policies.',
      etag: 'AA==',
      includedPermissions: ['storage.buckets.get', 'storage.buckets.list'],
      name: 'roles/storage.bucketViewer',
      stage: 'BETA',
      title: 'Storage Bucket Viewer',
    });
  });

  test('list-grantable-roles and list-testable-permissions take names and addresses of resources', async () => {
    const project = '//cloudresourcemanager.googleapis.com/projects/my-project';
    const grantable = printed(await gcloud('list-grantable-roles', project, '--format=value(name)')).split(
      '\n',
    );
    assert.ok(grantable.includes('roles/viewer') && !grantable.includes('roles/storage.legacyObjectReader'));
    const instance =
      'https://www.googleapis.com/compute/v1/projects/my-project/zones/us-central1-a/instances/vm-1';
    const testable = printed(
      await gcloud('list-testable-permissions', instance, '--format=value(name)'),
    ).split('\n');
    assert.ok(testable.includes('compute.instances.start') && !testable.includes('compute.instances.create'));
  });

  test('a role with a permission that is none is refused in the words of IAM', async () => {
    const outcome = await gcloud(
      'roles',
      'create',
      'wrong',
      '--project=my-project',
      '--permissions=storage.objects.eat',
      '--quiet',
    );
    assert.equal(outcome.status, 1);
    assert.match(outcome.stderr, /INVALID_ARGUMENT: Permission storage\.objects\.eat is not valid\./);
  });

  test('roles create is refused without a role that allows it', async () => {
    const create = ['gcloud', 'iam', 'roles', 'create', 'mine', '--project=my-project', '--quiet'];
    const outcome = await cloud.run(['--instance', 'vm-1'], create);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'iam.roles.create',
      principal: `serviceAccount:${WORKLOAD}`,
      words: /Permission 'iam\.roles\.create' denied on resource/,
    });
  });
});
