import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OS_LOGIN_LIMIT } from './os-login-rules.ts';
import { ConfigurationError } from './problems.ts';
import { openState } from './state.fixture.ts';

/** JSON is YAML too. */
async function apply(osLogin: unknown, state = openState()) {
  await state.apply(JSON.stringify({ projects: [{ projectId: 'my-project', osLogin }] }));
  return (await state.resources.projects.get('my-project'))?.value.osLogin;
}

async function problemsOf(osLogin: unknown): Promise<readonly string[]> {
  try {
    await apply(osLogin);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, message }) => `${path.replace(/^projects\[0\]\./, '')}: ${message}`);
  }
  return [];
}

const ada = { email: 'ada@example.com', username: 'ada', uid: 1001 };

test('users have the defaults of a Linux account, and may log in nowhere', async () => {
  const state = openState();
  const declared = { users: [ada] };
  assert.deepEqual(await apply(declared, state), {
    users: [
      {
        ...ada,
        gid: 1001,
        homeDirectory: '/home/ada',
        shell: '/bin/bash',
        sshPublicKeys: [],
        securityKeys: [],
        login: [],
        adminLogin: [],
        twoFactor: [],
      },
    ],
    groups: [],
    certificateAuthorities: [],
  });
  const { commits } = state.store;
  await apply(declared, state);
  assert.equal(state.store.commits, commits, 'applying it twice changes nothing');
});

test('what is declared of OS Login is kept as it is', async () => {
  const user = {
    ...ada,
    gid: 100,
    homeDirectory: '/srv/ada',
    shell: '/bin/zsh',
    securityKeys: ['sk-ssh-ed25519@openssh.com AAAA ada'],
    login: 'all',
    adminLogin: ['vm-1'],
    twoFactor: [{ type: 'TOTP', code: '123456' }, { type: 'AUTHZEN' }],
  };
  const keys = [{ key: 'ssh-rsa AAAA== ada', expires: '2030-01-31T00:00:00Z' }, { key: 'ssh-ed25519 AAAA' }];
  const rest = {
    groups: [{ name: 'developers', gid: 2001, members: ['ada'] }],
    certificateAuthorities: ['ssh-ed25519 AAAA authority'],
  };
  assert.deepEqual(await apply({ users: [{ ...user, sshPublicKeys: keys }], ...rest }), {
    users: [
      {
        ...user,
        sshPublicKeys: [
          { key: 'ssh-rsa AAAA== ada', expiresAtMs: Date.UTC(2030, 0, 31) },
          { key: 'ssh-ed25519 AAAA' },
        ],
      },
    ],
    ...rest,
  });
});

const NAME = "expected a name (1 to 32 letters, digits, '.', '_' and '-', first no '-')";
const KEY = "expected a public key as in authorized_keys, such as 'ssh-ed25519 AAAA...'";
const SELECTION = "expected 'all' or a list of names of instances";
const USER = 'osLogin.users[0]';
const many = Array.from({ length: OS_LOGIN_LIMIT + 1 }, () => 'ssh-ed25519 AAAA');

const wrong: readonly (readonly [declared: unknown, ...problems: string[]])[] = [
  [
    'on',
    "osLogin: expected what OS Login knows: a mapping of users, groups, certificateAuthorities, got 'on'.",
  ],
  [
    { users: [{ ...ada, uid: 999, username: '-a', email: 'ada' }] },
    `${USER}.uid: expected a whole number, 1000 to 4294967294, got the number 999.`,
    `${USER}.username: ${NAME}, got '-a'.`,
    `${USER}.email: expected an e-mail address, got 'ada'.`,
  ],
  [
    { users: [{ ...ada, gid: 0, homeDirectory: 'home', shell: '/bin/sh:x' }] },
    `${USER}.gid: expected a whole number, 1 to 4294967294, got the number 0.`,
    `${USER}.homeDirectory: expected an absolute path, such as '/bin/bash', got 'home'.`,
    `${USER}.shell: expected an absolute path, such as '/bin/bash', got '/bin/sh:x'.`,
  ],
  [
    { users: [{ ...ada, sshPublicKeys: [{ key: 'AAAA' }] }] },
    `${USER}.sshPublicKeys[0].key: ${KEY}, got 'AAAA'.`,
  ],
  [
    { users: [{ ...ada, sshPublicKeys: [{ key: 'ssh-rsa AAAA', expires: '2030-13-01T00:00:00Z' }] }] },
    `${USER}.sshPublicKeys[0].expires: expected a time in UTC, such as '2030-01-31T00:00:00Z', got '2030-13-01T00:00:00Z'.`,
  ],
  [{ users: [{ ...ada, securityKeys: ['a\nb c'] }] }, `${USER}.securityKeys[0]: ${KEY}, got 'a\nb c'.`],
  [{ users: [{ ...ada, login: 'some' }] }, `${USER}.login: ${SELECTION}, got 'some'.`],
  [
    { users: [{ ...ada, adminLogin: ['VM'] }] },
    "osLogin.users[0].adminLogin[0]: expected a name (1 to 63 letters a-z, digits and '-', first a letter, last no '-'), got 'VM'.",
  ],
  [
    {
      users: [
        {
          ...ada,
          twoFactor: [
            { type: 'SMS', code: '1' },
            { type: 'TOTP', code: '' },
          ],
        },
      ],
    },
    `${USER}.twoFactor[0].type: expected 'INTERNAL_TWO_FACTOR' or 'SECURITY_KEY_OTP' or 'AUTHZEN' or 'TOTP' or 'IDV_PREREGISTERED_PHONE', got 'SMS'.`,
    `${USER}.twoFactor[1].code: expected a code in quotes (1 to 100 characters), got another text.`,
  ],
  [
    { users: [{ ...ada, twoFactor: [{ type: 'TOTP' }, { type: 'AUTHZEN', code: '1' }] }] },
    `${USER}.twoFactor[0]: expected a 'code' in it, or none where its type is AUTHZEN, got a mapping.`,
    `${USER}.twoFactor[1]: expected a 'code' in it, or none where its type is AUTHZEN, got a mapping.`,
  ],
  [
    { certificateAuthorities: many },
    'osLogin.certificateAuthorities: expected at most 1000 public keys, got a list.',
  ],
  [
    { users: [ada, ada] },
    "osLogin.users[1].email: expected each email once, got 'ada@example.com' again.",
    "osLogin.users[1].username: expected each username once, got 'ada' again.",
    'osLogin.users[1].uid: expected each uid once, got the number 1001 again.',
  ],
  [
    {
      users: [ada],
      groups: [
        { name: 'a', gid: 1 },
        { name: 'a', gid: 1, members: ['ada', 'bob'] },
      ],
    },
    "osLogin.groups[1].name: expected each name once, got 'a' again.",
    'osLogin.groups[1].gid: expected each gid once, got the number 1 again.',
    "osLogin.groups[1].members[1]: expected the username of one of the users, got 'bob'.",
  ],
];

for (const [declared, ...problems] of wrong) {
  test(`OS Login is refused with ${JSON.stringify(declared).slice(0, 90)}`, async () =>
    assert.deepEqual((await problemsOf(declared)).toSorted(), problems.toSorted()));
}
