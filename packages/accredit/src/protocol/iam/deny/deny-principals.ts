/** How deny policies spell principals, and what they are in the spelling of allow policies. */

import {
  ACCOUNT_ADDRESS,
  ADDRESS,
  DELETED_POOL_SUBJECT,
  MEMBER_LENGTH_LIMIT,
  NODE,
  POOL_SET,
  POOL_SUBJECT,
  toAsciiLowerCase,
  wholly,
} from '../../../kernel/member-forms.ts';
import { ALL_USERS, type Member } from '../../../kernel/principals.ts';
import { isEmail } from '../service-accounts/service-account-names.ts';

/** What a principal of a deny policy is, as far as its limits and checks tell them apart. */
export type DenyPrincipalKind = 'everyone' | 'group' | 'domain' | 'serviceAccount' | 'other';

/** A principal of a deny policy; `principal` is its canonical spelling. */
export interface DenyPrincipal {
  readonly principal: string;
  readonly kind: DenyPrincipalKind;
}

/** Everyone, with or without credentials. */
export const PUBLIC_ALL = 'principalSet://goog/public:all';

/** What stands before the address of a service account, also after the `deleted:` of one that is gone. */
export const DENY_ACCOUNT_PREFIX = 'principal://iam.googleapis.com/projects/-/serviceAccounts/';

/** What stands before the address of a person. */
export const DENY_USER_PREFIX = 'principal://goog/subject/';

/** What stands before the address of a group. */
const GROUP_PREFIX = 'principalSet://goog/group/';

/** The forms of principals, each with what it makes of one (IAM notes 1.1). */
const FORMS: readonly (readonly [RegExp, DenyPrincipalKind])[] = [
  [/^principalSet:\/\/goog\/public:all$/, 'everyone'],
  [wholly(DENY_USER_PREFIX + ADDRESS), 'other'],
  [wholly(GROUP_PREFIX + ADDRESS), 'group'],
  [/^principalSet:\/\/goog\/cloudIdentityCustomerId\/[A-Za-z0-9]+$/, 'domain'],
  // Deviation: nobody here is a service agent, so that set is empty; pinned by 'the set of service agents holds nobody'.
  [wholly(`principalSet://${NODE}/type/Service(?:Account|Agent)`), 'other'],
  [wholly(`principal://${POOL_SUBJECT}`), 'other'],
  [wholly(`principalSet://${POOL_SET}`), 'other'],
  [wholly(String.raw`deleted:(?:${DENY_USER_PREFIX}|${GROUP_PREFIX})${ADDRESS}\?uid=\w+`), 'other'],
  [wholly(`deleted:principal://${DELETED_POOL_SUBJECT}`), 'other'],
  [wholly(String.raw`deleted:${DENY_ACCOUNT_PREFIX}${ACCOUNT_ADDRESS}\?uid=\d+`), 'other'],
];

/** What names an address, whose case does not matter. */
const ADDRESSED = new RegExp(`^(${DENY_USER_PREFIX}|${GROUP_PREFIX})(.*)$`);

/** What stands for those prefixes in allow policies. */
const ALLOW_SPELLINGS = [
  [DENY_ACCOUNT_PREFIX, 'serviceAccount:'],
  [DENY_USER_PREFIX, 'user:'],
  [GROUP_PREFIX, 'group:'],
] as const;

/**
 * Decodes a principal of a deny policy, in the spelling of IAM v2; addresses become lower-case.
 *
 * @returns `undefined` for what is none, members of allow policies (`user:E`) among them
 */
export function parseDenyPrincipal(text: string): DenyPrincipal | undefined {
  if (text.length > MEMBER_LENGTH_LIMIT) return undefined;
  if (text.startsWith(DENY_ACCOUNT_PREFIX)) return parseServiceAccount(text);
  const [, prefix, address = ''] = ADDRESSED.exec(text) ?? [];
  const principal = prefix === undefined ? text : prefix + toAsciiLowerCase(address);
  const found = FORMS.find(([form]) => form.test(principal));
  return found === undefined ? undefined : { principal, kind: found[1] };
}

/** Returns the address of the service account that a principal names; `undefined` for any other, and deleted ones. */
export function accountOfDenyPrincipal(principal: string): string | undefined {
  return principal.startsWith(DENY_ACCOUNT_PREFIX) ? principal.slice(DENY_ACCOUNT_PREFIX.length) : undefined;
}

/**
 * Returns a principal of a deny policy as allow policies spell it, so that both are looked up alike (IAM notes 1.1).
 * What both spell alike stays as it is; a deleted principal keeps its name, and is nobody.
 */
export function toAllowSpelling(principal: string): Member {
  if (principal === PUBLIC_ALL) return ALL_USERS;
  const spelling = ALLOW_SPELLINGS.find(([prefix]) => principal.startsWith(prefix));
  return spelling === undefined ? principal : spelling[1] + principal.slice(spelling[0].length);
}

function parseServiceAccount(text: string): DenyPrincipal | undefined {
  const email = toAsciiLowerCase(text.slice(DENY_ACCOUNT_PREFIX.length));
  return isEmail(email) ? { principal: DENY_ACCOUNT_PREFIX + email, kind: 'serviceAccount' } : undefined;
}
