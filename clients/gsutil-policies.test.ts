import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { makeReader, READER, runLines } from './policies.fixture.ts';
import { missingPrograms } from './programs.ts';
import { clientSuite } from './suite.fixture.ts';

const AS_ADMIN = ['--instance', 'vm-1', '--role', 'roles/storage.admin'];

/** `show` keeps the policy in a file of this name; `words` prints in which words a command of gsutil is refused. */
const SCRIPT = String.raw`
show() {
  gsutil -q iam get $bucket > "$TMPDIR/$1.json"
  jq -r --arg member $member '.bindings[] | select(.members | index($member)) |
    "\(.role) \(.condition.title // "unconditional")"' "$TMPDIR/$1.json"
}
words() {
  if gsutil "$@" > /dev/null 2> "$TMPDIR/words"; then echo 'not refused'; fi
  grep -o -e '^[A-Z].*Exception: .*' -e '^The resource had .*' "$TMPDIR/words"
}
# gsutil's ch leaves policies with conditions alone, so the one that the sample has goes first.
gsutil -q iam get $bucket > "$TMPDIR/sample.json"
jq '.bindings |= map(select(.condition == null))' "$TMPDIR/sample.json" > "$TMPDIR/plain.json"
gsutil -q iam set "$TMPDIR/plain.json" $bucket > /dev/null
gsutil -q iam ch $member:objectViewer,legacyBucketReader $bucket
show bound
reads
echo '- without one of the two'
gsutil -q iam ch -d $member:legacyBucketReader $bucket
show changed
echo '- set from files'
words iam set "$TMPDIR/bound.json" $bucket
jq --arg member $member '.bindings |= map(if .members | index($member) then
  .condition = {title: "only-csv", expression: "resource.name.endsWith(\".csv\")"} else . end)' \
  "$TMPDIR/changed.json" > "$TMPDIR/next.json"
gsutil -q iam set "$TMPDIR/next.json" $bucket > /dev/null
show set
reads
words iam ch -d $member $bucket
`;

clientSuite('gsutil', 'gsutil iam', missingPrograms('gsutil', 'curl', 'jq'), (cloud) => {
  before(() => makeReader(cloud));

  test('ch, get and set change the policy of a bucket, conditions too, and it decides at once', async () => {
    assert.deepEqual(await runLines(cloud, AS_ADMIN, SCRIPT), [
      'roles/storage.legacyBucketReader unconditional',
      'roles/storage.objectViewer unconditional',
      'reads: hello 200, 2026 200',
      '- without one of the two',
      'roles/storage.objectViewer unconditional',
      '- set from files',
      'PreconditionException: 412 At least one of the pre-conditions you specified did not hold.',
      'roles/storage.objectViewer only-csv',
      'reads: hello 403, 2026 200',
      'CommandException: Could not patch IAM policy for gs://my-project-reports/.',
      'The resource had conditions present in its IAM policy bindings, which',
    ]);
  });

  test('ch is refused where the account may not read the policy', async () => {
    const change = ['gsutil', 'iam', 'ch', `serviceAccount:${READER}:objectAdmin`, 'gs://my-project-reports'];
    const outcome = await cloud.run(['--service-account', 'reader'], change);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'storage.buckets.getIamPolicy',
      principal: `serviceAccount:${READER}`,
      words: /AccessDeniedException: 403 .* does not have storage\.buckets\.getIamPolicy access/,
    });
  });
});
