import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BUCKET, makeReader, ONLY_2026, runLines } from './policies.fixture.ts';
import { missingPrograms } from './programs.ts';
import { printed } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

/** Who changes policies, as the account of a VM and of a key file. */
const KEEPER = 'keeper@my-project.iam.gserviceaccount.com';

/** The account that the reader is let look at. */
const ROBOT = 'robot-1@my-project.iam.gserviceaccount.com';

/** Lets the keeper give the roles `roles/storage.objectViewer` and `roles/browser` on the project, and no other. */
const DELEGATION = `
granted='api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", [])'
only='["roles/storage.objectViewer", "roles/browser"]'
member=serviceAccount:${KEEPER}
shown gcloud projects add-iam-policy-binding my-project --member=$member --role=roles/resourcemanager.projectIamAdmin \\
  --condition="^;^expression=$granted.hasOnly($only);title=two-roles"
`;

/** `$1`, if there is one, is a key file. */
const PROGRAM = `
if [ $# -gt 0 ]; then gcloud auth activate-service-account --key-file="$1" --quiet 2> /dev/null; fi
echo "as: $(gcloud auth list --filter=status:ACTIVE --format='value(account)')"
viewer=roles/storage.objectViewer
user=roles/iam.serviceAccountUser
looks() { echo "looks: $(status https://iam.googleapis.com/v1/projects/-/serviceAccounts/${ROBOT})"; }

echo '- projects'
shown gcloud projects add-iam-policy-binding my-project --member=$member --role=$viewer --condition='${ONLY_2026}'
reads
shown gcloud projects remove-iam-policy-binding my-project --member=$member --role=$viewer --all
reads
refused shown gcloud projects add-iam-policy-binding my-project --member=$member --role=roles/editor --condition=None

echo '- buckets'
shown gcloud storage buckets add-iam-policy-binding $bucket --member=$member --role=$viewer --condition='${ONLY_2026}'
reads
shown gcloud storage buckets remove-iam-policy-binding $bucket --member=$member --role=$viewer --all
reads

echo '- service accounts'
looks
until='expression=request.time < timestamp("2099-01-01T00:00:00Z"),title=until-2099'
shown gcloud iam service-accounts add-iam-policy-binding ${ROBOT} --member=$member --role=$user --condition="$until"
looks
shown gcloud iam service-accounts remove-iam-policy-binding ${ROBOT} --member=$member --role=$user --all
looks
`;

/** What the program prints. */
const SEEN: readonly string[] = [
  `as: ${KEEPER}`,
  '- projects',
  'roles/storage.objectViewer only-2026',
  'reads: hello 403, 2026 200',
  'reads: hello 403, 2026 403',
  `[${KEEPER}] does not have permission to access projects instance [my-project:setIamPolicy] (or it may not exist): The caller does not have permission. This command is authenticated as ${KEEPER} which is the active account specified by the [core/account] property`,
  '- buckets',
  'roles/storage.objectViewer only-2026',
  'reads: hello 403, 2026 200',
  'reads: hello 403, 2026 403',
  '- service accounts',
  'looks: 403',
  'roles/iam.serviceAccountUser until-2099',
  'looks: 200',
  'looks: 403',
];

clientSuite('gcloud', 'gcloud changes policies', missingPrograms('gcloud', 'curl', 'jq'), (cloud) => {
  before(async () => {
    await makeReader(cloud);
    for (const account of ['keeper', 'robot-1', 'stranger']) {
      printed(await cloud.accredit('service-accounts', 'create', account));
    }
    await cloud.grant('roles/storage.admin', `serviceAccount:${KEEPER}`, '--bucket', BUCKET);
    await cloud.grant('roles/iam.serviceAccountAdmin', `serviceAccount:${KEEPER}`);
  });

  test('an account is let give two roles of a project and no other, by a condition', async () => {
    const options = ['--instance', 'vm-1', '--role', 'roles/resourcemanager.projectIamAdmin'];
    assert.deepEqual(await runLines(cloud, options, DELEGATION), [
      'roles/iam.serviceAccountAdmin unconditional',
      'roles/resourcemanager.projectIamAdmin two-roles',
    ]);
  });

  test('the account of a VM gives and takes access on a project, a bucket and an account', async () => {
    assert.deepEqual(await runLines(cloud, ['--service-account', 'keeper'], PROGRAM), SEEN);
  });

  test('the account of a key file does the same', async () => {
    const keyFile = cloud.path('keeper.json');
    printed(
      await cloud.accredit('service-accounts', 'keys', 'create', keyFile, '--service-account', 'keeper'),
    );
    assert.deepEqual(await runLines(cloud, ['--service-account', 'stranger'], PROGRAM, [keyFile]), SEEN);
  });
});
