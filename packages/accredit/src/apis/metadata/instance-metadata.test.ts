/** What the metadata server shows of the record of an instance. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instance } from '../../resources/instances.ts';
import { openTestCloud, PROJECT_ID } from '../api.fixture.ts';
import { toInstanceMetadata } from './instance-metadata.ts';

const PLACE = { projectId: PROJECT_ID, zone: 'us-central1-a', name: 'vm' };

/** Shows an instance that differs from a plain VM in some fields. */
async function show(change: (plain: Instance) => Partial<Instance>) {
  const { services } = await openTestCloud([]);
  const { instances, projects } = services.resources;
  const plain = instances.draft(PLACE);
  const project = (await projects.get(PROJECT_ID))?.value;
  assert.ok(project);
  return toInstanceMetadata({ instance: { ...plain, ...change(plain) }, project, guestAttributes: {} }, 0);
}

const diskTypes: readonly (readonly [diskType: string | undefined, shown: string])[] = [
  [undefined, 'PERSISTENT'],
  ['pd-standard', 'PERSISTENT'],
  ['pd-balanced', 'PERSISTENT-BALANCED'],
  ['pd-ssd', 'PERSISTENT-SSD'],
  ['pd-extreme', 'PERSISTENT-EXTREME'],
  ['hyperdisk-balanced', 'PERSISTENT-HYPERDISK-BALANCED'],
];

for (const [diskType, shown] of diskTypes) {
  test(`a disk of type ${diskType ?? '(not said)'} is ${shown} (metadata notes 8.1)`, async () => {
    const typed = diskType === undefined ? {} : { diskType };
    const { disks } = await show((plain) => ({ disks: plain.disks.map((disk) => ({ ...disk, ...typed })) }));
    assert.deepEqual(
      disks.map(({ type }) => type),
      [shown],
    );
  });
}

test('a scratch disk is LOCAL-SSD (metadata notes 8.1)', async () => {
  const { disks } = await show((plain) => ({
    disks: plain.disks.map((disk) => ({ ...disk, type: 'SCRATCH' as const })),
  }));
  assert.equal(disks[0]?.type, 'LOCAL-SSD');
});

test('the licenses are those of the disks, by their published codes, each once (metadata notes 8.1)', async () => {
  const debian = ['projects/debian-cloud/global/licenses/debian-12-bookworm'];
  const windows = ['projects/windows-cloud/global/licenses/windows-server-2022-dc'];
  const shown = await show((plain) => ({
    // An image that nobody knows: it is not asked.
    image: 'projects/p/global/images/copy',
    disks: plain.disks.flatMap((disk) => [
      { ...disk, licenses: debian },
      { ...disk, licenses: [...debian, ...windows] },
    ]),
  }));
  assert.deepEqual(shown.licenses, ['2147286739765738111', '4079807029871201927']);
  const blank = await show((plain) => ({
    disks: plain.disks.map((disk) => ({ ...disk, licenses: [] })),
  }));
  assert.deepEqual(blank.licenses, []);
});

test('a VM is confidential where its maker said so (metadata notes 9.4.6)', async () => {
  assert.equal((await show(() => ({}))).isConfidential, false);
  const confidentialInstanceConfig = { enableConfidentialCompute: true };
  assert.equal((await show(() => ({ confidentialInstanceConfig }))).isConfidential, true);
});
