import { ACCOUNT_ADDRESS } from './member-forms.ts';

/**
 * Who a caller is, after authentication.
 *
 * `anonymous` is a request without credentials: it is `allUsers` and nothing else.
 */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly email: string }
  | { readonly kind: 'serviceAccount'; readonly email: string; readonly uniqueId: string }
  | FederatedPrincipal;

/** An identity of another provider, taken in through a workload or workforce identity pool. */
export interface FederatedPrincipal {
  readonly kind: 'federated';
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL`, `locations/global/workforcePools/POOL`. */
  readonly pool: string;
  readonly subject: string;
  /** Ids of the provider's groups that it is in. */
  readonly groups: readonly string[];
  /** What the pool's provider mapped, by the name after `attribute.`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export const ANONYMOUS: Principal = { kind: 'anonymous' };

/** Everyone, with or without credentials. */
export const ALL_USERS = 'allUsers';

/** Everyone with a Google account or a service account. */
export const ALL_AUTHENTICATED_USERS = 'allAuthenticatedUsers';

/** A member of an allow policy in the IAM v1 spelling: `serviceAccount:EMAIL`, `allUsers`. */
export type Member = string;

/** Returns the member that names this principal itself, without the groups and sets that it belongs to. */
export function toMember(principal: Principal): Member {
  if (principal.kind === 'anonymous') return ALL_USERS;
  if (principal.kind === 'federated') {
    return `principal://iam.googleapis.com/${principal.pool}/subject/${principal.subject}`;
  }
  return `${principal.kind}:${principal.email}`;
}

/** Returns how messages name a principal: its e-mail address, or the whole name of one that has none; empty for nobody. */
export function nameOfPrincipal(principal: Principal): string {
  if (principal.kind === 'anonymous') return '';
  return principal.kind === 'federated' ? toMember(principal) : principal.email;
}

/** What stands between a service account's address and its unique id in the members of stored policies. */
const UNIQUE_ID_MARK = '?uid=';

/**
 * Returns the member by which policies are kept: the account itself, and not whoever has its address later.
 *
 * @returns `serviceAccount:EMAIL?uid=UID`
 */
export function accountMember(email: string, uniqueId: string): Member {
  return `serviceAccount:${email}${UNIQUE_ID_MARK}${uniqueId}`;
}

/** Returns the member by which records keep a principal itself: a service account with its unique id. */
export function toStoredMember(principal: Principal): Member {
  return principal.kind === 'serviceAccount'
    ? accountMember(principal.email, principal.uniqueId)
    : toMember(principal);
}

/** A service account as a policy names it; the unique id is absent where the policy knew none. */
export interface NamedAccount {
  readonly email: string;
  readonly uniqueId?: string;
}

const NAMED_ACCOUNT = new RegExp(
  String.raw`^(?:deleted:)?serviceAccount:(${ACCOUNT_ADDRESS})(?:\?uid=(\w+))?$`,
  'u',
);

/**
 * Returns the service account that a member names, also a deleted one; `undefined` for every other member, and for a
 * Kubernetes account of GKE (`serviceAccount:PROJECT_ID.svc.id.goog[NAMESPACE/ACCOUNT]`), which lives in its cluster.
 */
export function namedAccount(member: Member): NamedAccount | undefined {
  const [, email, uniqueId] = NAMED_ACCOUNT.exec(member) ?? [];
  if (email === undefined) return undefined;
  return uniqueId === undefined ? { email } : { email, uniqueId };
}

/** Returns a member of a stored policy as people write it: `serviceAccount:EMAIL`. */
export function withoutUniqueId(member: Member): Member {
  const mark = member.startsWith('serviceAccount:') ? member.indexOf(UNIQUE_ID_MARK) : -1;
  return mark < 0 ? member : member.slice(0, mark);
}
