import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findImage } from './images.ts';
import { licenseCodeOf } from './license-codes.ts';

/** Family, and the code that published answers of Google give for its license. */
const published: readonly (readonly [reference: string, code: string])[] = [
  ['projects/debian-cloud/global/images/family/debian-11', '3853522013536123851'],
  ['projects/debian-cloud/global/images/family/debian-12', '2147286739765738111'],
  ['projects/debian-cloud/global/images/family/debian-12-arm64', '2147286739765738111'],
  ['projects/ubuntu-os-cloud/global/images/family/ubuntu-2204-lts', '5511465778777431107'],
  ['projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64', '3242930272766215801'],
  ['projects/rhel-cloud/global/images/family/rhel-9', '7883559014960410759'],
  ['projects/windows-cloud/global/images/family/windows-2022', '4079807029871201927'],
];

for (const [reference, code] of published) {
  test(`the license of ${reference} has its published code (metadata notes 8.1)`, () => {
    assert.deepEqual(findImage(reference)?.licenses.map(licenseCodeOf), [code]);
  });
}

test('a license whose code is not known has one of its own, below 2^63', () => {
  const [trixie, cos] = [
    'projects/debian-cloud/global/licenses/debian-13-trixie',
    'projects/cos-cloud/global/licenses/cos',
  ].map(licenseCodeOf);
  assert.match(String(trixie), /^[1-9]\d{17}$/);
  assert.notEqual(trixie, cos);
});
