/** What is the same in every project, and the project itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import { errorOf, LINK, NOW_TEXT, openCompute, PROJECT_URL, ZONE_LINK, ZONE_URL } from './compute.fixture.ts';

test('a zone (compute notes 6.5)', async () => {
  const { get } = await openCompute();
  const { json } = await get(ZONE_URL);
  const { availableCpuPlatforms, ...rest } = json;
  assert.ok(availableCpuPlatforms.includes('Intel Broadwell'));
  assert.deepEqual(rest, {
    kind: 'compute#zone',
    id: '2000',
    creationTimestamp: '1969-12-31T16:00:00.000-08:00',
    name: 'us-central1-a',
    description: 'us-central1-a',
    status: 'UP',
    region: `${LINK}/regions/us-central1`,
    selfLink: ZONE_LINK,
  });
});

test('a zone that there is not is 404 by itself (compute notes 6.5)', async () => {
  const { get } = await openCompute();
  const { json } = await get(`${PROJECT_URL}/zones/x`);
  assert.deepEqual(
    json,
    errorOf(404, `The resource 'projects/${PROJECT_ID}/zones/x' was not found`, 'notFound'),
  );
});

test('zones are listed by name, a page at a time (compute notes 3.1)', async () => {
  const { get } = await openCompute();
  const { json } = await get(`${PROJECT_URL}/zones?maxResults=500`);
  assert.deepEqual(
    [json.kind, json.id, json.selfLink, json.nextPageToken],
    ['compute#zoneList', `projects/${PROJECT_ID}/zones`, `${LINK}/zones`, undefined],
  );
  const names: readonly string[] = json.items.map((zone: { readonly name: string }) => zone.name);
  assert.deepEqual(names, [...names].sort());
  const paged: string[] = [];
  let pageToken = '';
  do {
    const page = await get(`${PROJECT_URL}/zones?maxResults=50&pageToken=${pageToken}`);
    paged.push(...page.json.items.map((zone: { readonly name: string }) => zone.name));
    pageToken = page.json.nextPageToken ?? '';
  } while (pageToken !== '');
  assert.deepEqual(paged, names);
  const filtered = await get(
    `${PROJECT_URL}/zones?filter=${encodeURIComponent('name eq ".*\\bus-central1-f\\b.*"')}`,
  );
  assert.deepEqual(
    filtered.json.items.map((zone: { readonly name: string }) => zone.name),
    ['us-central1-f'],
  );
});

test('a project is shown as Compute Engine sees it (compute notes 9.1)', async () => {
  const { cloud, get } = await openCompute();
  const expected = {
    kind: 'compute#project',
    id: PROJECT_NUMBER,
    creationTimestamp: NOW_TEXT,
    name: PROJECT_ID,
    commonInstanceMetadata: { kind: 'compute#metadata', fingerprint: '42WmSpB8rSM=' },
    selfLink: LINK,
    xpnProjectStatus: 'UNSPECIFIED_XPN_PROJECT_STATUS',
    defaultNetworkTier: 'PREMIUM',
    vmDnsSetting: 'ZONAL_ONLY',
    cloudArmorTier: 'CA_STANDARD',
  };
  assert.deepEqual((await get(PROJECT_URL)).json, expected);
  assert.deepEqual(
    (await get(`https://www.googleapis.com/compute/v1/projects/${PROJECT_NUMBER}`)).json,
    expected,
  );
  const { serviceAccounts } = cloud.services.resources;
  const email = `${PROJECT_NUMBER}-compute@developer.gserviceaccount.com`;
  await cloud.services.resources.commit(serviceAccounts.put(serviceAccounts.draft(PROJECT_ID, email)));
  assert.deepEqual((await get(PROJECT_URL)).json, { ...expected, defaultServiceAccount: email });
});

test('a project that is not there is 404, one that may not be seen is 403 (compute notes 9.5)', async () => {
  const { get } = await openCompute([]);
  const unknown = await get('https://compute.googleapis.com/compute/v1/projects/nobody');
  assert.deepEqual(unknown.json, errorOf(404, "The resource 'projects/nobody' was not found", 'notFound'));
  const refused = await get(PROJECT_URL);
  const message = `Required 'compute.projects.get' permission for 'projects/${PROJECT_ID}'`;
  assert.deepEqual(refused.json, errorOf(403, message, 'forbidden'));
});
