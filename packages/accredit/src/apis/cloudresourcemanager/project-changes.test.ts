import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_DELETION_MS } from '../../resources/projects.ts';
import { PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import {
  HOST,
  INNER_FOLDER,
  ORGANIZATION,
  OUTER_FOLDER,
  openHierarchy,
  tokenWith,
} from './hierarchy.fixture.ts';

const CREATOR = 'roles/resourcemanager.projectCreator';
const FOLDER = { type: 'folder', id: '222222222222' };
const CALLER = 'serviceAccount:caller@lab-project.iam.gserviceaccount.com';
const URL_V1 = `${HOST}/v1/projects/${PROJECT_ID}`;
const URL_V3 = `${HOST}/v3/projects/${PROJECT_ID}`;

const asOwner = { listener: { kind: 'owner' } } as const;

async function send(cloud: TestCloud, verb: string, url: string, token: string, body?: unknown) {
  return cloud.send(verb, url, { token, ...(body === undefined ? {} : { body }) });
}

test('a project is made below a folder by an operation that is done (projects.create)', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, CREATOR, 'roles/browser');
  const body = { projectId: 'new-project', name: 'New one', labels: { team: 'blue' }, parent: FOLDER };
  const { json } = await send(cloud, 'POST', `${HOST}/v1/projects`, token, body);
  const { name, response, ...rest } = json;
  assert.match(name, /^operations\/pc\.\d{19}$/);
  assert.deepEqual(rest, {
    metadata: {
      '@type': 'type.googleapis.com/google.cloudresourcemanager.v1.ProjectCreationStatus',
      createTime: '2026-11-23T05:00:00.000Z',
      gettable: true,
      ready: true,
    },
    done: true,
  });
  const { '@type': type, ...project } = response;
  assert.equal(type, 'type.googleapis.com/google.cloudresourcemanager.v1.Project');
  assert.deepEqual((await send(cloud, 'GET', `${HOST}/v1/projects/new-project`, token)).json, project);
  assert.deepEqual(project.parent, FOLDER);
  assert.deepEqual((await send(cloud, 'GET', `${HOST}/v1/${name}`, token)).json, json);
});

test('an operation runs for as long as the operations of the cloud do, and can be waited for', async () => {
  const cloud = await openHierarchy({ operationDelayMs: 5_000 });
  const token = await tokenWith(cloud, ORGANIZATION, CREATOR);
  const body = { projectId: 'new-project', parent: INNER_FOLDER };
  const begun = await send(cloud, 'POST', `${HOST}/v3/projects`, token, body);
  assert.match(begun.json.name, /^operations\/cp\.\d{19}$/);
  assert.deepEqual(Object.keys(begun.json), ['name', 'metadata']);
  cloud.clock.nowMs += 5_000;
  const ended = await send(cloud, 'GET', `${HOST}/v3/${begun.json.name}`, token);
  assert.equal(ended.json.done, true);
  assert.equal(ended.json.response.projectId, 'new-project');
  assert.equal((await send(cloud, 'GET', `${HOST}/v3/operations/cp.1`, token)).status, 404);
});

test('an operation of another API is none of this one', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/owner');
  const { longRunningOperations, commit } = cloud.services.resources;
  const response = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  for (const id of ['acat.p2-123456789012-0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a', 'pc.5.x', 'xpc.5']) {
    const operation = longRunningOperations.draft({ name: `operations/${id}`, response, durationMs: 0 });
    await commit(await longRunningOperations.put(operation));
    for (const version of ['v1', 'v3']) {
      const answer = await send(cloud, 'GET', `${HOST}/${version}/operations/${id}`, token);
      assert.deepEqual([answer.status, answer.json.error.status], [404, 'NOT_FOUND'], `${version} ${id}`);
    }
  }
});

test('who makes a project owns it, and so does the owner of the cloud (deviation)', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, CREATOR);
  await send(cloud, 'POST', `${HOST}/v3/projects`, token, { projectId: 'new-project', parent: INNER_FOLDER });
  const { json } = await send(cloud, 'POST', `${HOST}/v1/projects/new-project:getIamPolicy`, token, {});
  const owners = json.bindings.find(({ role }: { role: string }) => role === 'roles/owner');
  assert.deepEqual(owners.members, [
    'user:owner@accredit.local',
    'serviceAccount:caller@lab-project.iam.gserviceaccount.com',
  ]);
});

test('people make projects that are in nothing, service accounts do not', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/owner');
  const body = { projectId: 'lone-project' };
  const refused = await send(cloud, 'POST', `${HOST}/v1/projects`, token, body);
  assert.deepEqual(refused.json.error, {
    code: 403,
    message: 'Service accounts cannot create projects without a parent.',
    status: 'PERMISSION_DENIED',
  });
  const made = await cloud.send('POST', `${HOST}/v1/projects`, { ...asOwner, body });
  assert.equal(made.json.response.projectId, 'lone-project');
  assert.equal(made.json.response.parent, undefined);
});

const refusedCreations: readonly (readonly [name: string, body: object, status: number])[] = [
  ['no id', { parent: INNER_FOLDER }, 400],
  ['a short id', { projectId: 'short', parent: INNER_FOLDER }, 400],
  ['an id in capitals', { projectId: 'New-Project', parent: INNER_FOLDER }, 400],
  ['a short name', { projectId: 'new-project', displayName: 'x', parent: INNER_FOLDER }, 400],
  ['a bad label', { projectId: 'new-project', labels: { Team: 'x' }, parent: INNER_FOLDER }, 400],
  ['a parent of another kind', { projectId: 'new-project', parent: 'projects/x' }, 400],
  ['a parent that there is not', { projectId: 'new-project', parent: 'folders/5' }, 403],
  ['a taken id', { projectId: PROJECT_ID, parent: INNER_FOLDER }, 409],
  [
    'tags, which only the configuration gives',
    { projectId: 'new-project', tags: {}, parent: INNER_FOLDER },
    400,
  ],
];

for (const [name, body, status] of refusedCreations) {
  test(`a project is not made: ${name}`, async () => {
    const cloud = await openHierarchy();
    const token = await tokenWith(cloud, ORGANIZATION, CREATOR);
    const response = await send(cloud, 'POST', `${HOST}/v3/projects`, token, body);
    assert.equal(response.status, status, response.text);
    assert.equal(await cloud.services.resources.projects.get('new-project'), undefined);
  });
}

test('v1 sets name and labels as they come, and moves where the parent is another (projects.update)', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/editor');
  const read = (await send(cloud, 'GET', URL_V1, token)).json;
  const changed = { ...read, name: 'Renamed', labels: { team: 'red' } };
  assert.deepEqual((await send(cloud, 'PUT', URL_V1, token, changed)).json, changed);
  const { labels: _labels, parent, ...unlabelled } = changed;
  assert.deepEqual((await send(cloud, 'PUT', URL_V1, token, unlabelled)).json, { ...unlabelled, parent });
  const moved = { ...changed, parent: { type: 'folder', id: '111111111111' } };
  assert.equal((await send(cloud, 'PUT', URL_V1, token, moved)).status, 403, 'an editor moves nothing');
  const email = 'serviceAccount:caller@lab-project.iam.gserviceaccount.com';
  for (const role of [CREATOR, 'roles/resourcemanager.projectMover']) {
    await cloud.grant(ORGANIZATION, role, email);
  }
  assert.deepEqual((await send(cloud, 'PUT', URL_V1, token, moved)).json, moved);
});

test('v3 sets what the mask names, and refuses a stale etag (projects.patch)', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/editor');
  const { etag } = (await send(cloud, 'GET', URL_V3, token)).json;
  const body = { displayName: 'Renamed', labels: { team: 'red' }, etag };
  const first = await send(cloud, 'PATCH', `${URL_V3}?updateMask=labels`, token, body);
  assert.deepEqual([first.json.response.displayName, first.json.response.labels], ['Lab', { team: 'red' }]);
  assert.equal(
    first.json.metadata['@type'],
    'type.googleapis.com/google.cloudresourcemanager.v3.UpdateProjectMetadata',
  );
  const stale = await send(cloud, 'PATCH', `${URL_V3}?updateMask=display_name`, token, body);
  assert.deepEqual([stale.status, stale.json.error.status], [409, 'ABORTED']);
  const whole = await send(cloud, 'PATCH', URL_V3, token, { displayName: 'Renamed' });
  assert.deepEqual(
    [whole.json.response.displayName, whole.json.response.labels],
    ['Renamed', { team: 'red' }],
    'without a mask what is not sent stays',
  );
  const cleared = await send(cloud, 'PATCH', `${URL_V3}?updateMask=labels`, token, {});
  assert.equal(cleared.json.response.labels, undefined);
  for (const mask of ['parent', 'projectId', 'displayName,state', '__proto__']) {
    const response = await send(cloud, 'PATCH', `${URL_V3}?updateMask=${mask}`, token, body);
    assert.equal(response.status, 400, mask);
  }
});

test('v3 moves a project, and its new ancestors count from the next call on (projects.move)', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, CREATOR, 'roles/resourcemanager.projectMover');
  const reader = await cloud.account('reader');
  await cloud.grant(INNER_FOLDER, 'roles/browser', `serviceAccount:${reader}`);
  const readerToken = await cloud.token(reader);
  assert.equal((await send(cloud, 'GET', URL_V3, readerToken)).status, 200);
  const body = { destinationParent: OUTER_FOLDER };
  assert.equal((await send(cloud, 'POST', `${URL_V3}:move`, token, body)).json.response.parent, OUTER_FOLDER);
  assert.equal((await send(cloud, 'GET', URL_V3, readerToken)).status, 403);
});

test('a deleted project is shown as such, comes back, and is gone after 30 days (projects.delete)', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/owner');
  assert.deepEqual((await send(cloud, 'DELETE', URL_V1, token)).json, {});
  const shown = await send(cloud, 'GET', URL_V3, token);
  assert.deepEqual(
    [shown.json.state, shown.json.deleteTime],
    ['DELETE_REQUESTED', '2026-11-23T05:00:00.000Z'],
  );
  for (const [verb, url, body] of [
    ['DELETE', URL_V1, undefined],
    ['PATCH', URL_V3, {}],
    ['PUT', URL_V1, {}],
  ] as const) {
    const response = await send(cloud, verb, url, token, body);
    assert.deepEqual([response.status, response.json.error.status], [400, 'FAILED_PRECONDITION'], verb);
  }
  assert.deepEqual((await send(cloud, 'POST', `${URL_V1}:undelete`, token, {})).json, {});
  assert.equal((await send(cloud, 'GET', URL_V1, token)).json.lifecycleState, 'ACTIVE');
  assert.equal((await send(cloud, 'POST', `${URL_V1}:undelete`, token, {})).status, 400);
  assert.equal((await send(cloud, 'DELETE', URL_V3, token)).json.response.state, 'DELETE_REQUESTED');
  const later = cloud.clock.nowMs + PROJECT_DELETION_MS;
  cloud.clock.nowMs = later;
  const after = await cloud.send('POST', `${URL_V3}:undelete`, { ...asOwner, body: {} });
  assert.equal(after.status, 403);
  const body = { projectId: PROJECT_ID };
  const again = await cloud.send('POST', `${HOST}/v1/projects`, { ...asOwner, body });
  assert.equal(again.status, 409, 'an id is never given out twice');
});

test('changes at the same time are made one after the other', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/editor');
  const patch = (mask: string, body: object) =>
    send(cloud, 'PATCH', `${URL_V3}?updateMask=${mask}`, token, body);
  await Promise.all([
    patch('labels', { labels: { a: 'b' } }),
    patch('displayName', { displayName: 'Renamed' }),
  ]);
  const { json } = await send(cloud, 'GET', URL_V3, token);
  assert.deepEqual([json.displayName, json.labels], ['Renamed', { a: 'b' }]);
});

const MOVER = 'roles/resourcemanager.projectMover';
const OTHER_ORGANIZATION = 'organizations/333333333333';

/** Opens the hierarchy with a second organization in it. */
async function openTwoOrganizations(): Promise<TestCloud> {
  const cloud = await openHierarchy();
  const { organizations, commit } = cloud.services.resources;
  await commit([organizations.put(organizations.draft('333333333333', 'example.org'))]);
  return cloud;
}

/** The two ways to move the project of the fixture. */
const moves = [
  ['v3', 'POST', `${URL_V3}:move`, { destinationParent: OTHER_ORGANIZATION }],
  ['v1', 'PUT', URL_V1, { parent: { type: 'organization', id: '333333333333' } }],
] as const;

/** Grants of a caller; with all of them the move goes through. */
const moveGrants: readonly (readonly [resource: string, role: string])[] = [
  [`projects/${PROJECT_ID}`, 'roles/owner'],
  [INNER_FOLDER, MOVER],
  [OTHER_ORGANIZATION, MOVER],
  [OTHER_ORGANIZATION, CREATOR],
];

for (const [version, verb, url, body] of moves) {
  for (const without of [undefined, ...moveGrants.slice(1)]) {
    const what = without?.join(' ') ?? 'nothing';
    test(`${version}: the owner of a project needs rights on both parents to move it: without ${what} (MoveProject)`, async () => {
      const cloud = await openTwoOrganizations();
      const token = await cloud.token(await cloud.account('caller'));
      for (const grant of moveGrants) if (grant !== without) await cloud.grant(...grant, CALLER);
      const response = await send(cloud, verb, url, token, body);
      assert.equal(response.status, without === undefined ? 200 : 403, response.text);
      const project = await cloud.services.resources.projects.get(PROJECT_ID);
      assert.equal(project?.value.parent, without === undefined ? OTHER_ORGANIZATION : INNER_FOLDER);
    });
  }

  for (const [role, status] of [
    ['roles/editor', 403],
    ['roles/owner', 200],
  ] as const) {
    test(`${version}: who moves a project out of nothing may set its policy: ${role} (projects.move)`, async () => {
      const cloud = await openTwoOrganizations();
      const { projects, commit } = cloud.services.resources;
      await commit(projects.put(projects.draft(PROJECT_ID)));
      const token = await tokenWith(cloud, OTHER_ORGANIZATION, MOVER, CREATOR);
      await cloud.grant(`projects/${PROJECT_ID}`, role, CALLER);
      const response = await send(cloud, verb, url, token, body);
      assert.equal(response.status, status, response.text);
    });
  }
}

test('a project that another call moves meanwhile is asked for where it is then (MoveProject)', async () => {
  const cloud = await openTwoOrganizations();
  const token = await tokenWith(cloud, INNER_FOLDER, MOVER);
  for (const role of [MOVER, CREATOR]) await cloud.grant(OTHER_ORGANIZATION, role, CALLER);
  const { projects, commit } = cloud.services.resources;
  const earlier = projects.turns.run(PROJECT_ID, async () => {
    const stored = await projects.get(PROJECT_ID);
    if (stored !== undefined) await commit(projects.put({ ...stored.value, parent: ORGANIZATION }));
  });
  const response = await send(cloud, 'POST', `${URL_V3}:move`, token, {
    destinationParent: OTHER_ORGANIZATION,
  });
  await earlier;
  assert.equal(response.status, 403, response.text);
});
