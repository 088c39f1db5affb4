import { clip } from '../../kernel/clip.ts';
import { isAddress, toAsciiLowerCase } from '../../kernel/member-forms.ts';
import { parseMember } from '../../kernel/members.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import { isAccountOnly } from '../../protocol/iam/service-accounts/service-account-names.ts';
import type { Session } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { CallFailed, type OwnerClient, type OwnerRequest, path } from '../owner-client.ts';
import { accountEmail } from '../projects.ts';
import { IAM_HOST } from './account-calls.ts';
import { groupRequest } from './group-calls.ts';

/** The kinds of members that have a name of their own. */
const KINDS = ['user', 'serviceAccount', 'group', 'domain'] as const;

/** How a member is written. */
export const MEMBER_FORMS =
  "'user:EMAIL', 'serviceAccount:EMAIL', 'group:EMAIL', 'domain:DOMAIN', 'principal://…', 'principalSet://…' or 'allUsers'";

/**
 * Refuses what is of no kind of members, and says what was probably meant: an address is one of several kinds, and those
 * that are here are looked for. What has a kind is left for the cloud to judge.
 *
 * @throws {CliError}
 */
export async function requireMember(
  context: CliContext,
  session: Session,
  text: string,
  project: string | undefined,
): Promise<void> {
  const parsed = parseMember(text);
  if (parsed.ok || parsed.problem !== 'unknownType') return;
  const meant = await guessMember(context, session, text, project);
  const ending = meant === undefined ? '.' : `; did you mean '${meant}'?`;
  throw new CliError(`'${clip(text)}' is no member: it is written ${MEMBER_FORMS}${ending}`);
}

/** @returns a member; `undefined` where none is near */
async function guessMember(
  context: CliContext,
  session: Session,
  text: string,
  project: string | undefined,
): Promise<string | undefined> {
  const [, kind, name = ''] = /^([A-Za-z]+):(.+)$/s.exec(text) ?? [];
  const near = kind === undefined ? undefined : nearestName(kind, KINDS);
  if (near !== undefined) return isMember(`${near}:${name}`) ? `${near}:${name}` : undefined;
  if (isAddress(toAsciiLowerCase(text))) return guessKind(session.owner, text);
  // The first part of an account's address, as other commands take it.
  const email = accountEmail(context, session, text, project);
  return isMember(`serviceAccount:${email}`) && (await isAccount(session.owner, email))
    ? `serviceAccount:${email}`
    : undefined;
}

function isMember(text: string): boolean {
  return parseMember(text).ok;
}

async function guessKind(owner: OwnerClient, email: string): Promise<string> {
  if (isAccountOnly(email) || (await isAccount(owner, email))) return `serviceAccount:${email}`;
  return (await isThere(owner, groupRequest('GET', email))) ? `group:${email}` : `user:${email}`;
}

function isAccount(owner: OwnerClient, email: string): Promise<boolean> {
  return isThere(owner, {
    method: 'GET',
    host: IAM_HOST,
    path: path`/v1/projects/-/serviceAccounts/${email}`,
  });
}

/** What is not there is refused, or not found, as the API has it. */
async function isThere(owner: OwnerClient, request: OwnerRequest): Promise<boolean> {
  try {
    await owner.call(request);
    return true;
  } catch (error) {
    if (error instanceof CallFailed) return false;
    throw error;
  }
}
