import type { OsLogin } from '../protocol/metadata/os-login/os-login-users.ts';
import { describeValue, type Path } from './problems.ts';

/** Checks what users and groups must not have in common, and that the members of groups are there. */
export function checkOsLogin(
  { users, groups }: OsLogin,
  path: Path,
  complain: (path: Path, expected: string) => void,
): void {
  for (const key of ['email', 'username', 'uid'] as const) {
    for (const index of repeated(users.map((user) => user[key]))) {
      complain(
        [...path, 'users', index, key],
        `each ${key} once, got ${describeValue(users[index]?.[key])} again`,
      );
    }
  }
  for (const key of ['name', 'gid'] as const) {
    for (const index of repeated(groups.map((group) => group[key]))) {
      complain(
        [...path, 'groups', index, key],
        `each ${key} once, got ${describeValue(groups[index]?.[key])} again`,
      );
    }
  }
  const known = new Set(users.map(({ username }) => username));
  for (const [index, { members }] of groups.entries()) {
    for (const [place, member] of members.entries()) {
      if (known.has(member)) continue;
      const there = [...path, 'groups', index, 'members', place];
      complain(there, `the username of one of the users, got ${describeValue(member)}`);
    }
  }
}

/** Returns the places of what stood before already. */
function repeated(values: readonly (string | number)[]): readonly number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));
}
