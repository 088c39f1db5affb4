import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { cloudResourceManager } from '../cloudresourcemanager/index.ts';
import { serviceUsage } from './index.ts';

const HOST = 'https://serviceusage.googleapis.com/v1';
const COMPUTE = 'compute.googleapis.com';
const OS_LOGIN = 'oslogin.googleapis.com';
const STORAGE = 'storage.googleapis.com';

async function open(operationDelayMs = 0) {
  const cloud = await openTestCloud([serviceUsage], { operationDelayMs });
  const token = await cloud.token(await cloud.account('caller', 'roles/serviceusage.serviceUsageAdmin'));
  const post = (path: string, body: unknown = {}) =>
    cloud.send('POST', `${HOST}/projects/${PROJECT_ID}/${path}`, { token, body });
  const get = (path: string) => cloud.send('GET', `${HOST}/${path}`, { token });
  const disabled = async () =>
    (await cloud.services.resources.projects.get(PROJECT_ID))?.value.disabledServices ?? [];
  return { cloud, post, get, disabled };
}

function shown(name: string, title: string, state: string) {
  const parent = `projects/${PROJECT_NUMBER}`;
  return { name: `${parent}/services/${name}`, config: { name, title }, state, parent };
}

test('disabling and enabling answer an operation that is done, with the new state', async () => {
  const { post, disabled } = await open();
  const off = await post(`services/${COMPUTE}:disable`);
  assert.equal(off.status, 200, off.text);
  assert.match(off.json.name, new RegExp(`^operations/acat\\.p2-${PROJECT_NUMBER}-[0-9a-f-]{36}$`));
  assert.deepEqual(
    { ...off.json, name: '' },
    {
      name: '',
      metadata: {
        '@type': 'type.googleapis.com/google.api.serviceusage.v1.OperationMetadata',
        resourceNames: [`services/${COMPUTE}/projectSettings/${PROJECT_NUMBER}`],
      },
      done: true,
      response: {
        '@type': 'type.googleapis.com/google.api.serviceusage.v1.DisableServiceResponse',
        service: shown(COMPUTE, 'Compute Engine API', 'DISABLED'),
      },
    },
  );
  assert.deepEqual(await disabled(), [COMPUTE]);
  const on = await post(`services/${COMPUTE}:enable`);
  assert.deepEqual(on.json.response, {
    '@type': 'type.googleapis.com/google.api.serviceusage.v1.EnableServiceResponse',
    service: shown(COMPUTE, 'Compute Engine API', 'ENABLED'),
  });
  assert.deepEqual(await disabled(), []);
});

test('what changes nothing is done at once, and writes nothing', async () => {
  const { cloud, post } = await open(60_000);
  const before = await cloud.services.resources.projects.get(PROJECT_ID);
  const { json } = await post(`services/${COMPUTE}:enable`);
  assert.equal(json.name, 'operations/noop.DONE_OPERATION');
  assert.equal(json.done, true);
  assert.equal(json.response.service.state, 'ENABLED');
  assert.deepEqual(await cloud.services.resources.projects.get(PROJECT_ID), before);
});

test('an operation can be waited for', async () => {
  const { cloud, post, get } = await open(60_000);
  const { json: begun } = await post(`services/${STORAGE}:disable`);
  assert.equal(begun.done, undefined);
  assert.deepEqual((await get(begun.name)).json, begun);
  cloud.clock.nowMs += 60_000;
  const { json: ended } = await get(begun.name);
  assert.equal(ended.done, true);
  assert.equal(ended.response.service.state, 'DISABLED');
});

test('an operation of another project, or of none, is refused and not said to be missing', async () => {
  const { get } = await open();
  const uuid = '00000000-0000-4000-8000-000000000000';
  assert.equal((await get(`operations/acat.p2-${PROJECT_NUMBER}-${uuid}`)).status, 404);
  for (const name of [`acat.p2-210987654321-${uuid}`, 'cp.1', 'noop.DONE_OPERATION']) {
    assert.equal((await get(`operations/${name}`)).status, 403, name);
  }
});

test('what needs a service is named before it is disabled, and goes with it where that is asked for', async () => {
  const { post, disabled } = await open();
  const refused = await post(`services/${OS_LOGIN}:disable`);
  assert.deepEqual(refused.json.error, {
    code: 400,
    message:
      `The service ${OS_LOGIN} is depended on by the following active service: ${COMPUTE}; ` +
      'Please specify disable_dependent_services=true if you want to proceed with disabling all services.',
    status: 'FAILED_PRECONDITION',
  });
  assert.deepEqual(await disabled(), []);
  assert.equal((await post(`services/${OS_LOGIN}:disable`, { disableDependentServices: true })).status, 200);
  assert.deepEqual(await disabled(), [COMPUTE, OS_LOGIN]);
  await post(`services/${COMPUTE}:enable`);
  assert.deepEqual(await disabled(), [], 'enabling a service enables what it needs');
});

test('a service that was used is disabled all the same (deviation)', async () => {
  const { post, disabled } = await open();
  for (const checkIfServiceHasUsage of ['CHECK_IF_SERVICE_HAS_USAGE_UNSPECIFIED', 'SKIP', 'CHECK']) {
    await post(`services/${STORAGE}:enable`);
    assert.equal((await post(`services/${STORAGE}:disable`, { checkIfServiceHasUsage })).status, 200);
    assert.deepEqual(await disabled(), [STORAGE]);
  }
  const other = await post(`services/${STORAGE}:disable`, { checkIfServiceHasUsage: 'MAYBE' });
  assert.equal(other.status, 400);
});

test('up to 20 services are enabled at once', async () => {
  const { post, disabled } = await open();
  for (const name of [COMPUTE, STORAGE]) await post(`services/${name}:disable`);
  const { json } = await post('services:batchEnable', { serviceIds: [STORAGE, COMPUTE, STORAGE] });
  assert.deepEqual(json.response, {
    '@type': 'type.googleapis.com/google.api.serviceusage.v1.BatchEnableServicesResponse',
    services: [
      shown(STORAGE, 'Cloud Storage API', 'ENABLED'),
      shown(COMPUTE, 'Compute Engine API', 'ENABLED'),
    ],
  });
  assert.deepEqual(await disabled(), []);
});

test('a batch is enabled whole or not at all', async () => {
  const { post, disabled } = await open();
  await post(`services/${STORAGE}:disable`);
  const many = await post('services:batchEnable', { serviceIds: Array.from({ length: 21 }, () => STORAGE) });
  assert.equal(many.json.error.message, 'A request can name at most 20 services, got 21.');
  const none = await post('services:batchEnable', {});
  assert.equal(none.json.error.message, "The field 'serviceIds' must name a service.");
  const unknown = await post('services:batchEnable', { serviceIds: [STORAGE, 'a.b', 'c.d'] });
  assert.equal(unknown.status, 403);
  assert.equal(unknown.json.error.message, 'Not found or permission denied for service(s): a.b,c.d.');
  assert.deepEqual(await disabled(), [STORAGE]);
});

test('changes at the same time are all made', async () => {
  const { post, disabled } = await open();
  const names = ['iam.googleapis.com', 'logging.googleapis.com', STORAGE, 'sts.googleapis.com'];
  const answers = await Promise.all(names.map((name) => post(`services/${name}:disable`)));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.deepEqual(await disabled(), names);
});

test('on the host that all APIs share an operation is still the one of Service Usage', async () => {
  const cloud = await openTestCloud([cloudResourceManager, serviceUsage]);
  const token = await cloud.token(await cloud.account('caller', 'roles/serviceusage.serviceUsageAdmin'));
  const base = 'http://127.0.0.1:8080/v1';
  const path = `${base}/projects/${PROJECT_ID}/services/${STORAGE}:disable`;
  const { json } = await cloud.send('POST', path, { token });
  assert.deepEqual((await cloud.send('GET', `${base}/${json.name}`, { token })).json, json);
});
