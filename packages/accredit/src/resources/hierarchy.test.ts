import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../store/memory-store.ts';
import { Folders, type ParentName } from './folders.ts';
import { FOLDER_DEPTH_LIMIT, Hierarchy } from './hierarchy.ts';
import { PROJECT_DELETION_MS, Projects } from './projects.ts';

function open() {
  const store = new MemoryStore();
  const clock = { nowMs: 5_000, now: () => clock.nowMs };
  const projects = new Projects(store, clock);
  const folders = new Folders(store, clock);
  const hierarchy = new Hierarchy(store, projects, folders);
  return {
    store,
    clock,
    projects,
    hierarchy,
    project: (projectId: string, parent?: ParentName) =>
      store.commit(projects.put({ ...projects.draft(projectId), ...(parent && { parent }) })),
    folder: (folderId: string, parent: ParentName) =>
      store.commit([folders.put(folders.draft(folderId, `Folder ${folderId}`, parent))]),
  };
}

test('a project comes first, then its folders from the inside, then its organization (IAM notes 1.3)', async () => {
  const { hierarchy, project, folder } = open();
  await folder('1', 'organizations/9');
  await folder('2', 'folders/1');
  await project('p', 'folders/2');
  const above = ['folders/2', 'folders/1', 'organizations/9'];
  assert.deepEqual(await hierarchy.ancestorsOf('projects/p'), ['projects/p', ...above]);
  assert.deepEqual(await hierarchy.ancestorsOf('folders/2'), above);
  assert.deepEqual(await hierarchy.ancestorsOf('organizations/9'), ['organizations/9']);
});

test('a project without parent, and one that is not there, are in nothing', async () => {
  const { hierarchy, project } = open();
  await project('p');
  assert.deepEqual(await hierarchy.ancestorsOf('projects/p'), ['projects/p']);
  assert.deepEqual(await hierarchy.ancestorsOf('projects/q'), ['projects/q']);
});

test('what moves has its new ancestors from the next question on, and so has all that is in it', async () => {
  const { hierarchy, project, folder } = open();
  await folder('1', 'organizations/9');
  await project('p', 'folders/1');
  assert.deepEqual(await hierarchy.ancestorsOf('projects/p'), ['projects/p', 'folders/1', 'organizations/9']);
  await folder('1', 'organizations/8');
  assert.deepEqual(await hierarchy.ancestorsOf('projects/p'), ['projects/p', 'folders/1', 'organizations/8']);
  await project('p', 'organizations/9');
  assert.deepEqual(await hierarchy.ancestorsOf('projects/p'), ['projects/p', 'organizations/9']);
});

test('ancestors are kept until something changes', async () => {
  const { hierarchy, project } = open();
  await project('p', 'organizations/9');
  const asked = hierarchy.ancestorsOf('projects/p');
  assert.equal(hierarchy.ancestorsOf('projects/p'), asked, 'the same promise: nothing is read again');
  await project('q');
  assert.equal(hierarchy.ancestorsOf('projects/p'), asked, 'another project does not matter');
});

test('a circle of folders is walked once and ends', async () => {
  const { hierarchy, folder } = open();
  await folder('1', 'folders/2');
  await folder('2', 'folders/1');
  assert.deepEqual(await hierarchy.ancestorsOf('folders/1'), ['folders/1', 'folders/2']);
});

test(`${FOLDER_DEPTH_LIMIT} folders may be above a project; with more of them nothing is decided`, async () => {
  const { hierarchy, project, folder } = open();
  await folder('1', 'organizations/9');
  for (let id = 2; id <= FOLDER_DEPTH_LIMIT + 1; id += 1) await folder(`${id}`, `folders/${id - 1}`);
  await project('deep', `folders/${FOLDER_DEPTH_LIMIT}`);
  await project('deeper', `folders/${FOLDER_DEPTH_LIMIT + 1}`);
  assert.equal((await hierarchy.ancestorsOf('projects/deep')).length, FOLDER_DEPTH_LIMIT + 2);
  await assert.rejects(hierarchy.ancestorsOf('projects/deeper'), /Too many folders above 'projects\/deeper'/);
});

test('a deleted project is there for 30 days, by the clock of the cloud (IAM notes 3.6)', async () => {
  const { store, clock, projects } = open();
  const project = { ...projects.draft('p'), state: 'DELETE_REQUESTED' as const, deletedAtMs: clock.nowMs };
  await store.commit(projects.put(project));
  clock.nowMs += PROJECT_DELETION_MS - 1;
  assert.deepEqual((await projects.find(project.projectNumber))?.value, project);
  assert.equal((await projects.list({ limit: 5 })).items.length, 1);
  clock.nowMs += 1;
  assert.equal(await projects.get('p'), undefined);
  assert.equal(await projects.find(project.projectNumber), undefined);
  assert.deepEqual((await projects.list({ limit: 5 })).items, []);
});
