import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { RecommendedProposal } from './recommendation.ts';
import { renderGcloud, renderTerraform } from './recommendation-lines.ts';
import { renderYaml } from './recommendation-yaml.ts';

/** A subject that a provider may give out: it would end a word, a string, a comment and a template. */
const HOSTILE = 'it\'s $(touch x) `y` "z" ${w} %{v} \\ # !\n- role: roles/owner';

const MEMBER = `principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/${HOSTILE}`;

const PROGRAM = 'serviceAccount:my-program@p.iam.gserviceaccount.com';

function proposal(changes: Partial<RecommendedProposal>): RecommendedProposal {
  return {
    principal: PROGRAM,
    resource: 'projects/_/buckets/b',
    place: 'bucket',
    projectId: 'p',
    permissions: [{ permission: 'storage.objects.get', count: 1 }],
    roles: [
      { role: 'roles/storage.objectViewer', covers: ['storage.objects.get'], adds: [], addsAtGoogle: 0 },
    ],
    inherited: [],
    uncovered: [],
    isSmallest: true,
    denied: [],
    customRole: {
      role: 'projects/p/roles/my_program_uses',
      title: 'What my-program uses',
      permissions: ['storage.objects.get', 'storage.objects.list'],
      unfit: [],
    },
    hierarchy: [],
    ...changes,
  };
}

/** What a shell hands on as the words of a line. */
function wordsOf(line: string): readonly string[] {
  const script = `set -- ${line}\nprintf '%s\\0' "$@"`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('gcloud lines give each role on no condition, which gcloud asks for where a policy has any, and a shell takes hostile names as they are', () => {
  assert.equal(
    renderGcloud([proposal({}), proposal({ resource: 'projects/p', place: 'project' })], 'predefined'),
    [
      'gcloud storage buckets add-iam-policy-binding gs://b',
      `--member=${PROGRAM} --role=roles/storage.objectViewer --condition=None\n`,
    ].join(' ') +
      `gcloud projects add-iam-policy-binding p --member=${PROGRAM} --role=roles/storage.objectViewer --condition=None\n`,
  );
  const hostile = renderGcloud([proposal({ principal: MEMBER })], 'predefined').slice(0, -1);
  assert.deepEqual(wordsOf(hostile).slice(4), [
    'gs://b',
    `--member=${MEMBER}`,
    '--role=roles/storage.objectViewer',
    '--condition=None',
  ]);
});

test('custom roles are made once, before they are given', () => {
  const proposals = [proposal({}), proposal({ resource: 'projects/_/buckets/c' })];
  assert.deepEqual(
    renderGcloud(proposals, 'custom')
      .split('\n')
      .map((line) => wordsOf(line || ':').slice(1, 6)),
    [
      ['iam', 'roles', 'create', 'my_program_uses', '--project=p'],
      ['storage', 'buckets', 'add-iam-policy-binding', 'gs://b', `--member=${PROGRAM}`],
      ['storage', 'buckets', 'add-iam-policy-binding', 'gs://c', `--member=${PROGRAM}`],
      [],
    ],
  );
  assert.equal(
    renderTerraform(proposals.slice(0, 1), 'custom'),
    `resource "google_project_iam_custom_role" "my_program_uses" {
  project     = "p"
  role_id     = "my_program_uses"
  title       = "What my-program uses"
  permissions = ["storage.objects.get", "storage.objects.list"]
}

resource "google_storage_bucket_iam_member" "my_program_my_program_uses_b" {
  bucket = "b"
  role   = google_project_iam_custom_role.my_program_uses.name
  member = "${PROGRAM}"
}
`,
  );
});

test('blocks of Terraform have labels of their own, and hostile names are texts', () => {
  const blocks = renderTerraform([proposal({}), proposal({}), proposal({ principal: MEMBER })], 'predefined');
  const labels = [...blocks.matchAll(/^resource "\w+" "(\w+)" \{$/gm)].map(([, label]) => label);
  assert.equal(labels.length, 3);
  assert.equal(new Set(labels).size, 3);
  const escaped = HOSTILE.replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
  assert.ok(blocks.includes(`${escaped}"\n`), blocks);
});

test('a part of accredit.yaml reads back as the grants, whatever their names', async () => {
  const proposals = [
    proposal({}),
    proposal({ principal: MEMBER }),
    proposal({ resource: 'projects/p', place: 'project' }),
    proposal({ resource: 'projects/p', place: 'project', principal: 'user:ada@example.com' }),
    proposal({ resource: 'projects/p/zones/z/instances/i', place: 'instance' }),
    proposal({
      resource: 'projects/p/serviceAccounts/other@p.iam.gserviceaccount.com',
      place: 'serviceAccount',
    }),
    proposal({ resource: 'projects/p/zones/z/disks/d', place: 'disk' }),
  ];
  const text = await renderYaml(proposals, 'predefined');
  const role = 'roles/storage.objectViewer';
  const iamPolicy = [{ role, members: [PROGRAM] }];
  assert.deepEqual(parse(text), {
    projects: [
      {
        projectId: 'p',
        iamPolicy: [{ role, members: ['user:ada@example.com'] }],
        serviceAccounts: [
          { accountId: 'my-program', roles: [role] },
          { accountId: 'other', iamPolicy },
        ],
        buckets: [{ name: 'b', iamPolicy: [{ role, members: [PROGRAM, MEMBER] }] }],
        instances: [{ name: 'i', zone: 'z', iamPolicy }],
      },
    ],
  });
  assert.match(
    text,
    /^# Not in accredit\.yaml: roles\/storage\.objectViewer on projects\/p\/zones\/z\/disks\/d to /,
  );
});

test('what no role can give is said in a comment that stays one', async () => {
  const proposals = [proposal({ principal: MEMBER, roles: [], uncovered: ['storage.objects.get'] })];
  for (const text of [renderGcloud(proposals, 'predefined'), renderTerraform(proposals, 'predefined')]) {
    assert.match(
      text,
      /^# Not given, as no role can: storage\.objects\.get on projects\/_\/buckets\/b to [^\n]+\n$/,
    );
  }
  assert.deepEqual(parse(await renderYaml(proposals, 'predefined')), { projects: [] });
});

test('what a deny policy takes is said in a comment, once for each policy', () => {
  const denial = {
    permission: 'storage.objects.get',
    resource: 'projects/_/buckets/b',
    attachedTo: 'projects/p',
    policyId: 'no-reading',
  };
  const denied = [denial, { ...denial, resource: 'projects/_/buckets/c' }];
  const [comment, grant] = renderGcloud([proposal({ denied })], 'predefined').split('\n');
  assert.equal(
    comment,
    `# Denied whatever is given, by 'no-reading' of projects/p: storage.objects.get on projects/_/buckets/b to ${PROGRAM}`,
  );
  assert.match(grant ?? '', /^gcloud /);
});

test('a part of accredit.yaml declares the custom roles that it gives', async () => {
  const customRole = {
    role: 'projects/p/roles/myProgram',
    title: 'my-program',
    permissions: ['storage.objects.get'],
    unfit: [],
  };
  const onProject = { resource: 'projects/p', place: 'project', customRole };
  assert.deepEqual(parse(await renderYaml([proposal(onProject)], 'custom')), {
    projects: [
      {
        projectId: 'p',
        customRoles: [{ roleId: 'myProgram', title: 'my-program', permissions: ['storage.objects.get'] }],
        serviceAccounts: [{ accountId: 'my-program', roles: ['projects/p/roles/myProgram'] }],
      },
    ],
  });
});
