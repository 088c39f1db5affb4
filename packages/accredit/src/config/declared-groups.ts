import type { Member } from '../kernel/principals.ts';
import { parseGroupEmail, parseGroupMember } from '../protocol/iam/groups.ts';
import type { FileGroup } from './group-schema.ts';
import type { Path } from './problems.ts';

/** A group as the file declares it. */
export interface DeclaredGroup {
  readonly path: Path;
  readonly email: string;
  /** Absent: it stays as it is. */
  readonly displayName?: string;
  /** All of them, as people write them; absent: they stay as they are. */
  readonly members?: readonly Member[];
}

/** Returns a group with its address and its members spelled as they are kept. */
export function toDeclaredGroup({ email, displayName, members }: FileGroup, path: Path): DeclaredGroup {
  return {
    path,
    email: parseGroupEmail(email) ?? email,
    ...(displayName === undefined ? {} : { displayName }),
    // A key with nothing behind it says that nobody is in the group.
    ...(members === undefined
      ? {}
      : { members: (members ?? []).flatMap((text) => parseGroupMember(text) ?? []) }),
  };
}
