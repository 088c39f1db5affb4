import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHttpsSetUp } from './https-setup.ts';
import { type MetadataProfile, settingsOf } from './settings.ts';

type Case = readonly [
  instance: string | undefined,
  project: string | undefined,
  isSetUp: boolean | 'by default',
];

const CASES: readonly Case[] = [
  [undefined, undefined, 'by default'],
  ['TRUE', undefined, false],
  ['true', undefined, false],
  ['1', undefined, false],
  ['FALSE', undefined, true],
  ['0', undefined, true],
  // No spelling that Go reads.
  ['tRuE', undefined, 'by default'],
  ['', undefined, 'by default'],
  ['yes', 'TRUE', false],
  [undefined, 'TRUE', false],
  ['FALSE', 'TRUE', true],
  ['TRUE', 'FALSE', false],
];

const toItems = (value: string | undefined) =>
  value === undefined ? [] : [{ key: 'disable-https-mds-setup', value }];

for (const [instance, project, isSetUp] of CASES) {
  test(`disable-https-mds-setup is '${instance}' of the instance and '${project}' of the project (metadata notes 8.3, 11.7)`, () => {
    for (const setsUpHttps of [true, false]) {
      const sources = { instance: toItems(instance), project: toItems(project), settings: { setsUpHttps } };
      assert.equal(isHttpsSetUp(sources), isSetUp === 'by default' ? setsUpHttps : isSetUp);
    }
  });
}

test('a VM is set up by default; what is no VM has no guest agent that would do it (metadata notes 13)', () => {
  const profiles: readonly MetadataProfile[] = [
    {},
    { setsUpHttps: false },
    { profile: 'gke' },
    { profile: 'cloud-run' },
  ];
  const setUp = profiles.map((profile) =>
    isHttpsSetUp({ instance: [], project: [], settings: settingsOf(profile) }),
  );
  assert.deepEqual(setUp, [true, false, false, false]);
});
