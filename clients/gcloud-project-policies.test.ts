import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { makeReader, ONLY_2026, READER, runLines } from './policies.fixture.ts';
import { missingPrograms } from './programs.ts';
import { WORKLOAD } from './sample-cloud.fixture.ts';
import { clientSuite } from './suite.fixture.ts';

const AS_ADMIN = ['--instance', 'vm-1', '--role', 'roles/resourcemanager.projectIamAdmin'];

const PRELUDE = `
viewer=roles/storage.objectViewer
bind() { shown gcloud projects add-iam-policy-binding my-project --member=$member "$@"; }
unbind() { shown gcloud projects remove-iam-policy-binding my-project --member=$member "$@"; }
`;

const BINDINGS_SCRIPT = `${PRELUDE}
reads
echo '- one condition'
bind --role=$viewer --condition='${ONLY_2026}'
reads
echo '- a second one, from a file'
cat > "$TMPDIR/condition.yaml" <<'FILE'
title: until-2099
description: Long enough
expression: request.time < timestamp("2099-01-01T00:00:00Z")
FILE
bind --role=$viewer --condition-from-file="$TMPDIR/condition.yaml"
reads
echo '- and none'
bind --role=$viewer --condition=None
echo '- what says nothing of conditions'
refused bind --role=$viewer
refused unbind --role=$viewer
echo '- without the one from the file'
unbind --role=$viewer --condition-from-file="$TMPDIR/condition.yaml"
echo '- without the one that had none'
unbind --role=$viewer --condition=None
reads
echo '- without all'
unbind --role=$viewer --all
reads
`;

/** What gcloud refuses by itself. */
const CHECKS_SCRIPT = `${PRELUDE}
refused bind --role=roles/viewer --condition=expression=true,title=always
refused bind --role=$viewer --condition=expression=true
refused unbind --role=$viewer
`;

/** What IAM refuses. */
const REFUSALS_SCRIPT = `${PRELUDE}
refused bind --role=$viewer --condition='expression=foo(,title=broken'
gcloud alpha iam policies lint-condition --title=broken --expression='foo(' \\
  --resource-name=//cloudresourcemanager.googleapis.com/projects/my-project --flatten='lintResults[]' \\
  --format='value[separator=" "](lintResults.severity,lintResults.validationUnitName)' | sed -n 1p
refused bind --role=roles/storage.objectEater
member=serviceAccount:nobody@my-project.iam.gserviceaccount.com
refused bind --role=$viewer
member=${READER}
refused bind --role=$viewer
`;

const SET_SCRIPT = `${PRELUDE}
projects() { verb=$1; shift; shown gcloud projects $verb my-project "$@"; }
gcloud projects get-iam-policy my-project --format=json > "$TMPDIR/policy.json"
jq --arg member $member --arg role $viewer '.bindings += [{role: $role, members: [$member], condition:
  {title: "set", expression: "resource.name.endsWith(\\"hello.txt\\")"}}]' "$TMPDIR/policy.json" > "$TMPDIR/next.json"
projects set-iam-policy "$TMPDIR/next.json"
reads
refused projects set-iam-policy "$TMPDIR/policy.json"
projects get-iam-policy
reads
`;

clientSuite('gcloud', 'gcloud projects: policies', missingPrograms('gcloud', 'curl', 'jq'), (cloud) => {
  before(() => makeReader(cloud));

  const lines = (script: string) => runLines(cloud, AS_ADMIN, script);

  test('bindings with conditions and without are added and removed, and each decides at once', async () => {
    assert.deepEqual(await lines(BINDINGS_SCRIPT), [
      'reads: hello 403, 2026 403',
      '- one condition',
      'roles/storage.objectViewer only-2026',
      'reads: hello 403, 2026 200',
      '- a second one, from a file',
      'roles/storage.objectViewer only-2026',
      'roles/storage.objectViewer until-2099',
      'reads: hello 200, 2026 200',
      '- and none',
      'roles/storage.objectViewer unconditional',
      'roles/storage.objectViewer only-2026',
      'roles/storage.objectViewer until-2099',
      '- what says nothing of conditions',
      'Adding a binding without specifying a condition to a policy containing conditions is prohibited in non-interactive mode. Run the command again with `--condition=None`',
      'Removing a binding without specifying a condition from a policy containing conditions is prohibited in non-interactive mode. Run the command again with `--condition=None` to remove a binding without condition or run command with `--all` to remove all bindings of the specified principal and role.',
      '- without the one from the file',
      'roles/storage.objectViewer unconditional',
      'roles/storage.objectViewer only-2026',
      '- without the one that had none',
      'roles/storage.objectViewer only-2026',
      'reads: hello 403, 2026 200',
      '- without all',
      'reads: hello 403, 2026 403',
    ]);
  });

  test('what gcloud refuses by itself, it refuses here', async () => {
    assert.deepEqual(await lines(CHECKS_SCRIPT), [
      'Binding with a condition and a basic role is not allowed. Basic roles are `roles/editor`, `roles/owner`, and `roles/viewer`.',
      'Invalid value for [condition]: condition must be either `None` or a list of key=value pairs. If not `None`, `expression` and `title` are required keys.',
      'Policy binding with the specified principal, role, and condition not found!',
    ]);
  });

  test('what a policy may not hold is refused in the words of IAM', async () => {
    const [broken, ...others] = await lines(REFUSALS_SCRIPT);
    assert.match(
      broken ?? '',
      /^INVALID_ARGUMENT: LintValidationUnits\/ConditionCompileCheck Error: ERROR: Parse expression:1:4: mismatched input '<EOF>' expecting/,
    );
    assert.deepEqual(others, [
      'ERROR LintValidationUnits/ConditionCompileCheck',
      'INVALID_ARGUMENT: Role roles/storage.objectEater is not supported for this resource.',
      'INVALID_ARGUMENT: Service account nobody@my-project.iam.gserviceaccount.com does not exist.',
      `INVALID_ARGUMENT: The member ${READER} is of an unknown type. Please set a valid type prefix for the member.`,
    ]);
  });

  test('a policy is set whole from a file; one that was read before others wrote is refused', async () => {
    assert.deepEqual(await lines(SET_SCRIPT), [
      'roles/storage.objectViewer set',
      'reads: hello 200, 2026 403',
      'Resource in projects [my-project:setIamPolicy] is the subject of a conflict: There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
      'roles/storage.objectViewer set',
      'reads: hello 200, 2026 403',
    ]);
  });

  test('an account without a role for it is refused, and the reason is found', async () => {
    const command = ['gcloud', 'projects', 'get-iam-policy', 'my-project', '--quiet'];
    const outcome = await cloud.run(['--instance', 'vm-1'], command);
    assert.equal(outcome.status, 1);
    await cloud.assertRefused(outcome, {
      refusedBy: 'iam',
      permission: 'resourcemanager.projects.getIamPolicy',
      principal: `serviceAccount:${WORKLOAD}`,
      words: /does not have permission to access projects instance \[my-project:getIamPolicy\]/,
    });
  });
});
