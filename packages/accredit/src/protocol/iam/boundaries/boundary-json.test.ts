import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOUNDARY_RULE_LIMIT } from './boundary.ts';
import { BOUNDARY_LIMIT_BYTES, readAccessBoundary } from './boundary-json.ts';

const RULE = {
  availableResource: '//storage.googleapis.com/projects/_/buckets/b',
  availablePermissions: ['inRole:roles/storage.objectViewer'],
};

test('the rules of a boundary are read as they come', () => {
  const conditional = { ...RULE, availabilityCondition: { title: 't', expression: 'true' } };
  assert.deepEqual(readAccessBoundary({ accessBoundaryRules: [RULE, conditional] }), [RULE, conditional]);
});

const refused: readonly (readonly [string, readonly object[], RegExp])[] = [
  ['no rule', [], /^A boundary has 1 to 10 rules, not 0\.$/],
  ['too many rules', Array.from({ length: BOUNDARY_RULE_LIMIT + 1 }, () => RULE), /not 11\.$/],
  [
    'a project',
    [{ ...RULE, availableResource: '//cloudresourcemanager.googleapis.com/projects/p' }],
    /is no bucket/,
  ],
  ['a bucket without its service', [{ ...RULE, availableResource: 'projects/_/buckets/b' }], /is no bucket/],
  ['a bare permission', [{ ...RULE, availablePermissions: ['storage.objects.get'] }], /is no 'inRole:ROLE'/],
  ['no permission', [{ ...RULE, availablePermissions: [] }], /a rule has at least one/],
  ['a wrong condition', [{ ...RULE, availabilityCondition: { expression: '1 >' } }], /ConditionCompileCheck/],
  [
    'more than a token can carry',
    [{ ...RULE, availabilityCondition: { expression: `'${'x'.repeat(BOUNDARY_LIMIT_BYTES)}' == ''` } }],
    /are at most 4096 bytes/,
  ],
];

for (const [name, accessBoundaryRules, message] of refused) {
  test(`a boundary is refused: ${name}`, () => {
    // Each row is a message that the decoder lets through.
    const boundary = { accessBoundaryRules } as unknown as Parameters<typeof readAccessBoundary>[0];
    assert.throws(() => readAccessBoundary(boundary), { message });
  });
}
