import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID } from '../api.fixture.ts';
import {
  type ComputeCloud,
  doneOperation,
  errorOf,
  openCompute,
  ZONE_LINK,
  ZONE_URL,
} from './compute.fixture.ts';

const VM = `${ZONE_URL}/instances/vm1`;
const NAME = `projects/${PROJECT_ID}/zones/us-central1-a/instances/vm1`;
const REQUEST_ID = '0b6cf2a4-2f0c-4c4e-9d1b-0a1b2c3d4e5f';
const EMPTY = '42WmSpB8rSM=';
const STALE = errorOf(
  412,
  'Supplied fingerprint does not match current metadata fingerprint.',
  'conditionNotMet',
);

async function openWithVm(more: Readonly<Record<string, unknown>> = {}): Promise<ComputeCloud> {
  const compute = await openCompute();
  assert.equal((await compute.make('vm1', more)).json.status, 'DONE');
  return compute;
}

test('setMetadata with the current fingerprint replaces all items (compute notes, check 115)', async () => {
  const { email, get, post } = await openWithVm({ metadata: { items: [{ key: 'old', value: '1' }] } });
  const before = (await get(VM)).json;
  const items = [
    { key: 'b', value: 'two\n' },
    { key: 'a', value: '' },
  ];
  const { status, json } = await post(`${VM}/setMetadata`, {
    kind: 'compute#metadata',
    fingerprint: before.metadata.fingerprint,
    items: [{ key: 'b', value: 'two\n' }, { key: 'a' }],
  });
  assert.equal(status, 200);
  assert.deepEqual(
    json,
    doneOperation({ answered: json, operationType: 'setMetadata', targetId: before.id, user: email }),
  );
  const { metadata, fingerprint, ...rest } = (await get(VM)).json;
  assert.deepEqual(metadata.items, items);
  assert.notEqual(metadata.fingerprint, before.metadata.fingerprint);
  assert.notEqual(fingerprint, before.fingerprint);
  const { metadata: _metadata, fingerprint: _fingerprint, ...restBefore } = before;
  assert.deepEqual(rest, restBefore, 'nothing else changed');
});

test('no items take the metadata away (compute notes 2)', async () => {
  const { get, post } = await openWithVm({ metadata: { items: [{ key: 'old', value: '1' }] } });
  const { fingerprint } = (await get(VM)).json.metadata;
  assert.equal((await post(`${VM}/setMetadata`, { fingerprint })).json.status, 'DONE');
  assert.deepEqual((await get(VM)).json.metadata, { kind: 'compute#metadata', fingerprint: EMPTY });
});

test('setMetadata with a stale fingerprint is 412 and changes nothing (compute notes, check 116)', async () => {
  const { get, post } = await openWithVm({ metadata: { items: [{ key: 'k', value: '1' }] } });
  const before = (await get(VM)).json;
  for (const fingerprint of [EMPTY, 'lTRX_bZqO3s=', undefined]) {
    const response = await post(`${VM}/setMetadata`, { fingerprint, items: [{ key: 'k', value: '2' }] });
    assert.equal(response.status, 412);
    assert.deepEqual(response.json, STALE);
  }
  assert.deepEqual((await get(VM)).json, before);
});

test('metadata that is empty may be set without a fingerprint (compute notes 12, row 7)', async () => {
  const { get, post } = await openWithVm();
  assert.equal((await post(`${VM}/setMetadata`, { items: [{ key: 'k', value: 'v' }] })).json.status, 'DONE');
  assert.deepEqual((await get(VM)).json.metadata.items, [{ key: 'k', value: 'v' }]);
});

test('of many who read the same fingerprint one writes, the others are told (compute notes 4.2)', async () => {
  const { get, post } = await openWithVm();
  const responses = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      post(`${VM}/setMetadata`, { fingerprint: EMPTY, items: [{ key: 'k', value: `${index}` }] }),
    ),
  );
  const statuses = Map.groupBy(responses, ({ status }) => status);
  assert.deepEqual([statuses.get(200)?.length, statuses.get(412)?.length], [1, 39]);
  assert.deepEqual((await get(VM)).json.metadata.items, [{ key: 'k', value: '0' }]);
});

/** What is wrong with the items, and how it is told. */
const wrongItems: readonly (readonly [string, readonly unknown[], string, string])[] = [
  ['no key', [{ value: 'v' }], "Required field 'resource.items[0].key' not specified", 'required'],
  [
    'a key that is none',
    [{ key: 'a b' }],
    "Invalid value for field 'resource.items[0].key': 'a b'. Must be a match of regex '[a-zA-Z0-9-_]{1,128}'",
    'invalid',
  ],
  [
    'a key twice',
    [{ key: 'k' }, { key: 'k' }],
    "Invalid value for field 'resource': ''. Metadata has duplicate key: k",
    'invalid',
  ],
  [
    'a value of more than 256 KiB',
    [{ key: 'k', value: 'a'.repeat(262_145) }],
    "Value for field 'resource.items[0].value' is too large: maximum size 262144 character(s); actual size 262145.",
    'invalid',
  ],
];

for (const [what, items, message, reason] of wrongItems) {
  test(`setMetadata is refused: ${what} (compute notes 2)`, async () => {
    const { get, post } = await openWithVm();
    assert.deepEqual((await post(`${VM}/setMetadata`, { items })).json, errorOf(400, message, reason));
    assert.ok(!('items' in (await get(VM)).json.metadata));
  });
}

test('a field of the body that is of the wrong type or unknown is named (compute notes 1.8)', async () => {
  const { post } = await openWithVm();
  for (const [body, where] of [
    [{ items: 'a' }, 'resource.items'],
    [{ fingerprint: 1 }, 'resource.fingerprint'],
    [{ item: [] }, 'Unknown name "item"'],
    [[], 'Invalid value'],
  ] as const) {
    const { status, json } = await post(`${VM}/setMetadata`, body);
    assert.equal(status, 400);
    assert.ok(json.error.message.includes(where), json.error.message);
  }
});

test('setTags replaces the tags, each once, and says so in its operation (compute notes 2, 4.3)', async () => {
  const { get, post } = await openWithVm({ tags: { items: ['old'] } });
  const { fingerprint } = (await get(VM)).json.tags;
  const { json } = await post(`${VM}/setTags`, { fingerprint, items: ['web', 'db', 'web'] });
  assert.deepEqual([json.operationType, json.status], ['setTags', 'DONE']);
  const { tags } = (await get(VM)).json;
  assert.deepEqual(tags.items, ['web', 'db']);
  assert.notEqual(tags.fingerprint, fingerprint);
  await post(`${VM}/setTags`, { fingerprint: tags.fingerprint });
  assert.deepEqual((await get(VM)).json.tags, { fingerprint: EMPTY });
});

test('setTags with a stale fingerprint is 412 (compute notes, check 118)', async () => {
  const { get, post } = await openWithVm({ tags: { items: ['old'] } });
  for (const fingerprint of [EMPTY, undefined]) {
    const response = await post(`${VM}/setTags`, { fingerprint, items: ['web'] });
    assert.deepEqual(response.json, errorOf(412, 'Invalid fingerprint.', 'conditionNotMet'));
  }
  assert.deepEqual((await get(VM)).json.tags.items, ['old']);
});

test('a tag that is none is 400 (compute notes 2)', async () => {
  const { post } = await openWithVm();
  const message =
    "Invalid value for field 'resource.items[1]': 'Web'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'";
  assert.deepEqual(
    (await post(`${VM}/setTags`, { items: ['a', 'Web'] })).json,
    errorOf(400, message, 'invalid'),
  );
});

for (const verb of ['setMetadata', 'setTags', 'setServiceAccount', 'start', 'stop']) {
  test(`${verb} of an instance that is not there is 404, of a name that is none 400 (compute notes 1.10, 2)`, async () => {
    const { post } = await openCompute();
    assert.deepEqual(
      (await post(`${VM}/${verb}`)).json,
      errorOf(404, `The resource '${NAME}' was not found`, 'notFound'),
    );
    assert.equal((await post(`${ZONE_URL}/instances/No_name/${verb}`)).status, 400);
  });

  test(`${verb} with the same request id is done once, with a bad one not at all (compute notes 1.8)`, async () => {
    const { cloud, post } = await openCompute();
    const { instances } = cloud.services.resources;
    const place = { projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm1' };
    await cloud.services.resources.commit([
      instances.put(instances.draft({ ...place, status: 'TERMINATED' })),
    ]);
    const first = await post(`${VM}/${verb}?requestId=${REQUEST_ID}`);
    assert.deepEqual([first.status, first.json.clientOperationId], [200, REQUEST_ID], first.text);
    assert.deepEqual((await post(`${VM}/${verb}?requestId=${REQUEST_ID}`)).json, first.json);
    assert.notEqual((await post(`${VM}/${verb}`)).json.name, first.json.name);
    assert.equal((await post(`${VM}/${verb}?requestId=x`)).status, 400);
  });
}

test('an instance is changed by its numeric id too (compute notes 1.3)', async () => {
  const { get, post } = await openWithVm();
  const { id } = (await get(VM)).json;
  const { json } = await post(`${ZONE_URL}/instances/${id}/setTags`, { items: ['web'] });
  assert.equal(json.targetLink, `${ZONE_LINK}/instances/vm1`);
  assert.deepEqual((await get(VM)).json.tags.items, ['web']);
});

test('a change shows at once, also while its operation is seen to run (deviation)', async () => {
  const { cloud, get, make, post } = await openCompute(['roles/owner'], { operationDelayMs: 5000 });
  await make('vm1');
  cloud.clock.nowMs += 5000;
  const { json } = await post(`${VM}/setTags`, { items: ['web'] });
  assert.deepEqual([json.status, json.progress], ['RUNNING', 0]);
  assert.deepEqual((await get(VM)).json.tags.items, ['web']);
  const waited = await post(`${ZONE_URL}/operations/${json.name}/wait`);
  assert.deepEqual([waited.json.status, waited.json.progress], ['DONE', 100]);
});
