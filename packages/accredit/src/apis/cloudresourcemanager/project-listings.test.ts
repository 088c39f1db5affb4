import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID, PROJECT_NUMBER, type TestCloud } from '../api.fixture.ts';
import {
  changeProject,
  HOST,
  INNER_FOLDER,
  ORGANIZATION,
  OUTER_FOLDER,
  openHierarchy,
  tokenWith,
} from './hierarchy.fixture.ts';
import { SCAN_LIMIT } from './pages.ts';

/** Adds projects directly below the organization. */
async function addProjects(cloud: TestCloud, ...projectIds: readonly string[]): Promise<void> {
  const { projects, commit } = cloud.services.resources;
  for (const projectId of projectIds) {
    await commit(projects.put({ ...projects.draft(projectId), parent: ORGANIZATION }));
  }
}

async function idsOf(cloud: TestCloud, token: string, path: string): Promise<readonly string[]> {
  const response = await cloud.send('GET', `${HOST}${path}`, { token });
  assert.equal(response.status, 200, response.text);
  const { projects = [] } = response.json as { projects?: readonly { projectId: string }[] };
  return projects.map(({ projectId }) => projectId);
}

test('a list shows those that the caller may get, and nothing of the others (IAM notes 3.6)', async () => {
  const cloud = await openHierarchy();
  await addProjects(cloud, 'other-project');
  const token = await tokenWith(cloud, `projects/${PROJECT_ID}`, 'roles/browser');
  for (const path of ['/v1/projects', '/v3/projects:search']) {
    assert.deepEqual(await idsOf(cloud, token, path), [PROJECT_ID]);
  }
  const nothing = await cloud.send('GET', `${HOST}/v1/projects`, {
    token: await cloud.token(await cloud.account('nobody')),
  });
  assert.deepEqual(nothing.json, {});
});

test('a role on a folder or an organization counts for what is in it (IAM notes 1.3)', async () => {
  for (const resource of [INNER_FOLDER, OUTER_FOLDER, ORGANIZATION]) {
    const cloud = await openHierarchy();
    const token = await tokenWith(cloud, resource, 'roles/browser');
    assert.deepEqual(await idsOf(cloud, token, '/v1/projects'), [PROJECT_ID], resource);
  }
});

test('pages follow each other until all were shown; a token of nobody is refused', async () => {
  const cloud = await openHierarchy();
  await addProjects(cloud, 'a-project', 'b-project');
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/browser');
  for (const path of ['/v1/projects', '/v3/projects:search']) {
    const shown: string[] = [];
    let pageToken = '';
    do {
      const url = `${HOST}${path}?pageSize=1&pageToken=${pageToken}`;
      const { json } = await cloud.send('GET', url, { token });
      assert.equal(json.projects.length, 1);
      shown.push(json.projects[0].projectId);
      pageToken = json.nextPageToken ?? '';
    } while (pageToken !== '');
    assert.deepEqual(shown, ['a-project', 'b-project', PROJECT_ID]);
    for (const query of ['pageToken=made-up', 'pageSize=-1', 'pageSize=many']) {
      assert.equal((await cloud.send('GET', `${HOST}${path}?${query}`, { token })).status, 400, query);
    }
  }
});

test(`one call looks at ${SCAN_LIMIT} projects at most; a page without any says how to go on`, async () => {
  const cloud = await openHierarchy();
  const { projects, commit } = cloud.services.resources;
  const many = Array.from({ length: SCAN_LIMIT }, (_, index) => projects.draft(`a-project-${index}`));
  await commit(many.flatMap((project) => projects.put(project)));
  const token = await tokenWith(cloud, `projects/${PROJECT_ID}`, 'roles/browser');
  const first = await cloud.send('GET', `${HOST}/v1/projects`, { token });
  assert.deepEqual(Object.keys(first.json), ['nextPageToken']);
  assert.deepEqual(await idsOf(cloud, token, `/v1/projects?pageToken=${first.json.nextPageToken}`), [
    PROJECT_ID,
  ]);
});

const filtered: readonly (readonly [filter: string, found: boolean])[] = [
  ['lifecycleState:ACTIVE', true],
  ['lifecycleState:DELETE_REQUESTED', false],
  ['lifecycleState:ACTIVE AND (id:lab-*)', true],
  ['name:lab', true],
  [`projectNumber:${PROJECT_NUMBER}`, true],
  ['labels.team:finance', true],
  ['labels.team:*', true],
  ['labels.other:*', false],
  ['parent.type:folder parent.id:222222222222', true],
  ['parent.type:organization parent.id:123456789012', false],
];

for (const [filter, found] of filtered) {
  test(`projects are filtered by '${filter}' (projects.list)`, async () => {
    const cloud = await openHierarchy();
    await changeProject(cloud, { labels: { team: 'finance' } });
    const token = await tokenWith(cloud, ORGANIZATION, 'roles/browser');
    const expected = found ? [PROJECT_ID] : [];
    assert.deepEqual(
      await idsOf(cloud, token, `/v1/projects?filter=${encodeURIComponent(filter)}`),
      expected,
    );
    assert.deepEqual(
      await idsOf(cloud, token, `/v3/projects:search?query=${encodeURIComponent(filter)}`),
      expected,
    );
  });
}

test('a filter with a parent asks for the right to list there (IAM notes 3.6)', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, `projects/${PROJECT_ID}`, 'roles/browser');
  const path = '/v1/projects?filter=parent.type:folder%20parent.id:';
  assert.equal((await cloud.send('GET', `${HOST}${path}222222222222`, { token })).status, 403);
  assert.equal((await cloud.send('GET', `${HOST}${path}5`, { token })).status, 403, 'no such folder');
  await cloud.grant(
    INNER_FOLDER,
    'roles/resourcemanager.folderViewer',
    'serviceAccount:caller@lab-project.iam.gserviceaccount.com',
  );
  assert.deepEqual(await idsOf(cloud, token, `${path}222222222222`), [PROJECT_ID]);
});

test('v3 lists what is directly in a parent, deleted ones where they are asked for', async () => {
  const cloud = await openHierarchy();
  await addProjects(cloud, 'other-project');
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/browser');
  assert.deepEqual(await idsOf(cloud, token, `/v3/projects?parent=${ORGANIZATION}`), ['other-project']);
  assert.deepEqual(await idsOf(cloud, token, `/v3/projects?parent=${INNER_FOLDER}`), [PROJECT_ID]);
  await changeProject(cloud, { state: 'DELETE_REQUESTED', deletedAtMs: cloud.clock.nowMs });
  assert.deepEqual(await idsOf(cloud, token, `/v3/projects?parent=${INNER_FOLDER}`), []);
  assert.deepEqual(await idsOf(cloud, token, `/v3/projects?parent=${INNER_FOLDER}&showDeleted=true`), [
    PROJECT_ID,
  ]);
  for (const parent of ['', 'projects/x', 'folders/x', 'folders']) {
    const response = await cloud.send('GET', `${HOST}/v3/projects?parent=${parent}`, { token });
    assert.equal(response.status, 400, parent);
  }
});

test('v3 shows a project by its number, with its parent and an etag', async () => {
  const cloud = await openHierarchy();
  await changeProject(cloud, { labels: { team: 'finance' } });
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/browser');
  const { json } = await cloud.send('GET', `${HOST}/v3/projects/${PROJECT_ID}`, { token });
  const { etag, ...rest } = json;
  assert.match(etag, /^B[A-Za-z0-9+/]{10}=$/);
  assert.deepEqual(rest, {
    name: `projects/${PROJECT_NUMBER}`,
    parent: INNER_FOLDER,
    projectId: PROJECT_ID,
    state: 'ACTIVE',
    displayName: 'Lab',
    createTime: '2026-11-23T05:00:00.000Z',
    updateTime: '2026-11-23T05:00:00.000Z',
    labels: { team: 'finance' },
  });
});

test('the ancestry goes from the project to its organization (projects.getAncestry)', async () => {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, 'roles/browser');
  const url = `${HOST}/v1/projects/${PROJECT_ID}:getAncestry`;
  const { json } = await cloud.send('POST', url, { token, body: {} });
  assert.deepEqual(json, {
    ancestor: [
      { resourceId: { type: 'project', id: PROJECT_ID } },
      { resourceId: { type: 'folder', id: '222222222222' } },
      { resourceId: { type: 'folder', id: '111111111111' } },
      { resourceId: { type: 'organization', id: '123456789012' } },
    ],
  });
});
