/** Each permission of each method is necessary and sufficient, and so is each scope; generated from the method table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM } from '../../protocol/iam/scopes.ts';
import { PROJECT_ID } from '../api.fixture.ts';
import { EVERY_PERMISSION, findTestRole } from '../one-permission.fixture.ts';
import {
  changeProject,
  HOST,
  INNER_FOLDER,
  ORGANIZATION,
  OUTER_FOLDER,
  openHierarchy,
} from './hierarchy.fixture.ts';
import { cloudResourceManager } from './index.ts';

/** Makes a project below the folder; the caller is asked for the permission there. */
const NEW_PROJECT = 'new-project';

/** A body with which the method goes through. */
const BODIES: Readonly<Record<string, unknown>> = {
  'cloudresourcemanager.projects.create': {
    projectId: NEW_PROJECT,
    parent: { type: 'folder', id: INNER_FOLDER.slice('folders/'.length) },
  },
  'cloudresourcemanager.v3.projects.create': { projectId: NEW_PROJECT, parent: INNER_FOLDER },
  'cloudresourcemanager.projects.update': { name: 'Renamed' },
  'cloudresourcemanager.v3.projects.patch': { displayName: 'Renamed' },
  'cloudresourcemanager.v3.projects.move': { destinationParent: OUTER_FOLDER },
};

/** The identifiers of paths, by what stands before them. */
const PATHS: Readonly<Record<string, string>> = {
  'projects/{resource}': `projects/${PROJECT_ID}`,
  'folders/{resource}': INNER_FOLDER,
  'organizations/{resource}': ORGANIZATION,
  '{name=operations/*}': 'operations/pc.1',
};

function addressOf(id: string, template: string): string {
  const path = Object.entries(PATHS).reduce((text, [from, to]) => text.replace(from, to), template);
  return `${HOST}${path}${id.endsWith('s.list') ? `?parent=${INNER_FOLDER}` : ''}`;
}

/** Permissions that a method asks for where its table cannot say so. */
const ASKED_INSIDE: Readonly<Record<string, readonly string[]>> = {
  'cloudresourcemanager.projects.create': ['resourcemanager.projects.create'],
  'cloudresourcemanager.v3.projects.create': ['resourcemanager.projects.create'],
};

async function call(
  methodId: string,
  role: string | undefined,
  scopes: readonly string[] = [CLOUD_PLATFORM],
  address = 0,
) {
  const cloud = await openHierarchy({}, findTestRole);
  const email = await cloud.account('caller');
  if (role !== undefined) await cloud.grant(ORGANIZATION, role, `serviceAccount:${email}`);
  if (methodId.endsWith('.undelete')) {
    await changeProject(cloud, { state: 'DELETE_REQUESTED', deletedAtMs: cloud.clock.nowMs });
  }
  const { longRunningOperations, commit } = cloud.services.resources;
  const response = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  const operation = longRunningOperations.draft({ name: 'operations/pc.1', response, durationMs: 0 });
  await commit(await longRunningOperations.put(operation));
  const method = cloudResourceManager.methods.find(({ id }) => id === methodId);
  const [verb = '', template = ''] = method?.http[address]?.split(' ') ?? [];
  const body = methodId.endsWith('.setIamPolicy') ? { policy: { bindings: [] } } : BODIES[methodId];
  const token = await cloud.token(email, { scopes });
  return cloud.send(verb, addressOf(methodId, template), { token, body });
}

for (const { id, http, permissions, scopes = [] } of cloudResourceManager.methods) {
  const checks = ASKED_INSIDE[id] ?? permissions.map(({ check }) => check);
  const role = checks.length === 0 ? undefined : `only/${checks.join(',')}`;
  for (const check of checks) {
    test(`${id}: ${check} is necessary and sufficient (IAM notes 3.6)`, async () => {
      assert.ok(EVERY_PERMISSION.has(check), 'a role of the catalogue gives it');
      for (const address of http.keys()) {
        assert.equal((await call(id, role, [CLOUD_PLATFORM], address)).status, 200, String(http[address]));
        for (const other of [`except/${check}`, undefined]) {
          const { status } = await call(id, other, [CLOUD_PLATFORM], address);
          assert.equal(status, 403, String(http[address]));
        }
      }
    });
  }

  test(`${id}: each of its scopes is sufficient, and one of them is necessary (IAM notes 3.6)`, async () => {
    for (const scope of scopes) assert.equal((await call(id, role, [scope])).status, 200, scope);
    const response = await call(id, role, ['https://www.googleapis.com/auth/devstorage.full_control']);
    assert.equal(response.json.error.message, 'Request had insufficient authentication scopes.');
  });
}

/** What Google asks for of those that change something (IAM notes 3.6); the tests above only know what is declared. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  'projects.update': ['update'],
  'projects.delete': ['delete'],
  'projects.undelete': ['undelete'],
  'v3.projects.patch': ['update', 'get'],
  'v3.projects.delete': ['delete'],
  'v3.projects.undelete': ['undelete'],
  'projects.getAncestry': ['get'],
  'projects.get': ['get'],
  'v3.projects.get': ['get'],
  'v3.projects.list': ['list'],
  'projects.getIamPolicy': ['getIamPolicy'],
  'projects.setIamPolicy': ['setIamPolicy'],
};

for (const [name, asked] of Object.entries(ASKED)) {
  test(`cloudresourcemanager.${name} asks for what Google asks for (IAM notes 3.6)`, () => {
    const found = cloudResourceManager.methods.find(({ id }) => id === `cloudresourcemanager.${name}`);
    const expected = asked.map((verb) => `resourcemanager.projects.${verb}`);
    assert.deepEqual(
      found?.permissions.map(({ check }) => check),
      expected,
    );
  });
}
