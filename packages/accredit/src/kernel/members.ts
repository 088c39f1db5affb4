/** Members of allow policies as texts: what is one, of which kind, in its canonical spelling. */
import {
  ACCOUNT_ADDRESS,
  ADDRESS,
  DELETED_POOL_SUBJECT,
  isAccountAddress,
  isAddress,
  isGkeAccount,
  MEMBER_LENGTH_LIMIT,
  NODE,
  POOL_SET,
  POOL_SUBJECT,
  toAsciiLowerCase,
  wholly,
} from './member-forms.ts';
import { ALL_AUTHENTICATED_USERS, ALL_USERS, type Member } from './principals.ts';

/** The kinds whose members name something after their prefix: an address, a domain, the id of a project. */
export type NamedKind =
  | 'user'
  | 'group'
  | 'serviceAccount'
  | 'domain'
  | 'projectOwner'
  | 'projectEditor'
  | 'projectViewer';

/** What is wrong with a member; `ok` carries its canonical spelling. */
export type ParsedMember =
  | { readonly ok: true; readonly member: Member; readonly kind: string }
  | { readonly ok: false; readonly problem: 'unknownType' | 'empty' }
  | {
      readonly ok: false;
      /** What follows a known prefix cannot be the name of one. */
      readonly problem: 'malformed';
      readonly kind: NamedKind;
    };

const UNKNOWN: ParsedMember = { ok: false, problem: 'unknownType' };

const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;
const PROJECT_ID = /^[A-Za-z0-9][A-Za-z0-9.:-]{0,127}$/;

/** What makes of what follows a prefix the name that is kept; `undefined` where it cannot be one. */
type ReadName = (text: string) => string | undefined;

const NAMED: Readonly<Record<NamedKind, ReadName>> = {
  user: inLowerCase(isAddress),
  group: inLowerCase(isAddress),
  serviceAccount: inLowerCase((name) => isAccountAddress(name) || isGkeAccount(name)),
  domain: inLowerCase((name) => DOMAIN.test(name)),
  projectOwner: readProjectId,
  projectEditor: readProjectId,
  projectViewer: readProjectId,
};

const PRINCIPAL = wholly(`principal://${POOL_SUBJECT}`);
const PRINCIPAL_SET = wholly(`principalSet://${POOL_SET}`, `principalSet://${NODE}/type/ServiceAccount`);

/** What IAM itself makes of a member whose principal was deleted. */
const DELETED = wholly(
  String.raw`deleted:(?:user|group):${ADDRESS}\?uid=\w+`,
  String.raw`deleted:serviceAccount:${ACCOUNT_ADDRESS}\?uid=\w+`,
  `deleted:principal://${DELETED_POOL_SUBJECT}`,
);

/**
 * Decodes a member of an allow policy.
 *
 * The prefix is case-sensitive and the address part is lower-cased, as Google stores it (IAM notes 1.1). Nobody but IAM
 * itself writes the unique id of an account: `serviceAccount:EMAIL?uid=UID` is none.
 */
export function parseMember(text: string): ParsedMember {
  if (text.length > MEMBER_LENGTH_LIMIT) return UNKNOWN;
  if (text === ALL_USERS || text === ALL_AUTHENTICATED_USERS) return { ok: true, member: text, kind: text };
  const [, kind = '', name = ''] = /^(\w+):(.*)$/s.exec(text) ?? [];
  if (isNamedKind(kind)) return readNamed(kind, name);
  const isKnown = PRINCIPAL.test(text) || PRINCIPAL_SET.test(text) || DELETED.test(text);
  return isKnown ? { ok: true, member: text, kind } : UNKNOWN;
}

function isNamedKind(kind: string): kind is NamedKind {
  return Object.hasOwn(NAMED, kind);
}

function readNamed(kind: NamedKind, text: string): ParsedMember {
  if (text === '') return { ok: false, problem: 'empty' };
  const name = NAMED[kind](text);
  return name === undefined
    ? { ok: false, problem: 'malformed', kind }
    : { ok: true, member: `${kind}:${name}`, kind };
}

function inLowerCase(fits: (name: string) => boolean): ReadName {
  return (text) => {
    const name = toAsciiLowerCase(text);
    return fits(name) ? name : undefined;
  };
}

function readProjectId(text: string): string | undefined {
  return PROJECT_ID.test(text) ? text : undefined;
}
