import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  HOST,
  INNER_FOLDER,
  ORGANIZATION,
  OUTER_FOLDER,
  openHierarchy,
  refusedInV3,
  tokenWith,
} from './hierarchy.fixture.ts';

const CREATED = '2026-11-23T05:00:00.000Z';

async function open(...roles: readonly string[]) {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, ...roles);
  return {
    cloud,
    get: (path: string) => cloud.send('GET', HOST + path, { token }),
    post: (path: string, body: unknown) => cloud.send('POST', HOST + path, { token, body }),
  };
}

test('a folder is shown as v2 and as v3 show it (folders.get)', async () => {
  const { get } = await open('roles/resourcemanager.folderViewer');
  const shared = { name: INNER_FOLDER, parent: OUTER_FOLDER, displayName: 'Team Blue', createTime: CREATED };
  assert.deepEqual((await get(`/v2/${INNER_FOLDER}`)).json, { ...shared, lifecycleState: 'ACTIVE' });
  const { etag, ...folder } = (await get(`/v3/${INNER_FOLDER}`)).json;
  assert.match(etag, /^B/);
  assert.deepEqual(folder, { ...shared, state: 'ACTIVE', updateTime: CREATED });
});

test('an organization is shown as v1 and as v3 show it (organizations.get)', async () => {
  const { get } = await open('roles/resourcemanager.organizationViewer');
  assert.deepEqual((await get(`/v1/${ORGANIZATION}`)).json, {
    name: ORGANIZATION,
    displayName: 'example.com',
    owner: { directoryCustomerId: 'C0abcd123' },
    creationTime: CREATED,
    lifecycleState: 'ACTIVE',
  });
  const { etag, ...organization } = (await get(`/v3/${ORGANIZATION}`)).json;
  assert.match(etag, /^B/);
  assert.deepEqual(organization, {
    name: ORGANIZATION,
    displayName: 'example.com',
    directoryCustomerId: 'C0abcd123',
    state: 'ACTIVE',
    createTime: CREATED,
    updateTime: CREATED,
  });
});

test('folders are listed by parent, directly in it (folders.list)', async () => {
  const { get } = await open('roles/resourcemanager.folderViewer');
  for (const version of ['v2', 'v3']) {
    const names = async (parent: string) =>
      (await get(`/${version}/folders?parent=${parent}`)).json.folders?.map(
        ({ name }: { name: string }) => name,
      );
    assert.deepEqual(await names(ORGANIZATION), [OUTER_FOLDER]);
    assert.deepEqual(await names(OUTER_FOLDER), [INNER_FOLDER]);
    assert.equal(await names(INNER_FOLDER), undefined);
    assert.equal((await get(`/${version}/folders`)).status, 400, 'a parent is required');
    assert.equal((await get(`/${version}/folders?parent=folders/5`)).status, 403);
  }
});

const folderQueries: readonly (readonly [query: string, found: readonly string[]])[] = [
  ['', [OUTER_FOLDER, INNER_FOLDER]],
  ['displayName=Team*', [INNER_FOLDER]],
  ['displayName="team blue"', [INNER_FOLDER]],
  [`parent=${OUTER_FOLDER} AND state=ACTIVE`, [INNER_FOLDER]],
  ['lifecycleState=ACTIVE', [OUTER_FOLDER, INNER_FOLDER]],
  ['NOT displayName=Eng*', [INNER_FOLDER]],
];

for (const [query, found] of folderQueries) {
  test(`folders are searched by '${query}' (folders.search)`, async () => {
    const { get, post } = await open('roles/resourcemanager.folderViewer');
    const namesOf = ({ json }: { json: { folders?: readonly { name: string }[] } }) =>
      json.folders?.map(({ name }) => name) ?? [];
    assert.deepEqual(namesOf(await get(`/v3/folders:search?query=${encodeURIComponent(query)}`)), found);
    assert.deepEqual(namesOf(await post('/v2/folders:search', { query })), found);
  });
}

test('organizations are searched by domain and customer, without regard to case (organizations.search)', async () => {
  const { get, post } = await open('roles/resourcemanager.organizationViewer');
  for (const query of [
    '',
    'domain:EXAMPLE.com',
    'directorycustomerid:c0abcd123',
    'owner.directoryCustomerId:C0abcd123',
  ]) {
    const v3 = await get(`/v3/organizations:search?query=${encodeURIComponent(query)}`);
    const v1 = await post('/v1/organizations:search', { filter: query });
    for (const { json } of [v1, v3]) assert.equal(json.organizations?.[0].name, ORGANIZATION, query);
  }
  assert.deepEqual((await get('/v3/organizations:search?query=domain:other.com')).json, {});
});

test('a search shows nothing of what the caller may not get', async () => {
  const { get, post } = await open();
  for (const path of ['/v3/folders:search', '/v3/organizations:search']) {
    assert.deepEqual((await get(path)).json, {});
  }
  for (const path of ['/v2/folders:search', '/v1/organizations:search']) {
    assert.deepEqual((await post(path, {})).json, {});
  }
});

test('a folder and an organization that are not there are refused like those that are not yours (IAM notes 4.3)', async () => {
  const { get } = await open('roles/owner');
  for (const path of ['/v2/folders/5', '/v1/organizations/5']) {
    assert.equal((await get(path)).json.error.message, 'The caller does not have permission', path);
  }
  for (const [path, kind, id] of [
    ['/v3/folders/5', 'folders', '5'],
    ['/v3/organizations/x', 'organizations', 'x'],
  ] as const) {
    assert.deepEqual((await get(path)).json, refusedInV3(`resourcemanager.${kind}.get`, `${kind}/${id}`));
  }
});

for (const [resource, versions, role] of [
  [INNER_FOLDER, ['v2', 'v3'], 'roles/resourcemanager.folderIamAdmin'],
  [ORGANIZATION, ['v1', 'v3'], 'roles/resourcemanager.organizationAdmin'],
] as const) {
  test(`the policy of ${resource} is read, written and read back in ${versions.join(' and ')} (IAM notes 1.2)`, async () => {
    for (const version of versions) {
      const { post } = await open(role);
      const url = `/${version}/${resource}`;
      const before = await post(`${url}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } });
      assert.equal(before.status, 200);
      const bindings = [
        ...(before.json.bindings ?? []),
        { role: 'roles/browser', members: ['user:ada@example.com'] },
      ];
      const policy = { bindings, etag: before.json.etag, version: 3 };
      const written = await post(`${url}:setIamPolicy`, { policy, updateMask: 'bindings,etag' });
      assert.deepEqual(written.json.bindings, bindings);
      assert.deepEqual((await post(`${url}:getIamPolicy`, {})).json, written.json);
      assert.equal((await post(`${url}:setIamPolicy`, { policy })).status, 409, 'the etag is past');
      const permissions = [
        'resourcemanager.projects.delete',
        `resourcemanager.${resource.split('/')[0]}.getIamPolicy`,
      ];
      const held = await post(`${url}:testIamPermissions`, { permissions });
      assert.deepEqual(held.json, { permissions: permissions.slice(1) });
    }
  });
}

for (const [there, absent] of [
  ['/v1/projects/lab-project', '/v1/projects/no-project'],
  ['/v3/projects/lab-project', '/v3/projects/999999999999'],
  [`/v2/${INNER_FOLDER}`, '/v2/folders/999999999999'],
  [`/v3/${ORGANIZATION}`, '/v3/organizations/999999999999'],
] as const) {
  test(`testIamPermissions tells nobody whether there is ${absent}`, async () => {
    const { post } = await open();
    for (const permissions of [['resourcemanager.projects.get'], ['nonsense']]) {
      const present = await post(`${there}:testIamPermissions`, { permissions });
      const missing = await post(`${absent}:testIamPermissions`, { permissions });
      assert.deepEqual([missing.status, missing.json], [present.status, present.json]);
    }
    const none = await post(`${absent}:testIamPermissions`, {
      permissions: ['resourcemanager.projects.get'],
    });
    assert.deepEqual([none.status, none.json], [200, {}]);
  });
}
