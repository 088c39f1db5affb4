import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from '../../../kernel/timestamps.ts';
import { type DormantRole, type DormantRoleFinding, findDormant } from './dormant-roles.ts';

const NOW_MS = 1_795_410_000_000;
const PERMISSION = 'storage.objects.get';
const HELD = { permissions: new Set([PERMISSION]), isDisabled: false };
const daysAgo = (days: number) => ({ deletedAtMs: NOW_MS - days * DAY_MS });

const cases: readonly (readonly [string, DormantRole | undefined, DormantRoleFinding])[] = [
  ['a role that was never made', undefined, { rolePermission: 'unknownRole' }],
  ['disabled', { ...HELD, isDisabled: true }, { rolePermission: 'disabledRole', wouldHold: true }],
  [
    'disabled, without the permission',
    { permissions: new Set(), isDisabled: true },
    { rolePermission: 'disabledRole' },
  ],
  ['deleted', { ...HELD, ...daysAgo(6) }, { rolePermission: 'deletedRole', wouldHold: true }],
  [
    'deleted and disabled: to bring it back is not enough',
    { ...HELD, ...daysAgo(6), isDisabled: true },
    { rolePermission: 'deletedRole' },
  ],
  ['deleted for good', { ...HELD, ...daysAgo(7) }, { rolePermission: 'unknownRole' }],
  ['so long ago that its id is free', { ...HELD, ...daysAgo(37) }, { rolePermission: 'unknownRole' }],
];
for (const [name, role, finding] of cases) {
  test(`why a role grants nothing: ${name} (IAM notes 1.5)`, () => {
    assert.deepEqual(findDormant(role, PERMISSION, NOW_MS), finding);
  });
}
