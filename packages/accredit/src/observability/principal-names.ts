import { isAddress, toAsciiLowerCase } from '../kernel/member-forms.ts';
import { parseMember } from '../kernel/members.ts';
import { ALL_USERS, type Member } from '../kernel/principals.ts';

/** How a caller of the past is named, for messages. */
export const PRINCIPAL_NAME_FORM = `an e-mail address, 'user:EMAIL', 'serviceAccount:EMAIL', 'principal://…' or '${ALL_USERS}'`;

/** The members that are one principal and have an address. */
const ADDRESSED: ReadonlySet<string> = new Set(['user', 'serviceAccount']);

/**
 * Says whether a text can name a caller of the past: one principal, which need not be there any more, or `allUsers` for
 * those without credentials.
 */
export function isPrincipalName(text: string): boolean {
  if (text === ALL_USERS || text.startsWith('principal://')) return true;
  if (isAddress(toAsciiLowerCase(text))) return true;
  const parsed = parseMember(text);
  return parsed.ok && ADDRESSED.has(parsed.kind);
}

/**
 * Says whether a caller is the one that is named, in any case of letters.
 *
 * @param member - of the caller; `allUsers` for one without credentials
 * @param name - a member, or an e-mail address
 */
export function isNamed(member: Member, name: string): boolean {
  const folded = name.toLowerCase();
  const caller = member.toLowerCase();
  return caller === folded || /^(?:user|serviceaccount):(.+)$/.exec(caller)?.[1] === folded;
}
