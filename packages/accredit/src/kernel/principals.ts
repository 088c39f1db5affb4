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

/** The member kinds that name an e-mail address. */
const EMAIL_KINDS = new Set(['user', 'serviceAccount', 'group', 'domain']);

/** The members that Cloud Storage alone knows: whoever holds a basic role on the named project. */
const PROJECT_KINDS = new Set(['projectOwner', 'projectEditor', 'projectViewer']);

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

/** Returns the service account that a member names, also a deleted one; `undefined` for every other member. */
export function namedAccount(member: Member): NamedAccount | undefined {
  const rest = member.startsWith('deleted:') ? member.slice('deleted:'.length) : member;
  if (!rest.startsWith('serviceAccount:')) return undefined;
  const [email = '', uniqueId] = rest.slice('serviceAccount:'.length).split(UNIQUE_ID_MARK);
  return uniqueId === undefined ? { email } : { email, uniqueId };
}

/** Returns a member of a stored policy as people write it: `serviceAccount:EMAIL`. */
export function withoutUniqueId(member: Member): Member {
  const mark = member.startsWith('serviceAccount:') ? member.indexOf(UNIQUE_ID_MARK) : -1;
  return mark < 0 ? member : member.slice(0, mark);
}

/** What is wrong with a member; `ok` carries its canonical spelling. */
export type ParsedMember =
  | { readonly ok: true; readonly member: Member; readonly kind: string }
  | { readonly ok: false; readonly problem: 'unknownType' | 'empty' };

/**
 * Decodes a member of an allow policy.
 *
 * The prefix is case-sensitive and the address part is lower-cased, as Google stores it (IAM notes 1.1).
 */
export function parseMember(text: string): ParsedMember {
  if (text === ALL_USERS || text === ALL_AUTHENTICATED_USERS) return { ok: true, member: text, kind: text };
  if (text.startsWith('principal://') || text.startsWith('principalSet://')) {
    return { ok: true, member: text, kind: text.slice(0, text.indexOf(':')) };
  }
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  const rest = text.slice(colon + 1);
  if (kind === 'deleted') return parseDeletedMember(text, rest);
  if (!EMAIL_KINDS.has(kind) && !PROJECT_KINDS.has(kind)) return { ok: false, problem: 'unknownType' };
  if (rest === '') return { ok: false, problem: 'empty' };
  return { ok: true, member: `${kind}:${EMAIL_KINDS.has(kind) ? rest.toLowerCase() : rest}`, kind };
}

/** Members that IAM itself rewrote after a deletion: `deleted:serviceAccount:EMAIL?uid=UID`. They grant nothing. */
function parseDeletedMember(text: string, rest: string): ParsedMember {
  const inner = rest.slice(0, Math.max(rest.indexOf(':'), 0));
  const known = EMAIL_KINDS.has(inner) || rest.startsWith('principal://');
  return known ? { ok: true, member: text, kind: 'deleted' } : { ok: false, problem: 'unknownType' };
}
