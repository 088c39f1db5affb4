/** What `accredit why` and `accredit logs` say of a call that was refused for its scopes. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Cloud } from '../../cloud.ts';
import { type CliScene, makeScene } from '../cli.fixture.ts';

const PROJECT = 'projects/local-project';
const ZONE = 'us-central1-a';
const INSTANCE = `${PROJECT}/zones/${ZONE}/instances/vm-2`;
const EMAIL = 'reader@local-project.iam.gserviceaccount.com';
const AUTH = 'https://www.googleapis.com/auth';

/** A method without a permission. */
const ROLES = '/v1/roles?pageSize=1';

/** A method with one. */
const INSTANCES = `/compute/v1/${PROJECT}/zones/${ZONE}/instances`;

async function succeed(scene: CliScene, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await scene.run(args);
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** A cloud with an instance whose tokens are for reading of Cloud Storage alone. */
async function open(t: TestContext, iamMode: 'enforce' | 'audit' = 'enforce') {
  const scene = makeScene(t);
  const cloud = await scene.startCloud({ iamMode });
  await succeed(scene, 'service-accounts', 'create', 'reader');
  await succeed(scene, 'iam', 'grant', 'roles/viewer', `serviceAccount:${EMAIL}`);
  const account = ['--service-account', 'reader', '--scopes', 'storage-ro'];
  await succeed(scene, 'instances', 'create', 'vm-2', ...account);
  return { scene, cloud };
}

/** Calls a method with the token that the instance's metadata server gives out. */
async function callAsInstance(cloud: Cloud, path: string, method = 'GET'): Promise<number> {
  const stored = await cloud.services.resources.instances.get('local-project', ZONE, 'vm-2');
  assert.ok(stored !== undefined);
  const { metadataAddress } = await cloud.places(stored.value);
  const url = `http://${metadataAddress}/computeMetadata/v1/instance/service-accounts/default/token`;
  const answer = await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } });
  // What the token endpoint answers.
  const { access_token: token } = (await answer.json()) as { readonly access_token: string };
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(cloud.apiUrl + path, { method, headers });
  await response.body?.cancel();
  return response.status;
}

const remedy = (scope: string, also: string) => `To open the access scopes, give vm-2 ${scope} (${also}):
  accredit instances stop vm-2 --zone ${ZONE} --project local-project
  accredit instances set-service-account vm-2 --zone ${ZONE} --project local-project --service-account ${EMAIL} --scopes storage-ro,${scope}
  accredit instances start vm-2 --zone ${ZONE} --project local-project
  gcloud compute instances stop vm-2 --zone=${ZONE} --project=local-project
  gcloud compute instances set-service-account vm-2 --zone=${ZONE} --project=local-project --service-account=${EMAIL} --scopes=storage-ro,${scope}
  gcloud compute instances start vm-2 --zone=${ZONE} --project=local-project
`;

test('a method without a permission is refused by the scopes, and why says so, with what opens them', async (t) => {
  const { scene, cloud } = await open(t);
  assert.equal(await callAsInstance(cloud, ROLES), 403);
  const text = await succeed(scene, 'why');
  const [head = '', ...rest] = text.split(/(?=^Access scopes)/m);
  assert.match(
    head,
    new RegExp(
      `^Refused: the method iam\\.roles\\.list for serviceAccount:${EMAIL}\n\n {2}When +\\S+\n` +
        ` {2}Call +iam\\.roles\\.list \\(request [0-9a-f]{16}\\)\n {2}From +${INSTANCE}\n` +
        ' {2}Answer +403 Request had insufficient authentication scopes\\.\n\n$',
    ),
  );
  assert.equal(
    rest.join(''),
    `Access scopes: closed. The token carries storage-ro. The method accepts cloud-platform or ${AUTH}/iam.

No other gate was asked: the method asks for no permission, or the request is wrong in itself.

${remedy(`${AUTH}/iam`, 'cloud-platform would do too')}`,
  );
  await cloud.close();
  assert.equal(await succeed(scene, 'why'), text);
});

test('a request that is wrong in itself, so that nobody knows on what, is refused by the scopes too', async (t) => {
  const { scene, cloud } = await open(t);
  assert.equal(await callAsInstance(cloud, '/storage/v1/b', 'POST'), 403);
  assert.match(
    await succeed(scene, 'why'),
    /^Refused: the method storage\.buckets\.insert for [^]*^Access scopes: closed\. The token carries storage-ro\. The method accepts /m,
  );
});

test('for programs a refusal by the scopes alone stands among the others, with the same members', async (t) => {
  const { scene, cloud } = await open(t);
  assert.equal(await callAsInstance(cloud, INSTANCES), 403);
  assert.equal(await callAsInstance(cloud, ROLES), 403);
  const [last, earlier, ...others] = JSON.parse(await succeed(scene, 'why', '--all', '--format', 'json'));
  assert.deepEqual(others, []);
  const { requestId, timeMs, decision, ...rest } = last;
  assert.match(requestId, /^[0-9a-f]{16}$/);
  assert.deepEqual(decision, {
    verdict: 'refused',
    carriedOut: true,
    mode: 'enforce',
    refusedBy: 'scopes',
    principal: `serviceAccount:${EMAIL}`,
    timeMs: decision.timeMs,
    scopes: {
      outcome: 'insufficient',
      held: [`${AUTH}/devstorage.read_only`],
      accepted: [`${AUTH}/cloud-platform`, `${AUTH}/iam`],
    },
  });
  assert.ok(Number.isInteger(timeMs) && decision.timeMs <= timeMs);
  const instance = { name: INSTANCE, serviceAccount: EMAIL, scopes: [`${AUTH}/devstorage.read_only`] };
  assert.deepEqual(rest, {
    access: 'NOT_GRANTED',
    method: 'iam.roles.list',
    status: 403,
    message: 'Request had insufficient authentication scopes.',
    instance: INSTANCE,
    remedies: {
      scopes: [`${AUTH}/iam`, `${AUTH}/cloud-platform`],
      denials: [],
      grants: [],
      near: [],
      instance,
    },
  });
  assert.deepEqual(
    [earlier.decision.permission, earlier.decision.refusedBy, earlier.remedies.instance],
    ['compute.instances.list', 'scopes', instance],
  );
});

test('what opens the scopes of an instance comes as a script and as Terraform', async (t) => {
  const { scene, cloud } = await open(t);
  assert.equal(await callAsInstance(cloud, ROLES), 403);
  const head = `# Refused: the method iam.roles.list for serviceAccount:${EMAIL}\n\n# To open the access scopes, give vm-2 ${AUTH}/iam (cloud-platform would do too):\n`;
  const lines = remedy(`${AUTH}/iam`, '')
    .match(/gcloud .*\n/g)
    ?.join('');
  assert.equal(await succeed(scene, 'why', '--format', 'gcloud'), head + lines);
  assert.equal(
    await succeed(scene, 'why', '--format', 'terraform'),
    `${head}# In the google_compute_instance "vm-2", which is stopped for it:
# allow_stopping_for_update = true
# In its service_account block:
# scopes = ["${AUTH}/devstorage.read_only", "${AUTH}/iam"]
`,
  );
});

test('the commands that why prints open the scopes of the instance as they stand', async (t) => {
  const { scene, cloud } = await open(t);
  assert.equal(await callAsInstance(cloud, INSTANCES), 403);
  const text = await succeed(scene, 'why');
  assert.ok(text.endsWith(remedy('compute-ro', 'compute-rw, cloud-platform would do too')), text);
  const commands = [...text.matchAll(/^ {2}accredit (.*)$/gm)].map(([, words = '']) => words.split(' '));
  assert.equal(commands.length, 3);
  for (const words of commands) await succeed(scene, ...words);
  assert.match(
    await succeed(scene, 'why'),
    new RegExp(`^${INSTANCE} has compute-ro by now: its next token opens the access scopes\\.\n$`, 'm'),
  );
  assert.equal(await callAsInstance(cloud, INSTANCES), 200);
});

test('an instance that is gone, and one that accredit run makes, is told of a new one', async (t) => {
  const { scene, cloud } = await open(t);
  assert.equal(await callAsInstance(cloud, INSTANCES), 403);
  await succeed(scene, 'instances', 'delete', 'vm-2');
  assert.match(
    await succeed(scene, 'why'),
    /^To open the access scopes, give the VM compute-ro \(.*\):\n {2}accredit run --scopes compute-ro -- COMMAND\n/m,
  );
  await cloud.close();
  const elsewhere = await succeed(scene, 'why', '--data', scene.dataDirectory);
  assert.match(elsewhere, /^ {2}accredit run --data \S+ --scopes compute-ro -- COMMAND$/m);
});

test('in audit mode a call without a permission goes through, and why and logs say what it would have met', async (t) => {
  const { scene, cloud } = await open(t, 'audit');
  assert.equal(await callAsInstance(cloud, ROLES), 200);
  assert.match(
    await succeed(scene, 'why'),
    /^Would have been refused \(audit mode: the call went through\): the method iam\.roles\.list for /,
  );
  assert.match(await succeed(scene, 'logs', '--denied'), /OK, would be denied .* \(scopes\) /);
});

test('in audit mode a call whose decision names the scopes is one refusal and not two', async (t) => {
  const { scene, cloud } = await open(t, 'audit');
  assert.equal(await callAsInstance(cloud, `${INSTANCES}?maxResults=x`), 400);
  const refusals = JSON.parse(await succeed(scene, 'why', '--all', '--format', 'json'));
  assert.deepEqual(
    refusals.map((refusal: { readonly decision: object }) => 'permission' in refusal.decision),
    [true],
  );
});

test('accredit logs says that the scopes refused a call that asked for no permission', async (t) => {
  const { scene, cloud } = await open(t);
  assert.equal(await callAsInstance(cloud, ROLES), 403);
  const [headers = '', line = ''] = (await succeed(scene, 'logs', '--denied')).split('\n');
  assert.equal(line.slice(headers.indexOf('PERMISSION'), headers.indexOf('RESOURCE')).trim(), '(scopes)');
  const { protoPayload } = JSON.parse(await succeed(scene, 'logs', '--denied', '--format', 'json'));
  const { scopeDecision, heldScopes, acceptedScopes, mode } = protoPayload.metadata;
  assert.deepEqual(scopeDecision, { carriedOut: true, refusedBy: 'scopes', scopes: 'insufficient' });
  assert.deepEqual(
    [heldScopes, acceptedScopes, mode],
    [[`${AUTH}/devstorage.read_only`], [`${AUTH}/cloud-platform`, `${AUTH}/iam`], 'enforce'],
  );
});
