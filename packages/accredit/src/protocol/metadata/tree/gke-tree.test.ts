import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAMPLE_INSTANCE, WORKLOAD_EMAIL } from '../instance-metadata.fixture.ts';
import { SAMPLE_OS_LOGIN } from '../os-login/os-login.fixture.ts';
import { refuse } from '../refusal.ts';
import { resolve } from '../resolve.ts';
import { settingsOf } from '../settings.ts';
import { buildTree } from './tree.ts';

const V1 = '/computeMetadata/v1/';
const SETTINGS = settingsOf({ profile: 'gke' });

const NODE = {
  ...SAMPLE_INSTANCE,
  attributes: [
    { key: 'cluster-name', value: 'main' },
    { key: 'cluster-location', value: 'us-central1' },
    { key: 'cluster-uid', value: '0123abcd' },
    { key: 'kube-env', value: 'secret of the node' },
  ],
  guestAttributes: { hostkeys: { 'ssh-rsa': 'AAAA' } },
  osLogin: SAMPLE_OS_LOGIN,
};
const tree = buildTree(NODE, SETTINGS, 'gke');

function bodyOf(path: string, query = ''): string | number {
  const shown = resolve(tree, V1 + path, query, SETTINGS);
  return shown.kind === 'value' ? shown.body : 'status' in shown ? shown.status : 0;
}

const ACCOUNT = 'instance/service-accounts/default';

const shown: readonly (readonly [path: string, body: string])[] = [
  ['', 'instance/\nproject/\n'],
  ['instance/', 'attributes/\nhostname\nid\nservice-accounts/\nzone\n'],
  ['instance/attributes/', 'cluster-location\ncluster-name\ncluster-uid\n'],
  ['instance/attributes/cluster-name', 'main'],
  ['instance/hostname', 'vm-1.us-central1-a.c.sample-project.internal'],
  ['instance/id', '18446744073709551615'],
  ['instance/zone', 'projects/123456789012/zones/us-central1-a'],
  ['instance/service-accounts/', `default/\n${WORKLOAD_EMAIL}/\n`],
  [`${ACCOUNT}/`, 'aliases\nemail\nidentity\nscopes\ntoken\n'],
  [`${ACCOUNT}/email`, WORKLOAD_EMAIL],
  ['project/', 'numeric-project-id\nproject-id\n'],
  ['project/project-id', 'sample-project'],
  ['project/numeric-project-id', '123456789012'],
  ['universe/universe-domain', 'googleapis.com'],
];

for (const [path, body] of shown) {
  test(`a Pod sees ${path === '' ? 'v1/' : path} (metadata notes 13.1.4)`, () =>
    assert.equal(bodyOf(path), body));
}

test('a node whose cluster nobody declares is in one all the same, and always in the same one', () => {
  const shownOf = (attributes: typeof NODE.attributes, changes: Partial<typeof NODE> = {}) => {
    const bare = buildTree({ ...NODE, ...changes, attributes }, SETTINGS, 'gke');
    const shown = resolve(bare, `${V1}instance/attributes/`, 'recursive=true', SETTINGS);
    assert.ok(shown.kind === 'value');
    return JSON.parse(shown.body) as Readonly<Record<string, string>>;
  };
  const other = [{ key: 'kube-env', value: 'secret of the node' }];
  const whole = shownOf(other);
  assert.deepEqual(Object.keys(whole).sort(), ['cluster-location', 'cluster-name', 'cluster-uid']);
  assert.deepEqual([whole['cluster-location'], whole['cluster-name']], ['us-central1-a', 'cluster-1']);
  assert.match(whole['cluster-uid'] ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(shownOf([], { name: 'another-node' }), whole, 'a second node is in the same cluster');
  const elsewhere = shownOf([], { projectId: 'other-project' });
  assert.notEqual(elsewhere['cluster-uid'], whole['cluster-uid']);
  const named = shownOf([{ key: 'cluster-name', value: '' }]);
  assert.equal(named['cluster-name'], '', 'what is declared wins, also where it is empty');
  assert.notEqual(named['cluster-uid'], whole['cluster-uid']);
});

const hidden = [
  'instance/attributes/kube-env',
  'instance/name',
  'instance/disks/',
  'instance/tags',
  'instance/guest-attributes/',
  'instance/guest-attributes/hostkeys/ssh-rsa',
  'instance/gce-workload-certificates/config-status',
  'instance/workload-identities',
  'instance/partner-attributes/',
  'instance/maintenance-event',
  'oslogin/',
  'oslogin/users',
  'project/attributes/',
];

for (const path of hidden) {
  test(`a Pod does not see ${path} (metadata notes 13.1.4)`, () => assert.equal(bodyOf(path), 404));
}

test('the recursive output of a Pod has what it sees, and no more', () => {
  const account = (scopes: readonly string[]) => ({ aliases: ['default'], email: WORKLOAD_EMAIL, scopes });
  const [{ scopes } = { scopes: [] }] = SAMPLE_INSTANCE.serviceAccounts;
  assert.deepEqual(JSON.parse(String(bodyOf('', 'recursive=true')).replace(/"id":\d+/, '"id":0')), {
    instance: {
      attributes: { 'cluster-location': 'us-central1', 'cluster-name': 'main', 'cluster-uid': '0123abcd' },
      hostname: NODE.hostname,
      id: 0,
      serviceAccounts: { [WORKLOAD_EMAIL]: account(scopes), default: account(scopes) },
      zone: 'projects/123456789012/zones/us-central1-a',
    },
    project: { numericProjectId: 123456789012, projectId: 'sample-project' },
  });
});

test('a Pod without an account has the e-mail of its pool, and no tokens (metadata notes 13.1.5)', () => {
  const bare = buildTree({ ...NODE, serviceAccounts: [] }, SETTINGS, 'gke');
  const ask = (path: string, query = '') => resolve(bare, V1 + path, query, SETTINGS);
  const email = 'sample-project.svc.id.goog';
  const answers: readonly (readonly [path: string, body: string])[] = [
    ['instance/service-accounts/', `default/\n${email}/\n`],
    [`${ACCOUNT}/`, 'aliases\nemail\nidentity\nscopes\ntoken\n'],
    [`${ACCOUNT}/email`, email],
    [`instance/service-accounts/${email}/email`, email],
    [`${ACCOUNT}/scopes`, 'https://www.googleapis.com/auth/cloud-platform\n'],
  ];
  for (const [path, body] of answers) {
    const answer = ask(path);
    assert.equal(answer.kind === 'value' && answer.body, body, path);
  }
  assert.deepEqual(ask(`${ACCOUNT}/identity`, 'audience=a'), refuse('account-not-annotated'));
  assert.deepEqual(ask(`${ACCOUNT}/identity`), refuse('audience-missing'));
  assert.deepEqual(ask(`${ACCOUNT}/token`), refuse('not-found'));
  const whole = ask(`${ACCOUNT}/`, 'recursive=true');
  assert.equal(
    whole.kind === 'value' && whole.body,
    `{"aliases":["default"],"email":"${email}","scopes":["https://www.googleapis.com/auth/cloud-platform"]}`,
  );
});
