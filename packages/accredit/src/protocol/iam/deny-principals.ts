import { isEmail } from './service-account-names.ts';

/** What a principal of a deny policy is, as far as its limits and checks tell them apart. */
export type DenyPrincipalKind = 'everyone' | 'group' | 'domain' | 'serviceAccount' | 'other';

/** A principal of a deny policy; `principal` is its canonical spelling. */
export interface DenyPrincipal {
  readonly principal: string;
  readonly kind: DenyPrincipalKind;
}

/** The longest principal that is looked at, in characters: a pool's name with a subject of 127 bytes or an attribute. */
export const DENY_PRINCIPAL_LENGTH_LIMIT = 2048;

/** Everyone, with or without credentials. */
export const PUBLIC_ALL = 'principalSet://goog/public:all';

/** What stands before the address of a service account. */
const SERVICE_ACCOUNT_PREFIX = 'principal://iam.googleapis.com/projects/-/serviceAccounts/';

/** An address of a person or a group. What is one exactly, its own domain says. */
const ADDRESS = String.raw`[^\s/?#@]+@[^\s/?#@]+`;

/** A part of a pool's name: its id, a group, an attribute's value, a subject; the last may hold slashes. */
const WORKLOAD_POOL = String.raw`projects/\d+/locations/global/workloadIdentityPools/[a-z0-9][a-z0-9.:-]*`;
const WORKFORCE_POOL = String.raw`locations/global/workforcePools/[a-z][a-z0-9-]*`;
const POOL = String.raw`iam\.googleapis\.com/(?:${WORKLOAD_POOL}|${WORKFORCE_POOL})`;
const NODE = String.raw`cloudresourcemanager\.googleapis\.com/(?:projects|folders|organizations)/\d+`;

/** The forms of principals, each with what it makes of one (IAM notes 1.1). */
const FORMS: readonly (readonly [RegExp, DenyPrincipalKind])[] = [
  [/^principalSet:\/\/goog\/public:all$/, 'everyone'],
  [new RegExp(`^principal://goog/subject/${ADDRESS}$`), 'other'],
  [new RegExp(`^principalSet://goog/group/${ADDRESS}$`), 'group'],
  [/^principalSet:\/\/goog\/cloudIdentityCustomerId\/[A-Za-z0-9]+$/, 'domain'],
  // Deviation: nobody here is a service agent, so that set is empty; pinned by 'the set of service agents holds nobody'.
  [new RegExp(`^principalSet://${NODE}/type/Service(?:Account|Agent)$`), 'other'],
  [
    new RegExp(String.raw`^principal://${POOL}/(?:subject|kubernetes\.serviceaccount\.uid)/[^\s?#]+$`),
    'other',
  ],
  [
    new RegExp(
      String.raw`^principalSet://${POOL}/(?:\*|(?:group|namespace|kubernetes\.cluster|attribute\.\w+)/[^\s?#]+)$`,
    ),
    'other',
  ],
  [
    new RegExp(
      String.raw`^deleted:(?:principal://goog/subject|principalSet://goog/group)/${ADDRESS}\?uid=\w+$`,
    ),
    'other',
  ],
  [new RegExp(String.raw`^deleted:principal://${POOL}/subject/[^\s?#]+\?uid=\w+$`), 'other'],
  [
    /^deleted:principal:\/\/iam\.googleapis\.com\/projects\/-\/serviceAccounts\/[a-z0-9._-]+@[a-z0-9.-]+\?uid=\d+$/,
    'other',
  ],
];

/** What names an address, whose case does not matter. */
const ADDRESSED = /^(principal:\/\/goog\/subject\/|principalSet:\/\/goog\/group\/)(.*)$/;

/**
 * Decodes a principal of a deny policy, in the spelling of IAM v2; addresses become lower-case.
 *
 * @returns `undefined` for what is none, members of allow policies (`user:E`) among them
 */
export function parseDenyPrincipal(text: string): DenyPrincipal | undefined {
  if (text.length > DENY_PRINCIPAL_LENGTH_LIMIT) return undefined;
  if (text.startsWith(SERVICE_ACCOUNT_PREFIX)) return parseServiceAccount(text);
  const found = FORMS.find(([form]) => form.test(text));
  if (found === undefined) return undefined;
  const [, prefix, address = ''] = ADDRESSED.exec(text) ?? [];
  return { principal: prefix === undefined ? text : prefix + address.toLowerCase(), kind: found[1] };
}

/** Returns the address of the service account that a principal names; `undefined` for any other, and deleted ones. */
export function accountOfDenyPrincipal(principal: string): string | undefined {
  return principal.startsWith(SERVICE_ACCOUNT_PREFIX)
    ? principal.slice(SERVICE_ACCOUNT_PREFIX.length)
    : undefined;
}

function parseServiceAccount(text: string): DenyPrincipal | undefined {
  const email = text.slice(SERVICE_ACCOUNT_PREFIX.length).toLowerCase();
  return isEmail(email) ? { principal: SERVICE_ACCOUNT_PREFIX + email, kind: 'serviceAccount' } : undefined;
}
