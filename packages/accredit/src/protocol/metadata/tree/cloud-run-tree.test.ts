import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAMPLE_INSTANCE, WORKLOAD_EMAIL } from '../instance-metadata.fixture.ts';
import { resolve } from '../resolve.ts';
import { settingsOf } from '../settings.ts';
import { buildTree } from './tree.ts';

const V1 = '/computeMetadata/v1/';
const SETTINGS = settingsOf({ profile: 'cloud-run' });

function bodyOf(path: string, instance = SAMPLE_INSTANCE): string | number {
  const tree = buildTree({ ...instance, guestAttributes: { a: { b: 'c' } } }, SETTINGS, 'cloud-run');
  const shown = resolve(tree, V1 + path, '', SETTINGS);
  return shown.kind === 'value' ? shown.body : 'status' in shown ? shown.status : 0;
}

const ACCOUNT = 'instance/service-accounts/default';

const shown: readonly (readonly [path: string, body: string])[] = [
  ['', 'instance/\nproject/\n'],
  ['instance/', 'id\nregion\nservice-accounts/\nzone\n'],
  ['instance/region', 'projects/123456789012/regions/us-central1'],
  ['instance/zone', 'projects/123456789012/zones/us-central1-1'],
  [`${ACCOUNT}/`, 'aliases\nemail\nidentity\nscopes\ntoken\n'],
  [`${ACCOUNT}/email`, WORKLOAD_EMAIL],
  [`${ACCOUNT}/aliases`, 'default\n'],
  ['project/', 'numeric-project-id\nproject-id\n'],
  ['project/project-id', 'sample-project'],
  ['project/numeric-project-id', '123456789012'],
];

for (const [path, body] of shown) {
  test(`a container sees ${path === '' ? 'v1/' : path} (metadata notes 13.2.1)`, () =>
    assert.equal(bodyOf(path), body));
}

test('the id of a container is opaque, its own, and stays (metadata notes 13.2.1)', () => {
  const id = bodyOf('instance/id');
  assert.match(String(id), /^[0-9a-f]{64}$/);
  assert.equal(bodyOf('instance/id'), id);
  assert.notEqual(bodyOf('instance/id', { ...SAMPLE_INSTANCE, id: '1' }), id);
});

const hidden = [
  'instance/attributes/',
  'instance/attributes/startup-script',
  'instance/guest-attributes/',
  'instance/guest-attributes/a/b',
  'instance/name',
  'instance/hostname',
  'instance/machine-type',
  'instance/network-interfaces/',
  'instance/gce-workload-certificates/',
  'oslogin/',
  'project/attributes/',
];

for (const path of hidden) {
  test(`a container does not see ${path} (metadata notes 13.2.6)`, () => assert.equal(bodyOf(path), 404));
}
