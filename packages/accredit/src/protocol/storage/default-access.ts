import { type Member, namedAccount } from '../../kernel/principals.ts';
import type { Binding, Policy } from '../iam/policies/policy.ts';

/**
 * Returns the policy that a new bucket has: whoever holds a basic role on its project gets the legacy roles, and no
 * other way leads from a basic role to objects (IAM notes, fact 1).
 *
 * @param uniformBucketLevelAccess - without it, the objects' own access control lists do what the object roles do here
 */
export function newBucketPolicy(projectId: string, uniformBucketLevelAccess: boolean): Policy {
  return {
    bindings: [
      {
        role: 'roles/storage.legacyBucketOwner',
        members: [`projectEditor:${projectId}`, `projectOwner:${projectId}`],
      },
      { role: 'roles/storage.legacyBucketReader', members: [`projectViewer:${projectId}`] },
      ...(uniformBucketLevelAccess ? projectPrivate(projectId) : []),
    ],
  };
}

/**
 * Returns the access control list that an object of a bucket without uniform access has, as the policy that mirrors
 * it: the default list `projectPrivate`, and `OWNER` for whoever uploaded it (storage notes 5.7, 9.3).
 *
 * @param owner - as records keep it; `undefined` where nobody uploaded it, or somebody without credentials did
 */
export function objectAclPolicy(projectId: string, owner: Member | undefined): Policy {
  const [owners, readers] = projectPrivate(projectId);
  return {
    bindings: [
      owner === undefined || isAddressOfAccount(owner)
        ? owners
        : { role: owners.role, members: [...owners.members, owner] },
      readers,
    ],
  };
}

/** Says whether a member is a service account without its unique id: records of old keep it, and it is nobody's object. */
function isAddressOfAccount(member: Member): boolean {
  const account = namedAccount(member);
  return account !== undefined && account.uniqueId === undefined;
}

/** The canned list `projectPrivate` on objects, as bindings. */
function projectPrivate(projectId: string): readonly [Binding, Binding] {
  return [
    {
      role: 'roles/storage.legacyObjectOwner',
      members: [`projectEditor:${projectId}`, `projectOwner:${projectId}`],
    },
    { role: 'roles/storage.legacyObjectReader', members: [`projectViewer:${projectId}`] },
  ];
}
