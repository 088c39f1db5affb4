/** What `disabledServices` of a project does, from the file to the state. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withServicesDisabled, withServicesEnabled } from '../resources/services.ts';
import { ConfigurationError } from './problems.ts';
import { readConfiguration } from './read.ts';
import { openState } from './state.fixture.ts';

const COMPUTE = 'compute.googleapis.com';
const STORAGE = 'storage.googleapis.com';

function fileOf(disabledServices?: unknown): string {
  return JSON.stringify({ projects: [{ projectId: 'my-project', disabledServices }] });
}

async function projectOf({ resources }: ReturnType<typeof openState>) {
  const stored = await resources.projects.get('my-project');
  assert.ok(stored !== undefined);
  return stored.value;
}

test('what is declared is disabled, each once, and declaring it again changes nothing', async () => {
  const state = openState();
  await state.apply(fileOf([STORAGE, COMPUTE, STORAGE]));
  assert.deepEqual((await projectOf(state)).disabledServices, [COMPUTE, STORAGE]);
  assert.equal(await state.resources.services.isEnabled('my-project', COMPUTE), false);
  const { commits } = state.store;
  await state.apply(fileOf([COMPUTE, STORAGE]));
  assert.equal(state.store.commits, commits);
});

test('a list that changes is the whole list; without one, what was disabled stays so', async () => {
  const state = openState();
  await state.apply(fileOf([STORAGE]));
  const changed = await state.apply(fileOf([COMPUTE]));
  assert.deepEqual(changed.updated, [{ resource: 'projects/my-project', changes: ['disabledServices'] }]);
  assert.deepEqual((await projectOf(state)).disabledServices, [COMPUTE]);
  await state.apply(fileOf());
  assert.deepEqual((await projectOf(state)).disabledServices, [COMPUTE]);
});

test('an empty list enables everything, and changes nothing where everything is enabled', async () => {
  const state = openState();
  await state.apply(fileOf());
  const { commits } = state.store;
  for (const empty of [[], null]) await state.apply(fileOf(empty));
  assert.equal(state.store.commits, commits);
  const disabled = withServicesDisabled(await projectOf(state), new Set([COMPUTE]));
  await state.resources.commit(state.resources.projects.put(disabled));
  await state.apply(fileOf(null));
  assert.equal(await state.resources.services.isEnabled('my-project', COMPUTE), true);
  const enabled = withServicesEnabled(await projectOf(state), new Set());
  assert.equal(enabled.disabledServices, undefined);
});

test('a project that is pruned takes what was disabled with it', async () => {
  const state = openState();
  await state.apply(fileOf([COMPUTE]));
  await state.apply('projects: []', { prune: true });
  assert.equal(await state.resources.projects.get('my-project'), undefined);
  assert.equal(await state.resources.services.isEnabled('my-project', COMPUTE), true);
});

const refused: readonly (readonly [value: unknown, problem: string])[] = [
  [
    ['compute'],
    "projects[0].disabledServices[0]: expected the name of a service, such as 'compute.googleapis.com', got 'compute'.",
  ],
  [
    [7],
    "projects[0].disabledServices[0]: expected the name of a service, such as 'compute.googleapis.com', got the number 7.",
  ],
  ['all', "projects[0].disabledServices: expected a list of services, got 'all'."],
];

for (const [value, problem] of refused) {
  test(`disabledServices: ${JSON.stringify(value)} is refused`, () => {
    assert.throws(
      () => readConfiguration(fileOf(value), 'accredit.yaml', '/nowhere'),
      (error) => error instanceof ConfigurationError && error.message.endsWith(problem),
    );
  });
}
