import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../protocol/metadata/settings.ts';
import { PROJECT_ID } from '../api.fixture.ts';
import { type ComputeCloud, errorOf, openCompute, ZONE_LINK, ZONE_URL } from './compute.fixture.ts';

const PLACE = { projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm1' };
const URL = `${ZONE_URL}/instances/vm1/getGuestAttributes`;
const HEAD = { kind: 'compute#guestAttributes', selfLink: `${ZONE_LINK}/instances/vm1/getGuestAttributes/` };
const ENABLED = [{ key: 'enable-guest-attributes', value: 'TRUE' }];

const RSA = { namespace: 'hostkeys', key: 'ssh-rsa', value: 'AAAA' };
const ED25519 = { namespace: 'hostkeys', key: 'ssh-ed25519', value: 'BBBB\n' };
const RESULT = { namespace: 'testing', key: 'result', value: '' };

async function openWith(metadata: readonly object[] = ENABLED): Promise<ComputeCloud> {
  const compute = await openCompute();
  await compute.make('vm1', { metadata: { items: metadata } });
  const { guestAttributes } = compute.cloud.services.resources;
  for (const { namespace, key, value } of [RSA, RESULT, ED25519]) {
    assert.equal(await guestAttributes.set(PLACE, namespace, key, value, settingsOf()), undefined);
  }
  return compute;
}

/** The query, and what is answered beside kind and link. */
const found: readonly (readonly [string, object])[] = [
  ['queryPath=hostkeys/', { queryPath: 'hostkeys/', queryValue: { items: [ED25519, RSA] } }],
  ['queryPath=hostkeys%2F', { queryPath: 'hostkeys/', queryValue: { items: [ED25519, RSA] } }],
  ['queryPath=hostkeys', { queryPath: 'hostkeys', queryValue: { items: [ED25519, RSA] } }],
  ['queryPath=hostkeys/ssh-rsa', { queryPath: 'hostkeys/ssh-rsa', queryValue: { items: [RSA] } }],
  ['queryPath=', { queryPath: '', queryValue: { items: [ED25519, RSA, RESULT] } }],
  ['', { queryPath: '', queryValue: { items: [ED25519, RSA, RESULT] } }],
  ['variableKey=testing/result', { variableKey: 'testing/result', variableValue: '' }],
  [
    'variableKey=testing/result&queryPath=testing/',
    {
      variableKey: 'testing/result',
      variableValue: '',
      queryPath: 'testing/',
      queryValue: { items: [RESULT] },
    },
  ],
];

for (const [query, expected] of found) {
  test(`getGuestAttributes?${query} answers what was written (compute notes 5.11)`, async () => {
    const { get } = await openWith();
    const response = await get(`${URL}?${query}`);
    assert.equal(response.status, 200);
    assert.deepEqual(response.json, { ...HEAD, ...expected });
  });
}

/** The query, and the path that the refusal names. */
const nothing: readonly (readonly [string, string])[] = [
  ['queryPath=ns/', 'ns/'],
  ['queryPath=hostkeys/other', 'hostkeys/other'],
  ['queryPath=hostkeys/ssh-rsa/x', 'hostkeys/ssh-rsa/x'],
  ['queryPath=toString/', 'toString/'],
  ['variableKey=testing/other', 'testing/other'],
  ['variableKey=testing', 'testing'],
  ['variableKey=', ''],
  ['variableKey=constructor/name', 'constructor/name'],
  ['variableKey=testing/other&queryPath=testing/', 'testing/other'],
];

function missingAttribute(path: string): object {
  return errorOf(404, `The resource '${path}' of type 'Guest Attribute' was not found.`, 'notFound');
}

for (const [query, path] of nothing) {
  test(`getGuestAttributes?${query} is 404 (compute notes, check 125)`, async () => {
    const { get } = await openWith();
    assert.deepEqual((await get(`${URL}?${query}`)).json, missingAttribute(path));
  });
}

test('where the feature is off, nothing is found (compute notes 5.11)', async () => {
  const { get } = await openWith([]);
  assert.deepEqual((await get(`${URL}?queryPath=hostkeys/`)).json, missingAttribute('hostkeys/'));
});

test('the project may turn it on (metadata notes 8.5.1)', async () => {
  const { cloud, get } = await openWith([]);
  const { projects } = cloud.services.resources;
  const project = await projects.get(PROJECT_ID);
  assert.ok(project);
  await cloud.services.resources.commit(projects.put({ ...project.value, commonInstanceMetadata: ENABLED }));
  assert.equal((await get(`${URL}?queryPath=hostkeys/`)).status, 200);
});

test('an instance that is not there is told from an attribute that is not (compute notes 1.10)', async () => {
  const { get } = await openCompute();
  const message = `The resource 'projects/${PROJECT_ID}/zones/us-central1-a/instances/vm1' was not found`;
  assert.deepEqual((await get(`${URL}?queryPath=ns/`)).json, errorOf(404, message, 'notFound'));
});
