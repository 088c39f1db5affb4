/** `accredit recommend` for a program that looks at folders and organizations. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse, stringify } from 'yaml';
import type { CliScene } from '../cli.fixture.ts';
import { startConfigured } from '../configured-cloud.fixture.ts';

const MEMBER = 'serviceAccount:my-program@local-project.iam.gserviceaccount.com';
const ORGANIZATION = 'organizations/210987654321';
const OUTER = 'folders/310987654321';
const INNER = 'folders/310987654322';

/** What is there before anybody grants anything: the file that is merged with what is printed. */
const WITHOUT_GRANTS = `
organizations:
  - organizationId: '210987654321'
    displayName: example.com
    directoryCustomerId: C0abcd123
    folders:
      - folderId: '310987654320'
        displayName: Sales
      - folderId: '310987654321'
        displayName: Engineering
        iamPolicy: [{role: roles/viewer, members: ['user:ada@example.com']}]
        folders:
          - folderId: '310987654322'
            displayName: Blue
projects:
  - projectId: local-project
    parent: ${INNER}
    serviceAccounts: [{accountId: my-program}]
    buckets: [{name: bucket-of-my-program}]
`;

/** The program: it looks at two folders, their organization and a bucket, and lists projects. @returns the statuses */
async function runProgram(scene: CliScene, apiUrl: string): Promise<readonly number[]> {
  const { stdout } = await scene.run(['token', '--service-account', 'my-program']);
  const headers = { Authorization: `Bearer ${stdout.trim()}` };
  const paths = [
    `/v3/${OUTER}`,
    `/v3/${INNER}`,
    `/v3/${ORGANIZATION}`,
    `/v3/projects?parent=${INNER}`,
    '/storage/v1/b/bucket-of-my-program/o',
  ];
  const statuses: number[] = [];
  for (const path of paths) statuses.push((await fetch(`${apiUrl}${path}`, { headers })).status);
  return statuses;
}

const ALL_ANSWERED = [200, 200, 200, 200, 200];
const ALL_REFUSED = [403, 403, 403, 403, 403];

/** Lets the program run before anything is granted. */
async function openRecorded(t: TestContext, text = WITHOUT_GRANTS) {
  const { scene, cloud } = await startConfigured(t, text, { iamMode: 'audit', record: true });
  assert.deepEqual(await runProgram(scene, cloud.apiUrl), ALL_ANSWERED);
  return scene;
}

async function recommend(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(['recommend', ...args]);
  assert.equal(status, 0, stderr);
  return stdout;
}

test('the custom roles of folders belong to their organization, in every form', async (t) => {
  const scene = await openRecorded(t);
  const table = await recommend(scene, '--principal', MEMBER);
  assert.match(
    table,
    /^serviceAccount:\S+ on folders\/310987654321\n.*\n +Custom role +organizations\/210987654321\/roles\/my_program_uses_2: 1 permission, adds 0$/m,
  );
  const gcloud = await recommend(scene, '--custom', '--format', 'gcloud');
  const organization = '--organization=210987654321';
  const created = (id: string, permissions: string) =>
    `gcloud iam roles create ${id} ${organization} --title='What my-program uses' --permissions=${permissions}`;
  const given = (group: string, id: string, role: string) =>
    `gcloud ${group} add-iam-policy-binding ${id} --member=${MEMBER} --role=${role} --condition=None`;
  const role = `${ORGANIZATION}/roles/my_program_uses`;
  assert.deepEqual(gcloud.trimEnd().split('\n'), [
    created('my_program_uses', 'resourcemanager.organizations.get'),
    created('my_program_uses_2', 'resourcemanager.folders.get'),
    created('my_program_uses_3', 'resourcemanager.folders.get,resourcemanager.projects.list'),
    created('my_program_uses', 'storage.objects.list').replace(organization, '--project=local-project'),
    given('organizations', '210987654321', role),
    given('resource-manager folders', '310987654321', `${role}_2`),
    given('resource-manager folders', '310987654322', `${role}_3`),
    given('storage buckets', 'gs://bucket-of-my-program', 'projects/local-project/roles/my_program_uses'),
  ]);
  const terraform = await recommend(scene, '--custom', '--format', 'terraform');
  assert.ok(
    terraform.includes(`resource "google_organization_iam_custom_role" "my_program_uses_2" {
  org_id      = "210987654321"
  role_id     = "my_program_uses_2"
  title       = "What my-program uses"
  permissions = ["resourcemanager.folders.get"]
}
`),
    terraform,
  );
  assert.match(
    terraform,
    /"google_folder_iam_member" "\w+" \{\n {2}folder = "folders\/310987654321"\n {2}role {3}= google_organization_iam_custom_role\.my_program_uses_2\.name\n/,
  );
});

test('--verify passes with the roles of folders and organizations, predefined and custom', async (t) => {
  const scene = await openRecorded(t);
  for (const kind of [[], ['--custom']]) {
    const { status, stderr } = await scene.run(['recommend', '--verify', ...kind]);
    assert.deepEqual([status, stderr], [0, 'accredit: verified: 5 recorded uses would be allowed\n']);
  }
});

const EXPECTED_ORGANIZATIONS = [
  {
    organizationId: '210987654321',
    displayName: 'example.com',
    customRoles: [
      {
        roleId: 'my_program_uses',
        title: 'What my-program uses',
        permissions: ['resourcemanager.organizations.get'],
      },
      {
        roleId: 'my_program_uses_2',
        title: 'What my-program uses',
        permissions: ['resourcemanager.folders.get'],
      },
      {
        roleId: 'my_program_uses_3',
        title: 'What my-program uses',
        permissions: ['resourcemanager.folders.get', 'resourcemanager.projects.list'],
      },
    ],
    iamPolicy: [{ role: `${ORGANIZATION}/roles/my_program_uses`, members: [MEMBER] }],
    folders: [
      {
        folderId: '310987654321',
        displayName: 'Engineering',
        iamPolicy: [{ role: `${ORGANIZATION}/roles/my_program_uses_2`, members: [MEMBER] }],
        folders: [
          {
            folderId: '310987654322',
            displayName: 'Blue',
            iamPolicy: [{ role: `${ORGANIZATION}/roles/my_program_uses_3`, members: [MEMBER] }],
          },
        ],
      },
    ],
  },
];

test('folders stand in their organization as accredit.yaml has them, with its custom roles', async (t) => {
  const scene = await openRecorded(t);
  const text = await recommend(scene, '--custom', '--format', 'yaml');
  assert.doesNotMatch(text, /^#/m);
  const file = parse(text) as { readonly organizations: object };
  assert.deepEqual(file.organizations, EXPECTED_ORGANIZATIONS);
});

for (const kind of [[], ['--custom']]) {
  const words = kind.length === 0 ? 'predefined' : 'custom';
  test(`merged into the file, what is printed with ${words} roles is good, and the program can do what it did`, async (t) => {
    const printed = await recommend(await openRecorded(t), ...kind, '--format', 'yaml');
    const merged = stringify(mergeValues(parse(WITHOUT_GRANTS), parse(printed)));
    const { scene, cloud } = await startConfigured(t, merged, { iamMode: 'enforce' });
    for (const text of [printed, merged]) {
      const file = join(scene.directory, 'checked.yaml');
      writeFileSync(file, text);
      const checked = await scene.run(['config', 'check', file]);
      assert.deepEqual([checked.status, checked.stderr], [0, ''], text);
    }
    assert.deepEqual(await runProgram(scene, cloud.apiUrl), ALL_ANSWERED);
    const before = await startConfigured(t, WITHOUT_GRANTS, { iamMode: 'enforce' });
    assert.deepEqual(await runProgram(before.scene, before.cloud.apiUrl), ALL_REFUSED);
  });
}

/** What names the parts of a list, in files as they are read. */
const KEYS = ['organizationId', 'folderId', 'projectId', 'accountId', 'name'] as const;

/** Puts one file into another as people do: what has the same name becomes one part, lists become longer. */
function mergeValues(ours: unknown, printed: unknown): unknown {
  if (Array.isArray(ours) && Array.isArray(printed)) return mergeLists(ours, printed);
  if (!isMapping(ours) || !isMapping(printed)) return printed;
  const merged = Object.entries(printed).map(([key, value]) => [
    key,
    key in ours ? mergeValues(ours[key], value) : value,
  ]);
  return { ...ours, ...Object.fromEntries(merged) };
}

function mergeLists(ours: readonly unknown[], printed: readonly unknown[]): readonly unknown[] {
  const isSame = (a: unknown) => (b: unknown) => nameOf(a) !== undefined && nameOf(a) === nameOf(b);
  return [
    ...ours.map((part) => {
      const same = printed.find(isSame(part));
      return same === undefined ? part : mergeValues(part, same);
    }),
    ...printed.filter((part) => !ours.some(isSame(part))),
  ];
}

function nameOf(part: unknown): unknown {
  return isMapping(part) ? KEYS.map((key) => part[key]).find((value) => value !== undefined) : undefined;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
