/** The small catalogues: zones, machine types, images, disk types. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSizeGb } from './disk-types.ts';
import { DEFAULT_IMAGE, findImage } from './images.ts';
import { DEFAULT_MACHINE_TYPE, findMachineType } from './machine-types.ts';
import { findZone, REGIONS, regionOf, subnetBaseOf, ZONES } from './zones.ts';

test('there are 41 regions, each with a subnet of its own, and zones in byte order (compute notes 6.5, 7.1)', () => {
  assert.equal(REGIONS.length, 41);
  assert.equal(new Set(REGIONS.map(({ subnetBase }) => subnetBase)).size, 41);
  for (const { subnetBase } of REGIONS) assert.match(subnetBase, /^10\.(1[2-9]\d|2\d\d)\.0\.0$/);
  const names = ZONES.map(({ name }) => name);
  assert.deepEqual(names, [...names].sort());
  for (const { name, region } of ZONES) assert.equal(regionOf(name), region);
});

test('zones have their recorded ids, and no two have the same (compute notes 6.5)', () => {
  const recorded = {
    'us-central1-a': '2000',
    'us-east1-b': '2231',
    'us-east4-b': '2271',
    'us-east4-c': '2272',
  };
  for (const [name, id] of Object.entries(recorded)) assert.equal(findZone(name)?.id, id);
  assert.equal(new Set(ZONES.map(({ id }) => id)).size, ZONES.length);
  for (const name of ['us-west1', 'us-central1-z', 'constructor', ''])
    assert.equal(findZone(name), undefined);
});

test('subnets are those of an auto mode network (compute notes 7.1)', () => {
  assert.equal(subnetBaseOf('us-central1'), '10.128.0.0');
  assert.equal(subnetBaseOf('europe-north2'), '10.226.0.0');
});

const types: readonly (readonly [string, string, string])[] = [
  ['e2-micro', 'Intel Broadwell', 'X86_64'],
  [DEFAULT_MACHINE_TYPE, 'Intel Broadwell', 'X86_64'],
  ['n1-standard-1', 'Intel Haswell', 'X86_64'],
  ['n2-highmem-128', 'Intel Cascade Lake', 'X86_64'],
  ['f1-micro', 'Intel Haswell', 'X86_64'],
  ['t2a-standard-4', 'Ampere Altra', 'ARM64'],
  ['custom-2-4096', 'Intel Haswell', 'X86_64'],
  ['e2-custom-4-8192', 'Intel Broadwell', 'X86_64'],
  ['n2-custom-4-24576-ext', 'Intel Cascade Lake', 'X86_64'],
];

for (const [name, cpuPlatform, architecture] of types) {
  test(`the machine type ${name} is known (compute notes 5.2, 6.6)`, () => {
    const found = findMachineType(name);
    assert.deepEqual(
      [found?.name, found?.cpuPlatform, found?.architecture],
      [name, cpuPlatform, architecture],
    );
  });
}

test('other machine types are not', () => {
  for (const name of ['nope-1', 'e2-standard-3', 'n1-micro', 'custom-0-1', 'zones', 'toString', '']) {
    assert.equal(findMachineType(name), undefined, name);
  }
});

test('an image is found by its name, its family, and a view of its family (compute notes 1.3)', () => {
  for (const reference of [
    DEFAULT_IMAGE,
    'projects/debian-cloud/global/images/family/debian-12',
    'projects/debian-cloud/zones/-/imageFamilyViews/debian-12',
    'projects/debian-cloud/zones/us-central1-a/imageFamilyViews/debian-12',
  ]) {
    assert.equal(findImage(reference)?.name, DEFAULT_IMAGE, reference);
  }
  assert.equal(
    findImage('projects/debian-cloud/global/images/family/debian-12-arm64')?.architecture,
    'ARM64',
  );
  assert.equal(findImage('projects/windows-cloud/global/images/family/windows-2022')?.sizeGb, 50);
  assert.equal(findImage('projects/lab-project/global/images/family/debian-12'), undefined);
});

test('blank disks have the size of their type (compute notes 6.7)', () => {
  const sizes = ['pd-standard', 'pd-balanced', 'pd-ssd', 'pd-extreme', 'local-ssd', 'tape'].map(
    defaultSizeGb,
  );
  assert.deepEqual(sizes, [500, 100, 100, 1000, 375, undefined]);
});
