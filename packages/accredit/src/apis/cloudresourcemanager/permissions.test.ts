/** Each permission of each method is necessary and sufficient, and so is each scope. */
import assert from 'node:assert/strict';
import { PROJECT_ID, type TestCloud } from '../api.fixture.ts';
import { findTestRole } from '../one-permission.fixture.ts';
import { testPermissions } from '../permission-suite.fixture.ts';
import {
  changeProject,
  HOST,
  INNER_FOLDER,
  ORGANIZATION,
  OUTER_FOLDER,
  openHierarchy,
  refusedInV3,
} from './hierarchy.fixture.ts';
import { cloudResourceManager } from './index.ts';
import { RESOURCE_MANAGER_PERMISSIONS } from './permissions.fixture.ts';

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

function bodyOf(id: string): unknown {
  return id.endsWith('.setIamPolicy') ? { policy: { bindings: [] } } : BODIES[id];
}

/** Methods that want the parent of what they list. */
const WANTS_PARENT = /\.(?:v3\.projects|v[23]\.folders)\.list$/;

/** The identifiers of paths, by what stands before them. */
const PATHS: Readonly<Record<string, string>> = {
  'projects/{resource}': `projects/${PROJECT_ID}`,
  'folders/{resource}': INNER_FOLDER,
  'organizations/{resource}': ORGANIZATION,
  '{name=operations/*}': 'operations/pc.1',
};

function urlOf(id: string, template: string): string {
  const path = Object.entries(PATHS).reduce((text, [from, to]) => text.replace(from, to), template);
  return `${HOST}${path}${WANTS_PARENT.test(id) ? `?parent=${INNER_FOLDER}` : ''}`;
}

/** Makes what a method is about and no hierarchy has: a project that can be brought back, an operation. */
async function makeTarget(cloud: TestCloud, id: string): Promise<void> {
  if (id.endsWith('.undelete')) {
    await changeProject(cloud, { state: 'DELETE_REQUESTED', deletedAtMs: cloud.clock.nowMs });
  }
  const { longRunningOperations, commit } = cloud.services.resources;
  const response = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  const operation = longRunningOperations.draft({ name: 'operations/pc.1', response, durationMs: 0 });
  await commit(await longRunningOperations.put(operation));
}

testPermissions({
  api: cloudResourceManager,
  source: 'IAM notes 3.6',
  expected: RESOURCE_MANAGER_PERMISSIONS,
  grantedOn: [ORGANIZATION],
  async prepare({ id, template }) {
    const cloud = await openHierarchy({}, findTestRole);
    await makeTarget(cloud, id);
    return { cloud, url: urlOf(id, template), request: { body: bodyOf(id) } };
  },
  assertRefused({ json }, [permission, resource], { template }) {
    if (template.startsWith('/v3/')) return assert.deepEqual(json, refusedInV3(permission, resource));
    const words =
      permission === 'resourcemanager.projects.create'
        ? `Permission '${permission}' denied on resource (or it may not exist).`
        : 'The caller does not have permission';
    assert.equal(json.error.message, words);
  },
  assertScopesRefused({ json }) {
    assert.equal(json.error.message, 'Request had insufficient authentication scopes.');
  },
});
