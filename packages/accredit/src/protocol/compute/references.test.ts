import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReference, toLink } from './references.ts';

const PROJECT = { projectId: 'lab-project', projectNumber: '123456789012' };
const TYPE = 'projects/lab-project/zones/us-central1-a/machineTypes/e2-medium';

const cases: readonly (readonly [string, string, string])[] = [
  ['a link', `https://www.googleapis.com/compute/v1/${TYPE}`, TYPE],
  ['a link on the service’s own host', `https://compute.googleapis.com/compute/v1/${TYPE}`, TYPE],
  ['a link of beta', `https://www.googleapis.com/compute/beta/${TYPE}`, TYPE],
  ['a link on the host that gcloud was configured with', `http://127.0.0.1:8080/compute/v1/${TYPE}`, TYPE],
  ['from projects on', TYPE, TYPE],
  ['from the zone on', 'zones/us-central1-a/machineTypes/e2-medium', TYPE],
  ['a leading slash', '/zones/us-central1-a/machineTypes/e2-medium', TYPE],
  [
    'from the region on',
    'regions/r/subnetworks/default',
    'projects/lab-project/regions/r/subnetworks/default',
  ],
  ['global', 'global/networks/default', 'projects/lab-project/global/networks/default'],
  ['a bare name', 'e2-medium', 'e2-medium'],
  [
    'the project by number',
    'projects/123456789012/global/networks/default',
    'projects/lab-project/global/networks/default',
  ],
  ['another project', 'projects/debian-cloud/global/images/i', 'projects/debian-cloud/global/images/i'],
  [
    'a trailing slash',
    'projects/windows-cloud/global/images/family/F/',
    'projects/windows-cloud/global/images/family/F',
  ],
];

for (const [name, given, expected] of cases) {
  test(`a reference is read: ${name} (compute notes 1.3)`, () => {
    assert.equal(readReference(given, PROJECT), expected);
  });
}

test('a link begins with www.googleapis.com, whatever host was called (compute notes, fact 1)', () => {
  assert.equal(toLink(TYPE), `https://www.googleapis.com/compute/v1/${TYPE}`);
});
