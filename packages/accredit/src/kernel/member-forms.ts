/**
 * What the principals of policies look like, in the spellings of IAM v1 and v2 alike (IAM notes 1.1).
 *
 * The parts are sources of regular expressions with the flag `u`; none takes a space, a control character or a lone
 * surrogate, and none takes `?`, after which IAM itself writes a unique id.
 */

/**
 * The longest member or principal that is looked at, in characters: a pool's name with a subject of 127 bytes or an
 * attribute.
 */
export const MEMBER_LENGTH_LIMIT = 2048;

/** The longest address that there can be (RFC 5321 §4.5.3.1: 64 and 255 bytes with an `@`). */
export const EMAIL_LENGTH_LIMIT = 320;

/** An address of a person or a group, in lower case. What is one exactly, its own domain says. */
export const ADDRESS = String.raw`[^\s\p{C}@:/?#]+@[a-z0-9][a-z0-9.-]*`;

/** The address of a service account, in lower case. */
export const ACCOUNT_ADDRESS = String.raw`[a-z0-9][a-z0-9._-]*@[a-z0-9][a-z0-9.-]*`;

const WORKLOAD_POOL = String.raw`projects/\d+/locations/global/workloadIdentityPools/[a-z0-9][a-z0-9.:-]*`;
const WORKFORCE_POOL = String.raw`locations/global/workforcePools/[a-z][a-z0-9-]*`;
const POOL = String.raw`iam\.googleapis\.com/(?:${WORKLOAD_POOL}|${WORKFORCE_POOL})`;

/** A part of a pool's name: a group, an attribute's value, a subject; it may hold slashes. */
const POOL_PART = String.raw`[^\s\p{C}?#]+`;

/** One identity of a pool, after `principal://`. */
export const POOL_SUBJECT = String.raw`${POOL}/(?:subject|kubernetes\.serviceaccount\.uid)/${POOL_PART}`;

/** Identities of a pool, after `principalSet://`. */
export const POOL_SET = String.raw`${POOL}/(?:\*|(?:group|namespace|kubernetes\.cluster|attribute\.\w+)/${POOL_PART})`;

/** An identity of a pool that is gone, after `deleted:principal://`. */
export const DELETED_POOL_SUBJECT = String.raw`${POOL}/subject/${POOL_PART}\?uid=\w+`;

/** A project, folder or organization by number, after `principalSet://`. */
export const NODE = String.raw`cloudresourcemanager\.googleapis\.com/(?:projects|folders|organizations)/\d+`;

/** A Kubernetes account of GKE as a service account: `PROJECT_ID.svc.id.goog[NAMESPACE/ACCOUNT]`. */
const GKE_ACCOUNT = String.raw`[a-z0-9][a-z0-9.:-]*\.svc\.id\.goog\[[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9.-]*\]`;

/** Returns the expression that takes a text of these forms and nothing beside. */
export function wholly(...forms: readonly string[]): RegExp {
  return new RegExp(`^(?:${forms.join('|')})$`, 'u');
}

const ADDRESS_FORM = wholly(ADDRESS);
const ACCOUNT_ADDRESS_FORM = wholly(ACCOUNT_ADDRESS);
const GKE_ACCOUNT_FORM = wholly(GKE_ACCOUNT);

/** Says whether a text in lower case could be the address of a person or a group. */
export function isAddress(text: string): boolean {
  return text.length <= EMAIL_LENGTH_LIMIT && ADDRESS_FORM.test(text);
}

/** Says whether a text in lower case could be the address of a service account. */
export function isAccountAddress(text: string): boolean {
  return text.length <= EMAIL_LENGTH_LIMIT && ACCOUNT_ADDRESS_FORM.test(text);
}

/** Says whether a text in lower case is how `serviceAccount:` names a Kubernetes account of GKE. */
export function isGkeAccount(text: string): boolean {
  return GKE_ACCOUNT_FORM.test(text);
}

/** Returns a text with `A` to `Z` in lower case: other letters that look like them stay, as they name somebody else. */
export function toAsciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
