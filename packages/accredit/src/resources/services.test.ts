import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../store/memory-store.ts';
import { Projects } from './projects.ts';
import { ServiceStates, withServicesDisabled, withServicesEnabled } from './services.ts';

const COMPUTE = 'compute.googleapis.com';
const STORAGE = 'storage.googleapis.com';

function open() {
  const store = new MemoryStore();
  const projects = new Projects(store, { now: () => 0 });
  return { store, projects, services: new ServiceStates(store, projects), project: projects.draft('lab') };
}

test('a service is enabled until it is disabled, in its own project alone, and at once', async () => {
  const { store, projects, services, project } = open();
  await store.commit([...projects.put(project), ...projects.put(projects.draft('other'))]);
  assert.equal(await services.isEnabled('lab', COMPUTE), true);
  await store.commit(projects.put(withServicesDisabled(project, new Set([COMPUTE]))));
  assert.equal(await services.isEnabled('lab', COMPUTE), false);
  assert.equal(await services.isEnabled('lab', STORAGE), true);
  assert.equal(await services.isEnabled('other', COMPUTE), true);
  await store.commit(projects.put(project));
  assert.equal(await services.isEnabled('lab', COMPUTE), true);
});

test('a project that goes takes its disabled services with it', async () => {
  const { store, projects, services, project } = open();
  await store.commit(projects.put(withServicesDisabled(project, new Set([COMPUTE]))));
  assert.equal(await services.isEnabled('lab', COMPUTE), false);
  await store.commit(projects.remove(project));
  assert.equal(await services.isEnabled('lab', COMPUTE), true);
});

test('asking again reads nothing', async () => {
  const { store, projects, services, project } = open();
  await store.commit(projects.put(project));
  await services.isEnabled('lab', COMPUTE);
  let reads = 0;
  const get = store.get.bind(store);
  store.get = (key) => {
    reads += 1;
    return get(key);
  };
  for (let times = 0; times < 100; times += 1) await services.isEnabled('lab', STORAGE);
  assert.equal(reads, 0);
});

test('what is kept is the disabled ones alone, each once, in order', () => {
  const { project } = open();
  const first = withServicesDisabled(project, new Set([STORAGE]));
  const both = withServicesDisabled(first, new Set([COMPUTE, STORAGE]));
  assert.deepEqual(both.disabledServices, [COMPUTE, STORAGE]);
  assert.deepEqual(withServicesEnabled(both, new Set([STORAGE])).disabledServices, [COMPUTE]);
  assert.deepEqual(withServicesEnabled(both, new Set([STORAGE, COMPUTE])), project);
});
