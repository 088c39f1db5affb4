/** `accredit why` with a question, against a cloud in this process. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Policy } from '../../protocol/iam/policies/policy.ts';
import { writePolicy } from '../../resources/written-policy.fixture.ts';
import { type CliScene, makeScene } from '../cli.fixture.ts';

const ADA = 'user:ada@example.com';
const PROJECT = 'projects/local-project';
const ASKED = ['--principal', ADA, '--permission', 'storage.buckets.list', '--resource', PROJECT];

const NO_LISTS = {
  attachedTo: PROJECT,
  policyId: 'no-lists',
  rules: [
    {
      deniedPrincipals: ['principal://goog/subject/ada@example.com'],
      exceptionPrincipals: [],
      deniedPermissions: ['storage.googleapis.com/buckets.list'],
      exceptionPermissions: [],
    },
  ],
  uid: 'u',
  etag: 'e',
  displayName: '',
  createdAtMs: 0,
  updatedAtMs: 0,
};

async function open(t: TestContext, policy: Policy = { bindings: [] }) {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  const { resources } = cloud.services;
  await resources.commit([await resources.policies.put(PROJECT, policy)]);
  return { scene, cloud, resources };
}

async function output(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(['why', ...args]);
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

const ON = (expression: string) => ({ title: 'until noon', expression });
const UNTIL = 'request.time < timestamp("2030-01-01T00:00:00Z")';
const CONDITIONAL: Policy = {
  bindings: [
    { role: 'roles/storage.admin', members: [ADA], condition: ON(UNTIL) },
    { role: 'roles/browser', members: ['user:bob@example.com'] },
  ],
};

test('a question without sense is answered with a note that no call asks it', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const created = await scene.run(['service-accounts', 'create', 'reader']);
  assert.equal(created.status, 0, created.stderr);
  const account = 'reader@local-project.iam.gserviceaccount.com';
  const asked = (permission: string, resource: string) =>
    output(scene, '--principal', ADA, '--permission', permission, '--resource', resource);
  assert.match(
    await asked('storage.objects.get', `${PROJECT}/serviceAccounts/${account}`),
    /^ {2}Note {6}storage\.objects\.get is no permission of this kind of resource: no call asks for it here$/m,
  );
  assert.doesNotMatch(await asked('storage.objects.get', PROJECT), /^ {2}Note/m);
  assert.doesNotMatch(
    await asked('iam.serviceAccountKeys.list', `${PROJECT}/serviceAccounts/${account}`),
    /^ {2}Note/m,
  );
});

test('a question is answered with every gate, now and at another time', async (t) => {
  const { scene } = await open(t, CONDITIONAL);
  assert.match(
    await output(scene, ...ASKED, '--at', '2026-01-01T00:00:00Z'),
    /^Allowed: storage\.buckets\.list for user:ada@example\.com\n\n {2}At {8}2026-01-01T00:00:00Z\n/,
  );
  assert.equal(
    await output(scene, ...ASKED, '--at', '2031-01-01T01:00:00+01:00'),
    `Refused: storage.buckets.list for ${ADA}

  At        2031-01-01T00:00:00Z
  Resource  ${PROJECT}

Principal: open. Only a service account can be disabled or deleted.

Access scopes: open. There are none to look at: no token was shown, the account signed for the API itself, or the method asks for none.

Deny policies: open. There are none.

IAM: closed. No policy grants storage.buckets.list to ${ADA}. Looked at:
  ${PROJECT}: 2 bindings
    roles/storage.admin is given to ${ADA}, and holds the permission, but its condition 'until noon' is false: ${UNTIL}
    1 further: none names the caller or holds the permission

To open IAM, give one of these roles, the narrowest first:
  accredit iam grant roles/storage.bucketViewer ${ADA} --project local-project
  gcloud projects add-iam-policy-binding local-project --member=${ADA} --role=roles/storage.bucketViewer --condition=None
  accredit iam grant roles/storage.viewer ${ADA} --project local-project
  gcloud projects add-iam-policy-binding local-project --member=${ADA} --role=roles/storage.viewer --condition=None
  or give roles/storage.admin on ${PROJECT} without its condition, which does not hold:
    accredit iam revoke roles/storage.admin ${ADA} --project local-project --condition 'expression=request.time < timestamp("2030-01-01T00:00:00Z"),title=until noon'
    accredit iam grant roles/storage.admin ${ADA} --project local-project
    gcloud projects remove-iam-policy-binding local-project --member=${ADA} --role=roles/storage.admin --condition='expression=${UNTIL},title=until noon'
    gcloud projects add-iam-policy-binding local-project --member=${ADA} --role=roles/storage.admin --condition=None

As Terraform: the same with --format terraform.
`,
  );
});

test('a time from now on is counted from the time of the cloud', async (t) => {
  const { scene, cloud } = await open(t);
  const nowMs = cloud.clock.now();
  const at = async (text: string) => {
    const answer = JSON.parse(await output(scene, ...ASKED, `--at=${text}`, '--format', 'json'));
    return Math.round((answer.decision.timeMs - nowMs) / 60_000);
  };
  assert.deepEqual([await at('2h'), await at('+30m'), await at('-1h')], [120, 30, -60]);
});

test('for programs the answer has the shape of Policy Troubleshooter, with all gates beside it', async (t) => {
  const { scene } = await open(t, CONDITIONAL);
  const answer = JSON.parse(await output(scene, ...ASKED, '--format', 'json'));
  const { explainedPolicies, decision, remedies, ...rest } = answer;
  assert.deepEqual(rest, {
    accessTuple: {
      principal: 'ada@example.com',
      fullResourceName: `//cloudresourcemanager.googleapis.com/${PROJECT}`,
      permission: 'storage.buckets.list',
    },
    access: 'GRANTED',
    resourceExists: true,
    isPermissionOfResource: true,
  });
  const [{ bindingExplanations }] = explainedPolicies;
  assert.deepEqual(bindingExplanations[0], {
    access: 'GRANTED',
    role: 'roles/storage.admin',
    rolePermission: 'ROLE_PERMISSION_INCLUDED',
    rolePermissionRelevance: 'HIGH',
    memberships: { [ADA]: { membership: 'MEMBERSHIP_INCLUDED', relevance: 'HIGH' } },
    relevance: 'HIGH',
    condition: ON(UNTIL),
  });
  assert.equal(
    bindingExplanations[1].memberships['user:bob@example.com'].membership,
    'MEMBERSHIP_NOT_INCLUDED',
  );
  assert.equal(decision.verdict, 'allowed');
  assert.deepEqual(remedies, { scopes: [], denials: [], grants: [], near: [] });
});

test('a gate beside allow policies makes the access NOT_GRANTED', async (t) => {
  const { scene, resources } = await open(t, CONDITIONAL);
  await resources.commit([await resources.denyPolicies.put(NO_LISTS)]);
  const answer = JSON.parse(await output(scene, ...ASKED, '--format', 'json'));
  assert.deepEqual(
    [answer.access, answer.explainedPolicies[0].access, answer.decision.refusedBy],
    ['NOT_GRANTED', 'GRANTED', 'deny'],
  );
  const text = await output(scene, ...ASKED);
  assert.match(
    text,
    /^Deny policies: closed\. One denies storage\.buckets\.list to the caller\. Looked at:$/m,
  );
  assert.match(text, /^IAM: open\. /m);
});

test('with --scopes the scopes are a gate too, those of the method or of all that ask for the permission', async (t) => {
  const { scene } = await open(t, CONDITIONAL);
  const closed = await output(scene, ...ASKED, '--scopes', 'compute-rw');
  assert.match(
    closed,
    /^Access scopes: closed\. The token carries compute-rw\. The method accepts .*storage-ro/m,
  );
  const method = ['--method', 'storage.buckets.list'];
  assert.match(await output(scene, ...ASKED, '--scopes', 'storage-ro', ...method), /^Allowed: /);
});

test('what opens the gates comes as a script and as Terraform', async (t) => {
  const { scene } = await open(t);
  const gcloud = await output(scene, ...ASKED, '--format', 'gcloud');
  assert.match(
    gcloud,
    /^gcloud projects add-iam-policy-binding local-project --member=user:ada@example\.com --role=roles\/storage\.bucketViewer$/m,
  );
  const terraform = await output(scene, ...ASKED, '--format', 'terraform');
  assert.match(
    terraform,
    /^resource "google_project_iam_member" "ada_storage_bucketviewer" \{\n {2}project = "local-project"$/m,
  );
});

test('it is answered after the cloud has ended, and nothing of it is a refusal', async (t) => {
  const { scene, cloud } = await open(t);
  await output(scene, ...ASKED);
  assert.equal(await output(scene), 'Nothing was refused.\n');
  assert.equal(await output(scene, '--format', 'terraform'), '# Nothing was refused.\n');
  await cloud.close();
  assert.match(await output(scene, ...ASKED), /^Refused: storage\.buckets\.list for /);
});

test('a refusal for programs has what it had, and the shape of Policy Troubleshooter', async (t) => {
  const { scene, cloud } = await open(t);
  const answer = await fetch(`${cloud.apiUrl}/storage/v1/b?project=local-project`);
  await answer.body?.cancel();
  const [refusal, ...others] = JSON.parse(await output(scene, '--format', 'json'));
  assert.deepEqual(others, []);
  assert.deepEqual(
    [refusal.method, refusal.status, refusal.decision.refusedBy, refusal.decision.principal],
    ['storage.buckets.list', 401, 'iam', 'allUsers'],
  );
  assert.deepEqual(refusal.accessTuple, {
    principal: 'allUsers',
    fullResourceName: `//cloudresourcemanager.googleapis.com/${PROJECT}`,
    permission: 'storage.buckets.list',
  });
  assert.equal(refusal.access, 'NOT_GRANTED');
  assert.deepEqual(refusal.remedies, { scopes: [], denials: [], grants: [], near: [] });
});

const asks = (changes: Readonly<Record<string, string>>) =>
  Object.entries({
    principal: ADA,
    permission: 'storage.buckets.list',
    resource: PROJECT,
    ...changes,
  }).flatMap(([name, value]) => [`--${name}`, value]);

const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
  [['--principal', ADA], 2, /A question has three parts: --principal, --permission and --resource\.\n$/],
  [['--at', '2h'], 2, /--at, --scopes and --method belong to a question/],
  [[...ASKED, '--limit', '2'], 2, /--limit and --all are for refusals, not for a question\.\n$/],
  [[...ASKED, '--method', 'storage.buckets.list'], 2, /--scopes must say what the token carries\.\n$/],
  [
    [...ASKED, '--at', 'tomorrow'],
    2,
    /It must be a time such as '2026-11-23T05:00:00Z', or a duration from now on/,
  ],
  [[...ASKED, '--scopes', 'storage'], 2, /Scope 'storage' is neither a URL nor one of /],
  [
    [...ASKED, '--scopes', 'storage-ro', '--method', 'storage.bucket.list'],
    2,
    /Method 'storage\.bucket\.list' is not served here; did you mean 'storage\.buckets\.list'\?\n$/,
  ],
  [
    [...asks({ permission: 'storage.folders.rename' }), '--scopes', 'storage-ro'],
    2,
    /No method here asks for 'storage\.folders\.rename', so --method must say whose scopes count\.\n$/,
  ],
  [asks({ permission: 'storage.bucket.list' }), 1, /did you mean 'storage\.buckets\.list'\?\n$/],
  [asks({ resource: 'projects/locl-project' }), 1, /did you mean 'local-project'\?\n$/],
  [asks({ principal: 'users:ada@example.com' }), 1, /did you mean 'user:ada@example\.com'\?\n$/],
];
for (const [args, status, message] of wrong) {
  test(`accredit why ${args.join(' ')} says what is wrong`, async (t) => {
    const { scene } = await open(t);
    const result = await scene.run(['why', ...args]);
    assert.deepEqual([result.status, result.stdout], [status, '']);
    assert.match(result.stderr, message);
  });
}

test('with a propagation delay it says that a later policy is stored, and in how long it is in force', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud({ propagationDelayMs: 120_000 });
  const answer = await fetch(`${cloud.apiUrl}/storage/v1/b?project=local-project`);
  await answer.body?.cancel();
  assert.doesNotMatch(await output(scene, ...ASKED), /Not in force yet/);
  const { resources } = cloud.services;
  const bindings = [{ role: 'roles/storage.admin', members: [ADA] }];
  await writePolicy(resources, PROJECT, () => ({ bindings }));
  await cloud.clock.advance({ seconds: 60 });
  const later =
    /^(?:# )?Not in force yet: the allow policy of projects\/local-project changed, and the change counts in (?:1m|5\ds)\. To have it sooner: accredit clock advance (?:1m|5\ds)$/m;
  for (const args of [ASKED, [...ASKED, '--format', 'gcloud'], []])
    assert.match(await output(scene, ...args), later);
  const { laterPolicies } = JSON.parse(await output(scene, ...ASKED, '--format', 'json'));
  const [{ inForceFromMs, waitMs, ...rest }, ...others] = laterPolicies;
  assert.deepEqual([rest, others], [{ resource: PROJECT, kind: 'allow' }, []]);
  assert.ok(waitMs > 0 && waitMs <= 60_000 && inForceFromMs > cloud.clock.now());
  await cloud.clock.advance({ seconds: 60 });
  const allowed = await output(scene, ...ASKED);
  assert.match(allowed, /^Allowed: /);
  assert.doesNotMatch(allowed, /Not in force yet/);
  await resources.commit([await resources.denyPolicies.put(NO_LISTS)]);
  assert.match(
    await output(scene, ...ASKED),
    /^Allowed: [^]*^Not in force yet: the deny policies of projects\/local-project changed, and the change counts in 2m\./m,
  );
});

const MINE = { parent: PROJECT, roleId: 'mine' };
const MINE_NAME = `${PROJECT}/roles/mine`;

for (const [state, changed, aim, line] of [
  [
    'disabled',
    { stage: 'DISABLED' },
    `enable the custom role ${MINE_NAME}, which is given on ${PROJECT}`,
    'gcloud iam roles update mine --project=local-project --stage=GA',
  ],
  [
    'deleted',
    { deletedAtMs: 0 },
    `bring the custom role ${MINE_NAME} back within 7 days of its deletion, which is given on ${PROJECT}`,
    'gcloud iam roles undelete mine --project=local-project',
  ],
] as const) {
  test(`a binding of a custom role that is ${state} says so, and how it comes back`, async (t) => {
    const { scene, cloud, resources } = await open(t);
    const permissions = ['storage.buckets.list'];
    await resources.roles.create({ ...MINE, title: '', description: '', stage: 'GA', permissions });
    await resources.commit([
      await resources.policies.put(PROJECT, { bindings: [{ role: MINE_NAME, members: [ADA] }] }),
    ]);
    assert.match(await output(scene, ...ASKED), /^Allowed: /);
    const deleted = 'deletedAtMs' in changed ? { deletedAtMs: cloud.clock.now() } : {};
    await resources.roles.change(MINE, ({ value }) => ({ ...value, ...changed, ...deleted }));
    const words = await output(scene, ...ASKED);
    assert.ok(words.includes(`    ${MINE_NAME} is given to ${ADA}, but the role is ${state}\n`), words);
    assert.ok(words.includes(`  or ${aim}:\n    ${line}\n`), words);
    const { decision, remedies } = JSON.parse(await output(scene, ...ASKED, '--format', 'json'));
    const [{ rolePermission, wouldHold }] = decision.policies[0].bindings;
    assert.deepEqual([rolePermission, wouldHold], [`${state}Role`, true]);
    assert.deepEqual(remedies.near, [{ kind: `${state}Role`, role: MINE_NAME, resource: PROJECT }]);
  });
}

test('a role that can be brought back no more is one that is not there', async (t) => {
  const { scene, cloud, resources } = await open(t, { bindings: [{ role: MINE_NAME, members: [ADA] }] });
  const fields = { title: '', description: '', stage: 'GA', permissions: ['storage.buckets.list'] } as const;
  await resources.roles.create({ ...MINE, ...fields, deletedAtMs: cloud.clock.now() });
  assert.match(await output(scene, ...ASKED), /but the role is deleted$/m);
  const later = await output(scene, ...ASKED, '--at', '8d');
  assert.match(later, /but there is no such role$/m);
  assert.doesNotMatch(later, /undelete/);
});

test('a refused call says too that a role was disabled', async (t) => {
  const { scene, cloud, resources } = await open(t, {
    bindings: [{ role: MINE_NAME, members: ['allUsers'] }],
  });
  const fields = { title: '', description: '', permissions: ['storage.buckets.list'] } as const;
  await resources.roles.create({ ...MINE, ...fields, stage: 'DISABLED' });
  const answer = await fetch(`${cloud.apiUrl}/storage/v1/b?project=local-project`);
  await answer.body?.cancel();
  assert.ok(
    (await output(scene)).includes(`    ${MINE_NAME} is given to allUsers, but the role is disabled\n`),
  );
});

test('a deleted account is found by its address, and the line that brings it back does', async (t) => {
  const scene = makeScene(t);
  await scene.startCloud();
  const email = 'plain1@local-project.iam.gserviceaccount.com';
  const ask = ['--principal', email, '--permission', 'storage.buckets.list', '--resource', PROJECT];
  for (const args of [
    ['service-accounts', 'create', 'plain1'],
    ['iam', 'grant', 'roles/storage.bucketViewer', `serviceAccount:${email}`],
  ]) {
    assert.equal((await scene.run(args)).status, 0, args.join(' '));
  }
  assert.match(await output(scene, ...ask), /^Allowed: /);
  assert.equal((await scene.run(['service-accounts', 'delete', email])).status, 0);
  const words = await output(scene, ...ask);
  assert.match(words, /^Refused: [^]*^Principal: closed\. The account is deleted\.$/m);
  const [, uniqueId = ''] =
    /^To let the account act again, bring it back within 30 days:\n {2}accredit service-accounts undelete (\d{21})\n {2}gcloud iam service-accounts undelete \1$/m.exec(
      words,
    ) ?? [];
  const undeleted = await scene.run(['service-accounts', 'undelete', uniqueId]);
  assert.equal(undeleted.status, 0, undeleted.stderr);
  assert.match(await output(scene, ...ask), /^Allowed: /);
});

test('a question is answered Refused where the service of the permission is disabled', async (t) => {
  const { scene, resources } = await open(t, { bindings: [{ role: 'roles/storage.admin', members: [ADA] }] });
  const project = await resources.projects.get('local-project');
  assert.ok(project !== undefined);
  const disabledServices = ['storage.googleapis.com'];
  await resources.commit(resources.projects.put({ ...project.value, disabledServices }));
  const words = await output(scene, ...ASKED);
  assert.match(
    words,
    /^Refused: [^]*^Service: closed\. storage\.googleapis\.com is disabled in project local-project: each call is refused before its gates\.\n\nPrincipal: open\.[^]*^IAM: open\./m,
  );
  assert.match(
    words,
    /^To enable the service:\n {2}gcloud services enable storage\.googleapis\.com --project=local-project$/m,
  );
  assert.match(
    await output(scene, ...ASKED, '--format', 'terraform'),
    /^# Refused: [^]*^resource "google_project_service" "storage_googleapis_com" \{\n {2}project = "local-project"\n {2}service = "storage\.googleapis\.com"\n\}$/m,
  );
  const answer = JSON.parse(await output(scene, ...ASKED, '--format', 'json'));
  assert.deepEqual(
    [answer.access, answer.decision.verdict, answer.disabledService],
    ['NOT_GRANTED', 'allowed', { service: 'storage.googleapis.com', projectId: 'local-project' }],
  );
  // Of other services the project of the caller counts.
  const other = asks({ permission: 'resourcemanager.projects.get' });
  assert.doesNotMatch(await output(scene, ...other), /^Service: /m);
});

test('of a bucket the services of its project count', async (t) => {
  const scene = makeScene(t);
  const { resources } = (await scene.startCloud()).services;
  assert.equal((await scene.run(['buckets', 'create', 'my-bucket'])).status, 0);
  const ask = asks({ permission: 'storage.objects.get', resource: 'gs://my-bucket/a.txt' });
  assert.doesNotMatch(await output(scene, ...ask), /^Service: /m);
  const project = await resources.projects.get('local-project');
  assert.ok(project !== undefined);
  const disabledServices = ['storage.googleapis.com'];
  await resources.commit(resources.projects.put({ ...project.value, disabledServices }));
  assert.match(await output(scene, ...ask), /^Service: closed\. storage\.googleapis\.com is disabled/m);
});

test('what a refused call named steers no terminal, in any form', async (t) => {
  const scene = makeScene(t);
  const cloud = await scene.startCloud();
  for (const args of [
    ['service-accounts', 'create', 'reader'],
    ['buckets', 'create', 'my-bucket-1'],
  ]) {
    const made = await scene.run(args);
    assert.equal(made.status, 0, made.stderr);
  }
  const token = await scene.run(['token', '--service-account', 'reader']);
  assert.equal(token.status, 0, token.stderr);
  const name = encodeURIComponent('x\u001b[31mred\u0007\u202e\u009b');
  const response = await fetch(`${cloud.apiUrl}/storage/v1/b/my-bucket-1/o/${name}`, {
    headers: { authorization: `Bearer ${token.stdout.trim()}` },
  });
  await response.body?.cancel();
  assert.equal(response.status, 403);
  for (const format of ['table', 'gcloud', 'terraform']) {
    const text = await output(scene, '--format', format);
    assert.match(text, /objects\/x\ufffd\[31mred/, format);
    assert.doesNotMatch(text, /(?!\n)\p{C}/u, format);
  }
});
