import type { OsLogin } from '../protocol/metadata/os-login/os-login-users.ts';
import type { FileOsLogin } from './os-login-schema.ts';

type FileUser = NonNullable<FileOsLogin['users']>[number];

/** What a user's shell is who has not said another. */
const DEFAULT_SHELL = '/bin/bash';

/** Returns what the file says, with the defaults of what it leaves out: nobody may log in anywhere. */
export function toOsLogin({ users, groups, certificateAuthorities }: FileOsLogin): OsLogin {
  return {
    users: (users ?? []).map(toUser),
    groups: (groups ?? []).map(({ members, ...rest }) => ({ ...rest, members: members ?? [] })),
    certificateAuthorities: certificateAuthorities ?? [],
  };
}

function toUser(declared: FileUser): OsLogin['users'][number] {
  const { email, username, uid, gid = uid, homeDirectory = `/home/${username}` } = declared;
  const { shell = DEFAULT_SHELL, login = [], adminLogin = [] } = declared;
  return {
    email,
    username,
    uid,
    gid,
    homeDirectory,
    shell,
    sshPublicKeys: (declared.sshPublicKeys ?? []).map(({ key, expires }) =>
      expires === undefined ? { key } : { key, expiresAtMs: Date.parse(expires) },
    ),
    securityKeys: declared.securityKeys ?? [],
    login,
    adminLogin,
    twoFactor: (declared.twoFactor ?? []).map(({ type, code }) =>
      code === undefined ? { type } : { type, code },
    ),
  };
}
