/** What is said of proposals on folders and organizations, and of custom roles that belong to organizations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { openState } from '../../config/state.fixture.ts';
import type { RecommendedProposal } from './recommendation.ts';
import { renderGcloud, renderTerraform } from './recommendation-lines.ts';
import { renderRecommendation } from './recommendation-table.ts';
import { renderYaml } from './recommendation-yaml.ts';

const ADA = 'user:ada@example.com';
const ORGANIZATION = { resource: 'organizations/9', displayName: 'example.com' };
const FOLDER = { resource: 'folders/7', displayName: 'Engineering' };

function proposal(changes: Partial<RecommendedProposal>): RecommendedProposal {
  return {
    principal: ADA,
    resource: 'folders/7',
    place: 'folder',
    permissions: [{ permission: 'resourcemanager.folders.get', count: 1 }],
    roles: [{ role: 'roles/browser', covers: ['resourcemanager.folders.get'], adds: [], addsAtGoogle: 0 }],
    inherited: [],
    uncovered: [],
    isSmallest: true,
    denied: [],
    hierarchy: [FOLDER, ORGANIZATION],
    ...changes,
  };
}

const LONE = proposal({ hierarchy: [FOLDER], noCustomRole: 'noOrganization' });

const table = (proposals: readonly RecommendedProposal[], kind: 'predefined' | 'custom') =>
  renderRecommendation(
    { source: 'auditLog', calls: 1, leftOut: 0, refused: 0, proposals, scopes: [] },
    { paint: (_, text) => text, kind, includesRefused: false },
  );

const reasons: readonly (readonly [
  changes: Partial<RecommendedProposal> & { readonly noCustomRole: string },
  reason: string,
])[] = [
  [{ noCustomRole: 'noOrganization' }, 'folders/7 is in no organization'],
  [
    { noCustomRole: 'noProject', resource: 'projects/_/buckets/b', place: 'bucket' },
    'the project of projects/_/buckets/b is not known',
  ],
  [{ noCustomRole: 'everybody' }, 'everybody has roles on buckets alone'],
  [{ noCustomRole: 'unfit' }, 'no custom role takes any of it'],
];

for (const [changes, reason] of reasons) {
  test(`where there is no custom role every form says why: ${reason}`, async () => {
    const none = proposal(changes);
    const comment =
      `# Not given, as no custom role is proposed, since ${reason}: ` +
      `resourcemanager.folders.get on ${none.resource} to ${ADA}\n`;
    assert.equal(renderGcloud([none], 'custom'), comment);
    assert.equal(renderTerraform([none], 'custom'), comment);
    assert.equal(await renderYaml([none], 'custom'), `${comment}projects: []\n`);
    for (const kind of ['custom', 'predefined'] as const) {
      const lines = table([none], kind).split('\n');
      assert.ok(
        lines.includes(`  Custom role  no custom role is proposed, since ${reason}`),
        lines.join('\n'),
      );
    }
  });
}

test('a folder in no organization has no place in accredit.yaml', async () => {
  assert.equal(
    await renderYaml([LONE], 'predefined'),
    `# Not in accredit.yaml: roles/browser on folders/7 to ${ADA}\nprojects: []\n`,
  );
});

test('what a custom role cannot hold is said to be in no custom role', () => {
  const customRole = {
    role: 'organizations/9/roles/ada_uses',
    title: 'What ada uses',
    permissions: ['resourcemanager.folders.get'],
    unfit: ['a.b.c'],
  };
  const [comment] = renderGcloud([proposal({ customRole })], 'custom').split('\n');
  assert.equal(comment, `# Not given, as no custom role can: a.b.c on folders/7 to ${ADA}`);
});

test('a project that is given a role of its organization says what it is in', async () => {
  const role = 'organizations/9/roles/ada_uses';
  const permissions = ['resourcemanager.projects.list'];
  const customRole = { role, title: 'What ada uses', permissions, unfit: [] };
  const onProject = proposal({ resource: 'projects/my-project', projectId: 'my-project', customRole });
  const text = await renderYaml([onProject], 'custom');
  assert.deepEqual(parse(text), {
    organizations: [
      {
        organizationId: '9',
        displayName: 'example.com',
        customRoles: [{ roleId: 'ada_uses', title: 'What ada uses', permissions }],
        folders: [{ folderId: '7', displayName: 'Engineering' }],
      },
    ],
    projects: [{ projectId: 'my-project', parent: 'folders/7', iamPolicy: [{ role, members: [ADA] }] }],
  });
  const { created } = await openState().apply(text);
  assert.deepEqual(created.slice(0, 4), ['organizations/9', role, 'folders/7', 'projects/my-project']);
  assert.doesNotMatch(await renderYaml([onProject], 'predefined'), /organizations/, 'nothing needs it there');
});
