import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CREDENTIALS, KEEPER, makeKeeper } from './keeper.fixture.ts';
import { BUCKET, makeReader, ONLY_2026, runLines, runLinesAsKeeper } from './policies.fixture.ts';
import { missingPrograms } from './programs.ts';
import { printed } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

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

/** What the keeper does. */
const PROGRAM = `
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
    printed(await cloud.accredit('service-accounts', 'create', 'robot-1'));
    await makeKeeper(cloud, ['roles/storage.admin', '--bucket', BUCKET], ['roles/iam.serviceAccountAdmin']);
  });

  test('an account is let give two roles of a project and no other, by a condition', async () => {
    const options = ['--instance', 'vm-1', '--role', 'roles/resourcemanager.projectIamAdmin'];
    assert.deepEqual(await runLines(cloud, options, DELEGATION), [
      'roles/iam.serviceAccountAdmin unconditional',
      'roles/resourcemanager.projectIamAdmin two-roles',
    ]);
  });

  for (const credential of CREDENTIALS) {
    test(`${credential} gives and takes access on a project, a bucket and an account`, async () => {
      assert.deepEqual(await runLinesAsKeeper(cloud, credential, PROGRAM), SEEN);
    });
  }
});
