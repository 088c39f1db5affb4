import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from './nearest-name.ts';

const NAMES = ['roles/browser', 'roles/viewer', 'serviceAccounts', 'roles', 'buckets', 'instances', 'zone'];

const cases: readonly (readonly [string, string | undefined])[] = [
  ['serviceAcounts', 'serviceAccounts'],
  ['ServiceAccounts', 'serviceAccounts'],
  ['role', 'roles'],
  ['bucket', 'buckets'],
  ['zoen', undefined],
  ['zon', 'zone'],
  ['x', undefined],
  ['', undefined],
  ['networks', undefined],
  ['roles/owner', undefined],
  ['roles/veiwer', 'roles/viewer'],
  ['role/viewer', undefined],
  ['b'.repeat(100_000), undefined],
];

for (const [text, expected] of cases) {
  test(`'${text.slice(0, 20)}' is nearest to ${expected}`, () => {
    assert.equal(nearestName(text, NAMES), expected);
  });
}
