import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ID, PROJECT_NUMBER } from '../api.fixture.ts';
import {
  HOST,
  INNER_FOLDER,
  ORGANIZATION,
  openHierarchy,
  refusedInV3,
  tokenWith,
} from './hierarchy.fixture.ts';

async function open(...roles: readonly string[]) {
  const cloud = await openHierarchy();
  const token = await tokenWith(cloud, ORGANIZATION, ...roles);
  return {
    cloud,
    async refused(verb: string, path: string, body?: unknown) {
      const response = await cloud.send(verb, HOST + path, {
        token,
        ...(body === undefined ? {} : { body }),
      });
      assert.equal(response.status, 403, response.text);
      return response.json;
    },
  };
}

const GET = 'resourcemanager.projects.get';

test('v3 names the permission and the resource, as the caller named it (IAM notes 4.3)', async () => {
  const { refused } = await open();
  for (const name of [PROJECT_ID, PROJECT_NUMBER, 'nobody', '__proto__']) {
    assert.deepEqual(await refused('GET', `/v3/projects/${name}`), refusedInV3(GET, `projects/${name}`));
  }
  for (const name of [INNER_FOLDER, 'folders/5', ORGANIZATION, 'organizations/5']) {
    const [kind] = name.split('/');
    const permission = `resourcemanager.${kind}.getIamPolicy`;
    assert.deepEqual(await refused('POST', `/v3/${name}:getIamPolicy`, {}), refusedInV3(permission, name));
  }
});

test('v3 refuses lists and new projects by what they are to be in', async () => {
  const { refused } = await open();
  for (const parent of [INNER_FOLDER, 'folders/5']) {
    assert.deepEqual(
      await refused('GET', `/v3/projects?parent=${parent}`),
      refusedInV3('resourcemanager.projects.list', parent),
    );
    assert.deepEqual(
      await refused('POST', '/v3/projects', { projectId: 'new-project', parent }),
      refusedInV3('resourcemanager.projects.create', parent),
    );
  }
});

test('v3 refuses a move by the project first, then by where it is to go', async () => {
  const { refused } = await open('roles/resourcemanager.projectMover');
  assert.deepEqual(
    await refused('POST', `/v3/projects/${PROJECT_ID}:move`, { destinationParent: 'folders/5' }),
    refusedInV3('resourcemanager.projects.move', 'folders/5'),
  );
  assert.deepEqual(
    await (await open()).refused('POST', `/v3/projects/${PROJECT_ID}:move`, {
      destinationParent: 'folders/5',
    }),
    refusedInV3('resourcemanager.projects.update', `projects/${PROJECT_ID}`),
  );
});

test('v1 says nothing of the permission, but for a project that may not be made', async () => {
  const { refused } = await open();
  const { error } = await refused('GET', `/v1/projects/${PROJECT_ID}`);
  assert.deepEqual(error, {
    code: 403,
    message: 'The caller does not have permission',
    status: 'PERMISSION_DENIED',
  });
  for (const id of ['5', INNER_FOLDER.slice('folders/'.length)]) {
    const made = await refused('POST', '/v1/projects', {
      projectId: 'new-project',
      parent: { type: 'folder', id },
    });
    assert.equal(
      made.error.message,
      "Permission 'resourcemanager.projects.create' denied on resource (or it may not exist).",
    );
  }
});

test('a long name of what is not there is cut, and is kept out of the audit log', async () => {
  const { cloud, refused } = await open();
  const long = `p${'x'.repeat(2000)}`;
  const { error } = await refused('GET', `/v3/projects/${long}`);
  assert.ok(error.message.length < 500, `${error.message.length}`);
  assert.equal((await cloud.audit.otherRefusal())?.message, '');
});
