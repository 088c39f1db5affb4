import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KNOWN_SERVICES } from '../../protocol/service-usage/known-services.ts';
import { openTestCloud, PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { serviceUsage } from './index.ts';

const PARENT = `https://serviceusage.googleapis.com/v1/projects/${PROJECT_ID}`;
const COMPUTE = 'compute.googleapis.com';

async function open(role = 'roles/serviceusage.serviceUsageAdmin') {
  const cloud = await openTestCloud([serviceUsage]);
  const token = await cloud.token(await cloud.account('caller', role));
  const get = (path: string) => cloud.send('GET', `${PARENT}${path}`, { token });
  const post = (path: string, body: unknown = {}) => cloud.send('POST', `${PARENT}${path}`, { token, body });
  const names = async (query: string) =>
    // The answers of a list, which the tests themselves look at.
    ((await get(`/services?${query}`)).json.services ?? []).map(
      ({ config }: { readonly config: { readonly name: string } }) => config.name,
    );
  return { cloud, token, get, post, names };
}

test('a service is shown with its state, by the number of its project', async () => {
  const { cloud, token, get } = await open();
  const expected = {
    name: `projects/${PROJECT_NUMBER}/services/${COMPUTE}`,
    config: { name: COMPUTE, title: 'Compute Engine API' },
    state: 'ENABLED',
    parent: `projects/${PROJECT_NUMBER}`,
  };
  assert.deepEqual((await get(`/services/${COMPUTE}`)).json, expected);
  const byNumber = `https://serviceusage.googleapis.com/v1/projects/${PROJECT_NUMBER}/services/${COMPUTE}`;
  assert.deepEqual((await cloud.send('GET', byNumber, { token })).json, expected);
});

test('every known service is enabled until it is disabled', async () => {
  const { post, names } = await open();
  const all = KNOWN_SERVICES.map(({ name }) => name);
  assert.deepEqual(await names('filter=state:ENABLED'), all);
  assert.deepEqual(await names('filter=state:DISABLED'), []);
  await post(`/services/${COMPUTE}:disable`);
  assert.deepEqual(await names('filter=state:DISABLED'), [COMPUTE]);
  assert.deepEqual(
    await names('filter=state:ENABLED'),
    all.filter((name) => name !== COMPUTE),
  );
  assert.deepEqual(await names(''), all, 'without a filter both are shown');
});

test('a list comes in pages, 50 at a time unless asked otherwise', async () => {
  const { get, names } = await open();
  const all = await names('pageSize=9999');
  const seen: string[] = [];
  for (let token = '', pages = 0; pages === 0 || token !== ''; pages += 1) {
    const { json } = await get(`/services?pageSize=7&pageToken=${token}`);
    assert.ok(json.services.length <= 7);
    seen.push(
      ...json.services.map(({ config }: { readonly config: { readonly name: string } }) => config.name),
    );
    token = json.nextPageToken ?? '';
  }
  assert.deepEqual(seen, all);
});

const refusedLists: readonly (readonly [name: string, query: string, message: string])[] = [
  ['another filter', 'filter=name:x', "Invalid filter 'name:x'. Use 'state:ENABLED' or 'state:DISABLED'."],
  ['a negative page size', 'pageSize=-1', "Invalid value for field 'pageSize': '-1'."],
  ['a foreign page token', 'pageToken=xyz', "Invalid value for field 'pageToken': 'xyz'."],
];

for (const [name, query, message] of refusedLists) {
  test(`a list is refused for ${name}`, async () => {
    const { get } = await open();
    const response = await get(`/services?${query}`);
    assert.equal(response.status, 400);
    assert.equal(response.json.error.message, message);
  });
}

test('several services are got at once, in the order asked, by id or number of the project', async () => {
  const { get } = await open();
  const wanted = [
    `projects/${PROJECT_ID}/services/sts.googleapis.com`,
    `projects/${PROJECT_NUMBER}/services/${COMPUTE}`,
  ];
  const { json } = await get(`/services:batchGet?names=${wanted.join('&names=')}`);
  assert.deepEqual(
    json.services.map(({ name }: { readonly name: string }) => name),
    [
      `projects/${PROJECT_NUMBER}/services/sts.googleapis.com`,
      `projects/${PROJECT_NUMBER}/services/${COMPUTE}`,
    ],
  );
});

test('at most 30 services are got at once, and of one project', async () => {
  const { get } = await open();
  const name = `projects/${PROJECT_ID}/services/${COMPUTE}`;
  const ask = (names: readonly string[]) => get(`/services:batchGet?names=${names.join('&names=')}`);
  assert.equal((await ask(Array.from({ length: 30 }, () => name))).status, 200);
  const many = await ask(Array.from({ length: 31 }, () => name));
  assert.equal(many.json.error.message, 'A request can name at most 30 services, got 31.');
  const other = await ask([`projects/other/services/${COMPUTE}`]);
  assert.equal(other.json.error.message, `Every service in 'names' must be one of 'projects/${PROJECT_ID}'.`);
});

test('a service that is not known is refused, and not said to be missing', async () => {
  const { get } = await open();
  const response = await get('/services/nothing.googleapis.com');
  assert.deepEqual(response.json, {
    error: {
      code: 403,
      message: 'Not found or permission denied for service(s): nothing.googleapis.com.',
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED',
          domain: 'serviceusage.googleapis.com',
          metadata: { services: 'nothing.googleapis.com' },
        },
      ],
    },
  });
});

test('a refusal names the service, or the project', async () => {
  const { cloud, token, get, post } = await open('roles/browser');
  const messages = [
    await get(`/services/${COMPUTE}`),
    await post(`/services/${COMPUTE}:enable`),
    await get('/services'),
    await cloud.send('GET', 'https://serviceusage.googleapis.com/v1/projects/nobody/services', { token }),
  ].map(({ status, json }) => `${status} ${json.error.message}`);
  assert.deepEqual(messages, [
    `403 Permission denied to get service [${COMPUTE}]`,
    `403 Permission denied to enable service [${COMPUTE}]`,
    `403 Permission denied to list services for consumer container [projects/${PROJECT_ID}]`,
    '403 Permission denied to list services for consumer container [projects/-]',
  ]);
});
