/** `accredit recommend`: from what a program did to the roles that let it do that again, and nothing less. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parse, stringify } from 'yaml';
import type { CloudOptions } from '../../cloud.ts';
import type { CliScene } from '../cli.fixture.ts';
import { startConfigured } from '../configured-cloud.fixture.ts';
import type { Recommendation } from '../recommend/recommendation.ts';

const PROGRAM = 'my-program@local-project.iam.gserviceaccount.com';
const BUCKET = 'bucket-of-my-program';
const VM = 'projects/local-project/zones/us-central1-a/instances/vm-1';

/** What is there before anybody grants anything. */
const WITHOUT_GRANTS = `
projects:
  - projectId: local-project
    serviceAccounts: [{accountId: my-program}]
    buckets: [{name: ${BUCKET}}]
    instances: [{name: vm-1, zone: us-central1-a}]
`;

/** Starts a cloud that is configured with a text, and puts an object into its bucket. */
async function openCloud(t: TestContext, text: string, options: CloudOptions) {
  const { scene, cloud } = await startConfigured(t, text, options);
  const owner = await tokenOf(scene, 'owner-program', true);
  const target = `${cloud.apiUrl}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=hello.txt`;
  const headers = { Authorization: `Bearer ${owner}` };
  assert.equal((await fetch(target, { method: 'POST', headers, body: 'hello' })).status, 200);
  return { scene, cloud };
}

/** Returns a token of an account; one that is made first may do everything with objects. */
async function tokenOf(scene: CliScene, account: string, isMade = false): Promise<string> {
  if (isMade) {
    const email = `serviceAccount:${account}@local-project.iam.gserviceaccount.com`;
    await scene.run(['service-accounts', 'create', account]);
    const granted = await scene.run(['iam', 'grant', 'roles/storage.objectAdmin', email]);
    assert.equal(granted.status, 0, granted.stderr);
  }
  return (await scene.run(['token', '--service-account', account])).stdout.trim();
}

/** The program: it lists a bucket, reads an object and starts an instance. @returns the statuses */
async function runProgram(scene: CliScene, apiUrl: string): Promise<readonly number[]> {
  const headers = { Authorization: `Bearer ${await tokenOf(scene, 'my-program')}` };
  const objects = `${apiUrl}/storage/v1/b/${BUCKET}/o`;
  const answers = [
    await fetch(objects, { headers }),
    await fetch(`${objects}/hello.txt?alt=media`, { headers }),
    await fetch(`${apiUrl}/compute/v1/${VM}/start`, { method: 'POST', headers }),
  ];
  return answers.map(({ status }) => status);
}

const ofProgram = ['recommend', '--principal', PROGRAM];

async function recommendationOf(scene: CliScene, ...args: readonly string[]): Promise<Recommendation> {
  const { status, stdout, stderr } = await scene.run([...ofProgram, '--format', 'json', ...args]);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Recommendation;
}

const linesOf = ({ proposals }: Recommendation) =>
  proposals.map(({ resource, roles }) => `${resource}: ${roles.map(({ role }) => role).join(' ')}`);

test('what a program does in audit mode becomes the roles with which it does it, and with one less it does not', async (t) => {
  const first = await openCloud(t, WITHOUT_GRANTS, { iamMode: 'audit', record: true });
  assert.deepEqual(await runProgram(first.scene, first.cloud.apiUrl), [200, 200, 200]);
  const recommendation = await recommendationOf(first.scene);
  assert.deepEqual(linesOf(recommendation), [
    `projects/_/buckets/${BUCKET}: roles/storage.objectViewer`,
    `${VM}: roles/compute.instanceAdmin`,
  ]);
  const { source, calls, refused, scopes } = recommendation;
  assert.deepEqual({ source, calls, refused }, { source: 'recording', calls: 3, refused: 0 });
  assert.deepEqual(scopes, [
    {
      principal: `serviceAccount:${PROGRAM}`,
      scopes: ['compute', 'devstorage.read_only'].map((name) => `https://www.googleapis.com/auth/${name}`),
    },
  ]);
  const { stdout: printed } = await first.scene.run([...ofProgram, '--format', 'yaml']);
  await first.cloud.close();
  assert.equal((await first.scene.run([...ofProgram, '--format', 'yaml'])).stdout, printed, 'after it ended');

  const declared = parse(printed) as {
    projects: [{ buckets: [PolicyPart]; instances: [PolicyPart] }];
  };
  const enforcing = async (file: object) => {
    const { scene, cloud } = await openCloud(t, stringify(file), { iamMode: 'enforce' });
    return runProgram(scene, cloud.apiUrl);
  };
  assert.deepEqual(await enforcing(declared), [200, 200, 200]);
  const { buckets, instances } = declared.projects[0];
  const less = (part: PolicyPart) => ({ ...part, iamPolicy: part.iamPolicy.slice(1) });
  const project = declared.projects[0];
  const withoutBucket = { projects: [{ ...project, buckets: buckets.map(less) }] };
  assert.deepEqual(await enforcing(withoutBucket), [403, 403, 200]);
  const withoutInstance = { projects: [{ ...project, instances: instances.map(less) }] };
  assert.deepEqual(await enforcing(withoutInstance), [200, 200, 403]);
});

interface PolicyPart {
  readonly name: string;
  readonly iamPolicy: readonly object[];
}

test('without a recording the audit log is taken, or a span of it; refusals count where that is asked for', async (t) => {
  const { scene, cloud } = await openCloud(t, WITHOUT_GRANTS, { iamMode: 'enforce' });
  assert.deepEqual(await runProgram(scene, cloud.apiUrl), [403, 403, 403]);
  const nothing = await recommendationOf(scene);
  assert.deepEqual(
    { source: nothing.source, calls: nothing.calls, refused: nothing.refused, lines: linesOf(nothing) },
    { source: 'auditLog', calls: 3, refused: 3, lines: [] },
  );
  const table = await scene.run(ofProgram);
  assert.match(
    table.stdout,
    /^3 uses of permissions were refused; --include-refused counts them as needed\.$/m,
  );
  const needed = await scene.run([...ofProgram, '--include-refused']);
  assert.match(needed.stdout, /^3 uses of permissions were refused; they count as needed\.$/m);
  const included = ['--include-refused', '--since', '1h'];
  assert.deepEqual(linesOf(await recommendationOf(scene, ...included)), [
    `projects/_/buckets/${BUCKET}: roles/storage.objectViewer`,
    `${VM}: roles/compute.instanceAdmin`,
  ]);
  assert.deepEqual(linesOf(await recommendationOf(scene, ...included, '--by', 'project')), [
    'projects/local-project: roles/compute.instanceAdmin roles/storage.objectViewer',
  ]);
  assert.equal((await recommendationOf(scene, '--until', '1h')).calls, 0);
  const everybody = await scene.run(['recommend', '--format', 'json']);
  const principals = (JSON.parse(everybody.stdout) as Recommendation).proposals.map(
    ({ principal }) => principal,
  );
  assert.deepEqual(principals, ['serviceAccount:owner-program@local-project.iam.gserviceaccount.com']);
  const owner = await scene.run(['recommend', '--principal', 'owner@accredit.local', '--format', 'json']);
  assert.notDeepEqual((JSON.parse(owner.stdout) as Recommendation).proposals, [], 'who is named counts');
});

test('--verify passes where the roles suffice, and names each call that a scope or a deny policy refuses', async (t) => {
  const { scene, cloud } = await openCloud(t, WITHOUT_GRANTS, { iamMode: 'audit', record: true });
  await runProgram(scene, cloud.apiUrl);
  for (const custom of [[], ['--custom']]) {
    const good = await scene.run([...ofProgram, '--verify', ...custom]);
    assert.deepEqual(
      [good.status, good.stderr],
      [0, 'accredit: verified: 3 recorded uses would be allowed\n'],
    );
  }
  const { stdout: token } = await scene.run([
    'token',
    '--service-account',
    'my-program',
    '--scopes',
    'storage-ro',
  ]);
  const headers = { Authorization: `Bearer ${token.trim()}` };
  await fetch(`${cloud.apiUrl}/compute/v1/${VM}/stop`, { method: 'POST', headers });
  const bad = await scene.run([...ofProgram, '--verify']);
  assert.equal(bad.status, 1);
  assert.equal(
    bad.stderr,
    [
      'accredit: The proposed roles would refuse what was used:',
      `  compute.instances.stop: compute.instances.stop on ${VM} for serviceAccount:${PROGRAM} (1), by the access scopes of its token`,
      '',
    ].join('\n'),
  );
  assert.match(bad.stdout, /roles\/compute\.instanceAdmin/, 'what it would be is shown all the same');
});

test('--verify fails where nothing was used: that says nothing of the roles', async (t) => {
  const { scene, cloud } = await openCloud(t, WITHOUT_GRANTS, { iamMode: 'enforce' });
  const before = await scene.run([...ofProgram, '--verify']);
  assert.deepEqual(
    [before.status, before.stderr],
    [1, 'accredit: Nothing was used, so nothing is verified: run the program first.\n'],
  );
  await runProgram(scene, cloud.apiUrl);
  const refused = await scene.run([...ofProgram, '--verify']);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^accredit: Nothing that was used was allowed, .* --include-refused counts /);
  assert.equal((await scene.run([...ofProgram, '--verify', '--include-refused'])).status, 0);
});

test('--reset begins anew', async (t) => {
  const { scene, cloud } = await openCloud(t, WITHOUT_GRANTS, { iamMode: 'audit', record: true });
  await runProgram(scene, cloud.apiUrl);
  assert.equal((await recommendationOf(scene)).calls, 3);
  const reset = await scene.run(['recommend', '--reset']);
  assert.equal(reset.stdout, 'What was recorded is forgotten.\n');
  const again = await scene.run(['recommend', '--reset', '--format', 'json']);
  assert.deepEqual(JSON.parse(again.stdout), { reset: true });
  const { source, calls } = await recommendationOf(scene);
  assert.deepEqual({ source, calls }, { source: 'recording', calls: 0 });
  await runProgram(scene, cloud.apiUrl);
  assert.equal((await recommendationOf(scene)).calls, 3);
});

const wrong: readonly (readonly [args: readonly string[], message: string])[] = [
  [['--by', 'folder'], "option '--by <level>' argument 'folder' is invalid."],
  [['--reset', '--since', '5m'], '--reset forgets all that was recorded: leave --since out.'],
  [['--reset', '--principal', PROGRAM], '--reset forgets all that was recorded: leave --principal out.'],
  [['--reset', '--custom'], '--reset forgets all that was recorded: leave --custom out.'],
  [['--reset', '--by', 'resource'], '--reset forgets all that was recorded: leave --by out.'],
  [['--reset', '--format', 'yaml'], '--reset says what was done as a table or as JSON.'],
];

test('what cannot be is refused as a wrong command line', async (t) => {
  const { scene } = await openCloud(t, WITHOUT_GRANTS, {});
  for (const [args, message] of wrong) {
    const { status, stderr, stdout } = await scene.run(['recommend', ...args]);
    assert.deepEqual([status, stdout], [2, ''], args.join(' '));
    assert.ok(stderr.includes(message), stderr);
  }
});

const DENYING = `
    denyPolicies:
      - id: no-reading
        rules:
          - denyRule:
              deniedPrincipals: ['principalSet://goog/public:all']
              deniedPermissions: ['storage.googleapis.com/objects.get']
`;

test('what a deny policy takes stands under the proposal, since no role makes up for it', async (t) => {
  const { scene, cloud } = await openCloud(t, WITHOUT_GRANTS + DENYING, { iamMode: 'audit', record: true });
  await runProgram(scene, cloud.apiUrl);
  const { stdout } = await scene.run(ofProgram);
  assert.match(stdout, /^ {2}Denied by +'no-reading' of projects\/local-project: storage\.objects\.get$/m);
  const recommendation = await recommendationOf(scene);
  assert.deepEqual(
    recommendation.proposals.map(({ denied }) => denied),
    [
      [
        {
          permission: 'storage.objects.get',
          resource: `projects/_/buckets/${BUCKET}`,
          attachedTo: 'projects/local-project',
          policyId: 'no-reading',
        },
      ],
      [],
    ],
  );
});

test('as a table too, custom roles stand in place of predefined ones', async (t) => {
  const { scene, cloud } = await openCloud(t, WITHOUT_GRANTS, { iamMode: 'audit', record: true });
  await runProgram(scene, cloud.apiUrl);
  const { stdout } = await scene.run([...ofProgram, '--custom']);
  assert.match(stdout, /ROLE +COVERS +ADDS\n +projects\/local-project\/roles\/my_program_uses +2 +0\n/);
  assert.doesNotMatch(stdout, /roles\/storage\.objectViewer|Custom role {2}/);
});
