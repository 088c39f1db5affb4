import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_DELETION_MS } from '../resources/projects.ts';
import { ConfigurationError } from './problems.ts';
import { openState, type TestState } from './state.fixture.ts';

const DECLARED = 'projects: [{projectId: my-project}]';

/** Opens a state whose project was deleted just now. */
async function openDeleted(): Promise<TestState> {
  const state = openState();
  await state.apply(DECLARED);
  const stored = await state.resources.projects.get('my-project');
  if (stored === undefined) throw new Error('No project in the state.');
  const deletion = { state: 'DELETE_REQUESTED', deletedAtMs: state.clock.nowMs } as const;
  await state.resources.commit(state.resources.projects.put({ ...stored.value, ...deletion }));
  return state;
}

async function problemsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message.split('\n');
  }
  return [];
}

test('a declared project whose deletion was asked for comes back with what is in it', async () => {
  const state = await openDeleted();
  const before = await state.grants('projects/my-project');
  assert.deepEqual((await state.apply(DECLARED)).updated, [
    { resource: 'projects/my-project', changes: ['state'] },
  ]);
  const project = (await state.resources.projects.get('my-project'))?.value;
  assert.deepEqual([project?.state, project?.deletedAtMs], [undefined, undefined]);
  assert.deepEqual(await state.grants('projects/my-project'), before);
  assert.deepEqual((await state.apply(DECLARED)).updated, []);
});

test('the id of a project that is gone cannot be declared, nor can its number for another', async () => {
  const state = await openDeleted();
  const number = (await state.resources.projects.get('my-project'))?.value.projectNumber;
  state.clock.nowMs += PROJECT_DELETION_MS;
  const commits = state.store.commits;
  assert.deepEqual(await problemsOf(() => state.apply(DECLARED)), [
    "accredit.yaml:1:24: projects[0].projectId: expected an id that no project had before, got 'my-project', whose project was deleted for good.",
  ]);
  const other = `projects: [{projectId: other-project, projectNumber: '${number}'}]`;
  const [problem = ''] = await problemsOf(() => state.apply(other));
  assert.match(
    problem,
    /expected a number of its own for 'other-project', got '\d{12}', which 'my-project' has\.$/,
  );
  assert.equal(state.store.commits, commits);
});
