import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { clip, SHORT_ECHO_LIMIT } from '../../kernel/clip.ts';
import { isAddress, toAsciiLowerCase } from '../../kernel/member-forms.ts';
import { parseMember } from '../../kernel/members.ts';
import type { Member } from '../../kernel/principals.ts';
import { isEmail } from './service-accounts/service-account-names.ts';

/** The longest name of a group for people, in characters. @see https://support.google.com/cloudidentity/answer/6259766 */
export const GROUP_NAME_LIMIT = 73;

/** The longest part of a group's address before the `@`, in characters; the page is the same. */
const LOCAL_PART_LIMIT = 63;

/** Members of one group: it is one record, and is written whole. Google has no such limit for administrators. */
export const GROUP_MEMBER_LIMIT = 10_000;

/**
 * Groups that one member may be in, directly and through other groups.
 *
 * @see https://support.google.com/a/answer/6099642 (combined direct and indirect memberships)
 */
export const CONTAINING_GROUP_LIMIT = 7_500;

/** Groups in groups, from a member to the outermost one. Ours; no such limit of Google's is known. */
export const GROUP_DEPTH_LIMIT = 100;

/** Returns the address of a group in lower case; `undefined` where none could have it. */
export function parseGroupEmail(text: string): string | undefined {
  const email = toAsciiLowerCase(text);
  const isGood = isAddress(email) && email.indexOf('@') <= LOCAL_PART_LIMIT;
  return isGood ? email : undefined;
}

/** Returns a member of a group as it is spelled; `undefined` for what no group can hold. */
export function parseGroupMember(text: string): Member | undefined {
  const parsed = parseMember(text);
  if (!parsed.ok) return undefined;
  const email = parsed.member.slice(parsed.member.indexOf(':') + 1);
  // A Kubernetes account of GKE is a member of policies, not of groups.
  const isGood =
    parsed.kind === 'serviceAccount' ? isEmail(email) : parsed.kind === 'user' || parsed.kind === 'group';
  return isGood ? parsed.member : undefined;
}

/** Says whether a text can be the name of a group for people: one line, or nothing. */
export function isGroupName(text: string): boolean {
  return Array.from(text).length <= GROUP_NAME_LIMIT && !/[\p{Cc}\p{Cs}]/u.test(text);
}

/**
 * Checks the address of a group to be.
 *
 * @returns it in lower case
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertGroupEmail(text: string): string {
  const email = parseGroupEmail(text);
  if (email !== undefined) return email;
  throw invalidArgument(
    `'${clip(text, SHORT_ECHO_LIMIT)}' is no address of a group: it is an e-mail address with at most ${LOCAL_PART_LIMIT} ` +
      'characters before the @.',
  );
}

/** @throws {ApiError} `INVALID_ARGUMENT` */
export function assertGroupName(text: string): void {
  if (isGroupName(text)) return;
  throw invalidArgument(`The name of a group is one line of at most ${GROUP_NAME_LIMIT} characters.`);
}

/**
 * Checks a member of a group to be.
 *
 * @returns it as it is spelled
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertGroupMember(text: string): Member {
  const member = parseGroupMember(text);
  if (member !== undefined) return member;
  throw invalidArgument(
    `'${clip(text, SHORT_ECHO_LIMIT)}' is no member of a group: those are ` +
      "'user:EMAIL', 'serviceAccount:EMAIL' and 'group:EMAIL'.",
  );
}

/** @throws {ApiError} `INVALID_ARGUMENT` */
export function assertMemberCount(members: readonly Member[]): void {
  if (members.length <= GROUP_MEMBER_LIMIT) return;
  throw invalidArgument(`A group has at most ${GROUP_MEMBER_LIMIT} members, not ${members.length}.`);
}

/** Where more groups hold a member than may: to leave some out would leave out what is denied to them. */
export function tooManyGroups(member: Member): ApiError {
  return invalidArgument(
    `'${clip(member, SHORT_ECHO_LIMIT)}' is in more than ${CONTAINING_GROUP_LIMIT} groups, or in groups nested more than ` +
      `${GROUP_DEPTH_LIMIT} deep: take it out of some.`,
  );
}
