/** Which members a policy may name, by where it is attached, and the refusals of the others. */

import { type ApiError, invalidArgument } from '../../../kernel/api-error.ts';
import { clip } from '../../../kernel/clip.ts';
import { type NamedKind, type ParsedMember, parseMember } from '../../../kernel/members.ts';
import type { Member } from '../../../kernel/principals.ts';
import { grantKey, mergeBindings, type Policy } from './policy.ts';

/** Which members a policy may name depends on where it is attached. */
export interface MemberRules {
  /** Whether `projectOwner:` and its kin may be named; the id of the one project that may be. */
  readonly convenienceProjectId?: string;
  /** Whether `allUsers` and `allAuthenticatedUsers` may be named. */
  readonly publicMembers: boolean;
}

/** The longest piece of a caller's own value that an error repeats. */
const ECHO_LIMIT = 256;

/** What is missing where what follows a prefix cannot be the name of one (IAM notes 1.6). Guess: the words for a domain. */
const NOUNS: Readonly<Record<NamedKind, string>> = {
  user: 'User',
  group: 'Group',
  serviceAccount: 'Service account',
  domain: 'Domain',
  projectOwner: 'Project',
  projectEditor: 'Project',
  projectViewer: 'Project',
};

/**
 * Reads a member of a binding.
 *
 * @returns its canonical spelling
 * @throws {ApiError} `INVALID_ARGUMENT` (IAM notes 1.6)
 */
export function readMember(text: string, rules: MemberRules): Member {
  const parsed = parseMember(text);
  if (!parsed.ok) throw refused(text, parsed);
  const isConvenience = parsed.kind.startsWith('project');
  if (isConvenience && rules.convenienceProjectId === undefined) throw unknownType(text);
  if (isConvenience && !parsed.member.endsWith(`:${rules.convenienceProjectId}`)) {
    throw bad(`Project ${text.slice(text.indexOf(':') + 1)} does not exist.`);
  }
  if (!rules.publicMembers && (parsed.kind === 'allUsers' || parsed.kind === 'allAuthenticatedUsers')) {
    // Guess: the refusal is known, its text is not (IAM notes 1.6).
    throw bad(`The member ${text} may not be granted a role on this resource.`);
  }
  return parsed.member;
}

/**
 * Reads a member whose calls stay out of a log.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function readExemptedMember(text: string): Member {
  const parsed = parseMember(text);
  if (!parsed.ok) throw refused(text, parsed);
  return parsed.member;
}

/**
 * Checks that deleted members keep what they have, the same role on the same condition, and get nothing else: they would
 * hold it when they are undeleted (IAM notes 1.1). Costs one pass over both policies, and none over the old one where no deleted
 * member is named.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertNoneDeletedIsNew(after: Policy, before: Policy): void {
  const naming = after.bindings.filter(({ members }) => members.some(isDeleted));
  if (naming.length === 0) return;
  const present = mergeBindings(before.bindings);
  for (const binding of naming) {
    const kept = present.get(grantKey(binding))?.members;
    const added = binding.members.find((member) => isDeleted(member) && kept?.has(member) !== true);
    // Guess: the text. That a deleted member is never granted anew is documented (IAM notes 1.1).
    if (added !== undefined) throw bad(`The member ${added} is deleted and cannot be granted a role.`);
  }
}

function isDeleted(member: Member): boolean {
  return member.startsWith('deleted:');
}

function refused(text: string, parsed: Extract<ParsedMember, { ok: false }>): ApiError {
  switch (parsed.problem) {
    case 'empty':
      return bad(`The email address of a ${text.split(':')[0]} in the IAM policy is empty.`);
    case 'malformed':
      return bad(
        `${NOUNS[parsed.kind]} ${clip(text.slice(text.indexOf(':') + 1), ECHO_LIMIT)} does not exist.`,
      );
    case 'unknownType':
      return unknownType(text);
  }
}

function unknownType(text: string): ApiError {
  return bad(
    `The member ${clip(text, ECHO_LIMIT)} is of an unknown type. Please set a valid type prefix for the member.`,
  );
}

function bad(message: string): ApiError {
  return invalidArgument(message, { reason: 'badRequest' });
}
