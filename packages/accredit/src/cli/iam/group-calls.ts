import { CONTROL_HOST } from '../../apis/control/host.ts';
import { anything, int32, list, object, optional, string } from '../../kernel/decode.ts';
import { type OwnerClient, type OwnerRequest, path } from '../owner-client.ts';
import { collectPages } from '../pages.ts';

/** Reads one group of a list as the cloud gives it. */
export const readListedGroup = object(
  { email: string, displayName: optional(string), memberCount: int32 },
  'ignore',
);

const readGroups = object({ groups: list(anything) }, 'ignore');

const readChange = object({ email: string, changed: list(string) }, 'ignore');

/** Returns the groups of a cloud as it gives them. */
export function listGroups(owner: OwnerClient): Promise<readonly unknown[]> {
  const request = { method: 'GET' as const, host: CONTROL_HOST, path: '/v1/groups' };
  return collectPages(owner, request, (answer) => readGroups(answer, '').groups);
}

/** The call of one group. */
export function groupRequest(method: 'GET' | 'DELETE', email: string): OwnerRequest {
  return { method, host: CONTROL_HOST, path: path`/v1/groups/${email}` };
}

/** A group after a change of its members. */
export interface ChangedGroup {
  readonly answer: unknown;
  readonly email: string;
  /** Members that were added or taken out; those that were asked for and are missing here were so already. */
  readonly changed: readonly string[];
}

/** Adds members to a group, or takes them out. */
export async function changeMembers(
  owner: OwnerClient,
  verb: 'addMembers' | 'removeMembers',
  email: string,
  members: readonly string[],
): Promise<ChangedGroup> {
  const place = `${path`/v1/groups/${email}`}:${verb}`;
  const answer = await owner.call({ method: 'POST', host: CONTROL_HOST, path: place, body: { members } });
  return { answer, ...readChange(answer, '') };
}
