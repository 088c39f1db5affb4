import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CREDENTIALS, makeKeeper, runAsKeeper } from './keeper.fixture.ts';
import { missingPrograms } from './programs.ts';
import { printed, WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

/** An organization with two folders, where the account of the VM may do everything. */
const ORGANIZATION = `
organizations:
  - organizationId: '210987654321'
    displayName: example.com
    directoryCustomerId: C0abcd123
    iamPolicy:
      - {role: roles/owner, members: ['serviceAccount:${WORKLOAD}']}
      - {role: roles/resourcemanager.organizationAdmin, members: ['serviceAccount:${WORKLOAD}']}
      - {role: roles/resourcemanager.folderAdmin, members: ['serviceAccount:${WORKLOAD}']}
    folders:
      - folderId: '310987654321'
        displayName: Engineering
        folders: [{folderId: '410987654321', displayName: Team Blue}]
`;

/** A dozen commands of gcloud take forty seconds on two busy cores. */
const SCRIPT_TIMEOUT_MS = 240_000;

/** The life of a project. Each line of the output is what was seen after a change. */
const LIFE_SCRIPT = `
set -eu
projects() { gcloud projects "$@" --quiet; }
state() { gcloud projects describe new-project --format='value(lifecycleState)'; }

projects create new-project --name='New one' --folder=410987654321 --labels=team=blue --no-enable-cloud-apis > /dev/null
echo "made: $(projects describe new-project --format='value(projectId,name,labels.team,parent.id)')"
echo "ancestors: $(projects get-ancestors new-project --format='csv[no-heading](id,type)' | tr '\\n' ' ')"
echo "listed: $(projects list --filter='parent.id=410987654321 AND parent.type=folder' --format='value(projectId)')"
projects update new-project --name='Another name' > /dev/null
echo "updated: $(projects describe new-project --format='value(name,labels.team)')"

projects add-iam-policy-binding new-project --member=user:ada@example.com --role=roles/viewer > /dev/null
viewers() {
  projects get-iam-policy new-project --flatten='bindings[]' --filter='bindings.role:roles/viewer' --format='value(bindings.members)'
}
echo "viewers: $(viewers)"
projects get-iam-policy new-project --format=json > "$TMPDIR/policy.json"
projects remove-iam-policy-binding new-project --member=user:ada@example.com --role=roles/viewer > /dev/null
echo "without viewers: $(viewers)"
projects get-iam-policy new-project --format='value(etag)' > "$TMPDIR/etag"
sed "s#\\"etag\\": .*#\\"etag\\": \\"$(cat "$TMPDIR/etag")\\",#" "$TMPDIR/policy.json" > "$TMPDIR/new-policy.json"
projects set-iam-policy new-project "$TMPDIR/new-policy.json" > /dev/null
echo "viewers again: $(viewers)"

projects delete new-project > /dev/null
echo "deleted: $(state)"
echo "listed: $(projects list --filter='lifecycleState:DELETE_REQUESTED' --format='value(projectId)')"
projects undelete new-project > /dev/null
echo "undeleted: $(state)"
`;

for (const credential of CREDENTIALS) {
  clientSuite(
    'gcloud',
    `gcloud projects as ${credential}`,
    missingPrograms('gcloud'),
    (cloud) => {
      const onOrganization = ['--organization', '210987654321'];

      before(() =>
        makeKeeper(
          cloud,
          ['roles/owner', ...onOrganization],
          ['roles/resourcemanager.projectCreator', ...onOrganization],
        ),
      );

      test('a project is made, changed, given to people, deleted and brought back', async () => {
        const timeoutMs = SCRIPT_TIMEOUT_MS;
        const script = await runAsKeeper(cloud, credential, ['sh', '-c', LIFE_SCRIPT], { timeoutMs });
        assert.deepEqual(printed(script).split('\n'), [
          'made: new-project\tNew one\tblue\t410987654321',
          'ancestors: new-project,project 410987654321,folder 310987654321,folder 210987654321,organization ',
          'listed: new-project',
          'updated: Another name\tblue',
          'viewers: user:ada@example.com',
          'without viewers: ',
          'viewers again: user:ada@example.com',
          'deleted: DELETE_REQUESTED',
          'listed: new-project',
          'undeleted: ACTIVE',
          '',
        ]);
      });
    },
    ORGANIZATION,
  );
}

clientSuite(
  'gcloud',
  'gcloud with folders and organizations',
  missingPrograms('gcloud'),
  (cloud) => {
    const gcloud = (...args: readonly string[]) => cloud.run(['--instance', 'vm-1'], ['gcloud', ...args]);

    test('organizations list, describe and get-iam-policy show the organization, by id and by domain', async () => {
      const listed = await gcloud(
        'organizations',
        'list',
        '--format=csv[no-heading](displayName,name,owner.directoryCustomerId)',
      );
      assert.equal(printed(listed), 'example.com,210987654321,C0abcd123\n');
      const described = await gcloud('organizations', 'describe', 'example.com', '--format=value(name)');
      assert.equal(printed(described), 'organizations/210987654321\n');
      const policy = await gcloud('organizations', 'get-iam-policy', '210987654321', '--format=json');
      const { bindings } = JSON.parse(printed(policy)) as { bindings: readonly { role: string }[] };
      assert.ok(bindings.some(({ role }) => role === 'roles/resourcemanager.organizationAdmin'));
    });

    test('resource-manager folders list and describe show the folders', async () => {
      const folders = (...args: readonly string[]) => gcloud('resource-manager', 'folders', ...args);
      const listed = await folders('list', '--organization=210987654321', '--format=value(displayName,name)');
      assert.equal(printed(listed), 'Engineering\t310987654321\n');
      const inner = await folders('list', '--folder=310987654321', '--format=value(displayName,parent)');
      assert.equal(printed(inner), 'Team Blue\tfolders/310987654321\n');
      const described = await folders(
        'describe',
        '410987654321',
        '--format=value(displayName,lifecycleState)',
      );
      assert.equal(printed(described), 'Team Blue\tACTIVE\n');
    });
  },
  ORGANIZATION,
);
