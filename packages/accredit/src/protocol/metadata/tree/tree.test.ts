import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BARE_INSTANCE,
  GCE,
  SAMPLE_INSTANCE,
  WORKLOAD,
  WORKLOAD_EMAIL,
} from '../instance-metadata.fixture.ts';
import type { InstanceMetadata } from '../instance-metadata.ts';
import { type Resolution, resolve, type Value } from '../resolve.ts';
import { settingsOf } from '../settings.ts';
import type { Directory } from './nodes.ts';
import { buildTree } from './tree.ts';

const V1 = '/computeMetadata/v1';

function show(tree: Directory, path: string, query = ''): Value {
  const resolution = resolve(tree, path, query, GCE);
  assert.equal(resolution.kind, 'value', `${path}?${query}`);
  return resolution;
}

const ACCOUNT_JSON =
  '{"aliases":["default"],"email":"workload@sample-project.iam.gserviceaccount.com",' +
  '"scopes":["https://www.googleapis.com/auth/cloud-platform","https://www.googleapis.com/auth/devstorage.read_only"]}';

/** The whole of `v1/?recursive=true`, in the form of published output of a VM (metadata notes 6.3). */
const SAMPLE_JSON =
  '{"instance":{"attributes":{"Foo_Bar":"Grüße, 世界 <&>","startup-script":"#!/bin/sh\\necho \\"hi\\"\\n"},' +
  '"cpuPlatform":"Intel Broadwell","credentials":{},"description":"",' +
  '"disks":[{"deviceName":"vm-1","index":0,"interface":"SCSI","mode":"READ_WRITE","type":"PERSISTENT"}],' +
  '"gceWorkloadCertificates":{},"guestAttributes":{},"hostname":"vm-1.us-central1-a.c.sample-project.internal",' +
  '"id":18446744073709551615,"image":"projects/debian-cloud/global/images/debian-12",' +
  '"licenses":[{"id":"2211838267635035815"}],"machineType":"projects/123456789012/machineTypes/e2-medium",' +
  '"maintenanceEvent":"NONE","name":"vm-1","networkInterfaces":[{"accessConfigs":[{"externalIp":"",' +
  '"type":"ONE_TO_ONE_NAT"}],"dnsServers":["169.254.169.254"],"forwardedIps":[],"gateway":"10.128.0.1",' +
  '"ip":"10.128.0.2","ipAliases":["10.1.0.0/24","10.2.0.0/24"],"mac":"42:01:0a:80:00:02","mtu":1460,' +
  '"network":"projects/123456789012/networks/default","subnetmask":"255.255.240.0","targetInstanceIps":[]}],' +
  '"partnerAttributes":{},"preempted":"FALSE","remainingCpuTime":-1,"scheduling":{"automaticRestart":"TRUE",' +
  '"onHostMaintenance":"MIGRATE","preemptible":"FALSE"},' +
  `"serviceAccounts":{"default":${ACCOUNT_JSON},"workload@sample-project.iam.gserviceaccount.com":${ACCOUNT_JSON}},` +
  '"shutdownDetails":{},"tags":["http-server","web"],"virtualClock":{"driftToken":"0"},' +
  '"zone":"projects/123456789012/zones/us-central1-a"},"oslogin":{"authenticate":{"sessions":{}}},' +
  '"project":{"attributes":{"ssh-keys":"ada:ssh-ed25519 AAAA ada\\nbob:ssh-ed25519 BBBB bob\\n"},' +
  '"numericProjectId":123456789012,"projectId":"sample-project"}}';

const SAMPLE_INSTANCE_DUMP = `attributes/Foo_Bar Grüße, 世界 <&>
attributes/startup-script #!/bin/sh
echo "hi"

cpu-platform Intel Broadwell
description${' '}
disks/0/device-name vm-1
disks/0/index 0
disks/0/interface SCSI
disks/0/mode READ_WRITE
disks/0/type PERSISTENT
hostname vm-1.us-central1-a.c.sample-project.internal
id 18446744073709551615
image projects/debian-cloud/global/images/debian-12
licenses/0/id 2211838267635035815
machine-type projects/123456789012/machineTypes/e2-medium
maintenance-event NONE
name vm-1
network-interfaces/0/access-configs/0/external-ip${' '}
network-interfaces/0/access-configs/0/type ONE_TO_ONE_NAT
network-interfaces/0/dns-servers 169.254.169.254
network-interfaces/0/gateway 10.128.0.1
network-interfaces/0/ip 10.128.0.2
network-interfaces/0/ip-aliases/0 10.1.0.0/24
network-interfaces/0/ip-aliases/1 10.2.0.0/24
network-interfaces/0/mac 42:01:0a:80:00:02
network-interfaces/0/mtu 1460
network-interfaces/0/network projects/123456789012/networks/default
network-interfaces/0/subnetmask 255.255.240.0
preempted FALSE
remaining-cpu-time -1
scheduling/automatic-restart TRUE
scheduling/on-host-maintenance MIGRATE
scheduling/preemptible FALSE
service-accounts/default/aliases default
service-accounts/default/email workload@sample-project.iam.gserviceaccount.com
service-accounts/default/scopes https://www.googleapis.com/auth/cloud-platform
service-accounts/default/scopes https://www.googleapis.com/auth/devstorage.read_only
service-accounts/workload@sample-project.iam.gserviceaccount.com/aliases default
service-accounts/workload@sample-project.iam.gserviceaccount.com/email workload@sample-project.iam.gserviceaccount.com
service-accounts/workload@sample-project.iam.gserviceaccount.com/scopes https://www.googleapis.com/auth/cloud-platform
service-accounts/workload@sample-project.iam.gserviceaccount.com/scopes https://www.googleapis.com/auth/devstorage.read_only
tags http-server
tags web
virtual-clock/drift-token 0
zone projects/123456789012/zones/us-central1-a
`;

test('the whole of v1/ recursively, byte for byte (metadata notes 6.3, checks 85 to 92)', () => {
  for (const query of [
    'recursive=true',
    'recursive=true&alt=json',
    'alt=json&last_etag=NONE&recursive=true&timeout_sec=60',
  ]) {
    const { contentType, body } = show(buildTree(SAMPLE_INSTANCE, GCE), `${V1}/`, query);
    assert.equal(contentType, 'application/json');
    assert.equal(body, SAMPLE_JSON);
  }
});

for (const word of ['True', '1', 'yes', 'on', 't']) {
  test(`recursive=${word} is recursive (metadata notes, check 93)`, () => {
    assert.equal(show(buildTree(SAMPLE_INSTANCE, GCE), `${V1}/`, `recursive=${word}`).body, SAMPLE_JSON);
  });
}

for (const word of ['xyz', 'false', '0', '']) {
  test(`recursive=${word} is not recursive (metadata notes, check 93)`, () => {
    const { body } = show(buildTree(SAMPLE_INSTANCE, GCE), `${V1}/`, `recursive=${word}`);
    assert.equal(body, 'instance/\noslogin/\nproject/\n');
  });
}

test('instance/ recursively as text, byte for byte (metadata notes 6.3.3, 6.3.4, check 95)', () => {
  const { contentType, body } = show(
    buildTree(SAMPLE_INSTANCE, GCE),
    `${V1}/instance/`,
    'recursive=true&alt=text',
  );
  assert.equal(contentType, 'application/text');
  assert.equal(body, SAMPLE_INSTANCE_DUMP);
});

test('an account recursively (metadata notes 9.1)', () => {
  const tree = buildTree(SAMPLE_INSTANCE, GCE);
  const { body } = show(tree, `${V1}/instance/service-accounts/default/`, 'recursive=true');
  assert.equal(body, ACCOUNT_JSON);
});

const accountLeaves: readonly (readonly [key: string, query: string, contentType: string, body: string])[] = [
  ['email', '', 'application/text', WORKLOAD_EMAIL],
  ['aliases', '', 'application/text', 'default\n'],
  ['scopes', '', 'application/text', `${WORKLOAD.scopes.join('\n')}\n`],
  ['scopes', 'recursive=true', 'application/text', `${WORKLOAD.scopes.join('\n')}\n`],
  ['scopes', 'alt=json', 'application/json', JSON.stringify(WORKLOAD.scopes)],
];

for (const [key, query, contentType, body] of accountLeaves) {
  test(`service-accounts/default/${key}?${query} (metadata notes 9.2, checks 115 to 117)`, () => {
    const value = show(
      buildTree(SAMPLE_INSTANCE, GCE),
      `${V1}/instance/service-accounts/default/${key}`,
      query,
    );
    assert.deepEqual([value.contentType, value.body], [contentType, body]);
  });
}

test('attribute keys stand verbatim in listings, paths and JSON, whatever they are called (metadata notes 6.3)', () => {
  const keys = ['"quoted"', '__proto__', 'constructor', 'kebab-case', 'tab\t', 'toString', 'ключ'];
  const attributes = keys.map((key) => ({ key, value: `value of ${key}` }));
  const tree = buildTree({ ...SAMPLE_INSTANCE, attributes }, GCE);
  const { body } = show(tree, `${V1}/instance/attributes/`, 'recursive=true');
  assert.equal(
    body,
    `{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(`value of ${key}`)}`).join(',')}}`,
  );
  assert.equal(show(tree, `${V1}/instance/attributes/`).body, keys.map((key) => `${key}\n`).join(''));
  for (const key of keys)
    assert.equal(show(tree, `${V1}/instance/attributes/${key}`).body, `value of ${key}`);
});

test('the universe is listed, and recursive, where the settings say so (metadata notes 14)', () => {
  const withUniverse = `${SAMPLE_JSON.slice(0, -1)},"universe":{"universeDomain":"googleapis.com"}}`;
  for (const listsUniverse of [true, false]) {
    for (const recursiveUniverse of [true, false]) {
      const tree = buildTree(SAMPLE_INSTANCE, settingsOf({ listsUniverse, recursiveUniverse }));
      const listed = listsUniverse ? 'universe/\n' : '';
      assert.equal(show(tree, `${V1}/`).body, `instance/\noslogin/\nproject/\n${listed}`);
      const json = show(tree, `${V1}/`, 'recursive=true').body;
      assert.equal(json, recursiveUniverse ? withUniverse : SAMPLE_JSON);
    }
  }
});

test('more than ten disks keep the order of their numbers (metadata notes 5.4.5)', () => {
  const disks = Array.from({ length: 12 }, () => SAMPLE_INSTANCE.disks[0] ?? assert.fail());
  const tree = buildTree({ ...SAMPLE_INSTANCE, disks }, GCE);
  const numbers = Array.from(disks, (_, index) => index);
  assert.equal(show(tree, `${V1}/instance/disks/`).body, numbers.map((index) => `${index}/\n`).join(''));
  assert.equal(show(tree, `${V1}/instance/disks/11/index`).body, '11');
  const parsed: unknown = JSON.parse(show(tree, `${V1}/instance/disks/`, 'recursive=true').body);
  assert.deepEqual(Array.isArray(parsed) && parsed.map((disk) => disk.index), numbers);
});

for (const id of ['', '12a', '1.5', '0x10', '-', '007']) {
  test(`an id of '${id}', which would not be JSON, is a fault of ours (metadata notes 6.3)`, () => {
    assert.throws(() => buildTree({ ...SAMPLE_INSTANCE, id }, GCE), TypeError);
  });
}

/** Keys that are listed and answer by refusing, each with the status that the notes give it (8.1, 4.5, 8.5.1). */
const GATED: ReadonlyMap<string, number> = new Map([
  [`${V1}/instance/guest-attributes/`, 403],
  [`${V1}/instance/gce-workload-certificates/config-status`, 412],
  [`${V1}/instance/gce-workload-certificates/trust-anchors`, 412],
  [`${V1}/instance/gce-workload-certificates/workload-identities`, 412],
  [`${V1}/instance/upcoming-maintenance`, 503],
]);

/** Returns every path that following the listings from `/` leads to, with what it resolves to. */
function walk(
  tree: Directory,
  path = '/',
  found = new Map<string, Resolution>(),
): ReadonlyMap<string, Resolution> {
  const resolution = resolve(tree, path, '', GCE);
  found.set(path, resolution);
  if (!path.endsWith('/') || resolution.kind !== 'value') return found;
  for (const name of resolution.body.split('\n').slice(0, -1)) walk(tree, path + name, found);
  return found;
}

/** Asserts what must hold of each tree, for every key that a listing shows. */
function checkWalk(tree: Directory): void {
  const gates = new Map<string, number>();
  for (const [path, resolution] of walk(tree)) {
    assert.notEqual(resolution.kind, 'redirect', path);
    if (resolution.kind === 'refused') gates.set(path, resolution.status);
    else if (resolution.kind === 'dynamic')
      assert.match(path, /\/service-accounts\/[^/]+\/(?:token|identity)$/);
    else if (path.endsWith('/')) checkDirectory(tree, path);
    else if (resolution.kind === 'value') checkLeaf(tree, path);
  }
  assert.deepEqual(gates, GATED);
}

function checkDirectory(tree: Directory, path: string): void {
  if (path === '/') return;
  const slashless = path.slice(0, -1);
  const redirect = { kind: 'redirect', status: 301, location: `${path}?a=b`, body: `${path}\n` };
  assert.deepEqual(resolve(tree, slashless, 'a=b', GCE), redirect);
}

/** A leaf has nothing below it, and its parent's recursive output has the same value under its key. */
function checkLeaf(tree: Directory, path: string): void {
  const trailing = resolve(tree, `${path}/`, '', GCE);
  assert.equal(trailing.kind === 'refused' && trailing.status, 404, path);
  const slash = path.lastIndexOf('/') + 1;
  const members = new Map<string, unknown>(
    Object.entries(JSON.parse(show(tree, path.slice(0, slash), 'recursive=true').body)),
  );
  const name = path.slice(slash);
  const camelCase = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const member = members.has(name) ? members.get(name) : members.get(camelCase);
  assert.deepEqual(JSON.parse(show(tree, path, 'alt=json').body), member, path);
}

test('every key that a listing shows answers, or refuses as the notes say (metadata notes 8)', () => {
  checkWalk(buildTree(SAMPLE_INSTANCE, GCE));
  checkWalk(buildTree(BARE_INSTANCE, GCE));
});

const key = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
const items = fc.uniqueArray(fc.record({ key, value: fc.string({ unit: 'binary' }) }), {
  selector: (item) => item.key,
});
const email = fc.stringMatching(/^[a-z][a-z0-9]{1,8}@[a-z]{2,6}\.iam\.gserviceaccount\.com$/);
const instances: fc.Arbitrary<InstanceMetadata> = fc
  .record({
    attributes: items,
    projectAttributes: items,
    description: fc.string({ unit: 'binary' }),
    tags: fc.array(key, { maxLength: 3 }),
    licenses: fc.array(fc.stringMatching(/^[1-9][0-9]{3,18}$/), { maxLength: 3 }),
    diskCount: fc.nat({ max: 12 }),
    nicCount: fc.nat({ max: 3 }),
    emails: fc.uniqueArray(email, { maxLength: 3 }),
    id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  })
  .map(({ diskCount, nicCount, emails, id, ...fields }) => ({
    ...SAMPLE_INSTANCE,
    ...fields,
    id: id.toString(),
    disks: Array.from({ length: diskCount }, () => SAMPLE_INSTANCE.disks[0] ?? assert.fail()),
    networkInterfaces: Array.from(
      { length: nicCount },
      () => SAMPLE_INSTANCE.networkInterfaces[0] ?? assert.fail(),
    ),
    serviceAccounts: emails.map((address, index) => ({
      ...WORKLOAD,
      email: address,
      aliases: index === 0 ? ['default'] : [],
    })),
  }));

test('every key of any instance answers, and recursive output is JSON without secrets (metadata notes 8, 9.3.11)', () => {
  fc.assert(
    fc.property(instances, (instance) => {
      const tree = buildTree(instance, GCE);
      checkWalk(tree);
      const { body } = show(tree, `${V1}/`, 'recursive=true');
      const dump: { instance: { attributes: object; serviceAccounts: object } } = JSON.parse(body);
      assert.match(body, new RegExp(`"id":${instance.id},`));
      assert.deepEqual(
        byKey(Object.entries(dump.instance.attributes)),
        byKey(instance.attributes.map((item) => [item.key, item.value])),
      );
      for (const account of Object.values(dump.instance.serviceAccounts)) {
        assert.deepEqual(Object.keys(account), ['aliases', 'email', 'scopes']);
      }
    }),
    { numRuns: 40, seed: 20_26 },
  );
});

function byKey(entries: readonly (readonly [string, unknown])[]): readonly (readonly [string, unknown])[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
