import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeReport } from './report.ts';

test('a report is told in one line for each thing that is not as it was or not as declared', () => {
  const resource = 'projects/my-project';
  const grant = { role: 'roles/viewer', member: 'user:ada@example.com' };
  const lines = describeReport({
    created: ['projects/other-project'],
    updated: [{ resource, changes: ['labels', 'gave roles/browser to user:bob@example.com'] }],
    unchanged: ['projects/third-project'],
    deleted: [{ resource: 'projects/_/buckets/b' }, { resource, grant }],
    kept: [
      { resource: 'projects/old-project', reason: 'it would go with --prune' },
      { resource, grant, reason: 'it would go with --prune' },
    ],
  });
  assert.deepEqual(lines, [
    'created projects/other-project',
    'updated projects/my-project: labels, gave roles/browser to user:bob@example.com',
    'deleted projects/_/buckets/b',
    'deleted roles/viewer for user:ada@example.com on projects/my-project',
    'kept projects/old-project, which is not declared any more: it would go with --prune',
    'kept roles/viewer for user:ada@example.com on projects/my-project, which is not declared any more: it would go with --prune',
  ]);
});
