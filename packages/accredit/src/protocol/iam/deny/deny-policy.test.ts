/** What it costs to find the rules that concern a permission: a policy may name hundreds of permissions in hundreds of rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRole } from '../roles/catalogue.ts';
import { DENY_RULE_LIMIT } from './deny-limits.ts';
import { compileDenyPolicy, type DenyRule, ruleDenies } from './deny-policy.ts';

/** A list that counts how often its items are gone through. */
class CountedList extends Array<string> {
  walks = 0;

  override [Symbol.iterator]() {
    this.walks += 1;
    return super[Symbol.iterator]();
  }
}

function ruleOf(
  deniedPermissions: readonly string[],
  exceptionPermissions: readonly string[] = [],
): DenyRule {
  return {
    deniedPrincipals: ['principal://goog/subject/ada@example.com'],
    exceptionPrincipals: [],
    deniedPermissions,
    exceptionPermissions,
  };
}

test('the names of a rule are gone through once, however many permissions are asked for', () => {
  const lists = Array.from({ length: DENY_RULE_LIMIT }, () =>
    CountedList.from(['storage.googleapis.com/objects.*', 'storage.googleapis.com/buckets.get']),
  ) as CountedList[];
  const rules = lists.map((list) => ruleOf(list));
  const compiled = compileDenyPolicy({ attachedTo: 'projects/p', id: 'd', rules });
  const permissions = [...(findRole('roles/storage.admin')?.permissions ?? [])];
  assert.ok(permissions.length > 10);
  for (const permission of permissions) compiled.rulesOf(permission);
  assert.equal(compiled.rulesOf('storage.objects.get').get('user:ada@example.com')?.length, DENY_RULE_LIMIT);
  assert.deepEqual(new Set(lists.map(({ walks }) => walks)), new Set([1]));
});

/** Names and groups of names beside a permission, and whether they hold it (IAM notes 1.3). */
const PATTERNS: readonly (readonly [pattern: string, denies: boolean])[] = [
  ['storage.googleapis.com/objects.get', true],
  ['storage.googleapis.com/objects.*', true],
  ['storage.googleapis.com/*.get', true],
  ['storage.googleapis.com/*.*', true],
  ['storage.googleapis.com/objects.list', false],
  ['storage.googleapis.com/buckets.*', false],
  ['storage.googleapis.com/*.list', false],
  ['compute.googleapis.com/*.*', false],
  ['storage.googleapis.com/*', false],
];

for (const [pattern, denies] of PATTERNS) {
  test(`a rule on '${pattern}' ${denies ? 'denies' : 'does not deny'} storage.objects.get`, () => {
    const permission = 'storage.googleapis.com/objects.get';
    assert.equal(ruleDenies(ruleOf([pattern]), permission), denies);
    assert.equal(ruleDenies(ruleOf(['storage.googleapis.com/*.*'], [pattern]), permission), !denies);
  });
}
