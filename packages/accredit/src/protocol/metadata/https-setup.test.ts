import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHttpsSetUp } from './https-setup.ts';

const CASES: readonly (readonly [
  instance: string | undefined,
  project: string | undefined,
  isSetUp: boolean,
])[] = [
  [undefined, undefined, true],
  ['TRUE', undefined, false],
  ['true', undefined, false],
  ['1', undefined, false],
  ['FALSE', undefined, true],
  ['0', undefined, true],
  // No spelling that Go reads.
  ['tRuE', undefined, true],
  ['yes', 'TRUE', false],
  ['', undefined, true],
  [undefined, 'TRUE', false],
  ['FALSE', 'TRUE', true],
  ['TRUE', 'FALSE', false],
];

for (const [instance, project, isSetUp] of CASES) {
  test(`disable-https-mds-setup is '${instance}' of the instance and '${project}' of the project: ${isSetUp ? 'set up' : 'not set up'} (metadata notes 8.3, 11.7)`, () => {
    const toItems = (value: string | undefined) =>
      value === undefined ? [] : [{ key: 'disable-https-mds-setup', value }];
    assert.equal(isHttpsSetUp(toItems(instance), toItems(project)), isSetUp);
  });
}
