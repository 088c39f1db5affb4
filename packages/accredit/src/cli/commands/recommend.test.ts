/** `accredit recommend`: from what a program did to the roles that let it do that again, and nothing less. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse, stringify } from 'yaml';
import type { CloudOptions } from '../../cloud.ts';
import { type CliScene, makeScene } from '../cli.fixture.ts';
import { configure, putInPlace } from '../configured.ts';
import type { Recommendation } from '../recommendation.ts';

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
  const scene = makeScene(t);
  writeFileSync(join(scene.directory, 'accredit.yaml'), text);
  const configured = await configure(scene.context, {});
  const cloud = await scene.startCloud({
    ...options,
    configure: (services) => putInPlace(configured, services, { prune: false, tell() {} }),
  });
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
