import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeGcloudOnly } from './gcloud-only.ts';

const BOTH = { ours: ['accredit x'], gcloud: ['gcloud x'], terraform: [] };
const ALONE = { ...BOTH, ours: [] };
const needs = (role: string, resource: string) => ({ ...ALONE, needs: { role, resource } });
const START = 'Lines of gcloud alone run against this cloud from a file: accredit run';

const cases: readonly (readonly [string, Parameters<typeof describeGcloudOnly>[0], readonly string[]])[] = [
  ['lines that the CLI has too', [BOTH], []],
  ['no lines at all', [{ ...ALONE, gcloud: [] }], []],
  [
    'lines of which nobody knows the role',
    [BOTH, ALONE, needs('roles/a', 'projects/p')],
    [`${START} -- sh FILE\n`],
  ],
  [
    'lines of one project',
    [needs('roles/a', 'projects/p'), needs('roles/b', 'projects/p'), needs('roles/a', 'projects/p')],
    [`${START} --project p --role roles/a --role roles/b -- sh FILE\n`],
  ],
  [
    'lines of several resources',
    [needs('roles/a', 'projects/p'), needs('roles/a', 'organizations/9')],
    [`${START} -- sh FILE (its account needs roles/a on projects/p, roles/a on organizations/9)\n`],
  ],
];
for (const [what, ways, said] of cases) {
  test(`how gcloud's lines are carried out here is said of ${what}`, () => {
    assert.deepEqual(describeGcloudOnly(ways, ''), said);
  });
}
