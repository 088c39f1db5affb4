import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOLDER_DEPTH_LIMIT } from '../resources/hierarchy.ts';
import { ConfigurationError } from './problems.ts';
import { readConfiguration } from './read.ts';
import { OWNER_EMAIL, openState } from './state.fixture.ts';

const ORGANIZATION = 'organizations/210987654321';

const FULL = `
organizations:
  - organizationId: '210987654321'
    displayName: example.com
    directoryCustomerId: C0abcd123
    iamPolicy: [{role: roles/viewer, members: ['user:ada@example.com']}]
    folders:
      - folderId: '1'
        displayName: Engineering
        folders:
          - {folderId: '2', displayName: Blue, iamPolicy: [{role: roles/browser, members: ['user:bob@example.com']}]}
projects:
  - {projectId: my-project, parent: folders/2}
`;

/** The same without the inner folder; the project is where it was above. */
const OUTER_ALONE = FULL.replace(/ {8}folders:\n.*\n/, '').replace('folders/2', 'folders/1');

async function problemsOf(work: () => unknown): Promise<readonly string[]> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message.split('\n');
  }
  return [];
}

test('organizations and folders are made with their policies, and projects are put into them', async () => {
  const state = openState();
  const { resources } = state;
  const report = await state.apply(FULL);
  assert.deepEqual(report.created, [ORGANIZATION, 'folders/1', 'folders/2', 'projects/my-project']);
  assert.equal(state.store.commits, 1);
  const organization = (await resources.organizations.get('210987654321'))?.value;
  assert.deepEqual(
    [organization?.displayName, organization?.directoryCustomerId],
    ['example.com', 'C0abcd123'],
  );
  assert.deepEqual(await resources.hierarchy.ancestorsOf('projects/my-project'), [
    'projects/my-project',
    'folders/2',
    'folders/1',
    ORGANIZATION,
  ]);
  assert.deepEqual(await state.grants('folders/2'), ['roles/browser user:bob@example.com']);
  assert.deepEqual(await state.grants(ORGANIZATION), [
    `roles/owner user:${OWNER_EMAIL}`,
    `roles/resourcemanager.folderAdmin user:${OWNER_EMAIL}`,
    `roles/resourcemanager.organizationAdmin user:${OWNER_EMAIL}`,
    `roles/resourcemanager.projectCreator user:${OWNER_EMAIL}`,
    'roles/viewer user:ada@example.com',
  ]);
});

test('applied again, they commit nothing; what differs is set', async () => {
  const state = openState();
  await state.apply(FULL);
  await state.apply(FULL);
  assert.equal(state.store.commits, 1);
  const report = await state.apply(FULL.replace('displayName: Blue', 'displayName: Green'));
  assert.deepEqual(report.updated, [{ resource: 'folders/2', changes: ['displayName'] }]);
});

test('with prune an undeclared folder goes once nothing is in it, the inner one first', async () => {
  const state = openState();
  await state.apply(FULL);
  const kept = await state.apply(OUTER_ALONE);
  assert.deepEqual(kept.kept, [{ resource: 'folders/2', reason: 'it would go with --prune' }]);
  const pruned = await state.apply(OUTER_ALONE, { prune: true });
  assert.deepEqual(pruned.deleted, [{ resource: 'folders/2' }]);
  assert.equal(await state.resources.folders.get('2'), undefined);
  const all = await state.apply('projects: []', { prune: true });
  assert.deepEqual(
    all.deleted.map(({ resource }) => resource),
    ['projects/my-project', 'folders/1', ORGANIZATION],
  );
});

test('a folder that holds a project by hand stays, and so does what it is in', async () => {
  const state = openState();
  const { projects, commit } = state.resources;
  await state.apply(FULL);
  await commit(projects.put({ ...projects.draft('by-hand'), parent: 'folders/2' }));
  const { kept, deleted } = await state.apply('projects: []', { prune: true });
  assert.deepEqual(kept, [
    { resource: 'folders/2', reason: 'it holds projects/by-hand' },
    { resource: 'folders/1', reason: 'it holds folders/2' },
    { resource: ORGANIZATION, reason: 'it holds folders/1' },
  ]);
  assert.deepEqual(
    deleted.filter(({ grant }) => grant === undefined),
    [{ resource: 'projects/my-project' }],
  );
});

test('a parent must be declared, or be there', async () => {
  const state = openState();
  const lone = 'projects: [{projectId: my-project, parent: folders/7}]';
  assert.deepEqual(await problemsOf(() => state.apply(lone)), [
    "accredit.yaml:1:44: projects[0].parent: expected an organization or a folder that there is, got 'folders/7'.",
  ]);
  assert.equal(await state.resources.projects.get('my-project'), undefined);
  const { folders, commit } = state.resources;
  await commit([folders.put(folders.draft('7', 'By hand', ORGANIZATION))]);
  assert.deepEqual((await state.apply(lone)).created, ['projects/my-project']);
});

test(`${FOLDER_DEPTH_LIMIT} folders may be one in another, and no more`, async () => {
  const nested = (depth: number): string =>
    Array.from({ length: depth })
      .map((_, index) => `folders: [{folderId: '${index + 1}', displayName: Folder ${index + 1}, `)
      .join('') +
    'tags: {}' +
    '}]'.repeat(depth);
  const file = (depth: number) =>
    `organizations: [{organizationId: '9', displayName: example.com, ${nested(depth)}}]`;
  const { folders } = readConfiguration(file(FOLDER_DEPTH_LIMIT), 'accredit.yaml', '/nowhere');
  assert.equal(folders.length, FOLDER_DEPTH_LIMIT);
  const [problem = '', ...more] = await problemsOf(() =>
    readConfiguration(file(FOLDER_DEPTH_LIMIT + 1), 'accredit.yaml', '/nowhere'),
  );
  assert.deepEqual(more, []);
  assert.match(problem, /expected a known key, got 'folders'/);
});

test('each number is declared once, and each name once among its neighbours', async () => {
  const text = FULL.replace(
    "{folderId: '2', displayName: Blue,",
    "{folderId: '1', displayName: Blue}\n          - {folderId: '3', displayName: Blue,",
  );
  const problems = await problemsOf(() => readConfiguration(text, 'accredit.yaml', '/nowhere'));
  assert.deepEqual(
    problems.map((problem) => problem.replace(/^.*: expected/, 'expected')),
    [
      "expected each name once, got 'folders/1' again after line 8.",
      "expected each name once, got 'Blue in folders/1' again after line 11.",
    ],
  );
});

const wrong: readonly (readonly [name: string, part: string, message: RegExp])[] = [
  [
    'an organization without a domain',
    "organizations: [{organizationId: '9', displayName: Example}]",
    /a domain/,
  ],
  [
    'a parent of another kind',
    'projects: [{projectId: my-project, parent: projects/other}]',
    /what the project is in/,
  ],
  ['a tag without namespace', 'projects: [{projectId: my-project, tags: {env: prod}}]', /the key of a tag/],
  [
    'a tag without value',
    "projects: [{projectId: my-project, tags: {9/env: ''}}]",
    /the short name of a tag's value/,
  ],
  [
    'a customer id of another kind',
    "organizations: [{organizationId: '9', displayName: example.com, directoryCustomerId: me}]",
    /a customer id of Cloud Identity/,
  ],
  [
    'too many tags',
    `projects: [{projectId: my-project, tags: {${Array.from({ length: 51 }, (_, index) => `9/k${index}: v`).join(', ')}}}]`,
    /at most 50 tags/,
  ],
];

for (const [name, text, message] of wrong) {
  test(`the configuration is refused: ${name}`, async () => {
    const [problem = '', ...more] = await problemsOf(() =>
      readConfiguration(text, 'accredit.yaml', '/nowhere'),
    );
    assert.match(problem, message);
    assert.deepEqual(more, []);
  });
}
