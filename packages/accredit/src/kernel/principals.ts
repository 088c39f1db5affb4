/**
 * Who a caller is, after authentication.
 *
 * `anonymous` is a request without credentials: it is `allUsers` and nothing else.
 */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly email: string }
  | { readonly kind: 'serviceAccount'; readonly email: string; readonly uniqueId: string };

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
  return principal.kind === 'anonymous' ? ALL_USERS : `${principal.kind}:${principal.email}`;
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
