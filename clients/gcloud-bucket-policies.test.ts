import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BUCKET, makeReader, ONLY_2026, READER, runLines } from './policies.fixture.ts';
import { missingPrograms } from './programs.ts';
import { printed, told } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const AS_ADMIN = ['--instance', 'vm-1', '--role', 'roles/storage.admin'];

/** A bucket whose access control lists decide too. */
const BUCKET_WITH_ACLS = 'my-project-acls';

/** The group that the reader is in. */
const READERS = 'readers@example.com';

/** An object that nothing lets through once the access of the group has ended. */
const SUMMARY = `gs://${BUCKET}/2026/summary.csv`;

/** How long the group has access; the clock is moved a minute further. */
const GROUP_ACCESS_MS = 30 * 60 * 1000;

const PRELUDE = `
viewer=roles/storage.objectViewer
bind() { shown gcloud storage buckets add-iam-policy-binding $bucket --member=$member --role=$viewer "$@"; }
unbind() { shown gcloud storage buckets remove-iam-policy-binding $bucket --member=$member --role=$viewer "$@"; }
`;

const BINDINGS_SCRIPT = `${PRELUDE}
reads
types='["storage.googleapis.com/Object", "storage.googleapis.com/Bucket"]'
with_commas="^;^expression=request.time.getFullYear() < 2099 && resource.type in $types;title=until-2099"
echo '- one condition'
bind --condition='${ONLY_2026}'
reads
echo '- a second one'
bind --condition="$with_commas"
reads
echo '- what says nothing of conditions'
refused bind
echo '- without the second one'
unbind --condition="$with_commas"
echo '- without all'
unbind --all
reads
`;

const SET_SCRIPT = `${PRELUDE}
gcloud storage buckets get-iam-policy $bucket --format=json > "$TMPDIR/policy.json"
jq --arg member $member --arg role $viewer '.bindings += [{role: $role, members: [$member], condition:
  {title: "set", expression: "resource.name.endsWith(\\"hello.txt\\")"}}]' "$TMPDIR/policy.json" > "$TMPDIR/next.json"
shown gcloud storage buckets set-iam-policy $bucket "$TMPDIR/next.json"
reads
refused gcloud storage buckets set-iam-policy $bucket "$TMPDIR/policy.json"
shown gcloud storage buckets get-iam-policy $bucket
`;

const REFUSALS_SCRIPT = `${PRELUDE}
refused bind --condition='expression=foo(,title=broken'
viewer=roles/viewer
refused bind --condition=None
viewer=roles/storage.objectViewer
bucket=gs://${BUCKET_WITH_ACLS}
refused bind --condition='${ONLY_2026}'
bind
`;

/** `$1` is a time, RFC 3339. */
const GROUP_SCRIPT = `${PRELUDE}
member=group:${READERS}
bind --condition="^;^expression=request.time < timestamp(\\"$1\\");title=half-an-hour"
reads
`;

clientSuite('gcloud', 'gcloud storage: policies', missingPrograms('gcloud', 'curl', 'jq'), (cloud) => {
  const lines = (script: string, ...args: readonly string[]) => runLines(cloud, AS_ADMIN, script, args);

  before(async () => {
    await makeReader(cloud);
    printed(await cloud.accredit('buckets', 'create', BUCKET_WITH_ACLS));
    printed(await cloud.accredit('groups', 'create', READERS, '--member', `serviceAccount:${READER}`));
  });

  test('bindings with conditions are added and removed, and each decides at once', async () => {
    assert.deepEqual(await lines(BINDINGS_SCRIPT), [
      'reads: hello 403, 2026 403',
      '- one condition',
      'roles/storage.objectViewer only-2026',
      'reads: hello 403, 2026 200',
      '- a second one',
      'roles/storage.objectViewer only-2026',
      'roles/storage.objectViewer until-2099',
      'reads: hello 200, 2026 200',
      '- what says nothing of conditions',
      'Adding a binding without specifying a condition to a policy containing conditions is prohibited in non-interactive mode. Run the command again with `--condition=None`',
      '- without the second one',
      'roles/storage.objectViewer only-2026',
      '- without all',
      'reads: hello 403, 2026 403',
    ]);
  });

  test('a policy is set whole from a file; one that was read before others wrote is refused', async () => {
    assert.deepEqual(await lines(SET_SCRIPT), [
      'roles/storage.objectViewer set',
      'reads: hello 200, 2026 403',
      'HTTPError 412: At least one of the pre-conditions you specified did not hold.',
      'roles/storage.objectViewer set',
    ]);
  });

  test('what a policy may not hold is refused in the words of Cloud Storage', async () => {
    const [broken, ...others] = await lines(REFUSALS_SCRIPT);
    assert.match(
      broken ?? '',
      /^HTTPError 400: LintValidationUnits\/ConditionCompileCheck Error: ERROR: Parse expression:1:4: mismatched/,
    );
    assert.deepEqual(others, [
      'HTTPError 400: Role roles/viewer is not supported for this resource.',
      'HTTPError 412: To set IAM conditions in this bucket, enable uniform bucket-level access. See https://cloud.google.com/storage/docs/uniform-bucket-level-access',
      'roles/storage.objectViewer unconditional',
    ]);
  });

  test('what a group may do until some time, its member may do until then', async () => {
    const { time } = told(await cloud.accredit('clock', 'show', '--format', 'json'));
    const until = new Date(Date.parse(String(time)) + GROUP_ACCESS_MS).toISOString();
    assert.deepEqual(await lines(GROUP_SCRIPT, until), [
      'roles/storage.objectViewer half-an-hour',
      'reads: hello 200, 2026 200',
    ]);
    printed(await cloud.accredit('clock', 'advance', '31m'));
    const outcome = await cloud.run(['--service-account', 'reader'], ['gcloud', 'storage', 'cat', SUMMARY]);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'storage.objects.get',
      principal: `serviceAccount:${READER}`,
      words: /does not have storage\.objects\.get access|does not have permission to access/,
    });
  });
});
