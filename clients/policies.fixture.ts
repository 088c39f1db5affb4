/** What suites of policies share: programs of several commands, and an account whose access they change. */
import assert from 'node:assert/strict';
import type { Outcome } from './capture.ts';
import { type Credential, runAsKeeper } from './keeper.fixture.ts';
import { printed, type SampleCloud } from './sample-cloud.fixture.ts';

/** The account that is given access, and that reads. */
export const READER = 'reader@my-project.iam.gserviceaccount.com';

/** The bucket whose objects it reads: `hello.txt` and `2026/summary.csv`. */
export const BUCKET = 'my-project-reports';

/** A condition that lets one of the two objects through. */
export const ONLY_2026 = `expression=resource.name.startsWith("projects/_/buckets/${BUCKET}/objects/2026/"),title=only-2026`;

/** A dozen commands of gcloud take twenty seconds, and two minutes where others keep both cores busy. */
const SCRIPT_TIMEOUT_MS = 240_000;

/**
 * What the programs say:
 * - `status`: the status of a request of the reader, whose header is in the file that the variable `reader` names;
 * - `reads`: that of each read;
 * - `shown`: the member's bindings in the policy that a command answers, with the titles of their conditions;
 * - `refused`: the words in which a command is refused, without its name. One that is not refused says so.
 */
const PRELUDE = String.raw`
set -eu
member=serviceAccount:${READER}
bucket=gs://${BUCKET}
status() { curl -sS -o "$TMPDIR/answer" -w '%{http_code}' -H "@$reader" "$1"; }
objects=https://storage.googleapis.com/storage/v1/b/${BUCKET}/o
read_object() { status "$objects/$1?alt=media"; }
reads() { echo "reads: hello $(read_object hello.txt), 2026 $(read_object 2026%2Fsummary.csv)"; }
shown() {
  "$@" --quiet --format=json > "$TMPDIR/policy" && jq -r --arg member "$member" '.bindings[]? |
    select(.members | index($member)) | "\(.role) \(.condition.title // "unconditional")"' "$TMPDIR/policy"
}
refused() {
  if "$@" > "$TMPDIR/output" 2> "$TMPDIR/words"; then echo 'not refused'; fi
  sed -n 's/^ERROR: ([^)]*) //p' "$TMPDIR/words"
}
`;

/** Makes the reader, who may do nothing. */
export async function makeReader(cloud: SampleCloud): Promise<void> {
  printed(await cloud.accredit('service-accounts', 'create', 'reader'));
}

/** Runs a program as a VM and returns what it printed, a line each. Its arguments are `$1` and so on. */
export async function runLines(
  cloud: SampleCloud,
  options: readonly string[],
  script: string,
  args: readonly string[] = [],
): Promise<readonly string[]> {
  const command = ['sh', await writeProgram(cloud, script), ...args];
  return splitLines(await cloud.run(options, command, { timeoutMs: SCRIPT_TIMEOUT_MS }));
}

/** Runs a program as the keeper and returns what it printed, a line each. */
export async function runLinesAsKeeper(
  cloud: SampleCloud,
  credential: Credential,
  script: string,
): Promise<readonly string[]> {
  const command = ['sh', await writeProgram(cloud, script)];
  return splitLines(await runAsKeeper(cloud, credential, command, { timeoutMs: SCRIPT_TIMEOUT_MS }));
}

/** Writes a program with what it can say before it, and returns its file. */
async function writeProgram(cloud: SampleCloud, script: string): Promise<string> {
  const token = printed(await cloud.accredit('token', '--service-account', 'reader')).trim();
  const header = cloud.writeFile('reader.txt', `Authorization: Bearer ${token}\n`);
  return cloud.writeFile('program.sh', `${PRELUDE}reader='${header}'\n${script}`);
}

function splitLines(outcome: Outcome): readonly string[] {
  const output = printed(outcome);
  assert.ok(output.endsWith('\n'), 'The program printed nothing, or ended within a line.');
  return output.slice(0, -1).split('\n');
}
