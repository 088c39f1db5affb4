import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW_MS } from '../apis/api.fixture.ts';
import { OWNER_EMAIL, openState } from '../config/state.fixture.ts';
import { ensureProject } from './new-project.ts';
import { PROJECT_DELETION_MS } from './projects.ts';
import { computeDefaultEmail } from './service-accounts.ts';

test('a project is made once, in one commit, with its owner and its Compute Engine account (IAM notes 1.8)', async () => {
  const { resources, store, grants } = openState();
  const project = await ensureProject(resources, 'local-project', OWNER_EMAIL);
  assert.deepEqual(project, {
    projectId: 'local-project',
    projectNumber: '471889570513',
    name: 'local-project',
    createdAtMs: NOW_MS,
    labels: {},
    commonInstanceMetadata: [],
  });
  const email = computeDefaultEmail(project.projectNumber);
  assert.deepEqual(await grants('projects/local-project'), [
    `roles/editor serviceAccount:${email}`,
    `roles/owner user:${OWNER_EMAIL}`,
  ]);
  assert.equal(
    (await resources.serviceAccounts.find(email))?.value.displayName,
    'Compute Engine default service account',
  );
  assert.deepEqual(await ensureProject(resources, 'local-project', OWNER_EMAIL), project);
  assert.equal(store.commits, 1);
});

test('of two who make a project at once, one makes it and both have it', async () => {
  const { resources, store } = openState();
  store.beforeCommit = () => ensureProject(resources, 'local-project', 'somebody@example.com');
  await ensureProject(resources, 'local-project', OWNER_EMAIL);
  assert.equal(store.commits, 1);
});

test('a project that is there is left as it is, also without its owner', async () => {
  const { resources, grants } = openState();
  await ensureProject(resources, 'local-project', OWNER_EMAIL);
  await resources.commit([await resources.policies.put('projects/local-project', { bindings: [] })]);
  await ensureProject(resources, 'local-project', OWNER_EMAIL);
  assert.deepEqual(await grants('projects/local-project'), []);
});

test('the id of a project that is gone is never given out again, and is said to be so at once', async () => {
  const { resources, store, clock } = openState();
  const project = await ensureProject(resources, 'local-project', OWNER_EMAIL);
  const deleted = { ...project, state: 'DELETE_REQUESTED', deletedAtMs: clock.nowMs } as const;
  await resources.commit(resources.projects.put(deleted));
  assert.deepEqual(await ensureProject(resources, 'local-project', OWNER_EMAIL), deleted);
  clock.nowMs += PROJECT_DELETION_MS;
  await assert.rejects(ensureProject(resources, 'local-project', OWNER_EMAIL), {
    name: 'ApiError',
    code: 'ALREADY_EXISTS',
    message:
      "Project 'local-project' was deleted for good, and an id is never given out twice. Choose another id.",
  });
  assert.equal(store.commits, 2);
});
