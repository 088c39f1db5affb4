import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { type ComputeCloud, doneOperation, openCompute, ZONE_URL } from './compute.fixture.ts';

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/** Makes a caller that may do everything with instances, and nothing with service accounts. */
async function openWithoutActAs(): Promise<ComputeCloud & { readonly robot: string }> {
  const compute = await openCompute(['roles/compute.instanceAdmin.v1']);
  return { ...compute, robot: await compute.cloud.account('robot') };
}

test('without actAs the call is 200, its operation fails, and there is no instance (IAM notes, fact 9)', async () => {
  const { cloud, email, make, get, robot } = await openWithoutActAs();
  const { status, json } = await make('vm1', {
    serviceAccounts: [{ email: robot, scopes: [CLOUD_PLATFORM] }],
  });
  assert.equal(status, 200);
  const { name, targetId } = json;
  assert.match(targetId, /^\d{18,19}$/);
  assert.deepEqual(json, {
    ...doneOperation({ answered: json, operationType: 'insert', targetId, user: email }),
    error: {
      errors: [
        {
          code: 'SERVICE_ACCOUNT_ACCESS_DENIED',
          message:
            `The user does not have access to service account '${robot}'.  User: '${email}'.  ` +
            'Ask a project owner to grant you the iam.serviceAccountUser role on the service account',
        },
      ],
    },
    httpErrorStatusCode: 400,
    httpErrorMessage: 'BAD REQUEST',
  });
  assert.equal((await get(`${ZONE_URL}/instances/vm1`)).status, 404);
  assert.deepEqual((await get(`${ZONE_URL}/operations/${name}`)).json, json);
  // The refusal can be asked about, although the call was answered with 200.
  const [refusal] = await cloud.audit.refusals(10);
  assert.equal(refusal?.method, 'compute.instances.insert');
  assert.equal(refusal?.status, 200);
  assert.equal(refusal?.decision.permission, 'iam.serviceAccounts.actAs');
  assert.equal(refusal?.decision.resource, `projects/${PROJECT_ID}/serviceAccounts/${robot}`);
});

test('a grant of actAs on the account itself is enough (IAM notes 1.8)', async () => {
  const { cloud, email, make, get, robot } = await openWithoutActAs();
  await cloud.grant(
    `projects/${PROJECT_ID}/serviceAccounts/${robot}`,
    'roles/iam.serviceAccountUser',
    `serviceAccount:${email}`,
  );
  assert.ok(!('error' in (await make('vm1', { serviceAccounts: [{ email: robot, scopes: [] }] })).json));
  const { json } = await get(`${ZONE_URL}/instances/vm1`);
  assert.deepEqual(json.serviceAccounts, [{ email: robot, scopes: [] }]);
});

test('in audit mode the refusal is recorded and the instance is made', async () => {
  const { cloud, make, get } = await openCompute([], { iamMode: 'audit' });
  const robot = await cloud.account('robot');
  assert.ok(!('error' in (await make('vm1', { serviceAccounts: [{ email: robot }] })).json));
  assert.equal((await get(`${ZONE_URL}/instances/vm1`)).status, 200);
  const refusals = await cloud.audit.refusals(20);
  const refused = new Set(refusals.map(({ decision }) => decision.permission));
  for (const permission of ['compute.instances.create', 'iam.serviceAccounts.actAs']) {
    assert.ok(refused.has(permission), permission);
  }
});

test('an account acts as itself without a grant (guess, IAM notes 1.8)', async () => {
  const { email, make } = await openWithoutActAs();
  assert.ok(!('error' in (await make('vm1', { serviceAccounts: [{ email, scopes: [] }] })).json));
});

test('an account that is not there fails in the operation (IAM notes 1.8)', async () => {
  const { make, get } = await openCompute();
  for (const email of [`no@${PROJECT_ID}.iam.gserviceaccount.com`, 'default']) {
    const { status, json } = await make('vm1', { serviceAccounts: [{ email, scopes: [CLOUD_PLATFORM] }] });
    const shown = email === 'default' ? `${PROJECT_NUMBER}-compute@developer.gserviceaccount.com` : email;
    assert.equal(status, 200);
    assert.deepEqual(json.error, {
      errors: [
        {
          code: 'EXTERNAL_RESOURCE_NOT_FOUND',
          message: `The resource '${shown}' of type 'serviceAccount' was not found.`,
        },
      ],
    });
    assert.deepEqual([json.httpErrorStatusCode, json.httpErrorMessage], [404, 'NOT FOUND']);
  }
  assert.equal((await get(`${ZONE_URL}/instances/vm1`)).status, 404);
});

test('the unique id of an account is not its address', async () => {
  const { cloud, email, make } = await openCompute();
  const account = await cloud.services.resources.serviceAccounts.find(email);
  const { json } = await make('vm1', { serviceAccounts: [{ email: account?.value.uniqueId }] });
  assert.equal(json.error.errors[0].code, 'EXTERNAL_RESOURCE_NOT_FOUND');
});

test('default is the compute default account of the project (compute notes 5.8)', async () => {
  const { cloud, make, get } = await openCompute();
  const { serviceAccounts } = cloud.services.resources;
  const email = `${PROJECT_NUMBER}-compute@developer.gserviceaccount.com`;
  await cloud.services.resources.commit(serviceAccounts.put(serviceAccounts.draft(PROJECT_ID, email)));
  await make('vm1', { serviceAccounts: [{ email: 'default', scopes: [CLOUD_PLATFORM] }] });
  const { json } = await get(`${ZONE_URL}/instances/vm1`);
  assert.deepEqual(json.serviceAccounts, [{ email, scopes: [CLOUD_PLATFORM] }]);
});

test('scopes without an account are dropped (compute notes 5.8)', async () => {
  const { make, get } = await openCompute();
  await make('vm1', { serviceAccounts: [{ scopes: [CLOUD_PLATFORM] }] });
  assert.ok(!('serviceAccounts' in (await get(`${ZONE_URL}/instances/vm1`)).json));
});

/** A caller that may do everything with instances and nothing with accounts, and a stopped instance that has one. */
async function openWithRobotVm(): Promise<ComputeCloud & { readonly robot: string }> {
  const compute = await openWithoutActAs();
  const { instances } = compute.cloud.services.resources;
  const vm = instances.draft({
    projectId: PROJECT_ID,
    zone: 'us-central1-a',
    name: 'vm1',
    status: 'TERMINATED',
    serviceAccounts: [{ email: compute.robot, scopes: [CLOUD_PLATFORM] }],
  });
  await compute.cloud.services.resources.commit([instances.put(vm)]);
  return compute;
}

/** The verb, and what is sent. */
const actingVerbs: readonly (readonly [string, (robot: string) => object])[] = [
  ['setMetadata', () => ({ items: [{ key: 'startup-script', value: 'x' }] })],
  ['setServiceAccount', (robot) => ({ email: robot, scopes: [] })],
];

for (const [verb, bodyFor] of actingVerbs) {
  test(`${verb} needs actAs on the account that the instance has or gets, and fails in its operation (IAM notes 1.8)`, async () => {
    const { cloud, email, get, post, robot } = await openWithRobotVm();
    const url = `${ZONE_URL}/instances/vm1`;
    const before = (await get(url)).json;
    const refused = await post(`${url}/${verb}`, bodyFor(robot));
    assert.equal(refused.status, 200);
    const message =
      `The user does not have access to service account '${robot}'.  User: '${email}'.  ` +
      'Ask a project owner to grant you the iam.serviceAccountUser role on the service account';
    assert.deepEqual(refused.json.error, { errors: [{ code: 'SERVICE_ACCOUNT_ACCESS_DENIED', message }] });
    assert.deepEqual([refused.json.httpErrorStatusCode, refused.json.httpErrorMessage], [400, 'BAD REQUEST']);
    assert.deepEqual((await get(url)).json, before);
    const account = `projects/${PROJECT_ID}/serviceAccounts/${robot}`;
    await cloud.grant(account, 'roles/iam.serviceAccountUser', `serviceAccount:${email}`);
    assert.ok(!('error' in (await post(`${url}/${verb}`, bodyFor(robot))).json));
    assert.notDeepEqual((await get(url)).json, before);
  });
}

test('nobody acts as an account that is gone: setMetadata fails in its operation (guess)', async () => {
  const { cloud, get, post, robot } = await openWithRobotVm();
  const { serviceAccounts } = cloud.services.resources;
  const account = await serviceAccounts.find(robot);
  assert.ok(account);
  await cloud.services.resources.commit(await serviceAccounts.remove(account.value));
  const { json } = await post(`${ZONE_URL}/instances/vm1/setMetadata`, { items: [{ key: 'k', value: 'v' }] });
  assert.equal(json.error.errors[0].code, 'EXTERNAL_RESOURCE_NOT_FOUND');
  assert.ok(!('items' in (await get(`${ZONE_URL}/instances/vm1`)).json.metadata));
});

test('setTags, start and stop need no actAs', async () => {
  const { post } = await openWithRobotVm();
  for (const verb of ['setTags', 'start', 'stop']) {
    assert.ok(!('error' in (await post(`${ZONE_URL}/instances/vm1/${verb}`)).json), verb);
  }
});

test('setServiceAccount to an account that is not there fails in the operation (IAM notes 1.8)', async () => {
  const { post } = await openWithRobotVm();
  const { json } = await post(`${ZONE_URL}/instances/vm1/setServiceAccount`, { email: 'nobody@example.com' });
  assert.equal(json.error.errors[0].code, 'EXTERNAL_RESOURCE_NOT_FOUND');
  assert.equal(json.httpErrorStatusCode, 404);
});
