import { parseMember } from '../kernel/members.ts';
import type { Member } from '../kernel/principals.ts';
import { userManagedEmail } from '../resources/service-accounts.ts';
import { toCondition } from './grants.ts';
import type { Grant } from './policy-drafts.ts';
import type { FilePolicy } from './policy-schema.ts';
import type { Path } from './problems.ts';

/** A grant as the file declares it. */
export interface DeclaredGrant extends Grant {
  readonly member: Member;
  /** Of the member; of the role where that stands under an account. */
  readonly path: Path;
}

/** Returns the grants of a policy one by one, members spelled as they are kept. */
export function toGrants(policy: FilePolicy, path: Path): readonly DeclaredGrant[] {
  return (policy ?? []).flatMap(({ role, members, condition }, index) =>
    members.map((text, position) => {
      const parsed = parseMember(text);
      return {
        role,
        member: parsed.ok ? parsed.member : text,
        ...(condition === undefined ? {} : { condition: toCondition(condition) }),
        path: [...path, index, 'members', position],
      };
    }),
  );
}

/** Returns the roles that stand under an account: it has them on its project. */
export function toRoles(
  { accountId, roles }: { readonly accountId: string; readonly roles?: readonly string[] | null | undefined },
  projectId: string,
  path: Path,
): readonly DeclaredGrant[] {
  const member = `serviceAccount:${userManagedEmail(accountId, projectId)}`;
  return (roles ?? []).map((role, index) => ({
    role,
    member,
    path: [...path, index],
  }));
}

/** Where the role of a declared grant stands: beside the members, or under an account, where it stands alone. */
export function rolePath({ path }: DeclaredGrant): Path {
  return path.at(-2) === 'members' ? [...path.slice(0, -2), 'role'] : path;
}

/** Where the condition of a declared grant stands. */
export function conditionPath({ path }: DeclaredGrant): Path {
  return [...path.slice(0, -2), 'condition'];
}
