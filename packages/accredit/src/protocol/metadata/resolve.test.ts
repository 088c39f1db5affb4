import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BARE_INSTANCE, GCE, SAMPLE_INSTANCE, WORKLOAD_EMAIL } from './instance-metadata.fixture.ts';
import type { InstanceMetadata } from './instance-metadata.ts';
import { type RefusalReason, refuse } from './refusal.ts';
import { look, resolve } from './resolve.ts';
import { type MetadataProfile, settingsOf } from './settings.ts';
import { buildTree } from './tree/tree.ts';

const V1 = '/computeMetadata/v1';
const ETAG = /^[0-9a-f]{16}$/;
const sample = buildTree(SAMPLE_INSTANCE, GCE);
const bare = buildTree(BARE_INSTANCE, GCE);

/** Resolves a URL, the etag reduced to whether there is a well-formed one. */
function ask(url: string, tree = sample): unknown {
  const [path = '', query = ''] = url.split(/\?(.*)/s, 2);
  const resolution = resolve(tree, path, query, GCE);
  if (resolution.kind !== 'value') return resolution;
  const { etag, ...rest } = resolution;
  if (etag !== undefined) assert.match(etag, ETAG);
  return { ...rest, hasEtag: etag !== undefined };
}

function text(body: string, hasEtag = true): unknown {
  return { kind: 'value', status: 200, contentType: 'application/text', body, hasEtag };
}

function json(body: string): unknown {
  return { kind: 'value', status: 200, contentType: 'application/json', body, hasEtag: true };
}

function etagOf(url: string, instance: InstanceMetadata = SAMPLE_INSTANCE): string {
  const [path = '', query = ''] = url.split('?');
  const resolution = resolve(buildTree(instance, GCE), path, query, GCE);
  assert.equal(resolution.kind, 'value');
  return resolution.etag ?? assert.fail('no etag');
}

const roots: readonly (readonly [rule: string, url: string, answer: unknown])[] = [
  ['check 1: the root, without an etag', '/', text('computeMetadata/\n', false)],
  ['check 5: the versions, without an etag', '/computeMetadata/', text('v1/\n', false)],
  ['check 7: v1 lists three directories', `${V1}/`, text('instance/\noslogin/\nproject/\n')],
  [
    '6.3.12: the root, which needs no header, shows nothing recursively',
    '/?recursive=true',
    text('computeMetadata/\n', false),
  ],
  ['6.3.12: nor do the versions', '/computeMetadata/?recursive=true', text('v1/\n', false)],
  [
    '6.3.9: alt applies to no listing, thus not to the root',
    '/?recursive=true&alt=json',
    refuse('alt-without-recursive'),
  ],
];

const scalars: readonly (readonly [rule: string, url: string, answer: unknown])[] = [
  ['check 59: project-id', `${V1}/project/project-id`, text('sample-project')],
  ['check 59: name', `${V1}/instance/name`, text('vm-1')],
  ['check 59: id, a whole uint64', `${V1}/instance/id`, text('18446744073709551615')],
  ['check 59: hostname', `${V1}/instance/hostname`, text('vm-1.us-central1-a.c.sample-project.internal')],
  ['check 60: numeric-project-id', `${V1}/project/numeric-project-id`, text('123456789012')],
  ['check 61: zone', `${V1}/instance/zone`, text('projects/123456789012/zones/us-central1-a')],
  [
    'check 62: machine-type',
    `${V1}/instance/machine-type`,
    text('projects/123456789012/machineTypes/e2-medium'),
  ],
  ['check 63: image', `${V1}/instance/image`, text('projects/debian-cloud/global/images/debian-12')],
  [
    'check 64: network',
    `${V1}/instance/network-interfaces/0/network`,
    text('projects/123456789012/networks/default'),
  ],
  ['check 65: mac', `${V1}/instance/network-interfaces/0/mac`, text('42:01:0a:80:00:02')],
  ['check 66: maintenance-event', `${V1}/instance/maintenance-event`, text('NONE')],
  ['check 67: preempted', `${V1}/instance/preempted`, text('FALSE')],
  ['check 67: preemptible', `${V1}/instance/scheduling/preemptible`, text('FALSE')],
  ['check 68: tags are JSON', `${V1}/instance/tags`, json('["http-server","web"]')],
  ['check 69: tags as text', `${V1}/instance/tags?alt=text`, text('http-server\nweb\n')],
  ['check 70: an empty description', `${V1}/instance/description`, text('')],
  ['check 71: drift-token', `${V1}/instance/virtual-clock/drift-token`, text('0')],
  ['check 72: id as JSON is bare digits', `${V1}/instance/id?alt=json`, json('18446744073709551615')],
  ['check 73: name as JSON is quoted', `${V1}/instance/name?alt=json`, json('"vm-1"')],
  ['check 74: recursive leaves a scalar alone', `${V1}/instance/name?recursive=true`, text('vm-1')],
  ['check 75: universe-domain', `${V1}/universe/universe-domain`, text('googleapis.com')],
  [
    'check 76: a text of several lines',
    `${V1}/instance/attributes/startup-script`,
    text('#!/bin/sh\necho "hi"\n'),
  ],
  ['check 77: UTF-8', `${V1}/instance/attributes/Foo_Bar`, text('Grüße, 世界 <&>')],
  ['6.3.7: alt=text', `${V1}/instance/name?alt=text`, text('vm-1')],
  ['8.1: remaining-cpu-time', `${V1}/instance/remaining-cpu-time`, text('-1')],
  [
    '8.1: an ephemeral address that is absent',
    `${V1}/instance/network-interfaces/0/access-configs/0/external-ip`,
    text(''),
  ],
  ['8.1: an IP alias', `${V1}/instance/network-interfaces/0/ip-aliases/1`, text('10.2.0.0/24')],
  ['8.1: a list without items', `${V1}/instance/network-interfaces/0/target-instance-ips`, text('')],
  ['8.1: a license', `${V1}/instance/licenses/0/id`, text('2211838267635035815')],
  ['check 51: repeated slashes', `${V1}/project//project-id`, text('sample-project')],
  ['5.2.4: dot segments', `${V1}/instance/../project/./project-id`, text('sample-project')],
  ['check 96: unknown parameters', `${V1}/instance/name?foo=bar&timeout_sec=60`, text('vm-1')],
];

const listings: readonly (readonly [rule: string, url: string, answer: unknown])[] = [
  [
    'check 79: instance/',
    `${V1}/instance/`,
    text(
      'attributes/\ncpu-platform\ncredentials/\ndescription\ndisks/\ngce-workload-certificates/\nguest-attributes/\n' +
        'hostname\nid\nimage\nlicenses/\nmachine-type\nmaintenance-event\nname\nnetwork-interfaces/\n' +
        'partner-attributes/\npreempted\nremaining-cpu-time\nscheduling/\nservice-accounts/\nshutdown-details/\n' +
        'tags\nupcoming-maintenance\nvirtual-clock/\nzone\n',
    ),
  ],
  ['check 80: disks/', `${V1}/instance/disks/`, text('0/\n')],
  ['8.1: a disk', `${V1}/instance/disks/0/`, text('device-name\nindex\ninterface\nmode\ntype\n')],
  [
    'check 81: dns-servers is no directory, forwarded-ips is',
    `${V1}/instance/network-interfaces/0/`,
    text(
      'access-configs/\ndns-servers\nforwarded-ips/\ngateway\nip\nip-aliases/\nmac\nmtu\nnetwork\nsubnetmask\n' +
        'target-instance-ips\n',
    ),
  ],
  ['check 81: dns-servers', `${V1}/instance/network-interfaces/0/dns-servers`, text('169.254.169.254\n')],
  [
    '5.4.4: the children of ip-aliases/ are leaves',
    `${V1}/instance/network-interfaces/0/ip-aliases/`,
    text('0\n1\n'),
  ],
  ['5.4.2: attributes sorted bytewise', `${V1}/instance/attributes/`, text('Foo_Bar\nstartup-script\n')],
  ['8.1: what an ordinary VM has no credentials for', `${V1}/instance/credentials/`, text('')],
  ['8.1: partner-attributes/', `${V1}/instance/partner-attributes/`, text('')],
  ['14: shutdown-details/ without graceful shutdown', `${V1}/instance/shutdown-details/`, text('')],
  [
    '8.6: gce-workload-certificates/',
    `${V1}/instance/gce-workload-certificates/`,
    text('config-status\ntrust-anchors\nworkload-identities\n'),
  ],
  ['8.2: project/', `${V1}/project/`, text('attributes/\nnumeric-project-id\nproject-id\n')],
  ['8.4: universe/ answers although v1/ does not list it', `${V1}/universe/`, text('universe-domain\n')],
  ['8.7: oslogin/', `${V1}/oslogin/`, text('authenticate/\n')],
  ['9.1: service-accounts/', `${V1}/instance/service-accounts/`, text(`default/\n${WORKLOAD_EMAIL}/\n`)],
  [
    'check 83: an account',
    `${V1}/instance/service-accounts/default/`,
    text('aliases\nemail\nidentity\nscopes\ntoken\n'),
  ],
];

for (const [rule, url, answer] of [...roots, ...scalars, ...listings]) {
  test(`${url} (metadata notes, ${rule})`, () => assert.deepEqual(ask(url), answer));
}

const bareCases: readonly (readonly [rule: string, url: string, answer: unknown])[] = [
  ['check 82: attributes/ is empty', `${V1}/instance/attributes/`, text('')],
  ['check 68: no tags', `${V1}/instance/tags`, json('[]')],
  ['check 127: service-accounts/ is empty', `${V1}/instance/service-accounts/`, text('')],
  ['check 127: default/email', `${V1}/instance/service-accounts/default/email`, refuse('not-found')],
  ['check 127: default/token', `${V1}/instance/service-accounts/default/token`, refuse('not-found')],
  ['9.5: default/', `${V1}/instance/service-accounts/default/`, refuse('not-found')],
  ['9.5: recursively', `${V1}/instance/service-accounts/?recursive=true`, json('{}')],
  ['8.1: no licenses', `${V1}/instance/licenses/?recursive=true`, json('[]')],
];

for (const [rule, url, answer] of bareCases) {
  test(`${url} of a VM without an account (metadata notes, ${rule})`, () => {
    assert.deepEqual(ask(url, bare), answer);
  });
}

const redirects: readonly (readonly [rule: string, url: string, location: string])[] = [
  ['check 4', '/computeMetadata', '/computeMetadata/'],
  ['check 6', V1, `${V1}/`],
  ['check 35', `${V1}/instance`, `${V1}/instance/`],
  [
    'check 38',
    `${V1}/instance/attributes?alt=json&recursive=true`,
    `${V1}/instance/attributes/?alt=json&recursive=true`,
  ],
  [
    'check 39',
    `${V1}/instance/network-interfaces?recursive=true`,
    `${V1}/instance/network-interfaces/?recursive=true`,
  ],
  ['check 40', `${V1}/instance/service-accounts`, `${V1}/instance/service-accounts/`],
  ['check 42', `${V1}/instance/disks/0`, `${V1}/instance/disks/0/`],
  ['5.2.3', `//computeMetadata//v1/instance`, `${V1}/instance/`],
  ['5.3: before its query is read', `${V1}/instance?alt=xml`, `${V1}/instance/?alt=xml`],
];

for (const [rule, url, location] of redirects) {
  test(`${url} redirects and keeps its query (metadata notes 5.3, ${rule})`, () => {
    const body = `${location.replace(/\?.*/, '')}\n`;
    assert.deepEqual(ask(url), { kind: 'redirect', status: 301, location, body });
  });
}

test('the body of the redirect of instance/ has 30 bytes (metadata notes, check 36)', () => {
  const resolution = resolve(sample, `${V1}/instance`, '', GCE);
  assert.equal(resolution.kind === 'redirect' && Buffer.byteLength(resolution.body), 30);
});

const refusals: readonly (readonly [rule: string, url: string, reason: RefusalReason])[] = [
  ['check 20', '/latest/meta-data/', 'not-found'],
  ['check 42', `${V1}/instance/nosuch`, 'not-found'],
  ['check 43', `${V1}/universe/universe_domain`, 'not-found'],
  ['check 45', `${V1}/instance/NAME`, 'not-found'],
  ['check 46', `${V1}/project/project-id/`, 'not-found'],
  ['check 47', `${V1}/instance/disks/99/type`, 'not-found'],
  ['5.2.6: an index has one spelling', `${V1}/instance/disks/00/type`, 'not-found'],
  ['check 48', `${V1}/instance/service-accounts/default/scopes/0`, 'not-found'],
  ['check 49', `${V1}/instance/service-accounts/nobody@x.y/email`, 'not-found'],
  ['check 50', `${V1}/instance/service-accounts/${WORKLOAD_EMAIL.replace('@', '%40')}/email`, 'not-found'],
  ['check 126', `${V1}/instance/service-accounts/default/token/`, 'not-found'],
  ['9.2', `${V1}/instance/service-accounts/default/nosuch`, 'not-found'],
  ['8.1: not a Shielded VM', `${V1}/instance/credentials/mds-client-certificate`, 'not-found'],
  ['8.1: not serverless', `${V1}/instance/region`, 'not-found'],
  ['8.1: no S2A', `${V1}/instance/platform-security/auto-mtls-configuration`, 'not-found'],
  ['14', `${V1}/instance/shutdown-details/stop-state`, 'not-found'],
  ['8.7: OS Login is off', `${V1}/oslogin/users?pagesize=1`, 'not-found'],
  ['no key of a JavaScript object is a route', `${V1}/instance/attributes/__proto__`, 'not-found'],
  ['no key of a JavaScript object is a route', `${V1}/constructor`, 'not-found'],
  ['5.2.4: never above the root', '/../../../etc/passwd', 'not-found'],
  ['the asterisk of OPTIONS', '*', 'not-found'],
  ['check 136', `${V1}/instance/guest-attributes/`, 'guest-attributes-disabled'],
  ['8.5.1', `${V1}/instance/guest-attributes`, 'guest-attributes-disabled'],
  ['8.5.1', `${V1}/instance/guest-attributes/hostkeys/ssh-rsa`, 'guest-attributes-disabled'],
  ['4.5', `${V1}/instance/gce-workload-certificates/config-status`, 'workload-certificates-not-configured'],
  ['4.5', `${V1}/instance/gce-workload-certificates/trust-anchors`, 'workload-certificates-not-configured'],
  [
    '4.5',
    `${V1}/instance/gce-workload-certificates/workload-identities`,
    'workload-certificates-not-configured',
  ],
  ['5.2.5: a gated leaf is a leaf', `${V1}/instance/gce-workload-certificates/config-status/`, 'not-found'],
  ['4.5', `${V1}/instance/upcoming-maintenance`, 'no-upcoming-maintenance'],
  ['check 154', '/computeMetadata/v1beta1/project/project-id', 'legacy-endpoint'],
  ['5.1', '/computeMetadata/v1beta1', 'legacy-endpoint'],
  ['5.1', '/0.1/meta-data/auth-token?service_account=default', 'legacy-endpoint'],
  ['check 84', `${V1}/instance/?alt=json`, 'alt-without-recursive'],
  ['6.3.9', `${V1}/instance/?alt=text&recursive=false`, 'alt-without-recursive'],
  ['6.3.11', `${V1}/instance/name?alt=xml`, 'unknown-alt'],
];

for (const [rule, url, reason] of refusals) {
  test(`${url} is refused: ${reason} (metadata notes, ${rule})`, () =>
    assert.deepEqual(ask(url), refuse(reason)));
}

const NAME = `${V1}/instance/name`;
const WAIT = 'wait_for_change=true';

/** The wait for the name of the instance; what is current has the etag that a plain request shows. */
function waitForName(timeoutSeconds?: number): unknown {
  const target = { path: NAME, recursive: false, alt: undefined };
  return { kind: 'wait', current: resolve(sample, NAME, '', GCE), timeoutSeconds, target };
}

const refusedWaits: readonly (readonly [rule: string, url: string, reason: RefusalReason])[] = [
  ['check 106: a listing', `${V1}/instance/?${WAIT}`, 'wait-on-listing'],
  ['7.2: above v1/', `/?${WAIT}&recursive=true`, 'wait-on-listing'],
  ['check 107: a token', `${V1}/instance/service-accounts/default/token?${WAIT}`, 'wait-on-token'],
  [
    '7.3: an identity token',
    `${V1}/instance/service-accounts/default/identity?audience=a&${WAIT}`,
    'wait-on-token',
  ],
  ['check 108: a missing key', `${V1}/instance/attributes/nosuch?${WAIT}`, 'not-found'],
  ['check 111: no whole number', `${NAME}?${WAIT}&timeout_sec=abc`, 'timeout-not-integer'],
  ['7.9: a negative number', `${NAME}?${WAIT}&timeout_sec=-1`, 'timeout-not-integer'],
  ['7.9: a fraction', `${NAME}?${WAIT}&timeout_sec=1.5`, 'timeout-not-integer'],
  [
    '8.5.1: what is not enabled',
    `${V1}/instance/guest-attributes/?recursive=true&${WAIT}`,
    'guest-attributes-disabled',
  ],
];

for (const [rule, url, reason] of refusedWaits) {
  test(`a wait is refused at once: ${url} (metadata notes, ${rule})`, () => {
    assert.deepEqual(ask(url), refuse(reason));
  });
}

const ETAG_OF_NAME = etagOf(NAME);
const waits: readonly (readonly [rule: string, query: string, outcome: unknown])[] = [
  ['7.6: for the next change', WAIT, waitForName()],
  ['7.4: for another than the client has', `${WAIT}&last_etag=${ETAG_OF_NAME}`, waitForName()],
  ['7.7: at most so long', `${WAIT}&last_etag=${ETAG_OF_NAME}&timeout_sec=60`, waitForName(60)],
  ['7.9: no timeout given', `${WAIT}&timeout_sec=`, waitForName()],
  ['the longest that a timer counts', `${WAIT}&timeout_sec=99999999999999999999`, waitForName(2_147_483)],
  ['check 101: 0 is no etag', `${WAIT}&last_etag=0`, resolve(sample, NAME, '', GCE)],
  ['check 102: nor is NONE', `${WAIT}&last_etag=NONE&timeout_sec=60`, resolve(sample, NAME, '', GCE)],
  ['7.4: the etag of another value', `${WAIT}&last_etag=0123456789abcdef`, resolve(sample, NAME, '', GCE)],
  ['7.9: no time at all', `${WAIT}&timeout_sec=0`, resolve(sample, NAME, '', GCE)],
  ['check 110: no wait', 'timeout_sec=60', resolve(sample, NAME, '', GCE)],
];

for (const [rule, query, outcome] of waits) {
  test(`instance/name?${query} waits, or does not (metadata notes, ${rule})`, () => {
    assert.deepEqual(resolve(sample, NAME, query, GCE), outcome);
  });
}

test('a wait on a directory is for all that is below it (metadata notes 7.2, 7.13)', () => {
  const wait = resolve(sample, `${V1}/instance/`, `recursive=true&alt=text&${WAIT}`, GCE);
  assert.equal(wait.kind, 'wait');
  assert.deepEqual(wait.target, { path: `${V1}/instance/`, recursive: true, alt: 'text' });
  const renamed = buildTree({ ...SAMPLE_INSTANCE, description: 'other' }, GCE);
  assert.deepEqual(look(sample, wait.target), wait.current);
  const now = look(renamed, wait.target);
  assert.equal(now.kind, 'value');
  assert.notEqual(now.etag, wait.current.etag);
  const elsewhere = buildTree({ ...SAMPLE_INSTANCE, projectAttributes: [] }, GCE);
  assert.deepEqual(look(elsewhere, wait.target), wait.current);
});

test('a key that is gone ends its wait with 404 (metadata notes 7.12)', () => {
  const key = `${V1}/instance/attributes/startup-script`;
  const wait = resolve(sample, key, WAIT, GCE);
  assert.equal(wait.kind, 'wait');
  assert.deepEqual(look(bare, wait.target), refuse('not-found'));
});

test('what is unknown of the wire follows the settings (metadata notes 14)', () => {
  const cases: readonly (readonly [string, MetadataProfile, unknown])[] = [
    [`${V1}/instance/?alt=json`, { altOnListing: 'ignored' }, resolve(sample, `${V1}/instance/`, '', GCE)],
    [`${NAME}?alt=xml`, { unknownAlt: 'ignored' }, resolve(sample, NAME, '', GCE)],
    [`${NAME}?${WAIT}&timeout_sec=abc`, { nonIntegerTimeout: 'ignored' }, waitForName()],
    [`${NAME}?${WAIT}&timeout_sec=0`, { zeroTimeout: 'unbounded' }, waitForName()],
    [
      `${V1}/instance/disks?recursive=true`,
      { slashlessRecursive: 'directly' },
      resolve(sample, `${V1}/instance/disks/`, 'recursive=true', GCE),
    ],
  ];
  for (const [url, profile, outcome] of cases) {
    const [path = '', query = ''] = url.split('?');
    assert.deepEqual(resolve(sample, path, query, settingsOf(profile)), outcome, url);
  }
});

for (const name of ['default', WORKLOAD_EMAIL]) {
  for (const key of ['token', 'identity'] as const) {
    test(`service-accounts/${name}/${key} is left to the caller, for the account by its e-mail (check 122)`, () => {
      assert.deepEqual(
        ask(`${V1}/instance/service-accounts/${name}/${key}?audience=https://x.y/z&scopes=a%2Cb`),
        {
          kind: 'dynamic',
          key,
          account: WORKLOAD_EMAIL,
          query: new Map([
            ['audience', 'https://x.y/z'],
            ['scopes', 'a,b'],
          ]),
          alt: undefined,
        },
      );
    });
  }
}

test('text and JSON of the same node share an etag (metadata notes 6.4, check 94)', () => {
  for (const [url, other] of [
    [`${V1}/instance/name`, `${V1}/instance/name?alt=json`],
    [`${V1}/instance/tags`, `${V1}/instance/tags?alt=text`],
    [`${V1}/?recursive=true`, `${V1}/?recursive=true&alt=json`],
    [`${V1}/?recursive=true`, `${V1}/?recursive=true&alt=text`],
  ] as const) {
    assert.equal(etagOf(url), etagOf(other));
  }
});

test('a listing and the recursive output of a directory differ in their etag (metadata notes, check 97)', () => {
  assert.notEqual(etagOf(`${V1}/instance/`), etagOf(`${V1}/instance/?recursive=true`));
  assert.notEqual(
    etagOf(`${V1}/oslogin/authenticate/`),
    etagOf(`${V1}/oslogin/authenticate/?recursive=true`),
  );
});

test('an etag changes with what it covers, and returns with it (metadata notes 6.4, check 98)', () => {
  const changed = { ...SAMPLE_INSTANCE, attributes: [{ key: 'startup-script', value: 'other' }] };
  const restored = { ...changed, attributes: SAMPLE_INSTANCE.attributes.map((item) => ({ ...item })) };
  for (const url of [
    `${V1}/?recursive=true`,
    `${V1}/instance/?recursive=true`,
    `${V1}/instance/attributes/`,
    `${V1}/instance/attributes/startup-script`,
  ]) {
    assert.notEqual(etagOf(url, changed), etagOf(url));
    assert.equal(etagOf(url, restored), etagOf(url));
  }
  assert.equal(etagOf(`${V1}/project/?recursive=true`, changed), etagOf(`${V1}/project/?recursive=true`));
});
