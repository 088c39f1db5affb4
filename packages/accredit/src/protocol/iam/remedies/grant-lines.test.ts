import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { type Grant, gcloudGrant, gcloudRevoke, terraformGrant } from './grant-lines.ts';

const GRANT = { role: 'roles/r.x', member: 'user:ada@example.com' } as const;
const FLAGS = '--member=user:ada@example.com --role=roles/r.x';

/** Resource, gcloud without the flags, type of Terraform, its arguments as `name value`. */
const places: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['projects/p', 'projects add-iam-policy-binding p', 'google_project_iam_member', ['project p']],
  [
    'folders/12',
    'resource-manager folders add-iam-policy-binding 12',
    'google_folder_iam_member',
    ['folder folders/12'],
  ],
  [
    'organizations/9',
    'organizations add-iam-policy-binding 9',
    'google_organization_iam_member',
    ['org_id 9'],
  ],
  [
    'projects/_/buckets/b',
    'storage buckets add-iam-policy-binding gs://b',
    'google_storage_bucket_iam_member',
    ['bucket b'],
  ],
  [
    'projects/_/buckets/b/managedFolders/f/g/',
    'storage managed-folders add-iam-policy-binding gs://b/f/g/',
    'google_storage_managed_folder_iam_member',
    ['bucket b', 'managed_folder f/g/'],
  ],
  [
    'projects/p/serviceAccounts/s@p.iam.gserviceaccount.com',
    'iam service-accounts add-iam-policy-binding s@p.iam.gserviceaccount.com --project=p',
    'google_service_account_iam_member',
    ['service_account_id projects/p/serviceAccounts/s@p.iam.gserviceaccount.com'],
  ],
  [
    'projects/p/zones/z/instances/vm',
    'compute instances add-iam-policy-binding vm --zone=z --project=p',
    'google_compute_instance_iam_member',
    ['project p', 'zone z', 'instance_name vm'],
  ],
  [
    'projects/p/zones/z/disks/d',
    'compute disks add-iam-policy-binding d --zone=z --project=p',
    'google_compute_disk_iam_member',
    ['project p', 'zone z', 'name d'],
  ],
  [
    'projects/p/global/images/i',
    'compute images add-iam-policy-binding i --project=p',
    'google_compute_image_iam_member',
    ['project p', 'image i'],
  ],
  [
    'projects/p/global/snapshots/s',
    'compute snapshots add-iam-policy-binding s --project=p',
    'google_compute_snapshot_iam_member',
    ['project p', 'name s'],
  ],
  // What has no policy of its own is given through its project.
  ['projects/p/services/s', 'projects add-iam-policy-binding p', 'google_project_iam_member', ['project p']],
];
for (const [resource, gcloud, type, args] of places) {
  test(`a grant on ${resource} as gcloud and Terraform have it`, () => {
    const grant = { ...GRANT, resource };
    assert.equal(gcloudGrant(grant), `gcloud ${gcloud} ${FLAGS}`);
    assert.equal(gcloudRevoke(grant), `gcloud ${gcloud.replace('add-iam', 'remove-iam')} ${FLAGS}`);
    const [head, ...lines] = terraformGrant(grant).trimEnd().split('\n');
    assert.equal(head, `resource "${type}" "ada_r_x" {`);
    const attributes = lines.slice(0, -1).map((line) => line.trim().replace(/ += "(.*)"$/, ' $1'));
    assert.deepEqual(attributes, [...args, 'role roles/r.x', 'member user:ada@example.com']);
    assert.equal(lines.at(-1), '}');
  });
}

const condition = { title: 'until May', expression: 'request.time < timestamp("2027-05-01T00:00:00Z")' };

test('a grant on a condition has it in both', () => {
  const grant = { ...GRANT, resource: 'projects/p', condition };
  assert.equal(
    gcloudGrant(grant),
    `gcloud projects add-iam-policy-binding p ${FLAGS} '--condition=expression=request.time < timestamp("2027-05-01T00:00:00Z"),title=until May'`.replace(
      "'--condition=",
      "--condition='",
    ),
  );
  assert.equal(
    terraformGrant(grant),
    `resource "google_project_iam_member" "ada_r_x" {
  project = "p"
  role    = "roles/r.x"
  member  = "user:ada@example.com"

  condition {
    title      = "until May"
    expression = "request.time < timestamp(\\"2027-05-01T00:00:00Z\\")"
  }
}
`,
  );
});

test('beside bindings with conditions gcloud has to be told that this one has none', () => {
  const grant = { ...GRANT, resource: 'projects/p', besideConditions: true };
  assert.equal(gcloudGrant(grant), `gcloud projects add-iam-policy-binding p ${FLAGS} --condition=None`);
});

/** Returns the words that a shell makes of a command of gcloud. */
function wordsOf(command: string): readonly string[] {
  const script = `gcloud() { printf '%s\\0' "$@"; }\n${command}\n`;
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.split('\0').slice(0, -1);
}

const HOSTILE = `x'; touch /tmp/gone; echo "$(id)" \`id\`\n# ,;~ \\ \${a}`;

test('whatever stands in a name, a shell takes each part as one word', () => {
  const grant: Grant = {
    role: `projects/p/roles/${HOSTILE}`,
    member: `principal://iam.googleapis.com/x/subject/${HOSTILE}`,
    resource: `projects/_/buckets/${HOSTILE.replaceAll('/', '|')}`,
    condition: { title: HOSTILE, description: HOSTILE, expression: `a == "${HOSTILE}"` },
  };
  const parts = [`expression=a == "${HOSTILE}"`, `title=${HOSTILE}`, `description=${HOSTILE}`];
  assert.deepEqual(wordsOf(gcloudGrant(grant)), [
    'storage',
    'buckets',
    'add-iam-policy-binding',
    `gs://${HOSTILE.replaceAll('/', '|')}`,
    `--member=${grant.member}`,
    `--role=${grant.role}`,
    // `;` and `;~` stand in the parts, so that `;~~` is what parts them.
    `--condition=^;~~^${parts.join(';~~')}`,
  ]);
});

test('whatever stands in a name, it is text in Terraform', () => {
  const member = `user:"\n}\nresource "null_resource" "x" { \${file("/etc/passwd")} %{ if true }`;
  const block = terraformGrant({ role: 'roles/r', member, resource: 'projects/p' });
  assert.equal(block.split('\n').filter((line) => line.startsWith('resource ')).length, 1);
  assert.match(
    block,
    /^ {2}member {2}= "user:\\"\\n\}\\nresource \\"null_resource\\" \\"x\\" \{ \$\$\{file\(\\"\/etc\/passwd\\"\)\} %%\{ if true \}"$/m,
  );
});
