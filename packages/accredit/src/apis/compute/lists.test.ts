import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestResponse } from '../api.fixture.ts';
import { type ComputeCloud, errorOf, openCompute, PROJECT_URL, ZONE_URL } from './compute.fixture.ts';

/** Opens a cloud with instances, each a second younger than the one before it. */
async function openWith(...names: readonly string[]): Promise<ComputeCloud> {
  const compute = await openCompute();
  for (const name of names) {
    const [vm = '', zone = 'us-central1-a'] = name.split('@');
    const labels = { place: zone };
    assert.equal((await compute.make(vm, { labels }, zone)).status, 200);
    compute.cloud.clock.nowMs += 1000;
  }
  return compute;
}

function namesOf({ json }: TestResponse): readonly string[] {
  return (json.items ?? []).map((item: { readonly name: string }) => item.name);
}

async function pages(compute: ComputeCloud, query: string): Promise<readonly (readonly string[])[]> {
  const found: (readonly string[])[] = [];
  let pageToken = '';
  do {
    const page = await compute.get(`${ZONE_URL}/instances?${query}&pageToken=${pageToken}`);
    assert.equal(page.status, 200, page.text);
    found.push(namesOf(page));
    pageToken = encodeURIComponent(page.json.nextPageToken ?? '');
  } while (pageToken !== '');
  return found;
}

test('names are listed in byte order, in pages of maxResults (compute notes 3.1)', async () => {
  const compute = await openWith('a2', 'b', 'a10');
  assert.deepEqual(await pages(compute, 'maxResults=2'), [['a10', 'a2'], ['b']]);
  assert.deepEqual(await pages(compute, 'maxResults=1&orderBy=name'), [['a10'], ['a2'], ['b']]);
  assert.deepEqual(await pages(compute, 'maxResults=3'), [['a10', 'a2', 'b']]);
  assert.deepEqual(await pages(compute, 'maxResults=0'), [['a10', 'a2', 'b']]);
});

test('the newest come first where that is asked for (compute notes 3.1)', async () => {
  const compute = await openWith('a2', 'b', 'a10');
  assert.deepEqual(await pages(compute, 'orderBy=creationTimestamp%20desc'), [['a10', 'b', 'a2']]);
  assert.deepEqual(await pages(compute, 'maxResults=2&orderBy=creationTimestamp+desc'), [
    ['a10', 'b'],
    ['a2'],
  ]);
});

test('a filter is applied before pages are cut (compute notes 3.4)', async () => {
  const compute = await openWith('a1', 'b1', 'a2', 'b2', 'a3');
  assert.deepEqual(await pages(compute, 'filter=name+eq+a.*&maxResults=2'), [['a1', 'a2'], ['a3']]);
  assert.deepEqual(await pages(compute, 'filter=name%3Db*&maxResults=2'), [['b1', 'b2']]);
  assert.deepEqual(await pages(compute, 'filter=name%3Dc*'), [[]]);
  assert.deepEqual(await pages(compute, 'filter=name+eq+a.*&maxResults=2&orderBy=creationTimestamp+desc'), [
    ['a3', 'a2'],
    ['a1'],
  ]);
});

test('what goes between two pages does not disturb the next one', async () => {
  const compute = await openWith('a', 'b', 'c');
  const first = await compute.get(`${ZONE_URL}/instances?maxResults=2`);
  await compute.remove(`${ZONE_URL}/instances/b`);
  const token = encodeURIComponent(first.json.nextPageToken);
  const second = await compute.get(`${ZONE_URL}/instances?maxResults=2&pageToken=${token}`);
  assert.deepEqual(namesOf(second), ['c']);
});

test('an aggregated list is cut in the middle of a zone, by zone and then by name (compute notes 3.4)', async () => {
  const compute = await openWith('b', 'a', 'c@us-central1-b', 'd@europe-west1-b');
  const seen: string[][] = [];
  let pageToken = '';
  do {
    const page = await compute.get(`${PROJECT_URL}/aggregated/instances?maxResults=2&pageToken=${pageToken}`);
    const scopes = Object.entries(page.json.items) as [
      string,
      { readonly instances?: { readonly name: string }[] },
    ][];
    seen.push(
      scopes.flatMap(([scope, { instances = [] }]) => instances.map(({ name }) => `${scope}/${name}`)),
    );
    for (const [, scope] of scopes) assert.equal('warning' in scope, !('instances' in scope));
    pageToken = encodeURIComponent(page.json.nextPageToken ?? '');
  } while (pageToken !== '');
  assert.deepEqual(seen, [
    ['zones/europe-west1-b/d', 'zones/us-central1-a/a'],
    ['zones/us-central1-a/b', 'zones/us-central1-b/c'],
  ]);
});

test('filters ask what an instance shows (compute notes 3.3)', async () => {
  const compute = await openWith('vm1', 'vm2@us-central1-b');
  const wanted: readonly (readonly [string, readonly string[]])[] = [
    ['zone eq .*us-central1-b', ['vm2']],
    ['(status eq RUNNING)(name eq ".*\\bvm1\\b.*")', ['vm1']],
    ['labels.place=us-central1-a', ['vm1']],
    ['labels.place:*', ['vm1', 'vm2']],
    ['scheduling.preemptible eq false', ['vm1', 'vm2']],
    ['machineType eq ".*(e2-medium\\b).*"', ['vm1', 'vm2']],
    ['deletionProtection=true', []],
  ];
  for (const [filter, names] of wanted) {
    const { json } = await compute.get(
      `${PROJECT_URL}/aggregated/instances?filter=${encodeURIComponent(filter)}`,
    );
    const found = Object.values(
      json.items as Record<string, { readonly instances?: { readonly name: string }[] }>,
    );
    assert.deepEqual(
      found.flatMap(({ instances = [] }) => instances.map(({ name }) => name)),
      names,
      filter,
    );
  }
});

const wrong: readonly (readonly [string, string])[] = [
  [
    'maxResults=501',
    "Invalid value for field 'maxResults': '501'. Values must be within the following range: [0, 500]",
  ],
  [
    'maxResults=-1',
    "Invalid value for field 'maxResults': '-1'. Values must be within the following range: [0, 500]",
  ],
  [
    'maxResults=x',
    "Invalid value for field 'maxResults': 'x'. Values must be within the following range: [0, 500]",
  ],
  [
    'orderBy=size',
    "Invalid value for field 'orderBy': 'size'. Only 'name' and 'creationTimestamp desc' are supported.",
  ],
  ['pageToken=x', "Invalid value for field 'pageToken': 'x'. Invalid page token."],
  [
    'returnPartialSuccess=maybe',
    "Invalid value for field 'returnPartialSuccess': 'maybe'. Must be true or false.",
  ],
  [
    'filter=not-a-filter',
    "Invalid value for field 'filter': 'not-a-filter'. Invalid list filter expression.",
  ],
  [
    'filter=tags.items%3Dx',
    "Invalid value for field 'filter': 'tags.items=x'. Invalid list filter expression.",
  ],
  [
    'filter=metadata.items.key%3Dx',
    "Invalid value for field 'filter': 'metadata.items.key=x'. Invalid list filter expression.",
  ],
  [
    'filter=disks.boot%3Dtrue',
    "Invalid value for field 'filter': 'disks.boot=true'. Invalid list filter expression.",
  ],
];

for (const [query, message] of wrong) {
  test(`a list is refused: ${query} (compute notes 1.9, 3.1, 3.3)`, async () => {
    const { get } = await openCompute();
    for (const url of [`${ZONE_URL}/instances`, `${PROJECT_URL}/aggregated/instances`]) {
      assert.deepEqual((await get(`${url}?${query}`)).json, errorOf(400, message, 'invalid'));
    }
  });
}

test('a page token is good for its own list, filter and order alone (compute notes 3.1)', async () => {
  const { get } = await openWith('a', 'b');
  const first = await get(`${ZONE_URL}/instances?maxResults=1`);
  const token = first.json.nextPageToken;
  for (const url of [
    `${ZONE_URL}/instances?filter=name%3Da`,
    `${ZONE_URL}/instances?orderBy=creationTimestamp+desc`,
    `${PROJECT_URL}/zones/us-central1-b/instances?`,
    `${PROJECT_URL}/aggregated/instances?`,
  ]) {
    const { status, json } = await get(`${url}&pageToken=${encodeURIComponent(token)}`);
    assert.equal(status, 400);
    const message = `Invalid value for field 'pageToken': '${token}'. Invalid page token.`;
    assert.deepEqual(json, errorOf(400, message, 'invalid'));
  }
});

test('parameters of others do no harm (compute notes 1.8, 3.1)', async () => {
  const { get } = await openWith('a');
  const query =
    'alt=json&views=BASIC&serviceProjectNumber=1&quotaUser=me&unknown=1&returnPartialSuccess=True&filter=';
  assert.deepEqual(namesOf(await get(`${ZONE_URL}/instances?${query}`)), ['a']);
});
