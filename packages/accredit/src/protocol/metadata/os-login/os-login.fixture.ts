import type { OsLogin, OsLoginUser } from './os-login-users.ts';

export const ADA_KEY = 'ssh-ed25519 AAAA ada';

function user(username: string, uid: number, more: Partial<OsLoginUser> = {}): OsLoginUser {
  return {
    email: `${username}@example.com`,
    username,
    uid,
    gid: uid,
    homeDirectory: `/home/${username}`,
    shell: '/bin/bash',
    sshPublicKeys: [],
    securityKeys: [],
    login: [],
    adminLogin: [],
    twoFactor: [],
    ...more,
  };
}

export const SAMPLE_OS_LOGIN: OsLogin = {
  users: [
    user('ada', 1001, {
      sshPublicKeys: [{ key: ADA_KEY, expiresAtMs: 1_800_000_000_000 }],
      securityKeys: ['sk-ssh-ed25519@openssh.com AAAA ada'],
      adminLogin: ['vm-1'],
      twoFactor: [{ type: 'TOTP', code: '123456' }, { type: 'AUTHZEN' }],
    }),
    user('bob', 1002, { login: 'all' }),
    user('cleo', 1003, { login: ['vm-2'] }),
  ],
  groups: [
    { name: 'developers', gid: 2001, members: ['ada', 'bob', 'cleo'] },
    { name: 'operators', gid: 2002, members: ['ada'] },
  ],
  certificateAuthorities: ['ssh-ed25519 AAAA authority'],
};
