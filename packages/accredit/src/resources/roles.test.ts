import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from '../kernel/timestamps.ts';
import { findRole } from '../protocol/iam/roles/catalogue.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { type CustomRole, Roles } from './roles.ts';

const ROLE: CustomRole = {
  parent: 'projects/p',
  roleId: 'reader',
  title: '',
  description: '',
  stage: 'GA',
  permissions: ['storage.objects.get'],
};
const NAME = 'projects/p/roles/reader';

function open() {
  const clock = { nowMs: 5_000, now: () => clock.nowMs };
  const roles = new Roles(new MemoryStore(), clock, findRole);
  const granted = async (name: string) => [...((await roles.find(name))?.permissions ?? [])];
  return { clock, roles, granted };
}

test('predefined and custom roles of both kinds of parents are found by their names', async () => {
  const { roles, granted } = open();
  await roles.create(ROLE);
  await roles.create({ ...ROLE, parent: 'organizations/1', permissions: ['storage.objects.list'] });
  assert.deepEqual(await granted('roles/storage.legacyObjectReader'), ['storage.objects.get']);
  assert.deepEqual(await granted(NAME), ['storage.objects.get']);
  assert.deepEqual(await granted('organizations/1/roles/reader'), ['storage.objects.list']);
  assert.equal(await roles.find('projects/q/roles/reader'), undefined);
});

test('a permission grants in the spelling of roles, however it was written (IAM notes, fact 4)', async () => {
  const { roles, granted } = open();
  await roles.create({ ...ROLE, permissions: ['iam.workloadIdentityPools.get'] });
  assert.deepEqual(await granted(NAME), ['iam.googleapis.com/workloadIdentityPools.get']);
});

test('the roles that are there and grant nothing are found apart, with why (IAM notes 1.5)', async () => {
  const { roles } = open();
  const ids = ['active', 'off', 'gone', 'both'];
  for (const roleId of ids) await roles.create({ ...ROLE, roleId });
  await roles.change({ ...ROLE, roleId: 'off' }, ({ value }) => ({ ...value, stage: 'DISABLED' }));
  await roles.change({ ...ROLE, roleId: 'gone' }, ({ value }) => ({ ...value, deletedAtMs: 5_000 }));
  await roles.change({ ...ROLE, roleId: 'both' }, ({ value }) => ({
    ...value,
    stage: 'DISABLED',
    deletedAtMs: 6_000,
  }));
  const nameOf = (roleId: string) => `${ROLE.parent}/roles/${roleId}`;
  const names = [...ids.map(nameOf), nameOf('never'), 'roles/viewer', 'roles/unknown.role'];
  const permissions = new Set(ROLE.permissions);
  assert.deepEqual(
    await roles.findDormant(names),
    new Map([
      [nameOf('off'), { permissions, isDisabled: true }],
      [nameOf('gone'), { permissions, isDisabled: false, deletedAtMs: 5_000 }],
      [nameOf('both'), { permissions, isDisabled: true, deletedAtMs: 6_000 }],
    ]),
  );
});

/** What happens to the role, and what it grants then. */
const changes: readonly (readonly [string, Partial<CustomRole>, readonly string[]])[] = [
  ['other permissions', { permissions: ['storage.objects.list'] }, ['storage.objects.list']],
  ['disabled', { stage: 'DISABLED' }, []],
  ['deleted', { deletedAtMs: 5_000 }, []],
  ['deprecated', { stage: 'DEPRECATED' }, ['storage.objects.get']],
];

for (const [what, changed, grants] of changes) {
  test(`what a role grants once it is ${what} is known at once, and told (IAM notes 1.5)`, async () => {
    const { roles, granted } = open();
    await roles.create(ROLE);
    assert.deepEqual(await granted(NAME), ROLE.permissions);
    const told: (readonly string[])[] = [];
    const stop = roles.watch((names) => told.push(names));
    await roles.change(ROLE, ({ value }) => ({ ...value, ...changed }));
    assert.deepEqual(await granted(NAME), grants);
    stop();
    await roles.change(ROLE, ({ value }) => value);
    assert.deepEqual(told, [[NAME]]);
  });
}

test('whose id begins with the id of another parent is not listed there', async () => {
  const { roles } = open();
  await roles.create(ROLE);
  await roles.create({ ...ROLE, parent: 'projects/p-2' });
  const { items } = await roles.list('projects/p', { limit: 10, showDeleted: true });
  assert.deepEqual(
    items.map(({ value }) => value.parent),
    ['projects/p'],
  );
});

test('a page is filled past roles that are not shown', async () => {
  const { roles } = open();
  for (let index = 0; index < 9; index += 1) {
    await roles.create({
      ...ROLE,
      roleId: `role${index}`,
      ...(index % 3 === 0 ? {} : { deletedAtMs: 5_000 }),
    });
  }
  const ids = async (after?: string) => {
    const { items, next } = await roles.list('projects/p', { limit: 2, after, showDeleted: false });
    return [...items.map(({ value }) => value.roleId), next];
  };
  assert.deepEqual(await ids(), ['role0', 'role3', 'role3']);
  assert.deepEqual(await ids('role3'), ['role6', undefined]);
});

test('of roles that are gone it is known that they were made, and they do not count', async () => {
  const { clock, roles } = open();
  for (let index = 0; index < 300; index += 1) await roles.create({ ...ROLE, roleId: `role${index}` });
  const old = { ...ROLE, roleId: 'role7' };
  await roles.change(old, ({ value }) => ({ ...value, deletedAtMs: clock.nowMs }));
  clock.nowMs += 7 * DAY_MS;
  assert.equal(await roles.get(old), undefined);
  assert.equal(await roles.wasMade(old), true);
  assert.equal(await roles.wasMade({ ...ROLE, roleId: 'nobody' }), false);
  await roles.create({ ...ROLE, roleId: 'another' });
});
