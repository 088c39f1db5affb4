import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { GCE, SAMPLE_INSTANCE } from '../instance-metadata.fixture.ts';
import { type RefusalReason, refuse } from '../refusal.ts';
import { resolve } from '../resolve.ts';
import { buildTree } from '../tree/tree.ts';
import { ADA_KEY, SAMPLE_OS_LOGIN } from './os-login.fixture.ts';
import { PAGE_LIMIT } from './os-login.ts';
import { hasOsLoginEnabled, type OsLogin } from './os-login-users.ts';

const OS_LOGIN = '/computeMetadata/v1/oslogin/';

function ask(url: string, osLogin: OsLogin | undefined = SAMPLE_OS_LOGIN, name = 'vm-1') {
  const [path = '', query = ''] = url.split('?');
  return resolve(buildTree({ ...SAMPLE_INSTANCE, name, osLogin }, GCE), OS_LOGIN + path, query, GCE);
}

function json(body: unknown) {
  return { kind: 'value', status: 200, contentType: 'application/json', body: JSON.stringify(body) };
}

function profile(name: string, uid: number, more: object = {}) {
  return {
    name: `${name}@example.com`,
    posixAccounts: [
      { primary: true, username: name, uid, gid: uid, homeDirectory: `/home/${name}`, shell: '/bin/bash' },
    ],
    sshPublicKeys: {},
    ...more,
  };
}

const ada = profile('ada', 1001, {
  sshPublicKeys: {
    [createHash('sha256').update(ADA_KEY).digest('hex')]: {
      key: ADA_KEY,
      expirationTimeUsec: '1800000000000000',
    },
  },
});
const bob = profile('bob', 1002);
const cleo = profile('cleo', 1003);
const developers = { name: 'developers', gid: 2001 };
const operators = { name: 'operators', gid: 2002 };

const answers: readonly (readonly [url: string, body: unknown])[] = [
  ['users?username=ada', { loginProfiles: [ada] }],
  ['users?username=bob&alt=json', { loginProfiles: [bob] }],
  ['users?uid=1003', { loginProfiles: [cleo] }],
  [
    'users?username=ada&view=securityKey',
    { loginProfiles: [{ ...ada, securityKeys: [{ publicKey: 'sk-ssh-ed25519@openssh.com AAAA ada' }] }] },
  ],
  ['users?pagesize=2', { loginProfiles: [ada, bob], nextPageToken: '2' }],
  ['users?pagesize=2&pagetoken=2', { loginProfiles: [cleo], nextPageToken: '3' }],
  // Google's client takes what comes with this token for nothing.
  ['users?pagesize=2&pagetoken=3', { nextPageToken: '0' }],
  ['users?pagesize=2&pagetoken=99', { nextPageToken: '0' }],
  ['users', { loginProfiles: [ada, bob, cleo], nextPageToken: '3' }],
  ['users?pagesize=9999999999', { loginProfiles: [ada, bob, cleo], nextPageToken: '3' }],
  ['users?groupname=developers', { usernames: ['ada', 'bob', 'cleo'], nextPageToken: '0' }],
  ['users?groupname=developers&pagesize=2', { usernames: ['ada', 'bob'], nextPageToken: '2' }],
  ['users?groupname=developers&pagesize=2&pagetoken=2', { usernames: ['cleo'], nextPageToken: '0' }],
  ['groups?pagesize=1', { posixGroups: [developers], nextPageToken: '1' }],
  ['groups?pagesize=1&pagetoken=1', { posixGroups: [operators], nextPageToken: '0' }],
  ['groups', { posixGroups: [developers, operators], nextPageToken: '0' }],
  ['groups?groupname=operators', { posixGroups: [operators], nextPageToken: '0' }],
  ['groups?gid=2001', { posixGroups: [developers], nextPageToken: '0' }],
  ['groups?email=ada@example.com', { posixGroups: [developers, operators], nextPageToken: '0' }],
  ['groups?email=bob%40example.com', { posixGroups: [developers], nextPageToken: '0' }],
  ['certificates', { trustedCertificateAuthorities: [{ publicKey: 'ssh-ed25519 AAAA authority' }] }],
];

for (const [url, body] of answers) {
  test(`oslogin/${url} (metadata notes 8.7)`, () => assert.deepEqual(ask(url), json(body)));
}

test('who may log in, and who may become root, is declared', () => {
  const cases: readonly (readonly [name: string, policy: string, instance: string, success: boolean])[] = [
    ['ada', 'login', 'vm-1', true],
    ['ada', 'adminLogin', 'vm-1', true],
    ['ada', 'login', 'vm-2', false],
    ['bob', 'login', 'vm-2', true],
    ['bob', 'adminLogin', 'vm-2', false],
    ['cleo', 'login', 'vm-1', false],
    ['cleo', 'login', 'vm-2', true],
    ['cleo', 'adminLogin', 'vm-2', false],
  ];
  for (const [name, policy, instance, success] of cases) {
    const url = `authorize?email=${name}%40example.com&policy=${policy}&fingerprint=x`;
    assert.deepEqual(ask(url, SAMPLE_OS_LOGIN, instance), json({ success }), `${instance} ${url}`);
  }
});

const refusals: readonly (readonly [url: string, reason: RefusalReason])[] = [
  ['users?username=dora', 'not-found'],
  ['users?username=', 'not-found'],
  ['users?uid=9', 'not-found'],
  ['users?uid=x', 'invalid-parameter'],
  ['users?groupname=none', 'not-found'],
  ['users?groupname=developers&pagesize=0', 'invalid-parameter'],
  ['users?pagesize=0', 'invalid-parameter'],
  ['users?pagesize=-1', 'invalid-parameter'],
  ['users?pagesize=99999999999', 'invalid-parameter'],
  ['users?pagetoken=x', 'invalid-parameter'],
  ['groups?pagetoken=x', 'invalid-parameter'],
  ['groups?groupname=none', 'not-found'],
  ['groups?gid=9', 'not-found'],
  ['groups?gid=', 'invalid-parameter'],
  ['groups?email=dora@example.com', 'not-found'],
  ['authorize?email=dora@example.com&policy=login', 'not-found'],
  ['authorize?policy=login', 'invalid-parameter'],
  ['authorize?email=ada@example.com', 'invalid-parameter'],
  ['authorize?email=ada@example.com&policy=root', 'invalid-parameter'],
  ['users/', 'not-found'],
  ['users?wait_for_change=true', 'wait-on-listing'],
];

for (const [url, reason] of refusals) {
  test(`oslogin/${url} is refused: ${reason}`, () => assert.deepEqual(ask(url), refuse(reason)));
}

test('a page has at most so many entries', () => {
  const members = Array.from({ length: PAGE_LIMIT + 1 }, (_, index) => `user${index}`);
  const crowd = { ...SAMPLE_OS_LOGIN, groups: [{ name: 'crowd', gid: 3000, members }] };
  const expected = { usernames: members.slice(0, PAGE_LIMIT), nextPageToken: String(PAGE_LIMIT) };
  assert.deepEqual(ask(`users?groupname=crowd&pagesize=${PAGE_LIMIT + 1}`, crowd), json(expected));
});

test('without users, groups or authorities there are empty answers, as Google makes JSON of them', () => {
  const empty: OsLogin = { users: [], groups: [], certificateAuthorities: [] };
  assert.deepEqual(ask('users', empty), json({ nextPageToken: '0' }));
  assert.deepEqual(ask('groups', empty), json({ nextPageToken: '0' }));
  assert.deepEqual(ask('certificates', empty), json({ trustedCertificateAuthorities: [] }));
});

test('nothing of OS Login stands in listings or recursive output, and nothing answers where it is off', () => {
  const off = buildTree(SAMPLE_INSTANCE, GCE);
  for (const url of ['', '?recursive=true', 'authenticate/', '?recursive=true&alt=text']) {
    const [path = '', query = ''] = url.split('?');
    assert.deepEqual(ask(url), resolve(off, OS_LOGIN + path, query, GCE), url);
  }
  for (const key of ['users', 'groups', 'authorize', 'certificates']) {
    assert.deepEqual(resolve(off, OS_LOGIN + key, '', GCE), refuse('not-found'), key);
  }
});

test('the attribute of the instance goes before that of the project (metadata notes 8.3)', () => {
  const item = (value: string) => [{ key: 'enable-oslogin', value }];
  assert.equal(hasOsLoginEnabled([], []), false);
  assert.equal(hasOsLoginEnabled(item('TRUE'), []), true);
  assert.equal(hasOsLoginEnabled([], item('TRUE')), true);
  assert.equal(hasOsLoginEnabled(item('FALSE'), item('TRUE')), false);
  assert.equal(hasOsLoginEnabled(item('sure'), []), false);
});
